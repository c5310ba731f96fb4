"""Minting session tokens."""

import pytest
from clerk_backend_api.security.types import TokenVerificationError, VerifyTokenOptions
from clerk_backend_api.security.verifytoken import verify_token

from charter.core.keys.lookup import lookup
from charter.core.permissions import operations as permissions
from charter.core.roles import operations as roles
from charter.core.sessions import operations as sessions
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Search
from charter.kernel.tokens import Category, Typ, verify
from tests.core.sessions.reading import claims_of, header_of, public_keys


async def mint(world, session, **arguments):
    made = await world.call(None, sessions.create_token, session_id=session.id, **arguments)
    return made.jwt


async def test_a_token_names_its_key_and_its_category(world):
    token = await world.token("ann")
    assert header_of(token) == {
        "alg": "RS256",
        "typ": "JWT",
        "kid": world.instance_id,
        "cat": "cl_B7d4PD111AAA",
    }


async def test_a_token_is_verified_by_the_published_keys(world):
    session = await world.session("ann")
    token = await mint(world, session)
    instance = await lookup(world.platform).instance(world.instance_id)
    claims = verify(
        token,
        await public_keys(world),
        typ=Typ.JWT,
        issuer=instance.issuer,
        now=world.platform.clock(),
        categories={Category.SESSION},
    )
    assert (claims["sub"], claims["sid"]) == (session.user_id, session.id)
    assert claims["exp"] - claims["iat"] == 60
    assert claims["fva"] == [0, -1]
    assert "azp" not in claims


async def test_a_token_is_verified_without_the_network_by_the_pem_alone(world):
    session = await world.session("ann")
    token = await mint(world, session)
    pem = (await public_keys(world))[world.instance_id].to_pem()
    claims = verify_token(token, VerifyTokenOptions(jwt_key=pem))
    assert claims == claims_of(token)
    head, payload, signature = token.split(".")
    forged = f"{head}.{payload}.{signature[:-8]}AAAAAAAA"
    with pytest.raises(TokenVerificationError):
        verify_token(forged, VerifyTokenOptions(jwt_key=pem))


@pytest.mark.parametrize("seconds", [30, 3600, 315_360_000])
async def test_a_token_lives_as_long_as_the_caller_says(world, seconds):
    session = await world.session("ann")
    claims = claims_of(await mint(world, session, expires_in_seconds=seconds))
    assert claims["exp"] - claims["iat"] == seconds


@pytest.mark.parametrize("seconds", [29, 0, -1, 315_360_001])
async def test_no_token_lives_shorter_or_longer_than_that(world, seconds):
    session = await world.session("ann")
    with pytest.raises(InvalidInput):
        await mint(world, session, expires_in_seconds=seconds)


async def test_a_token_tells_what_the_app_lets_the_role_do_and_nothing_of_ours(world):
    acme = await world.organization(owner="ann", slug="acme")
    session = await world.session("ann", acme)
    assert claims_of(await mint(world, session))["o"] == {
        "id": acme.id,
        "slg": "acme",
        "rol": "admin",
    }
    found = await world.call(None, roles.search, search=Search(limit=100))
    admin = next(role for role in found.items if role.key == "org:admin")
    for key in ("org:posts:read", "org:posts:write", "org:bills:pay"):
        made = await world.call(None, permissions.create, name=key, key=key)
        await world.call(None, roles.assign_permission, role_id=admin.id, permission_id=made.id)
    claims = claims_of(await mint(world, session))
    assert claims["fea"] == "o:bills,o:posts"
    assert claims["o"]["per"] == "pay,read,write"
    assert claims["o"]["fpm"] == "1,6"
