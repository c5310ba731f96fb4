"""Apps on phones sign people in through a provider, which a browser of the phone goes to."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browsing import PASSWORD
from tests.elsewhere import STRATEGY, add
from tests.native import Phone
from tests.world import all_at_once

APP = "acme-app://sso-callback"
QUESTION = {"strategy": STRATEGY, "redirect_url": APP}


@pytest.fixture
async def world(world, provider):
    """An instance with a provider, whose app has an address on phones."""
    await add(world, provider)
    made = await world.post("/redirect_urls", {"url": APP})
    assert made.status_code == 200, made.text
    return world


@pytest.fixture
async def phone(world):
    made = Phone(world)
    await made.post("/client")
    yield made
    await made.http.aclose()


async def gone_there(world, provider, verification):
    """Say yes in the phone's browser; the nonce that the app's address is opened with."""
    brought = await provider.visit(verification["external_verification_redirect_url"])
    browser = world.browser()
    answer = await browser.get("/oauth_callback", **brought)
    await browser.close()
    assert answer.status_code == 303, answer.text
    location = answer.headers["location"]
    assert location.startswith(APP + "?")
    assert "set-cookie" not in answer.headers
    return parse_qs(urlsplit(location).query)["rotating_token_nonce"][0]


async def begun(phone, flow="sign_ins"):
    """A sign-in or sign-up that waits for the provider: where it is, and its check."""
    found = (await phone.post(f"/client/{flow}", QUESTION)).json()["response"]
    check = found.get("first_factor_verification") or found["verifications"]["external_account"]
    return f"/client/{flow}/{found['id']}", check


async def signed_up(world, provider):
    """Have somebody at the provider be known here."""
    phone = Phone(world)
    path, check = await begun(phone, "sign_ups")
    nonce = await gone_there(world, provider, check)
    answer = await phone.get(path, rotating_token_nonce=nonce)
    await phone.http.aclose()
    assert answer.json()["response"]["status"] == "complete", answer.text


async def test_a_sign_up_ends_in_a_session_of_the_app(world, provider, phone):
    path, check = await begun(phone, "sign_ups")
    before = phone.token
    nonce = await gone_there(world, provider, check)
    done = (await phone.get(path, rotating_token_nonce=nonce)).json()
    assert done["response"]["status"] == "complete"
    assert phone.token != before
    (session,) = (await phone.state())["sessions"]
    assert session["id"] == done["response"]["created_session_id"]
    assert session["user"]["external_accounts"][0]["email_address"] == "ann@gmail.test"


async def test_a_sign_in_ends_in_a_session_of_the_app(world, provider, phone):
    await signed_up(world, provider)
    path, check = await begun(phone)
    nonce = await gone_there(world, provider, check)
    done = (await phone.get(path, rotating_token_nonce=nonce)).json()
    assert done["response"]["status"] == "complete"
    assert len((await phone.state())["sessions"]) == 1


async def test_whom_nobody_knows_signs_up_with_what_was_proven(world, provider, phone):
    path, check = await begun(phone)
    nonce = await gone_there(world, provider, check)
    waiting = (await phone.get(path, rotating_token_nonce=nonce)).json()["response"]
    assert waiting["first_factor_verification"]["status"] == "transferable"
    done = (await phone.post("/client/sign_ups", {"transfer": "true"})).json()
    assert done["response"]["status"] == "complete"
    assert len((await phone.state())["sessions"]) == 1


async def test_an_account_is_linked_to_who_is_signed_in_on_the_phone(world, provider, phone):
    user = await world.user("ben", password=PASSWORD)
    given = {"identifier": user.email_addresses[0].address, "password": PASSWORD}
    signed_in = (await phone.post("/client/sign_ins", given)).json()["response"]
    acting = {"_clerk_session_id": signed_in["created_session_id"]}
    made = await phone.post("/me/external_accounts", QUESTION, **acting)
    nonce = await gone_there(world, provider, made.json()["response"]["verification"])
    (waiting,) = (await phone.get("/me", **acting)).json()["response"]["external_accounts"]
    assert waiting["verification"]["status"] == "unverified"
    told = await phone.get("/me", rotating_token_nonce=nonce, **acting)
    (account,) = told.json()["response"]["external_accounts"]
    assert account["verification"]["status"] == "verified"


async def test_what_went_wrong_there_is_told_by_the_flow(world, provider, phone):
    path, check = await begun(phone)
    query = parse_qs(urlsplit(check["external_verification_redirect_url"]).query)
    browser = world.browser()
    answer = await browser.get("/oauth_callback", state=query["state"][0], error="access_denied")
    await browser.close()
    nonce = parse_qs(urlsplit(answer.headers["location"]).query)["rotating_token_nonce"][0]
    told = (await phone.get(path, rotating_token_nonce=nonce)).json()["response"]
    assert told["first_factor_verification"]["error"]["code"] == "oauth_access_denied"


@pytest.mark.security("F5")
async def test_the_app_that_asked_gets_nothing_without_the_nonce(world, provider, phone):
    await signed_up(world, provider)
    path, check = await begun(phone)
    await gone_there(world, provider, check)
    assert (await phone.get(path)).json()["response"]["status"] == "needs_identifier"
    assert (await phone.state())["sessions"] == []


@pytest.mark.security("F5")
async def test_the_nonce_gives_nothing_to_another_app(world, provider, phone):
    await signed_up(world, provider)
    _, check = await begun(phone)
    nonce = await gone_there(world, provider, check)
    for other in (Phone(world), Phone(world)):
        await other.post("/client")
        answer = await other.get("/client", rotating_token_nonce=nonce)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["code"] == "oauth_callback_invalid"
        await other.http.aclose()
    nobody = Phone(world)
    assert (await nobody.get("/client", rotating_token_nonce=nonce)).status_code == 400
    await nobody.http.aclose()


@pytest.mark.security("F5")
async def test_the_nonce_is_good_once(world, provider, phone):
    path, check = await begun(phone, "sign_ups")
    nonce = await gone_there(world, provider, check)
    answers = await all_at_once(*(phone.get(path, rotating_token_nonce=nonce) for _ in range(5)))
    assert sorted(each.status_code for each in answers) == [200, 400, 400, 400, 400]
    phone.token = next(each.headers["authorization"] for each in answers if each.is_success)
    assert (await phone.get(path, rotating_token_nonce=nonce)).status_code == 400
    assert len((await phone.state())["sessions"]) == 1


async def test_where_there_is_nothing_a_nonce_is_refused_all_the_same(phone):
    answer = await phone.get("/nothing/here", rotating_token_nonce="x")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (
        400,
        "oauth_callback_invalid",
    )


@pytest.mark.security("F5")
async def test_what_a_browser_asked_for_is_no_apps(world, provider):
    browser = world.browser()
    asked = {"strategy": STRATEGY, "redirect_url": "http://app.test/sso-callback"}
    found = (await browser.post("/client/sign_ins", asked)).json()["response"]
    url = found["first_factor_verification"]["external_verification_redirect_url"]
    other = world.browser()
    answer = await other.get("/oauth_callback", **(await provider.visit(url)))
    assert answer.status_code == 400
    await browser.close()
    await other.close()
