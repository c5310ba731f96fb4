"""Codes and links by mail as a second factor, where an instance has them so."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.browsing import PASSWORD
from tests.sent import sent

ADDRESS = "ann+clerk_test@example.com"
PAGE = "http://app.test/sign-in#/verify"
BOTH = ["email_code", "email_link"]


@pytest.fixture
async def world(world):
    """An instance where a password wants a proof by mail beside it."""
    await world.configure(
        attributes={"email_address": {"first_factors": BOTH, "second_factors": BOTH}}
    )
    await world.user("ann", email=ADDRESS, password=PASSWORD)
    return world


@pytest.fixture
async def browser(world):
    made = world.browser()
    yield made
    await made.close()


async def begun(browser):
    """A sign-in whose password was right."""
    answer = await browser.post("/client/sign_ins", {"identifier": ADDRESS, "password": PASSWORD})
    return answer.json()["response"]


async def press(browser, url):
    """Press the button of a link's page; where it leads."""
    token = parse_qs(urlsplit(url).query)["token"][0]
    answer = await browser.post("/verify", {"token": token})
    assert answer.status_code == 303, answer.text
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


@pytest.mark.security("B2")
async def test_a_password_alone_does_not_do(browser):
    sign_in = await begun(browser)
    assert sign_in["status"] == "needs_second_factor"
    offered = sign_in["supported_second_factors"]
    assert [each["strategy"] for each in offered] == BOTH
    assert {each["safe_identifier"] for each in offered} == {ADDRESS}
    assert (await browser.state())["sessions"] == []


async def test_the_code_from_the_mail_completes_it(browser):
    path = f"/client/sign_ins/{(await begun(browser))['id']}"
    await browser.post(path + "/prepare_second_factor", {"strategy": "email_code"})
    answer = await browser.post(
        path + "/attempt_second_factor", {"strategy": "email_code", "code": "424242"}
    )
    assert answer.json()["response"]["status"] == "complete"
    (session,) = answer.json()["client"]["sessions"]
    assert session["factor_verification_age"] == [0, 0]


async def test_the_link_in_the_mail_completes_it(world, browser):
    sign_in = await begun(browser)
    path = f"/client/sign_ins/{sign_in['id']}"
    given = {"strategy": "email_link", "redirect_url": PAGE}
    prepared = await browser.post(path + "/prepare_second_factor", given)
    check = prepared.json()["response"]["second_factor_verification"]
    assert (check["object"], check["status"]) == ("verification_email_link", "unverified")
    told = await press(browser, (await sent(world, ADDRESS))[-1].links[0])
    waiting = (await browser.get(path)).json()
    assert told["__clerk_status"] == "verified"
    assert waiting["response"]["status"] == "complete"
    assert waiting["response"]["created_session_id"] == told["__clerk_created_session"]


@pytest.mark.security("C10")
async def test_the_link_completes_nothing_in_another_browser(world, browser):
    sign_in = await begun(browser)
    path = f"/client/sign_ins/{sign_in['id']}"
    given = {"strategy": "email_link", "redirect_url": PAGE}
    await browser.post(path + "/prepare_second_factor", given)
    other = world.browser()
    told = await press(other, (await sent(world, ADDRESS))[-1].links[0])
    await other.close()
    assert told["__clerk_status"] == "client_mismatch"
    assert (await browser.get(path)).json()["response"]["status"] == "needs_second_factor"


@pytest.mark.security("B2")
async def test_a_mailbox_is_no_second_factor_beside_itself(browser):
    made = await browser.post("/client/sign_ins", {"identifier": ADDRESS})
    path = f"/client/sign_ins/{made.json()['response']['id']}"
    await browser.post(path + "/prepare_first_factor", {"strategy": "email_code"})
    answer = await browser.post(
        path + "/attempt_first_factor", {"strategy": "email_code", "code": "424242"}
    )
    assert answer.json()["response"]["status"] == "complete"
    (session,) = answer.json()["client"]["sessions"]
    assert session["factor_verification_age"] == [0, -1]


@pytest.mark.security("B2")
async def test_after_a_ticket_which_may_have_been_mailed_mail_is_no_second_factor(world, browser):
    made = await world.post("/sign_in_tokens", {"user_id": world.people["ann"]})
    given = {"strategy": "ticket", "ticket": made.json()["token"]}
    answer = await browser.post("/client/sign_ins", given)
    assert answer.json()["response"]["status"] == "complete", answer.text
    (session,) = answer.json()["client"]["sessions"]
    assert session["factor_verification_age"] == [0, -1]


@pytest.mark.security("B2")
async def test_what_is_no_second_factor_any_more_completes_nothing(world, browser):
    path = f"/client/sign_ins/{(await begun(browser))['id']}"
    await browser.post(path + "/prepare_second_factor", {"strategy": "email_code"})
    await world.configure(attributes={"email_address": {"second_factors": []}})
    answer = await browser.post(
        path + "/attempt_second_factor", {"strategy": "email_code", "code": "424242"}
    )
    assert answer.status_code == 422, answer.text


async def test_a_device_is_proven_by_a_link_too(world, browser):
    await world.configure(
        attributes={"email_address": {"first_factors": BOTH, "second_factors": []}},
        sign_in={"trusts_known_devices_only": True},
    )
    sign_in = await begun(browser)
    assert sign_in["status"] == "needs_client_trust"
    path = f"/client/sign_ins/{sign_in['id']}"
    given = {"strategy": "email_link", "redirect_url": PAGE}
    await browser.post(path + "/prepare_second_factor", given)
    await press(browser, (await sent(world, ADDRESS))[-1].links[0])
    done = (await browser.get(path)).json()
    assert done["response"]["status"] == "complete"
    (session,) = done["client"]["sessions"]
    assert session["factor_verification_age"] == [0, -1]
