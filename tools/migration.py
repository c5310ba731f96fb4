"""Write a migration: the difference between the migrations so far and the tables in the code."""

import argparse
import asyncio
import datetime as dt
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import asyncpg
from alembic import command
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from charter.core.tables import metadata
from charter.migrate import configuration, upgrade
from charter.outside.postgres import running

VERSIONS = Path(__file__).parent.parent / "charter" / "migrations" / "versions"


async def write(url: str, name: str) -> None:
    """Compare a migrated database with the tables and write the file."""
    revision = dt.datetime.now(dt.UTC).strftime("%Y%m%d%H%M")

    def compare(connection: Connection) -> None:
        config = configuration(connection)
        config.attributes["metadata"] = metadata
        command.revision(config, message=name, autogenerate=True, rev_id=revision)

    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=NullPool
    )
    async with engine.connect() as connection:
        await connection.run_sync(compare)
    await engine.dispose()


def main() -> int:
    """Write one migration over a database of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="what it does, in a few words: add_organization_slugs")
    name = parser.parse_args().name
    if not re.fullmatch(r"[a-z][a-z0-9_ ]{2,60}", name):
        print("A migration's name is lower-case words, such as add_organization_slugs.")
        return 2
    with (
        tempfile.TemporaryDirectory() as folder,
        running(Path(folder) / "postgres", options={"fsync": "off"}) as postgres,
    ):
        upgrade(postgres.url)
        asyncio.run(write(postgres.url, name.replace("_", " ").capitalize()))
    for task in (["check", "--fix", "--quiet"], ["format", "--quiet"]):
        subprocess.run([sys.executable, "-m", "ruff", *task, str(VERSIONS)], check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
