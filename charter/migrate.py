"""Brings a database to the tables of this version, and tells how far it is."""

import asyncio
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from charter.problems import DatabaseProblem, NewerDataProblem

# One migration at a time in a database, however many processes start at once.
ADVISORY_LOCK = 0x43484152
LOCK_TIMEOUT = "5s"
CONNECT_SECONDS = 10
Result = TypeVar("Result")


def upgrade(database_url: str) -> None:
    """Run every migration that the database has not seen; none is fine.

    It runs an event loop of its own: inside another, call it in a thread.
    Each migration is a transaction and gives up after `LOCK_TIMEOUT` of waiting for a lock.
    Raises: DatabaseProblem; NewerDataProblem, when a newer Charter migrated the database.
    """
    asyncio.run(_with_connection(database_url, _upgrade))


def current(database_url: str) -> str | None:
    """The revision a database is at, or None before its first migration.

    Raises: DatabaseProblem.
    """
    return asyncio.run(_with_connection(database_url, _revision))


@cache
def expected() -> str:
    """The revision that this version of Charter needs."""
    head = _scripts().get_current_head()
    if head is None:
        raise DatabaseProblem("This copy of Charter has no migrations; install it again.")
    return head


def is_known(revision: str) -> bool:
    """Whether this version knows a revision: its own, or an earlier one."""
    return revision in {script.revision for script in _scripts().walk_revisions()}


def require_current(database_url: str) -> None:
    """Refuse a database that is not at the revision of this version.

    Raises: DatabaseProblem, when migrations are missing or it cannot be reached; NewerDataProblem.
    """
    found = current(database_url)
    _refuse_newer(found)
    if found != expected():
        raise DatabaseProblem("The database lacks migrations; run `charter migrate`.")


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration: there is no file of it."""
    config = Config()
    folder = str(Path(__file__).parent / "migrations").replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(configuration())


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_newer(revision: str | None) -> None:
    if revision is not None and not is_known(revision):
        raise NewerDataProblem(
            f"The database was migrated by a newer Charter (revision {revision}); "
            "install that version or restore an older backup."
        )


def _upgrade(connection: Connection) -> None:
    connection.exec_driver_sql(f"SELECT pg_advisory_lock({ADVISORY_LOCK})")
    connection.commit()
    _refuse_newer(_revision(connection))
    # Set after the wait for the others, which may take as long as their migrations.
    connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
    connection.commit()
    command.upgrade(configuration(connection), "head")
    connection.commit()


async def _with_connection(database_url: str, work: Callable[[Connection], Result]) -> Result:
    """Run synchronous work over one connection; closing it gives back the advisory lock."""

    async def connect() -> "asyncpg.Connection[Any]":
        try:
            return await asyncpg.connect(database_url, timeout=CONNECT_SECONDS)
        except (OSError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise DatabaseProblem(
                f"The database cannot be reached: {_words(error)}. Is DATABASE_URL right?"
            ) from error

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(work)
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError) as error:
        raise DatabaseProblem(f"The database went away: {_words(error)}.") from error
    except SQLAlchemyError as error:
        raise DatabaseProblem(f"The database refused a migration: {_words(error)}.") from error
    finally:
        await engine.dispose()


def _words(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    text = str(cause).strip() or type(cause).__name__
    return text.splitlines()[0].rstrip(".")
