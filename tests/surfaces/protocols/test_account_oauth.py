"""The OAuth endpoints of the Accounts API, as clients and browsers meet them."""

import base64

import pytest

from charter.core.account_clients.model import AuthMethod
from charter.core.bearing import account_token_actor
from charter.core.keys.claimed import claimed_payload
from charter.core.oauth_authorizations import authorizing
from charter.core.oauth_authorizations.account_ids import shown
from charter.core.oauth_authorizations.model import Asked
from charter.kernel.errors import Unauthenticated
from tests.consenting import CALLBACK, VERIFIER, Program, present, sent_with
from tests.logging_in import app_client, bearing, client_of, login, posted, shown_as
from tests.world import all_at_once


def program_of(world, made) -> Program:
    """A client, as it sends people and trades what they come back with."""
    named = shown(made.application.id)
    return Program(world, made.application.id, named, made.secret)


def refused(answer) -> tuple[int, str]:
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json().keys() == {"error", "error_description"}
    return answer.status_code, answer.json()["error"]


def trading(made, code, **more):
    given = {"grant_type": "authorization_code", **shown_as(made), "code": code}
    return {**given, "redirect_uri": CALLBACK, "code_verifier": VERIFIER, **more}


async def code_of(world, made, name="ann", **more) -> str:
    """A code for somebody who is signed in, at a client that nobody has to let in."""
    program = program_of(world, made)
    who = await present(world, name)
    if made.application.is_consent_screen_enabled:
        return await program.code(who, **more)
    sent = await world.call(who, authorizing.authorize, asked=Asked(**program.asking(**more)))
    assert sent.parameters["iss"] == "http://api.test/accounts"
    return str(sent.parameters["code"])


async def holds(world, token) -> bool:
    try:
        await account_token_actor(world.platform, token)
    except Unauthenticated:
        return False
    return True


async def exchanged(world, made, subject, **more):
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": subject,
        "subject_token_type": "urn:ietf:params:oauth:token-type:access_token",
        **shown_as(made),
        **more,
    }
    return await posted(world, "/token", **form)


@pytest.fixture
async def web(world):
    return await app_client(world)


async def test_a_browser_is_sent_through_the_instance_and_back_with_a_code(world, web):
    browser = world.browser()
    await browser.sign_in("ann")
    asking = program_of(world, web).asking(scope="openid email offline_access", nonce="n-1")
    first = await browser.http.get("http://api.test/accounts/oauth2/authorize", params=asking)
    assert first.status_code == 303
    answer = await browser.http.get(first.headers["location"])
    sent = sent_with(answer)
    assert sent["iss"] == "http://api.test/accounts"
    answer = await posted(world, "/token", **trading(web, sent["code"]))
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert body["token_type"] == "Bearer"
    assert body["refresh_token"]
    assert claimed_payload(body["id_token"])["nonce"] == "n-1"
    assert claimed_payload(body["id_token"])["sub"] == shown(world.people["ann"])
    told = await world.client.get(
        "/accounts/oauth2/userinfo", headers=bearing(body["access_token"])
    )
    assert told.json()["email"] == "ann@example.com"
    assert told.json()["sub"] == shown(world.people["ann"])


async def test_an_unknown_client_is_sent_nowhere(http, web):
    for client_id in ("cid_none", "", "x" * 500, "%00"):
        address = f"/accounts/oauth2/authorize?client_id={client_id}&redirect_uri={CALLBACK}"
        answer = await http.get(address)
        assert answer.status_code == 400
        assert "location" not in answer.headers


async def test_without_offline_access_there_is_no_refresh_token(world, web):
    answer = await posted(world, "/token", **trading(web, await code_of(world, web)))
    assert answer.status_code == 200, answer.text
    assert "refresh_token" not in answer.json()


@pytest.mark.security("E3")
async def test_a_code_that_comes_twice_ends_all_that_it_gave(world, web):
    code = await code_of(world, web)
    tokens = (await posted(world, "/token", **trading(web, code))).json()
    assert await holds(world, tokens["access_token"])
    assert refused(await posted(world, "/token", **trading(web, code))) == (400, "invalid_grant")
    assert not await holds(world, tokens["access_token"])


@pytest.mark.security("E3")
async def test_of_a_code_shown_at_once_nothing_is_left(world, web):
    code = await code_of(world, web)
    calls = (posted(world, "/token", **trading(web, code)) for _ in range(4))
    given = [each for each in await all_at_once(*calls) if each.status_code == 200]
    assert len(given) == 1
    assert not await holds(world, given[0].json()["access_token"])


@pytest.mark.security("E2", "E3", "E7")
async def test_a_code_is_for_its_client_redirect_and_verifier_alone(world, web):
    other = await app_client(world)
    code = await code_of(world, web)
    for wrong in (
        {"redirect_uri": "https://evil.test/"},
        {"code_verifier": "b" * 43},
        {"code_verifier": ""},
        shown_as(other),
    ):
        answer = await posted(world, "/token", **trading(web, code, **wrong))
        assert refused(answer) == (400, "invalid_grant")
    assert (await posted(world, "/token", **trading(web, code))).status_code == 200


@pytest.mark.security("E4")
async def test_acceptance_15_a_refresh_token_that_is_used_again_kills_its_family(world, web):
    tokens = await login(world, web.application, "ann")
    form = {"grant_type": "refresh_token", **shown_as(web)}
    first = await posted(world, "/token", **form, refresh_token=tokens.refresh_token)
    second = await posted(world, "/token", **form, refresh_token=first.json()["refresh_token"])
    # What follows was used: whoever comes with the first one now is not who lost an answer.
    again = await posted(world, "/token", **form, refresh_token=tokens.refresh_token)
    assert refused(again) == (400, "invalid_grant")
    dead = await posted(world, "/token", **form, refresh_token=second.json()["refresh_token"])
    assert refused(dead) == (400, "invalid_grant")
    assert not await holds(world, second.json()["access_token"])


@pytest.mark.security("E7")
@pytest.mark.parametrize("path", ["/token", "/introspect", "/revoke", "/device_authorization"])
async def test_who_cannot_show_who_it_is_gets_nothing(world, web, path):
    named = shown(web.application.id)
    more = {"grant_type": "client_credentials", "token": "x"}
    for wrong in (
        {"client_id": named},
        {"client_id": named, "client_secret": "wrong"},
        {"client_id": "cid_none", "client_secret": web.secret},
        {"client_id": web.application.client_id, "client_secret": web.secret},
        {},
    ):
        answer = await posted(world, path, **more, **wrong)
        assert refused(answer) == (401, "invalid_client")
        assert "www-authenticate" in answer.headers


async def test_a_client_shows_its_secret_in_the_header_too_but_not_in_both(world, web):
    pair = f"{shown(web.application.id)}:{web.secret}".encode()
    headers = {"authorization": f"Basic {base64.b64encode(pair).decode()}"}
    form = {"grant_type": "client_credentials", "scope": "files:read"}
    answer = await posted(world, "/token", headers=headers, **form)
    assert answer.json()["scope"] == "files:read"
    twice = await posted(world, "/token", headers=headers, **form, client_secret=web.secret)
    assert refused(twice) == (400, "invalid_request")


@pytest.mark.security("E5")
async def test_grants_are_limited_to_what_there_is_and_the_client_has(world):
    page = await app_client(world, auth_method=AuthMethod.NONE)
    few = await app_client(world, grant_types=["authorization_code"])
    for made, grant_type, error in (
        (page, "password", "unsupported_grant_type"),
        (page, "implicit", "unsupported_grant_type"),
        (page, "client_credentials", "unauthorized_client"),
        (few, "client_credentials", "unauthorized_client"),
        (few, "refresh_token", "unauthorized_client"),
    ):
        answer = await posted(world, "/token", grant_type=grant_type, **shown_as(made))
        assert refused(answer) == (400, error)
    assert refused(await posted(world, "/token", **shown_as(few))) == (400, "invalid_request")


async def test_more_than_a_client_may_is_not_given(world, web):
    form = {"grant_type": "client_credentials", **shown_as(web)}
    assert refused(await posted(world, "/token", **form, scope="scim")) == (400, "invalid_scope")
    answer = await posted(world, "/token", **form, audience="elsewhere")
    assert refused(answer) == (400, "invalid_target")


@pytest.mark.security("E8")
async def test_a_token_is_traded_for_one_that_may_less(world, web):
    acme = await world.organization(owner="ann")
    tokens = await login(world, web.application, "ann", acme, scopes=["openid", "files:read"])
    answer = await exchanged(world, web, tokens.access_token, scope="files:read")
    assert answer.status_code == 200, answer.text
    said = claimed_payload(answer.json()["access_token"])
    assert (said["scope"], said["acc"], said["der"]) == ("files:read", shown(acme.id), True)
    kind = "urn:ietf:params:oauth:token-type:access_token"
    assert answer.json()["issued_token_type"] == kind
    mill = await world.organization("Mill", owner="ann")
    place = f"http://api.test/accounts/api/accounts/{shown(mill.id)}"
    named = await exchanged(world, web, tokens.access_token, resource=place)
    assert claimed_payload(named.json()["access_token"])["acc"] == shown(mill.id)


@pytest.mark.security("E8")
async def test_only_a_live_login_token_of_the_client_is_traded(world, other_world, web):
    acme = await world.organization(owner="ann")
    tokens = await login(world, web.application, "ann", acme)
    wider = await exchanged(world, web, tokens.access_token, scope="scim")
    assert refused(wider) == (403, "insufficient_scope")
    assert refused(await exchanged(world, web, tokens.access_token, audience="other"))[1] == (
        "invalid_target"
    )
    for resource in ("http://api.test/accounts/api/accounts/acc_none", "https://evil.test/"):
        answer = await exchanged(world, web, tokens.access_token, resource=resource)
        assert refused(answer) == (400, "invalid_target")
    derived = (await exchanged(world, web, tokens.access_token)).json()["access_token"]
    foreign = await app_client(other_world)
    theirs = await login(other_world, foreign.application, "ann")
    other = await app_client(world)
    for made, subject in (
        (web, derived),
        (web, theirs.access_token),
        (other, tokens.access_token),
        (web, "nonsense"),
        (web, tokens.refresh_token),
        (web, await world.token("ann")),
    ):
        assert refused(await exchanged(world, made, subject)) == (400, "invalid_grant")
    form = {"token": tokens.refresh_token, **shown_as(web)}
    assert (await posted(world, "/revoke", **form)).status_code == 200
    assert refused(await exchanged(world, web, tokens.access_token)) == (400, "invalid_grant")


@pytest.mark.security("E14")
async def test_a_client_is_told_of_its_own_tokens_alone(world, web):
    other = await app_client(world)
    tokens = await login(world, web.application, "ann")
    for token, kind in ((tokens.access_token, "Bearer"), (tokens.refresh_token, "refresh_token")):
        own = (await posted(world, "/introspect", token=token, **shown_as(web))).json()
        assert own["active"] is True
        assert own["token_type"] == kind
        assert own["sub"] == shown(world.people["ann"])
        for made, shown_token in ((other, token), (web, "nonsense"), (web, token + "x")):
            answer = await posted(world, "/introspect", token=shown_token, **shown_as(made))
            assert answer.json() == {"active": False}


@pytest.mark.security("E14")
async def test_a_token_is_given_back_by_its_client_alone(world, web):
    other = await app_client(world)
    tokens = await login(world, web.application, "ann")
    for made, token in ((other, tokens.refresh_token), (web, "nonsense")):
        assert (await posted(world, "/revoke", token=token, **shown_as(made))).status_code == 200
    assert await holds(world, tokens.access_token)
    answer = await posted(world, "/revoke", token=tokens.access_token, **shown_as(web))
    assert answer.status_code == 200
    assert not await holds(world, tokens.access_token)


async def test_userinfo_needs_a_token_with_openid(world, web):
    silent = await login(world, web.application, "ann", scopes=["files:read"])
    path = "/accounts/oauth2/userinfo"
    answer = await world.client.get(path, headers=bearing(silent))
    assert refused(answer) == (403, "insufficient_scope")
    answer = await world.client.get(path, headers=bearing("nonsense"))
    assert refused(answer) == (401, "invalid_token")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_people_are_asked_before_a_client_of_an_account_comes_in(world):
    browser = world.browser()
    await browser.sign_in("ann")
    acme = await world.organization(owner="ann")
    own = await client_of(world, acme)
    asking = program_of(world, own).asking()
    first = await browser.http.get("http://api.test/accounts/oauth2/authorize", params=asking)
    answer = await browser.http.get(first.headers["location"])
    assert "oauth-consent" in answer.headers["location"]
    code = await code_of(world, own, scope="files:read")
    tokens = (await posted(world, "/token", **trading(own, code))).json()
    actor = await account_token_actor(world.platform, tokens["access_token"])
    assert actor.organization_id == acme.id
