"""Letting an application in, in Chromium; and its token at an app's server."""

import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.examples import installed
from tests.browser.test_portal_accessibility import DESKTOP, PHONE, Walk
from tests.browser.visitor import PASSWORD, address
from tests.consenting import CALLBACK, CHALLENGE, STATE, VERIFIER
from tests.live import LiveServer
from tests.processes import clean_environment

ASKING = "asking_token.mjs"


@pytest.fixture
async def planner(setting):
    """An application as its owner knows it."""
    return await setting.call(
        "POST",
        "/oauth_applications",
        name="Planner",
        redirect_uris=[CALLBACK],
        scopes="openid profile email",
    )


def asking(planner, **more) -> str:
    given = {
        "response_type": "code",
        "client_id": planner["client_id"],
        "redirect_uri": CALLBACK,
        "scope": "openid profile email",
        "state": STATE,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **more,
    }
    return f"{planner['authorize_url']}?{urlencode(given)}"


async def at_home(page: Page) -> None:
    """The application's own site, which says that it was reached."""

    async def answer(route) -> None:
        await route.fulfill(content_type="text/html", body="<h1>Back at the planner</h1>")

    await page.route("https://client.test/**", answer)


async def enter(page: Page, name: str) -> None:
    await page.get_by_label("Email address").fill(address(name))
    await page.get_by_role("button", name="Continue", exact=True).click()
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()


def came_with(page: Page) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def trade(planner, code) -> dict:
    answer = httpx.post(
        planner["token_fetch_url"],
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        },
        auth=(planner["client_id"], planner["client_secret"]),
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(planner, tokens) -> httpx.Response:
    """What the application learns of the person."""
    bearer = {"authorization": f"Bearer {tokens['access_token']}"}
    return httpx.get(planner["user_info_url"], headers=bearer)


def portal_of(planner) -> str:
    """Our own pages of the application's instance."""
    home = urlsplit(planner["authorize_url"])
    return f"{home.scheme}://{home.netloc}/account/i/{planner['instance_id']}"


@pytest.mark.parametrize("has_scripts", [True, False], ids=["scripts", "plain"])
async def test_a_stranger_signs_in_agrees_and_is_back_at_the_application(
    chromium: Browser, planner, setting, has_scripts
):
    name = f"oauth{has_scripts}".lower()
    await setting.user(name)
    context = await chromium.new_context(java_script_enabled=has_scripts, locale="en-US")
    page = await context.new_page()
    await at_home(page)
    await page.goto(asking(planner))
    await enter(page, name)
    await expect(page.get_by_role("heading", name="Let Planner in?")).to_be_visible()
    await expect(page.get_by_text("See your email address")).to_be_visible()
    await page.get_by_role("button", name="Allow", exact=True).click()
    await expect(page.get_by_role("heading", name="Back at the planner")).to_be_visible()
    found = came_with(page)
    assert found["state"] == STATE
    tokens = trade(planner, found["code"])
    assert told(planner, tokens).json()["email"] == address(name)
    # What was agreed to is remembered, until it is taken back.
    again = await context.request.get(asking(planner), max_redirects=0)
    assert again.headers["location"].startswith(CALLBACK + "?code=")
    await page.goto(portal_of(planner) + "/profile/applications")
    await page.get_by_role("button", name="Remove Planner").click()
    await expect(page.get_by_text("lost its access")).to_be_visible()
    assert told(planner, tokens).status_code == 401
    await context.close()


async def test_an_answer_is_posted_to_the_application(page: Page, planner, setting):
    await setting.user("oauthpost")
    sent: list[str | None] = []

    async def answer(route) -> None:
        sent.append(route.request.post_data)
        await route.fulfill(content_type="text/html", body="<h1>Back at the planner</h1>")

    await page.route("https://client.test/**", answer)
    await page.goto(asking(planner, response_mode="form_post"))
    await enter(page, "oauthpost")
    await page.get_by_role("button", name="Allow", exact=True).click()
    await expect(page.get_by_role("heading", name="Back at the planner")).to_be_visible()
    await page.goto(asking(planner, response_mode="form_post"))
    await expect(page.get_by_role("heading", name="Back at the planner")).to_be_visible()
    assert len(sent) == 2
    for body in sent:
        assert parse_qs(body or "")["state"] == [STATE]


async def test_who_has_to_show_anew_who_they_are_does_so_and_goes_on(page: Page, planner, setting):
    await setting.user("oauthanew")
    await at_home(page)
    await page.goto(asking(planner))
    await enter(page, "oauthanew")
    await page.get_by_role("button", name="Allow", exact=True).click()
    await expect(page.get_by_role("heading", name="Back at the planner")).to_be_visible()
    await page.goto(asking(planner, prompt="login"))
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Confirm", exact=True).click()
    await expect(page.get_by_role("heading", name="Back at the planner")).to_be_visible()
    assert "code" in came_with(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_everybody_can_use_the_page(chromium: Browser, setting, planner, scheme, viewport):
    name = f"oauth{scheme}{viewport['width']}"
    await setting.user(name)
    context = await chromium.new_context(
        color_scheme=scheme, viewport=viewport, locale="en-US", reduced_motion="reduce"
    )
    walk = Walk(await context.new_page(), portal_of(planner))
    await walk.page.goto(asking(planner))
    await enter(walk.page, name)
    await expect(walk.page.get_by_role("heading", name="Let Planner in?")).to_be_visible()
    await walk.check("consent")
    await at_home(walk.page)
    await walk.page.get_by_role("button", name="Allow", exact=True).click()
    await expect(walk.page.get_by_role("heading", name="Back at the planner")).to_be_visible()
    await walk.open("profile/applications")
    assert len(walk.seen) == 2
    assert walk.wrong == []
    await context.close()


@pytest.fixture(scope="module")
def folder(workshop: Path) -> Path:
    """Where the official client is installed."""
    made = workshop / "tokens"
    made.mkdir()
    copy = installed("express", made)
    shutil.copy(Path(__file__).parent / ASKING, copy)
    return copy


async def test_an_apps_server_knows_the_person_behind_a_programs_token(
    page: Page, planner, setting, server: LiveServer, folder
):
    user_id = await setting.user("oauthapi")
    await at_home(page)
    await page.goto(asking(planner))
    await enter(page, "oauthapi")
    await page.get_by_role("button", name="Allow", exact=True).click()
    await expect(page.get_by_role("heading", name="Back at the planner")).to_be_visible()
    tokens = trade(planner, came_with(page)["code"])

    def ask(token):
        given = {
            "secretKey": server.secret_key,
            "publishableKey": server.publishable_key,
            "apiUrl": server.url,
            "token": token,
        }
        done = subprocess.run(
            ["node", ASKING, json.dumps(given)],
            cwd=folder,
            env=clean_environment(CLERK_TELEMETRY_DISABLED="1"),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return json.loads(done.stdout)

    found = ask(tokens["access_token"])
    assert (found["isAuthenticated"], found["tokenType"]) == (True, "oauth_token")
    assert (found["userId"], found["clientId"]) == (user_id, planner["client_id"])
    assert set(found["scopes"]) == {"openid", "profile", "email"}
    await setting.call("POST", f"/users/{user_id}/ban")
    assert ask(tokens["access_token"])["isAuthenticated"] is False
