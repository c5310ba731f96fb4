"""What an access token says is held against what is true: a right signature is not enough."""

import base64
import json

import pytest

from charter.core.account_clients import keeping
from charter.core.bearing import account_token_actor, read_account_token
from charter.core.keys.claimed import claimed_header, claimed_payload
from charter.core.oauth_authorizations.account_ids import shown
from charter.kernel.actor import ActorKind
from charter.kernel.errors import Unauthenticated
from charter.kernel.tokens import Typ, sign
from tests.logging_in import app_client, inside, login


async def resigned(world, client, token, *, typ=Typ.ACCESS, **claims):
    """A token with other claims, signed by the client's own key; None leaves a claim out."""
    key = await inside(world, lambda ctx: keeping.signing_key(ctx, client))
    said = {**claimed_payload(token), **claims}
    return sign(key, {name: value for name, value in said.items() if value is not None}, typ=typ)


def part(value) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.fixture
async def web(world):
    return (await app_client(world)).application


@pytest.fixture
async def tokens(world, web):
    return await login(world, web, "ann")


async def test_a_token_that_is_signed_again_as_it_was_holds(world, web, tokens):
    token = await resigned(world, web, tokens.access_token)
    assert (await account_token_actor(world.platform, token)).kind is ActorKind.USER


@pytest.mark.security("E7")
async def test_what_a_token_says_has_to_be_true(world, other_world, web, tokens):
    other = (await app_client(world)).application
    theirs = await login(world, other, "ben")
    foreign = (await app_client(other_world)).application
    for claims in (
        {"cid": shown(other.id)},
        {"app": shown(other_world.instance_id)},
        {"app": None},
        {"uid": shown(world.people["ben"]), "sub": shown(world.people["ben"])},
        {"sub": shown(world.people["ben"])},
        {"uid": None},
        {"sid": theirs.authorization.id},
        {"sid": None},
        {"sid": 1},
        {"iss": "https://elsewhere.example"},
        {"exp": None},
        {"exp": "never"},
        {"iat": 4_000_000_000},
    ):
        token = await resigned(world, web, tokens.access_token, **claims)
        with pytest.raises(Unauthenticated):
            await account_token_actor(world.platform, token)
    for client in (other, foreign):
        owner = world if client is other else other_world
        token = await resigned(owner, client, tokens.access_token)
        with pytest.raises(Unauthenticated):
            await account_token_actor(world.platform, token)


@pytest.mark.security("D1")
async def test_a_token_of_another_kind_is_none(world, web, tokens):
    for typ in (Typ.JWT, Typ.LOGOUT):
        token = await resigned(world, web, tokens.access_token, typ=typ)
        with pytest.raises(Unauthenticated):
            await account_token_actor(world.platform, token)
    assert tokens.id_token is not None
    _, payload, signature = tokens.access_token.split(".")
    header = claimed_header(tokens.access_token)
    forged = [
        f"{part({**header, 'alg': 'none'})}.{payload}.",
        f"{part({**header, 'alg': 'HS256'})}.{payload}.{signature}",
        f"{part({**header, 'jku': 'https://evil.test'})}.{payload}.{signature}",
        f"{part({**header, 'kid': 'key_' + '0' * 27})}.{payload}.{signature}",
        f"{part({**header, 'kid': 1})}.{payload}.{signature}",
        tokens.id_token,
        "",
        "a.b.c",
    ]
    for token in forged:
        with pytest.raises(Unauthenticated):
            await account_token_actor(world.platform, token)


async def test_a_client_itself_needs_the_grant_and_no_login(world, tokens):
    server = (await app_client(world)).application
    named = {"sub": shown(server.id), "cid": shown(server.id), "uid": None, "sid": None}
    token = await resigned(world, server, tokens.access_token, **named)
    found = await read_account_token(world.platform, token)
    assert found.user_id is None
    sid = tokens.authorization.id
    token_with_login = await resigned(world, server, tokens.access_token, **{**named, "sid": sid})
    with pytest.raises(Unauthenticated):
        await account_token_actor(world.platform, token_with_login)
    await world.sql(
        "UPDATE oauth_applications SET grant_types = '{refresh_token}' WHERE id = $1", server.id
    )
    with pytest.raises(Unauthenticated):
        await account_token_actor(world.platform, token)
