"""The browser scripts: found by version and by a name for it, and never outside their folder."""

import dataclasses

import httpx
import pytest

from charter.core.keys.lookup import lookup
from charter.kernel.db import Database
from charter.kernel.errors import Unavailable
from charter.server import create_app


@pytest.fixture
async def browser(settings, platform, tmp_path):
    """A client of a server that keeps two versions of one package."""
    for version in ("6.9.0", "6.40.0"):
        folder = tmp_path / "scripts" / f"clerk-js@{version}"
        folder.mkdir(parents=True)
        (folder / "clerk.browser.js").write_text(f"version('{version}')" * 100)
    (tmp_path / "scripts" / "secret.js").write_text("secret")
    app = create_app(dataclasses.replace(settings, data=tmp_path), platform=platform)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        yield client


def path(version: str, file: str = "clerk.browser.js") -> str:
    return f"/npm/@clerk/clerk-js@{version}/dist/{file}"


async def test_an_exact_version_may_be_kept_for_ever(browser):
    answer = await browser.get(path("6.40.0"), headers={"origin": "http://app.test"})
    assert answer.text.startswith("version('6.40.0')")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize("version", ["6", "6.40", "latest", "canary"])
async def test_a_name_for_a_version_means_the_newest_that_is_kept(browser, version):
    answer = await browser.get(path(version))
    assert answer.text.startswith("version('6.40.0')")
    assert answer.headers["cache-control"] == "public, max-age=300"


async def test_the_older_version_is_there_under_its_own_name(browser):
    answer = await browser.get(path("6.9.0"), headers={"accept-encoding": "identity"})
    assert answer.text.startswith("version('6.9.0')")
    assert "content-encoding" not in answer.headers


async def test_the_frontend_api_has_them_below_itself(browser):
    assert (await browser.get("/frontend" + path("6"))).status_code == 200


async def test_a_browser_that_has_the_file_is_not_sent_it_again(browser):
    tag = (await browser.get(path("6"))).headers["etag"]
    answer = await browser.get(path("6"), headers={"if-none-match": tag})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    "unknown",
    [
        path("7"),
        path("6.4"),
        path("6.*"),
        path("*"),
        path("6.40.0", "other.js"),
        path("6.40.0", "LICENSE"),
        "/npm/@clerk/ui@1/dist/ui.browser.js",
        "/npm/@clerk/..@1/dist/ui.browser.js",
    ],
)
async def test_what_is_not_kept_is_not_found_and_the_command_is_named(browser, unknown):
    answer = await browser.get(unknown)
    assert answer.status_code == 404
    assert "`charter scripts fetch`" in answer.text


@pytest.mark.parametrize("file", ["..%2Fsecret.js", "%2e%2e/secret.js", "..%5Csecret.js"])
async def test_a_path_that_leads_out_of_the_folder_finds_nothing(browser, file):
    answer = await browser.get(path("6.40.0", file))
    assert answer.status_code == 404
    assert answer.text != "secret"


async def test_an_instance_chooses_what_a_name_means_for_its_host(browser, world, other_world):
    assert other_world  # of a server with one instance every host is its own
    host = {"host": (await lookup(world.platform).instance(world.instance_id)).frontend_host}
    await world.patch("/instance", {"clerk_js_version": "6.9"})
    for version in ("6", "latest", "canary"):
        answer = await browser.get(path(version), headers=host)
        assert answer.text.startswith("version('6.9.0')")
        assert answer.headers["cache-control"] == "public, max-age=300"
        assert (await browser.get(path(version))).text.startswith("version('6.40.0')")
    for version in ("6.40", "6.40.0"):
        answer = await browser.get(path(version), headers=host)
        assert answer.text.startswith("version('6.40.0')")
    await world.patch("/instance", {"clerk_js_version": "6.9.0"})
    answer = await browser.get(path("6"), headers=host)
    assert answer.headers["cache-control"] == "public, max-age=300"
    await world.patch("/instance", {"clerk_js_version": "5.1.0"})
    assert (await browser.get(path("6"), headers=host)).text.startswith("version('6.40.0')")
    await world.patch("/instance", {"clerk_js_version": "6.8.0"})
    assert (await browser.get(path("6"), headers=host)).text.startswith("version('6.40.0')")


async def test_scripts_are_there_when_the_database_is_away(browser, world, monkeypatch):
    async def away(self):
        raise Unavailable

    monkeypatch.setattr(Database, "acquire", away)
    headers = {"host": "never-seen.test"}
    assert (await browser.get(path("6"), headers=headers)).text.startswith("version('6.40.0')")
