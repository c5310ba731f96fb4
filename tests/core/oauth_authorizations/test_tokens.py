"""What the tokens of an application say, and that none is taken for another kind."""

import pytest

from charter.core.acting import session_actor
from charter.core.instances.addresses import oauth_issuer
from charter.core.keys.lookup import lookup
from charter.core.oauth_authorizations import operations
from charter.core.oauth_authorizations.minting import half_hash
from charter.core.oauth_authorizations.model import (
    OauthTokenInvalid,
    OauthTokenNotFound,
    OauthTokenSelfContained,
)
from charter.kernel.errors import Unauthenticated
from charter.kernel.tokens import verify
from tests.consenting import present, program
from tests.core.sessions.reading import claims_of, header_of
from tests.world import later


async def issuer_of(world):
    instance = await lookup(world.platform).instance(world.instance_id)
    return oauth_issuer(instance, world.platform.addresses)


async def told(world, token):
    found = await world.call(None, operations.describe_user, access_token=token)
    return found.claims


async def test_a_signed_access_token_says_for_whom_and_what(world):
    await world.configure(oauth_jwt_access_tokens=True)
    planner, ann = await program(world), await present(world, "ann")
    tokens = await planner.tokens(ann, scope="profile email")
    issuer = await issuer_of(world)
    keys = await lookup(world.platform).signing_keys(world.instance_id)
    claims = verify(
        tokens.access_token,
        keys.public,
        typ="at+jwt",
        issuer=issuer,
        audience=issuer,
        now=world.platform.clock(),
    )
    assert (claims["client_id"], claims["sub"]) == (planner.client_id, ann.user_id)
    assert claims["scope"] == "profile email"
    found = await world.call(None, operations.verify, access_token=tokens.access_token)
    assert found.id == claims["jti"]


async def test_an_id_token_is_bound_to_its_access_token_and_its_request(world):
    planner, ann = await program(world), await present(world, "ann")
    tokens = await planner.tokens(ann, scope="openid email", nonce="once")
    claims = claims_of(tokens.id_token)
    assert header_of(tokens.id_token)["typ"] == "JWT"
    assert claims["at_hash"] == half_hash(tokens.access_token)
    assert (claims["nonce"], claims["aud"]) == ("once", planner.client_id)
    assert claims["email"] == "ann@example.com"
    assert "name" not in claims
    again = await planner.refresh(tokens.refresh_token)
    assert claims_of(again.id_token)["auth_time"] == claims["auth_time"]
    assert (await planner.tokens(ann, scope="email")).id_token is None


@pytest.mark.security("D2")
async def test_none_of_them_is_taken_for_a_session_token_nor_that_for_one_of_them(world):
    await world.configure(oauth_jwt_access_tokens=True)
    planner, ann = await program(world), await present(world, "ann")
    tokens = await planner.tokens(ann, scope="openid")
    for token in (tokens.access_token, tokens.id_token, tokens.refresh_token):
        with pytest.raises(Unauthenticated):
            await session_actor(world.platform, token)
    for token in (tokens.id_token, tokens.refresh_token, await world.token("ann")):
        with pytest.raises(OauthTokenInvalid):
            await told(world, token)
        with pytest.raises(OauthTokenNotFound):
            await world.call(None, operations.verify, access_token=token)


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ("openid", set()),
        ("email", {"email", "email_verified"}),
        ("profile", {"name", "given_name", "family_name", "preferred_username", "picture"}),
        ("public_metadata", {"public_metadata"}),
        ("private_metadata", {"private_metadata"}),
        ("user:org:read", set()),
    ],
)
async def test_a_scope_opens_what_it_names_and_nothing_else(world, scope, names):
    planner = await program(world)
    tokens = await planner.tokens(await present(world, "ann"), scope=scope)
    assert set(await told(world, tokens.access_token)) == names


async def test_an_id_token_that_would_be_too_long_leaves_metadata_to_be_asked_for(world):
    planner = await program(world)
    await world.user("ann", public_metadata={"text": "x" * 7000, "more": "y" * 7000})
    ann = await present(world, "ann")
    tokens = await planner.tokens(ann, scope="openid email public_metadata")
    claims = claims_of(tokens.id_token)
    assert "public_metadata" not in claims
    assert claims["email"] == "ann@example.com"
    assert len((await told(world, tokens.access_token))["public_metadata"]["text"]) == 7000


async def test_what_has_expired_tells_nobody_anything(world):
    planner, ann = await program(world), await present(world, "ann")
    tokens = await planner.tokens(ann)
    shown = {"client_id": planner.client_id, "client_secret": planner.secret}
    late = later(world.platform, days=1, seconds=1)
    with pytest.raises(OauthTokenInvalid):
        await world.call(
            None, operations.describe_user, access_token=tokens.access_token, platform=late
        )
    for token, ends in ((tokens.access_token, 1), (tokens.refresh_token, 3650)):
        found = await world.call(None, operations.introspect, token=token, **shown)
        assert found.token.user_id == ann.user_id
        late = later(world.platform, days=ends, seconds=1)
        found = await world.call(None, operations.introspect, token=token, **shown, platform=late)
        assert found.token is None


async def test_a_refresh_token_that_was_used_holds_no_more(world):
    planner, ann = await program(world), await present(world, "ann")
    first = await planner.tokens(ann)
    second = await planner.refresh(first.refresh_token)
    shown = {"client_id": planner.client_id, "client_secret": planner.secret}
    for token, is_live in ((first.refresh_token, False), (second.refresh_token, True)):
        found = await world.call(None, operations.introspect, token=token, **shown)
        assert (found.token is not None) is is_live


@pytest.mark.security("E14")
async def test_a_signed_token_of_another_application_is_passed_over_in_silence(world):
    await world.configure(oauth_jwt_access_tokens=True)
    planner, rival = await program(world), await program(world, "Rival")
    tokens = await planner.tokens(await present(world, "ann"))
    end = {"token": tokens.access_token}
    shown = {"client_id": rival.client_id, "client_secret": rival.secret}
    assert await world.call(None, operations.revoke, **end, **shown) is None
    await world.call(None, operations.verify, access_token=tokens.access_token)
    own = {"client_id": planner.client_id, "client_secret": planner.secret}
    with pytest.raises(OauthTokenSelfContained):
        await world.call(None, operations.revoke, **end, **own)


async def test_a_renewed_token_without_its_scope_is_about_no_organization(world):
    await world.configure(oauth_jwt_access_tokens=True)
    planner, acme = await program(world), await world.organization("Acme")
    ann = await present(world, "ann", acme)
    tokens = await planner.tokens(ann, scope="openid user:org:read")
    less = await planner.refresh(tokens.refresh_token, scope="openid")
    for each, organization_id in ((tokens, acme.id), (less, None)):
        for token in (each.access_token, each.id_token):
            assert claims_of(token).get("org_id") == organization_id
        assert (await told(world, each.access_token)).get("org_id") == organization_id
