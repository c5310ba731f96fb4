"""The databases of servers that are programs of their own."""

from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from charter.outside.postgres import running_url


@asynccontextmanager
async def database_of(data: Path):
    """A connection to the database of a running `charter dev`."""
    connection = await asyncpg.connect(running_url(data / "postgres"))
    try:
        yield connection
    finally:
        await connection.close()
