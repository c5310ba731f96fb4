"""A browser's client and its sessions through the Frontend API, from the first to the last call."""

import pytest

from charter.core.sessions.cookies import CLIENT_COOKIE
from tests.browsing import PASSWORD


@pytest.fixture
async def browser(world):
    made = world.browser()
    yield made
    await made.close()


async def test_a_browser_that_nothing_is_known_of_has_no_client(browser):
    assert (await browser.get("/client")).json() == {"response": None, "client": None}


async def test_a_client_is_made_once_and_kept(browser):
    made = await browser.post("/client")
    again = await browser.put("/client")
    assert made.json()["response"]["id"] == again.json()["response"]["id"]
    assert made.json()["response"]["sessions"] == []
    assert (await browser.state())["id"] == made.json()["response"]["id"]


@pytest.mark.parametrize("method", ["post", "put"])
async def test_a_client_that_is_asked_to_be_made_again_is_told_with_all_its_sessions(
    browser, method
):
    session_id = await browser.sign_in("ann")
    answer = (await getattr(browser, method)("/client")).json()
    assert [each["id"] for each in answer["response"]["sessions"]] == [session_id]
    assert answer["response"] == answer["client"]


async def test_signing_out_of_all_answers_the_client_that_stays(browser):
    await browser.sign_in("ann")
    answer = (await browser.delete("/client/sessions")).json()
    assert answer["response"]["sessions"] == []
    assert answer["response"] == answer["client"]


async def test_signing_out_of_all_can_drop_the_client_too(browser):
    session_id = await browser.sign_in("ann")
    answer = await browser.delete("/client")
    assert answer.status_code == 200
    assert answer.json()["client"] is None
    assert await browser.state() is None
    gone = await browser.get(f"/client/sessions/{session_id}")
    assert gone.status_code in {401, 404}


async def test_a_development_browser_is_given_a_token_that_stands_for_its_cookie(world, browser):
    answer = await browser.post("/dev_browser")
    token = answer.json()["id"]
    other = world.browser()
    found = await other.get("/client", __clerk_db_jwt=token)
    assert found.json()["response"] is not None
    await other.close()


async def test_a_session_is_read_by_the_browser_that_holds_it_alone(world, browser):
    session_id = await browser.sign_in("ann")
    answer = await browser.get(f"/client/sessions/{session_id}")
    assert answer.json()["response"]["id"] == session_id
    other = world.browser()
    assert (await other.get(f"/client/sessions/{session_id}")).status_code in {401, 404}
    await other.close()


@pytest.mark.security("C8")
@pytest.mark.parametrize("order", ["{own}; {planted}", "{planted}; {own}"])
async def test_of_two_cookies_of_one_name_neither_signs_anybody_in(world, browser, order):
    await browser.sign_in("ann")
    planter = world.browser()
    await planter.sign_in("eve")
    own, planted = (
        f"{CLIENT_COOKIE}={each.http.cookies[CLIENT_COOKIE]}" for each in (browser, planter)
    )
    victim = world.browser()
    cookies = order.format(own=own, planted=planted)
    answer = await victim.http.get("/client", headers={"cookie": cookies})
    assert answer.json() == {"response": None, "client": None}
    await victim.close()
    await planter.close()


@pytest.mark.parametrize(("step", "status"), [("end", "ended"), ("remove", "removed")])
async def test_one_of_two_sessions_ends_and_the_other_stays(browser, step, status):
    first = await browser.sign_in("ann")
    second = await browser.sign_in("ben")
    answer = await browser.post(f"/client/sessions/{first}/{step}")
    assert answer.status_code == 200, answer.text
    assert answer.json()["response"]["status"] == status
    assert [each["id"] for each in (await browser.state())["sessions"]] == [second]
    refused = await browser.post(f"/client/sessions/{first}/tokens")
    assert refused.status_code == 401


async def test_the_environment_is_told_a_browser_that_says_where_it_is(browser):
    told = await browser.patch("/environment")
    assert told.status_code == 200
    assert told.json()["display_config"]["instance_environment_type"] == "development"


async def test_a_session_that_has_ended_is_not_the_one_that_acts(browser):
    session_id = await browser.sign_in("ann")
    assert (await browser.state())["last_active_session_id"] == session_id
    await browser.delete("/client/sessions")
    client = await browser.state()
    assert (client["sessions"], client["last_active_session_id"]) == ([], None)


@pytest.mark.parametrize(
    ("origin", "goes_on_at"),
    [
        ("http://localhost:5173", "http://localhost:5173"),
        (None, "http://app.test"),
    ],
)
async def test_people_stay_with_the_app_on_this_machine_that_asks(world, http, origin, goes_on_at):
    url = f"/frontend/i/{world.instance_id}/v1/environment"
    told = await http.get(url, headers={"origin": origin} if origin else {})
    assert told.json()["display_config"]["home_url"] == goes_on_at


@pytest.mark.security("C6")
@pytest.mark.parametrize("environment", ["development", "production"])
async def test_no_script_reads_the_token_of_a_client(world, environment):
    await world.sql(
        "UPDATE instances SET environment = $2 WHERE id = $1", world.instance_id, environment
    )
    await world.user("ann", password=PASSWORD)
    browser = world.browser()
    form = {"identifier": "ann@example.com", "password": PASSWORD}
    answer = await browser.post("/client/sign_ins", form)
    (cookie,) = [
        each
        for each in answer.headers.get_list("set-cookie")
        if each.startswith(f"{CLIENT_COOKIE}=")
    ]
    said = {part.strip().partition("=")[0] for part in cookie.split(";")[1:]}
    assert {"HttpOnly", "SameSite", "Path"} <= said
    assert ("Secure" in said) == (environment == "production")
    assert "Domain" not in said
    await browser.close()


@pytest.mark.parametrize("path", ["/sessions/{session}/revoke", "/users/{user}/ban"])
async def test_an_open_tab_is_told_that_it_is_signed_out(world, browser, path):
    session_id = await browser.sign_in("ann")
    ended = path.format(session=session_id, user=world.people["ann"])
    assert (await world.post(ended)).status_code == 200
    for step in ("tokens", "tokens/any", "touch"):
        answer = await browser.post(f"/client/sessions/{session_id}/{step}")
        # The browser's components read their state again at a 401, and at no other refusal.
        assert answer.status_code == 401, step
        assert answer.json()["errors"][0]["code"] == "authentication_invalid"
    assert (await browser.state())["sessions"] == []
