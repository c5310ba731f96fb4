"""Tokens at the Accounts door: for one account, and for a client itself."""

import pytest

from charter.core.keys.claimed import claimed_payload
from charter.core.oauth_authorizations.account_ids import shown
from charter.core.organizations import operations as organizations
from tests.logging_in import app_client, bearing, client_of, login, posted, shown_as
from tests.surfaces.accounts.asking import ROOT, refused
from tests.world import later

SCOPE = "openid files:read"


async def asked(world, method, path, tokens, **options):
    return await world.client.request(method, ROOT + path, headers=bearing(tokens), **options)


async def derived(world, tokens, account, **body):
    return await asked(world, "POST", f"/accounts/{shown(account.id)}/token", tokens, json=body)


@pytest.fixture
async def web(world):
    return await app_client(world, audience="api", allowed_audiences=["files"])


@pytest.fixture
async def acme(world):
    return await world.organization("Acme", owner=["ann", "ben"])


@pytest.fixture
async def tokens(world, web, acme):
    return await login(world, web.application, "ann", acme, scopes=SCOPE.split())


async def test_acceptance_01_a_token_for_one_account_is_refused_at_another(world, tokens, acme):
    mill = await world.organization("Mill", owner="ann")
    made = (await derived(world, tokens, acme)).json()["access_token"]
    assert (await asked(world, "GET", f"/accounts/{shown(acme.id)}", made)).status_code == 200
    for method, path in (("GET", ""), ("PATCH", ""), ("GET", "/members"), ("GET", "/clients")):
        given = {"json": {}} if method == "PATCH" else {}
        answer = await asked(world, method, f"/accounts/{shown(mill.id)}{path}", made, **given)
        assert refused(answer) == (404, "not_found")
    # The login itself reaches both.
    assert (await asked(world, "GET", f"/accounts/{shown(mill.id)}", tokens)).status_code == 200


async def test_acceptance_02_a_demoted_owners_next_token_carries_the_new_role(world, tokens, acme):
    first = claimed_payload((await derived(world, tokens, acme)).json()["access_token"])
    path = f"/accounts/{shown(acme.id)}/members/{shown(world.people['ann'])}"
    await world.client.patch(ROOT + path, json={"role": "viewer"})
    second = claimed_payload((await derived(world, tokens, acme)).json()["access_token"])
    assert (first["role"], second["role"]) == ("owner", "viewer")


async def test_acceptance_13_a_token_for_an_account_comes_without_cookie_or_refresh_token(
    world, tokens, acme
):
    answer = await derived(world, tokens, acme)
    assert answer.status_code == 200, answer.text
    assert "set-cookie" not in answer.headers
    assert answer.json().keys() == {"access_token", "token_type", "expires_in", "scope"}


async def test_a_token_for_an_account_says_what_the_login_said_and_where(world, tokens, acme):
    said = claimed_payload((await derived(world, tokens, acme)).json()["access_token"])
    before = claimed_payload(tokens.access_token)
    assert said["acc"] == shown(acme.id)
    assert said["der"] is True
    for name in ("iss", "sub", "uid", "cid", "app", "aud", "scope"):
        assert said[name] == before[name]
    assert said["exp"] <= before["exp"]


async def test_audience_and_scope_become_narrower_alone(world, tokens, acme):
    answer = await derived(world, tokens, acme, aud="files", scope="files:read")
    said = claimed_payload(answer.json()["access_token"])
    assert (said["aud"], said["scope"]) == ("files", "files:read")
    wider = await derived(world, tokens, acme, scope="files:write")
    assert refused(wider) == (403, "insufficient_scope")
    assert refused(await derived(world, tokens, acme, aud="other")) == (400, "validation_error")


async def test_it_lives_no_longer_than_the_login_token(world, web, acme):
    early = later(world.platform, seconds=-3000)
    tokens = await login(world, web.application, "ann", acme, platform=early)
    answer = (await derived(world, tokens, acme)).json()
    before = claimed_payload(tokens.access_token)
    assert claimed_payload(answer["access_token"])["exp"] == before["exp"]
    assert answer["expires_in"] <= 600


@pytest.mark.security("E8")
async def test_only_a_login_token_gives_one(world, web, tokens, acme):
    made = (await derived(world, tokens, acme)).json()["access_token"]
    assert refused(await derived(world, made, acme)) == (403, "insufficient_scope")
    own = await app_client(world)
    form = {"grant_type": "client_credentials", **shown_as(own)}
    by_client = (await posted(world, "/token", **form)).json()["access_token"]
    assert refused(await derived(world, by_client, acme)) == (403, "insufficient_scope")
    session = await world.token("ann", acme)
    assert refused(await derived(world, session, acme)) == (403, "insufficient_scope")


async def test_strangers_get_none_and_accounts_that_rest_give_none(world, web, tokens, acme):
    eve = await login(world, web.application, "eve")
    assert refused(await derived(world, eve, acme)) == (404, "not_found")
    body = {"status": "suspended"}
    here = f"{ROOT}/accounts/{shown(acme.id)}"
    await world.client.patch(here, json=body)
    assert refused(await derived(world, tokens, acme)) == (403, "account_suspended")
    await world.client.patch(here, json={"paid_until": "2026-01-01T00:00:00Z"})
    assert refused(await derived(world, tokens, acme)) == (402, "payment_required")
    await world.client.patch(here, json={"status": "closed"})
    assert refused(await derived(world, tokens, acme)) == (409, "account_closed")


async def test_a_token_of_long_ago_is_told_so(world, web):
    early = later(world.platform, seconds=-3606)
    tokens = await login(world, web.application, "ann", platform=early)
    assert refused(await asked(world, "GET", "/accounts/acc_x", tokens)) == (401, "token_expired")


async def test_a_client_of_the_app_acts_for_the_application(world, acme):
    own = await app_client(world)
    form = {"grant_type": "client_credentials", **shown_as(own)}
    answer = (await posted(world, "/token", **form)).json()
    said = claimed_payload(answer["access_token"])
    assert said["sub"] == said["cid"] == shown(own.application.id)
    assert "uid" not in said
    path = f"/applications/{shown(world.instance_id)}/accounts"
    listed = await asked(world, "GET", path, answer["access_token"])
    assert [each["id"] for each in listed.json()["items"]] == [shown(acme.id)]
    path = f"/accounts/{shown(acme.id)}"
    await asked(world, "PATCH", path, answer["access_token"], json={"name": "Renamed"})
    event = (await world.events("organization.updated"))[-1]
    assert event["actor"]["kind"] == "client"
    assert event["actor"]["id"] == own.application.id


async def test_a_client_of_an_account_acts_there_as_a_member_may(world, acme):
    mill = await world.organization("Mill", owner="ann")
    own = await client_of(world, acme)
    form = {"grant_type": "client_credentials", **shown_as(own)}
    token = (await posted(world, "/token", **form)).json()["access_token"]
    here = f"/accounts/{shown(acme.id)}"
    assert (await asked(world, "GET", here, token)).status_code == 200
    answer = await asked(world, "PATCH", here, token, json={"name": "Mine"})
    assert refused(answer) == (403, "insufficient_role")
    answer = await asked(world, "GET", f"/accounts/{shown(mill.id)}", token)
    assert refused(answer) == (404, "not_found")
    answer = await asked(world, "GET", f"/applications/{shown(world.instance_id)}/users", token)
    assert refused(answer) == (403, "insufficient_role")
    await world.client.patch(ROOT + here, json={"status": "suspended"})
    assert refused(await asked(world, "GET", here, token)) == (401, "unauthenticated")


async def test_what_is_done_by_a_derived_token_names_person_and_client(world, web, tokens, acme):
    made = (await derived(world, tokens, acme)).json()["access_token"]
    await asked(world, "PATCH", f"/accounts/{shown(acme.id)}", made, json={"name": "Renamed"})
    event = (await world.events("organization.updated"))[-1]
    assert event["actor"]["user_id"] == world.people["ann"]
    assert event["actor"]["client_id"] == web.application.id
    found = await world.call(None, organizations.get, organization_id=acme.id)
    assert found.name == "Renamed"
