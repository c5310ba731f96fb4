"""What every test may ask for: a world of its own, a server, a client."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator, Iterator

import asyncpg
import httpx
import pytest

from charter.kernel.platform import Platform
from charter.kernel.tokens import SigningKey
from charter.migrate import upgrade
from charter.outside.postgres import running
from charter.server import create_app, create_platform
from charter.settings import Settings
from tests.live import LiveServer, live
from tests.observing import observe
from tests.world import World, new_world

TEST_KEY = ("test", bytes(range(32)))
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """One PostgreSQL for the whole run, shared by all workers; a database for each."""
    shared = os.environ.get("CHARTER_TEST_POSTGRES_URL")
    if shared:
        yield shared
        return
    folder = tmp_path_factory.mktemp("postgres")
    with running(folder / "data", options=FAST) as server:
        yield server.url


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


@pytest.fixture(scope="session")
def database_url(postgres_url: str) -> str:
    """A migrated database of this worker's own."""
    name = f"charter_{uuid.uuid4().hex[:12]}"

    async def create() -> None:
        connection = await asyncpg.connect(postgres_url)
        await connection.execute(f"CREATE DATABASE {name}")
        await connection.close()

    asyncio.run(create())
    base, _, query = postgres_url.partition("?")
    url = base.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")
    upgrade(url)
    return url


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
        settings, is_strict=True, new_signing_key=lambda kid: SigningKey.from_pem(kid, pem)
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
