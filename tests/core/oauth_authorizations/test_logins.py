"""Logins at clients: tokens that a person's session, client and membership carry."""

import pytest

from charter.core.account_clients import operations as account_clients
from charter.core.account_clients.model import AccountClientPatch
from charter.core.bearing import AccountTokenExpired, account_token_actor
from charter.core.keys.claimed import claimed_header, claimed_payload
from charter.core.memberships import operations as memberships
from charter.core.oauth_authorizations import logins
from charter.core.oauth_authorizations.account_ids import shown
from charter.core.oauth_authorizations.model import (
    OauthGrantInvalid,
    OauthScopeInvalid,
    Replayed,
)
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationNotFound
from charter.core.sessions import operations as sessions
from charter.core.users import own as users
from charter.core.users import restrictions
from charter.kernel.actor import ActorKind
from charter.kernel.errors import NotFound, NotPermitted, Unauthenticated
from tests.logging_in import app_client, client_of, inside, login, renewed
from tests.world import all_at_once, later


async def actor_of(world, tokens, platform=None):
    return await account_token_actor(platform or world.platform, tokens.access_token)


async def holds(world, tokens) -> bool:
    try:
        await actor_of(world, tokens)
    except Unauthenticated:
        return False
    return True


async def test_a_login_gives_a_token_that_says_who_where_and_as_what(world):
    acme = await world.organization(owner="ann")
    web = (await app_client(world, audience="https://api.example")).application
    tokens = await login(world, web, "ann", acme)
    said = claimed_payload(tokens.access_token)
    header = claimed_header(tokens.access_token)
    ann = world.people["ann"]
    assert header["typ"] == "at+jwt"
    assert header["alg"] == "RS256"
    assert header["kid"].startswith("key_")
    assert said["sub"] == said["uid"] == shown(ann)
    assert said["acc"] == shown(acme.id)
    assert said["role"] == "owner"
    assert said["app"] == shown(world.instance_id)
    assert said["cid"] == shown(web.id)
    assert said["aud"] == "https://api.example"
    assert said["iss"] == world.platform.addresses.api_url + "/accounts"
    assert said["exp"] - said["iat"] == 3600 == tokens.expires_in_seconds
    assert tokens.refresh_expires_in_seconds == 1_209_600
    actor = await actor_of(world, tokens)
    assert (actor.kind, actor.user_id) == (ActorKind.USER, ann)
    assert actor.organization_id is None
    assert actor.id == tokens.authorization.id


async def test_an_account_that_the_person_is_not_in_is_left_out_of_the_token(world):
    acme = await world.organization(owner="ann")
    web = (await app_client(world)).application
    said = claimed_payload((await login(world, web, "ben", acme)).access_token)
    assert "acc" not in said
    assert "role" not in said


async def test_a_login_is_renewed_once_with_each_refresh_token(world):
    web = (await app_client(world)).application
    tokens = await login(world, web, "ann")
    again = await renewed(world, web, tokens.refresh_token)
    assert again.refresh_token != tokens.refresh_token
    assert await holds(world, again)
    more = await renewed(world, web, again.refresh_token, wanted="openid")
    assert more.scopes == ("openid",)
    with pytest.raises(OauthScopeInvalid):
        await renewed(world, web, more.refresh_token, wanted="files:write scim")


@pytest.mark.security("E4")
async def test_a_refresh_token_that_comes_again_ends_the_login(world):
    web = (await app_client(world)).application
    tokens = await login(world, web, "ann")
    again = await renewed(world, web, tokens.refresh_token)
    late = later(world.platform, seconds=11)
    assert isinstance(await renewed(world, web, tokens.refresh_token, platform=late), Replayed)
    assert not await holds(world, again)
    with pytest.raises(OauthGrantInvalid):
        await renewed(world, web, again.refresh_token)
    assert len(await world.events("oauthAuthorization.replayed")) == 1


@pytest.mark.security("E4")
async def test_twenty_who_renew_at_once_get_one_successor(world):
    web = (await app_client(world)).application
    tokens = await login(world, web, "ann")
    calls = (renewed(world, web, tokens.refresh_token) for _ in range(20))
    results = await all_at_once(*calls)
    assert len({each.refresh_token for each in results}) == 1
    assert await holds(world, results[0])


@pytest.mark.security("E4", "E7")
async def test_a_refresh_token_is_for_its_client_and_its_purpose_alone(world):
    web, other = [(await app_client(world)).application for _ in range(2)]
    tokens = await login(world, web, "ann")
    with pytest.raises(OauthGrantInvalid):
        await renewed(world, other, tokens.refresh_token)
    with pytest.raises(OauthGrantInvalid):
        await renewed(world, web, tokens.access_token)


@pytest.mark.security("E4")
async def test_a_login_is_renewed_no_longer_than_its_client_says(world):
    settings = {"expires_in": 60}
    web = (await app_client(world, refresh_token=settings)).application
    tokens = await login(world, web, "ann")
    late = later(world.platform, seconds=61)
    with pytest.raises(OauthGrantInvalid):
        await renewed(world, web, tokens.refresh_token, platform=late)


async def test_what_a_client_lost_is_gone_from_the_tokens_that_are_renewed(world):
    made = await app_client(world)
    tokens = await login(world, made.application, "ann", scopes=["openid", "files:read"])
    patch = AccountClientPatch(allowed_scope="openid email")
    client_id = made.application.id
    web = await world.call(None, account_clients.update, client_id=client_id, patch=patch)
    assert (await renewed(world, web, tokens.refresh_token)).scopes == ("openid",)


@pytest.mark.parametrize("how", ["ends", "is revoked", "banned", "deleted client", "sign out"])
async def test_tokens_stop_at_once_with_what_carries_them(world, how):
    web = (await app_client(world)).application
    tokens = await login(world, web, "ann")
    assert await holds(world, tokens)
    session_id = tokens.authorization.session_id
    if how in ("ends", "is revoked"):
        await world.call(None, sessions.revoke, session_id=session_id)
    elif how == "banned":
        await world.call(None, restrictions.ban, user_id="ann")
    elif how == "deleted client":
        await world.call(None, account_clients.delete, client_id=web.id)
    else:
        await inside(world, lambda ctx: logins.log_out(ctx, tokens.authorization.id, "signed out"))
    assert not await holds(world, tokens)
    with pytest.raises(OauthGrantInvalid):
        await renewed(world, web, tokens.refresh_token)


async def test_a_token_ends_and_says_so(world):
    web = (await app_client(world, access_token={"expires_in": 60})).application
    tokens = await login(world, web, "ann")
    with pytest.raises(AccountTokenExpired):
        await actor_of(world, tokens, later(world.platform, seconds=66))


async def test_a_login_moves_to_another_account_with_new_tokens(world):
    acme = await world.organization("Acme", owner="ann")
    mill = await world.organization("Mill", owner="ben")
    await world.member(mill, "ann", "org:viewer")
    web = (await app_client(world)).application
    tokens = await login(world, web, "ann", acme)

    async def switched(to):
        return await inside(world, lambda ctx: logins.switch(ctx, web, tokens.authorization.id, to))

    moved = await switched(mill.id)
    said = claimed_payload(moved.access_token)
    assert (said["acc"], said["role"]) == (shown(mill.id), "viewer")
    with pytest.raises(OauthGrantInvalid):
        await renewed(world, web, tokens.refresh_token)
    assert await holds(world, await renewed(world, web, moved.refresh_token))
    own = await world.organization("Own", owner="eve")
    with pytest.raises(OrganizationNotFound):
        await switched(own.id)


async def test_the_role_in_a_renewed_token_is_that_of_the_moment(world):
    acme = await world.organization(owner=["ann", "ben"])
    web = (await app_client(world)).application
    tokens = await login(world, web, "ann", acme)
    await world.call(
        None, memberships.set_role, organization_id=acme.id, user_id="ann", role="org:viewer"
    )
    again = await renewed(world, web, tokens.refresh_token)
    assert claimed_payload(again.access_token)["role"] == "viewer"


async def test_people_at_a_client_of_an_account_reach_that_account_alone(world):
    acme = await world.organization("Acme", owner="ann")
    mill = await world.organization("Mill", owner="ann")
    own = (await client_of(world, acme)).application
    actor = await actor_of(world, await login(world, own, "ann", mill))
    assert actor.is_confined
    assert actor.organization_id == acme.id
    found = await world.call(actor, organizations.get, organization_id=acme.id)
    assert found.id == acme.id
    with pytest.raises(NotFound):
        await world.call(actor, organizations.get, organization_id=mill.id)
    with pytest.raises(NotPermitted):
        await world.call(actor, users.get)


async def test_a_client_that_people_let_in_acts_for_nobody(world):
    web = (await app_client(world)).application
    await world.sql(
        "UPDATE oauth_applications SET is_consent_screen_enabled = true WHERE id = $1", web.id
    )
    tokens = await login(world, web, "ann")
    with pytest.raises(NotPermitted):
        await actor_of(world, tokens)


async def test_a_client_without_a_key_gets_one_and_not_two(world):
    web = (await app_client(world)).application
    await world.sql("DELETE FROM oauth_application_keys WHERE application_id = $1", web.id)
    results = await all_at_once(*(login(world, web, name) for name in ("ann", "ben", "eve", "joe")))
    kids = {claimed_header(each.access_token)["kid"] for each in results}
    assert len(kids) == 1
