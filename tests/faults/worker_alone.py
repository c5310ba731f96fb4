"""Workers in processes of their own, over the database of a test: `DATABASE_URL` says which.

Each line on its input is one more worker, a fork of this process so that nothing is imported
again; its process id is the answer.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import uvloop

from charter import worker
from charter.settings import Settings
from tests.conftest import TEST_KEY


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            mode="development",
            data=Path(folder),
            database_url=os.environ["DATABASE_URL"],
            encryption_keys=(TEST_KEY,),
            blobs_url="memory:///",
        )
        for _ in sys.stdin:
            child = os.fork()
            if child == 0:
                uvloop.run(worker.run(settings, asyncio.Event()))
                os._exit(0)
            print(child, flush=True)
            os.waitpid(child, 0)


if __name__ == "__main__":
    main()
