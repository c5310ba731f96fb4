"""Sessions and their tokens on the wire of the Backend API."""

import pytest

from charter.core.keys.lookup import lookup
from tests.core.sessions.reading import claims_of
from tests.core.sessions.refreshes import ORIGIN, Browser

NONE = "sess_2aaaaaaaaaaaaaaaaaaaaaaaaaa"


def code_of(answer):
    return answer.json()["errors"][0]["code"]


async def test_a_session_is_made_read_listed_and_revoked(world):
    acme = await world.organization(owner="ann")
    body = {"user_id": world.people["ann"], "active_organization_id": acme.id}
    made = (await world.post("/sessions", body)).json()
    assert (made["object"], made["status"]) == ("session", "active")
    assert made["last_active_organization_id"] == acme.id
    assert made["expire_at"] - made["created_at"] == 7 * 24 * 3600 * 1000
    assert (await world.get(f"/sessions/{made['id']}")).json() == made
    assert (await world.get("/sessions")).json() == [made]
    revoked = (await world.post(f"/sessions/{made['id']}/revoke")).json()
    assert revoked["status"] == "revoked"
    assert (await world.post(f"/sessions/{made['id']}/revoke")).json() == revoked


async def test_a_list_is_filtered_and_paged(world):
    first, second = await world.session("ann"), await world.session("ann")
    other = await world.session("ben")
    await world.post(f"/sessions/{first.id}/revoke")

    async def ids(**query):
        found = (await world.get("/sessions", params=query)).json()
        return [each["id"] for each in found]

    assert await ids() == [other.id, second.id, first.id]
    assert await ids(user_id=first.user_id) == [second.id, first.id]
    assert await ids(user_id=first.user_id, status="active") == [second.id]
    assert await ids(client_id=first.client_id) == [first.id]
    assert await ids(status="expired") == []
    assert await ids(limit="1", offset="1.0") == [second.id]
    page = (await world.get("/sessions", params={"paginated": "true", "limit": 1})).json()
    assert (page["total_count"], len(page["data"])) == (3, 1)


@pytest.mark.parametrize(
    "query", [{"status": "asleep"}, {"limit": 0}, {"limit": 501}, {"offset": -1}]
)
async def test_a_list_that_cannot_be_is_refused(world, query):
    answer = await world.get("/sessions", params=query)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["meta"]["param_name"] == next(iter(query))


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", ""), ("POST", "/revoke"), ("POST", "/tokens"), ("POST", "/tokens/hasura")],
)
async def test_an_unknown_session_is_not_found(world, method, path):
    answer = await world.client.request(method, f"/v1/sessions/{NONE}{path}")
    assert (answer.status_code, code_of(answer)) == (404, "resource_not_found")


async def test_a_session_needs_a_user(world):
    answer = await world.post("/sessions", {"user_id": "user_none"})
    assert (answer.status_code, code_of(answer)) == (404, "resource_not_found")
    answer = await world.post("/sessions", {})
    assert (answer.status_code, code_of(answer)) == (422, "form_param_missing")


async def test_a_banned_user_gets_no_session(world):
    ann = await world.user("ann")
    await world.sql("UPDATE users SET is_banned = true WHERE id = $1", ann.id)
    answer = await world.post("/sessions", {"user_id": ann.id})
    assert (answer.status_code, code_of(answer)) == (422, "user_banned")


async def test_sessions_are_made_in_development_only(world):
    ann = await world.user("ann")
    await world.sql(
        "UPDATE instances SET environment = 'production' WHERE id = $1", world.instance_id
    )
    lookup(world.platform).forget()
    answer = await world.post("/sessions", {"user_id": ann.id})
    assert (answer.status_code, code_of(answer)) == (400, "request_invalid_for_environment")


async def test_a_token_is_made_with_and_without_a_body(world):
    session = await world.session("ann")
    path = f"/sessions/{session.id}/tokens"
    plain = (await world.post(path)).json()
    assert plain["object"] == "token"
    assert claims_of(plain["jwt"])["sid"] == session.id
    longer = (await world.post(path, {"expires_in_seconds": 90.0})).json()
    claims = claims_of(longer["jwt"])
    assert claims["exp"] - claims["iat"] == 90
    assert (await world.post(path, {"expires_in_seconds": None})).status_code == 200
    answer = await world.post(path, {"expires_in_seconds": 29})
    assert (answer.status_code, code_of(answer)) == (422, "form_param_value_invalid")


async def test_a_session_that_ended_gives_no_token(world):
    session = await world.session("ann")
    await world.post(f"/sessions/{session.id}/revoke")
    answer = await world.post(f"/sessions/{session.id}/tokens")
    assert answer.status_code == 404
    answer = await world.post(f"/sessions/{session.id}/tokens/any")
    assert answer.status_code == 404


async def test_an_unknown_template_is_not_found(world):
    session = await world.session("ann")
    answer = await world.post(f"/sessions/{session.id}/tokens/hasura")
    assert (answer.status_code, code_of(answer)) == (404, "resource_not_found")


async def refreshed(browser, query="", **changes):
    body = {
        "expired_token": browser.signed(),
        "refresh_token": browser.token,
        "request_origin": ORIGIN,
        "request_headers": {"user-agent": ["x"], "accept": ["text/html"]},
        "request_originating_ip": "192.0.2.9",
    }
    path = f"/sessions/{browser.session.id}/refresh{query}"
    return await browser.world.post(path, {**body, **changes})


async def test_a_session_is_refreshed_as_a_token_or_as_cookies(world):
    browser = await Browser.of(world)
    token = (await refreshed(browser)).json()
    assert token["object"] == "token"
    assert claims_of(token["jwt"])["azp"] == ORIGIN
    answer = await refreshed(
        browser, "?suffixed_cookies=true", format="cookie", expired_token=browser.signed(jti="2")
    )
    cookies = answer.json()
    assert cookies["object"] == "cookies"
    assert len(cookies["cookies"]) == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"expired_token": "no.such.token"}, "expired_session_token_invalid"),
        ({"refresh_token": "none"}, "refresh_token_not_found"),
        ({"request_origin": "https://b.example"}, "refresh_request_origin_azp_mismatch"),
        ({"request_origin": "nothing"}, "refresh_request_origin_invalid"),
    ],
)
async def test_a_refresh_in_doubt_is_a_401_with_its_code(world, changes, code):
    browser = await Browser.of(world)
    answer = await refreshed(browser, **changes)
    assert (answer.status_code, code_of(answer)) == (401, code)


async def test_a_refresh_of_an_unknown_session_sends_to_the_handshake(world):
    browser = await Browser.of(world)
    token = browser.signed(sid=NONE)
    body = {
        "expired_token": token,
        "refresh_token": browser.token,
        "request_origin": ORIGIN,
    }
    answer = await world.post(f"/sessions/{NONE}/refresh", body)
    assert (answer.status_code, code_of(answer)) == (401, "session_refresh_session_not_found")


async def test_only_a_secret_key_reaches_sessions(http):
    for path in ("/v1/sessions", f"/v1/sessions/{NONE}"):
        assert (await http.get(path)).status_code == 401
