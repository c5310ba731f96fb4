"""What every test may ask for: a world of its own, a server, a client."""

import asyncio
import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as examples

from charter.kernel.platform import Platform
from charter.kernel.tokens import SigningKey
from charter.migrate import upgrade
from charter.outside.payments import PaymentGateways
from charter.outside.postgres import running
from charter.platform import create_platform
from charter.server import create_app
from charter.settings import Settings
from tests.live import LiveServer, live
from tests.observing import observe
from tests.post import Post, post_office
from tests.providing import Provider, providing
from tests.world import World, new_world

TEST_KEY = ("test", bytes(range(32)))
NOWHERE = "http://127.0.0.1:1"
"""Where nobody answers: what takes money is named by the tests that need it."""
POSTGRES_VARIABLE = "CHARTER_TEST_POSTGRES_URL"
"""Names a PostgreSQL to use instead of one of the run's own."""
# What a crash of the machine would lose, the next run makes anew.
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "400",
}
POSTGRES = pytest.StashKey[ExitStack]()

# Nothing fails because a machine is slow; and examples share their test's world, as callers do.
_LENIENT = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
examples.register_profile("charter", deadline=None, suppress_health_check=_LENIENT)
examples.load_profile("charter")


def pytest_configure(config: pytest.Config) -> None:
    """Start one PostgreSQL for all processes of the run, before there are any.

    It ends with the thread that starts it, so this is done in the main one. A run of one process
    starts it when the first test asks.
    """
    if config.getoption("dist", "no") != "no" and not hasattr(config, "workerinput"):
        os.environ[POSTGRES_VARIABLE] = _postgres_url(config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the PostgreSQL that this process started."""
    if POSTGRES in config.stash:
        config.stash[POSTGRES].close()


def _postgres_url(config: pytest.Config) -> str:
    """The PostgreSQL of the run, started if there is none."""
    if shared := os.environ.get(POSTGRES_VARIABLE):
        return shared
    parts = config.stash[POSTGRES] = ExitStack()
    folder = parts.enter_context(tempfile.TemporaryDirectory(prefix="charter-tests-"))
    return parts.enter_context(running(Path(folder) / "postgres", options=FAST)).url


@contextmanager
def new_database(postgres_url: str) -> Iterator[str]:
    """A migrated database that is there while the block runs."""
    name = f"charter_{uuid.uuid4().hex[:12]}"

    async def say(statement: str) -> None:
        connection = await asyncpg.connect(postgres_url)
        await connection.execute(statement)
        await connection.close()

    asyncio.run(say(f"CREATE DATABASE {name}"))
    base, _, query = postgres_url.partition("?")
    url = base.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
    upgrade(url)
    yield url
    asyncio.run(say(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> str:
    """One PostgreSQL for the whole run, shared by all workers; a database for each."""
    return _postgres_url(request.config)


@pytest.fixture(scope="session")
def database_url(postgres_url: str) -> Iterator[str]:
    """A migrated database of this worker's own."""
    with new_database(postgres_url) as url:
        yield url


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(
        mode="development",
        data=tmp_path_factory.mktemp("data"),
        database_url=database_url,
        encryption_keys=(TEST_KEY,),
        blobs_url="memory:///",
        api_url="http://api.test",
        frontend_url="http://auth.test",
        app_url="http://app.test",
    )


@pytest.fixture(scope="session")
async def platform(settings: Settings) -> AsyncIterator[Platform]:
    """The platform, strict: an error that is not declared fails the test."""
    # Making an RSA key takes a tenth of a second; the tests share one under many names.
    pem = SigningKey.generate("shared").to_pem()
    made = create_platform(
        settings,
        is_strict=True,
        new_signing_key=lambda kid: SigningKey.from_pem(kid, pem),
        gateway=PaymentGateways(NOWHERE),
    )
    await made.database.open()
    yield made
    await made.database.close()
    await made.work.close()


@pytest.fixture(scope="session")
async def app(settings: Settings, platform: Platform):
    """The whole server; every answer is held against its contract."""
    return create_app(settings, platform=platform, observe=observe)


@pytest.fixture
async def world(platform: Platform, app) -> AsyncIterator[World]:
    """An instance of its own, with ways to fill it."""
    made = await new_world(platform, app)
    yield made
    await made.close()


@pytest.fixture
async def other_world(platform: Platform, app) -> AsyncIterator[World]:
    """A second instance, for what must not leak."""
    made = await new_world(platform, app)
    yield made
    await made.close()


@pytest.fixture
async def http(app) -> AsyncIterator[httpx.AsyncClient]:
    """A client without credentials."""
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        yield client


@pytest.fixture(scope="session")
def live_server(settings: Settings) -> Iterator[LiveServer]:
    """A server on a port, for clients that are programs of their own."""
    with live(settings, f"live-{uuid.uuid4().hex[:8]}.test") as server:
        yield server


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """An identity provider that speaks the real protocol, and lies where a test says so."""
    async with providing() as made:
        yield made


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """A mail server that takes all mail."""
    async with post_office() as office:
        yield office
