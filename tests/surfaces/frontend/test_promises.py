"""Browsers without a client: what they ask for at once is all of one."""

import pytest

from charter.core.clients.promises import promise
from charter.kernel.secrets import new_secret
from tests.browsing import PASSWORD
from tests.world import all_at_once, new_world

COOKIE = "__client"


@pytest.fixture
async def browser(world):
    made = world.browser()
    yield made
    await made.close()


async def client_count(world) -> int:
    rows = await world.sql("SELECT id FROM clients WHERE instance_id = $1", world.instance_id)
    return len(rows)


def held(browser) -> str:
    return browser.http.cookies[COOKIE]


async def test_who_only_looks_is_given_a_token_and_leaves_no_row(world, browser):
    answer = await browser.get("/client")
    assert answer.json()["response"] is None
    assert held(browser)
    assert await client_count(world) == 0


async def test_who_looks_again_keeps_the_token(browser):
    await browser.get("/client")
    again = await browser.get("/client")
    assert "set-cookie" not in again.headers


async def test_the_first_change_makes_the_client_and_leaves_the_cookie_alone(world, browser):
    await browser.get("/client")
    answer = await browser.post("/client/sign_ins")
    assert "set-cookie" not in answer.headers
    assert answer.json()["client"]["sign_in"]["id"] == answer.json()["response"]["id"]
    assert await client_count(world) == 1


async def test_what_is_asked_for_at_once_is_of_one_client(world, browser):
    await browser.get("/client")
    answers = await all_at_once(*(browser.post("/client/sign_ins") for _ in range(6)))
    assert [answer.status_code for answer in answers] == [200] * 6
    assert len({answer.json()["client"]["id"] for answer in answers}) == 1
    assert await client_count(world) == 1


async def test_a_session_is_not_hidden_by_what_was_asked_for_beside_it(world, browser):
    """The cookie of the sign-in stays, whichever of the answers comes last."""
    await world.user("ann", password=PASSWORD)
    await browser.get("/client")
    form = {"identifier": "ann@example.com", "password": PASSWORD}
    answers = await all_at_once(
        browser.post("/client/sign_ins", form),
        *(browser.post("/client/sign_ins", {"strategy": "passkey"}) for _ in range(3)),
    )
    assert answers[0].status_code == 200, answers[0].text
    # Who asked before the sign-in and would have begun after it is told of it.
    assert {answer.status_code for answer in answers[1:]} <= {200, 400}
    assert [COOKIE in answer.headers.get("set-cookie", "") for answer in answers] == [
        True,
        False,
        False,
        False,
    ]
    state = await browser.state()
    assert [each["id"] for each in state["sessions"]] == [
        answers[0].json()["response"]["created_session_id"]
    ]


@pytest.mark.security("C2")
async def test_the_token_handed_out_before_a_sign_in_is_nobodys_after_it(world, browser):
    await world.user("ann", password=PASSWORD)
    await browser.get("/client")
    planted = held(browser)
    await browser.sign_in("ann")
    assert held(browser) != planted
    thief = world.browser()
    thief.http.cookies.set(COOKIE, planted)
    assert await thief.state() is None
    made = await thief.post("/client/sign_ins")
    assert made.json()["client"]["sessions"] == []
    await thief.close()


@pytest.mark.security("C1")
@pytest.mark.parametrize("kind", ["chosen", "of_another_instance", "without_mark", "other_secret"])
async def test_nobody_else_chooses_what_a_client_is_known_by(platform, app, world, browser, kind):
    own = promise(platform, world.instance_id)
    secret, _, mark = own.partition(".")
    other = await new_world(platform, app)
    token = {
        "chosen": "cp_chosen.mark",
        "of_another_instance": promise(platform, other.instance_id),
        "without_mark": secret,
        "other_secret": f"{new_secret('cp_')}.{mark}",
    }[kind]
    browser.http.cookies.set(COOKIE, token)
    answer = await browser.post("/client/sign_ins")
    assert answer.status_code == 200
    given = answer.headers["set-cookie"].partition(";")[0].removeprefix(f"{COOKIE}=")
    assert given.startswith("ct_")


async def test_a_phone_that_looks_is_given_no_cookie(browser):
    answer = await browser.get("/client", _is_native="1")
    assert "set-cookie" not in answer.headers
