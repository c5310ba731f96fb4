"""The history of the tables ends where the code stands, and refuses what it does not know."""

import asyncio

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from charter import migrate
from charter.core.tables import metadata
from charter.outside.postgres import running
from charter.problems import DatabaseProblem, NewerDataProblem

CONSTRAINTS = """
    SELECT conrelid::regclass::text || ' ' || conname || ' ' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
      AND conrelid::regclass::text <> 'alembic_version'
      -- Triggers are the migrations' alone.
      AND contype <> 't'
    UNION ALL
    SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
"""


@pytest.fixture(scope="module")
def postgres(tmp_path_factory):
    folder = tmp_path_factory.mktemp("migrations") / "postgres"
    with running(folder, options={"fsync": "off"}) as server:
        yield server


@pytest.fixture
async def database(postgres, request):
    """The URL of an empty database of the test's own."""
    name = f"test_{abs(hash(request.node.name))}"
    connection = await asyncpg.connect(postgres.url)
    await connection.execute(f'CREATE DATABASE "{name}"')
    yield postgres.url_of(name)
    await connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await connection.close()


def engine_of(url: str):
    return create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=NullPool
    )


async def facts(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(CONSTRAINTS)
    await connection.close()
    return {row[0] for row in rows}


async def test_migrations_make_the_tables_of_the_code(database):
    await asyncio.to_thread(migrate.upgrade, database)
    engine = engine_of(database)
    async with engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(
                MigrationContext.configure(
                    sync, opts={"compare_type": True, "compare_server_default": True}
                ),
                metadata,
            )
        )
    await engine.dispose()
    assert differences == []


async def test_migrations_make_the_constraints_and_indexes_of_the_code(database, postgres):
    await asyncio.to_thread(migrate.upgrade, database)
    connection = await asyncpg.connect(postgres.url)
    await connection.execute("CREATE DATABASE from_code")
    await connection.close()
    connection = await asyncpg.connect(database)
    function = await connection.fetchval("SELECT pg_get_functiondef('text_pairs'::regproc)")
    await connection.close()
    engine = engine_of(postgres.url_of("from_code"))
    async with engine.begin() as opened:
        await opened.exec_driver_sql("CREATE EXTENSION pg_trgm")
        await opened.exec_driver_sql(function)
        await opened.run_sync(metadata.create_all)
    await engine.dispose()
    assert await facts(database) == await facts(postgres.url_of("from_code"))


async def test_a_second_run_changes_nothing(database):
    await asyncio.to_thread(migrate.upgrade, database)
    first = await facts(database)
    await asyncio.to_thread(migrate.upgrade, database)
    assert await facts(database) == first
    assert await asyncio.to_thread(migrate.current, database) == migrate.expected()


async def test_two_processes_may_migrate_at_once(database):
    await asyncio.gather(*(asyncio.to_thread(migrate.upgrade, database) for _ in range(3)))
    await asyncio.to_thread(migrate.require_current, database)


async def test_an_empty_database_lacks_migrations(database):
    with pytest.raises(DatabaseProblem, match="run `charter migrate`"):
        await asyncio.to_thread(migrate.require_current, database)


async def test_a_database_of_a_newer_version_is_refused(database):
    await asyncio.to_thread(migrate.upgrade, database)
    connection = await asyncpg.connect(database)
    await connection.execute("UPDATE alembic_version SET version_num = '299901010000'")
    await connection.close()
    for refused in (migrate.upgrade, migrate.require_current):
        with pytest.raises(NewerDataProblem, match=r"newer Charter .revision 299901010000"):
            await asyncio.to_thread(refused, database)


async def test_a_database_that_is_not_there_is_told_in_one_sentence(tmp_path):
    url = f"postgresql://charter@/x?host={tmp_path}&port=5432"
    with pytest.raises(DatabaseProblem, match="cannot be reached"):
        await asyncio.to_thread(migrate.current, url)
