"""Signing in and up by an account at an identity provider, by forms alone."""

import html
import re
from urllib.parse import urlsplit

import pytest

from charter.core.oauth_authorizations.account_ids import shown
from tests.elsewhere import STRATEGY, add
from tests.logging_in import app_client


@pytest.fixture
async def acme(world, provider):
    """A provider that people may sign in by."""
    return await add(world, provider, name="Acme ID")


async def go_there_and_back(visitor, provider):
    """Press the provider's button, say yes there, and come back."""
    await visitor.open("sign-in")
    assert "Continue with Acme ID" in visitor.now.text
    page = await visitor.send("sign-in/with", {"strategy": STRATEGY})
    assert page.status == 200, page.text
    url = html.unescape(re.search(r'<a class="button" href="([^"]+)"', page.html)[1])
    brought = await provider.visit(url)
    answer = await visitor.client.get(
        f"/frontend/i/{visitor.world.instance_id}/v1/oauth_callback", params=brought
    )
    assert answer.status_code == 303
    back = urlsplit(answer.headers["location"])
    assert back.netloc == "auth.test"
    return await visitor._go(f"{back.path}?{back.query}")


async def test_who_is_new_makes_an_account_and_comes_back_by_it(visitor, visitors, provider, acme):
    page = await go_there_and_back(visitor, provider)
    assert "You are new here" in page.text
    page = await visitor.send("sign-in/back")
    assert page.path == "continue"
    page = await visitor.open("profile")
    assert "ann@gmail.test" in page.text
    other = visitors()
    assert (await go_there_and_back(other, provider)).path == "continue"


async def test_who_says_no_there_is_told_so_and_can_go_back(visitor, provider, acme):
    await visitor.open("sign-in")
    page = await visitor.send("sign-in/with", {"strategy": STRATEGY})
    url = html.unescape(re.search(r'<a class="button" href="([^"]+)"', page.html)[1])
    state = (await provider.visit(url))["state"]
    answer = await visitor.client.get(
        f"/frontend/i/{visitor.world.instance_id}/v1/oauth_callback",
        params={"state": state, "error": "access_denied"},
    )
    back = urlsplit(answer.headers["location"])
    page = await visitor._go(f"{back.path}?{back.query}")
    assert page.status == 422
    assert "did not confirm" in page.text
    assert any("/sign-in" in link for link in page.read.links)


async def test_a_provider_that_is_not_there_is_refused(visitor):
    await visitor.open("sign-in")
    token = visitor.now.form().values["form_token"]
    response = await visitor.client.post(
        f"{visitor.base}/sign-in/with",
        data={"form_token": token, "strategy": "oauth_nobody"},
        headers={"origin": "http://api.test", "sec-fetch-site": "same-origin"},
    )
    assert response.status_code in {404, 422}
    assert 'role="alert"' in response.text or response.status_code == 404


async def test_without_a_return_there_is_nothing_to_go_on_with(visitor):
    assert (await visitor.open("sign-in/back")).path == "sign-in"


async def test_an_address_that_names_a_provider_leads_there_and_back_to_the_client(
    visitor, provider, acme, world
):
    client = await app_client(world)
    asked = {"client_id": shown(client.application.id), "response_type": "code", "state": "mine"}
    name = STRATEGY.removeprefix("oauth_")
    answer = await world.client.get(f"/accounts/auth/{name}/authorize", params=asked)
    assert answer.status_code == 303
    sent = urlsplit(answer.headers["location"])
    assert sent.path.endswith("/sign-in/with")
    page = await visitor._go(f"{sent.path}?{sent.query}")
    url = html.unescape(re.search(r'<a class="button" href="([^"]+)"', page.html)[1])
    brought = await provider.visit(url)
    # A provider may send people back by this API's own address, which leads on.
    forwarded = await world.client.get(f"/accounts/auth/{name}/callback", params=brought)
    assert forwarded.headers["location"].startswith(f"/accounts/oauth2/callback/{name}?")
    answer = await visitor.client.get(
        f"/frontend/i/{visitor.world.instance_id}/v1/oauth_callback", params=brought
    )
    back = urlsplit(answer.headers["location"])
    page = await visitor._go(f"{back.path}?{back.query}")
    assert "You are new here" in page.text


async def test_a_provider_that_is_not_offered_and_a_client_that_is_none_are_refused(world):
    client = shown((await app_client(world)).application.id)
    for path, client_id, status in (
        ("/accounts/auth/google/authorize", client, 404),
        ("/accounts/auth/google/authorize", "cid_none", 400),
        ("/accounts/auth/google/authorize", "", 400),
    ):
        answer = await world.client.get(path, params={"client_id": client_id})
        assert answer.status_code == status
