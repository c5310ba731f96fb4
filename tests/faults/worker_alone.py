"""A worker in a process of its own, over the database of a test: `DATABASE_URL` says which."""

import asyncio
import os
import tempfile
from pathlib import Path

import uvloop

from charter import worker
from charter.settings import Settings
from tests.conftest import TEST_KEY


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            mode="development",
            data=Path(folder),
            database_url=os.environ["DATABASE_URL"],
            encryption_keys=(TEST_KEY,),
            blobs_url="memory:///",
        )
        print("ready", flush=True)
        await worker.run(settings, asyncio.Event())


if __name__ == "__main__":
    uvloop.run(main())
