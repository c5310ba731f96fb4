"""The official client for servers and an instance that is for real, over the cookies they share."""

import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from charter.core.instances.model import Environment
from charter.core.keys.lookup import lookup
from tests.browser.examples import installed
from tests.processes import clean_environment
from tests.world import new_world

PASSWORD = "a long pass phrase of mine"
ASKING = "asking.mjs"


@pytest.fixture(scope="module")
def folder(workshop: Path) -> Path:
    """Where the official client is installed."""
    made = workshop / "servers"
    made.mkdir()
    copy = installed("express", made)
    shutil.copy(Path(__file__).parent / ASKING, copy)
    return copy


class Visit:
    """A browser at a page of an app on the site of its instance, and the app's server behind it."""

    def __init__(self, world, server, folder, site):
        self.world, self.server, self.folder = world, server, folder
        self.page = f"https://www.{site}/desk?x=1"
        self.frontend = f"{server.url}/frontend/i/{world.instance_id}/v1"
        self.cookies: dict[str, str] = {}
        self.client_cookie = ""

    def keep(self, set_cookies):
        for each in set_cookies:
            name, _, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
            if "Max-Age=0" in each:
                del self.cookies[name]

    def sign_in(self, address):
        given = {"identifier": address, "password": PASSWORD}
        answer = httpx.post(self.frontend + "/client/sign_ins", data=given)
        assert answer.json()["response"]["status"] == "complete", answer.text
        self.keep(answer.headers.get_list("set-cookie"))
        # It belongs to the Frontend API's host: the app's server never sees it.
        self.client_cookie = self.cookies.pop("__client")

    def ask(self):
        """What the app's server makes of a request for the page."""
        given = {
            "secretKey": self.world.keys.secret_key,
            "publishableKey": self.world.keys.publishable_key,
            "apiUrl": self.server.url,
            "url": self.page,
            "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }
        done = subprocess.run(
            ["node", ASKING, json.dumps(given)],
            cwd=self.folder,
            env=clean_environment(CLERK_TELEMETRY_DISABLED="1"),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        found = json.loads(done.stdout)
        self.keep(found["cookies"])
        return found

    def follow(self, location, **changes):
        """Go where the app's server sends the browser; the way back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
        cookies = {"__client": self.client_cookie} if self.client_cookie else {}
        answer = httpx.get(
            self.frontend + "/client/handshake", params=query | changes, cookies=cookies
        )
        self.keep(answer.headers.get_list("set-cookie"))
        return answer


@pytest.fixture
async def visit(platform, app, live_server, folder):
    world = await new_world(platform, app, Environment.PRODUCTION)
    instance = await lookup(platform).instance(world.instance_id)
    site = instance.frontend_host.partition(".")[2]
    await world.configure(allowed_origins=[f"https://www.{site}"])
    yield Visit(world, live_server, folder, site)
    await world.close()


@pytest.mark.parametrize("form", ["nonce", "token"])
async def test_an_apps_server_learns_by_way_of_the_browser_who_asks(visit, form):
    user = await visit.world.user("ann", password=PASSWORD)
    visit.sign_in("ann@example.com")
    first = visit.ask()
    assert first["status"] == "handshake"
    answer = visit.follow(first["location"], format=form)
    assert (answer.status_code, answer.headers["location"]) == (307, visit.page)
    second = visit.ask()
    third = visit.ask()
    assert (second["status"], second["userId"]) == ("signed-in", user.id)
    assert (third["status"], third["userId"]) == ("signed-in", user.id)
    assert not any("handshake" in name for name in visit.cookies)


async def test_who_is_signed_in_nowhere_is_told_so_at_once(visit):
    visit.cookies["__client_uat"] = "1"
    first = visit.ask()
    visit.follow(first["location"])
    second = visit.ask()
    third = visit.ask()
    assert (first["status"], second["status"], third["status"]) == (
        "handshake",
        "signed-out",
        "signed-out",
    )
