"""One Chromium and one server for all browser tests of a process; a profile for each test."""

import dataclasses
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from charter.settings import Settings
from tests.browser import machine
from tests.browser.examples import example
from tests.browser.setting import Setting
from tests.browser.static import static_app
from tests.conftest import new_database
from tests.live import LiveServer, live

PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)
# The official components hide passkeys from browsers that say they are driven by a program.
ARGUMENTS = ["--no-sandbox", "--disable-blink-features=AutomationControlled"]


@pytest.fixture(scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """A browser without a window."""
    path = machine.chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def server(settings: Settings, postgres_url: str, tmp_path_factory) -> Iterator[LiveServer]:
    """A server with one instance, as `charter dev` has it."""
    data = tmp_path_factory.mktemp("browser")
    (data / "scripts").symlink_to(machine.scripts_folder(), target_is_directory=True)
    with new_database(postgres_url) as url:
        own = dataclasses.replace(settings, data=data, database_url=url)
        with live(own, "auth.localhost") as running:
            yield running


@pytest.fixture(scope="session")
def static(server: LiveServer) -> Iterator[str]:
    """The address of a page with the scripts by script tag."""
    with static_app(server) as url:
        yield url


@pytest.fixture(scope="session")
def workshop() -> Iterator[Path]:
    """A folder for copies of the examples, on the disk that keeps their packages."""
    machine.npm()
    machine.CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=machine.CACHE, prefix="work-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def react(server: LiveServer, workshop: Path) -> Iterator[str]:
    """The address of the React example."""
    with example("react", server, workshop) as url:
        yield url


@pytest.fixture(scope="session")
def express(server: LiveServer, workshop: Path) -> Iterator[str]:
    """The address of the Express example."""
    with example("express", server, workshop) as url:
        yield url


@pytest.fixture(scope="session")
def nextjs(server: LiveServer, workshop: Path) -> Iterator[str]:
    """The address of the Next.js example, as built for production."""
    with example("nextjs", server, workshop) as url:
        yield url


async def new_profile(chromium: Browser) -> BrowserContext:
    """A browser as somebody has it who never was anywhere."""
    agent = f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/{chromium.version}"
    made = await chromium.new_context(locale="en-US", user_agent=agent)
    made.set_default_timeout(PATIENCE_MS)
    return made


@pytest.fixture
async def context(chromium: Browser) -> AsyncIterator[BrowserContext]:
    """A browser profile without cookies."""
    made = await new_profile(chromium)
    yield made
    await made.close()


@pytest.fixture
async def page(context: BrowserContext) -> Page:
    """A tab."""
    return await context.new_page()


@pytest.fixture
async def second_page(chromium: Browser) -> AsyncIterator[Page]:
    """A tab in somebody else's browser."""
    made = await new_profile(chromium)
    yield await made.new_page()
    await made.close()


@pytest.fixture
def setting(server: LiveServer) -> Setting:
    """The Backend API and the outbox."""
    return Setting(server)
