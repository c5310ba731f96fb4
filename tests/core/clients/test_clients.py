"""Clients: what is told of them, and the tokens by which they are known."""

import math
import re

import pytest

from charter.core.clients import operations as clients
from charter.core.clients.model import ClientNotFound, ClientTokenInvalid
from charter.core.grants import granting, tickets
from charter.core.grants.model import Purpose
from charter.core.keys.lookup import lookup
from charter.core.sessions import operations as sessions
from charter.core.sessions.beginning import begin_on_new_client, new_client, new_session
from charter.core.users.queries import get_user
from charter.core.vocabulary import Permission
from charter.kernel.lists import Search
from charter.kernel.operation import CATALOG, Context, operation
from charter.kernel.secrets import new_secret
from charter.kernel.tokens import Category, Typ, sign
from tests.core.sessions.reading import claims_of


@operation("tests.sign_in", permission=Permission.SESSIONS_MANAGE)
async def sign_in(ctx: Context, user_id: str) -> tuple[str, str]:
    """Begin a session on a new client, as a sign-in does; its id and the client's token."""
    await ctx.allow()
    instance = await lookup(ctx.platform).instance(ctx.actor.instance_id)
    client, token = new_client(ctx, "password")
    user = await get_user(ctx.db, user_id)
    session = new_session(ctx, instance, user, client.id)
    begin_on_new_client(ctx, client, session)
    return client.id, token


@operation("tests.ticket", permission=Permission.SESSIONS_MANAGE)
async def make_ticket(ctx: Context) -> str:
    """Make a ticket as an invitation does."""
    await ctx.allow()
    until = ctx.now.replace(year=ctx.now.year + 1)
    issued = await granting.issue(ctx, Purpose.INVITATION, "inv_1", expires_at=until)
    return (await tickets.signer(ctx)).ticket(Purpose.INVITATION, issued, until)


for name in ("tests.sign_in", "tests.ticket"):
    del CATALOG[name]


async def verified(world, token):
    return await world.call(None, clients.verify, token=token)


async def test_a_client_is_known_by_its_own_token(world):
    ann = await world.user("ann")
    client_id, token = await world.call(None, sign_in, user_id=ann.id)
    client = await verified(world, token)
    assert client.id == client_id
    assert client.last_authentication_strategy == "password"
    assert client.last_active_session_id == client.sessions[0].id


async def test_a_client_is_known_by_the_token_of_a_session_on_it(world):
    session = await world.session("ann")
    token = (await world.call(None, sessions.create_token, session_id=session.id)).jwt
    assert (await verified(world, token)).id == session.client_id


async def test_a_token_without_a_living_session_names_no_client(world):
    session = await world.session("ann")
    token = (await world.call(None, sessions.create_token, session_id=session.id)).jwt
    await world.call(None, sessions.revoke, session_id=session.id)
    with pytest.raises(ClientTokenInvalid):
        await verified(world, token)
    await world.sql("DELETE FROM clients WHERE id = $1", session.client_id)
    with pytest.raises(ClientNotFound):
        await verified(world, token)


@pytest.mark.parametrize("token", ["", "x", "no.such.token", "ct_short", "\x00", "ct_" + "ü" * 50])
async def test_what_is_no_token_is_refused(world, token):
    with pytest.raises(ClientTokenInvalid):
        await verified(world, token)


async def test_an_unknown_client_token_names_no_client(world, other_world):
    with pytest.raises(ClientNotFound):
        await verified(world, new_secret("ct_"))
    ann = await other_world.user("ann")
    _, token = await other_world.call(None, sign_in, user_id=ann.id)
    with pytest.raises(ClientNotFound):
        await verified(world, token)


@pytest.mark.security("D2")
async def test_no_other_kind_of_token_stands_for_a_session(world):
    session = await world.session("ann")
    keys = await lookup(world.platform).signing_keys(world.instance_id)
    token = (await world.call(None, sessions.create_token, session_id=session.id)).jwt
    claims = claims_of(token)
    others = [await world.call(None, make_ticket)]
    for typ in Typ:
        for category in (None, *Category):
            if (typ, category) != (Typ.JWT, Category.SESSION):
                header = {} if category is None else {"cat": category.value}
                others.append(sign(keys.active, claims, typ=typ, header=header))
    assert (await verified(world, token)).id == session.client_id
    for other in others:
        with pytest.raises(ClientTokenInvalid):
            await verified(world, other)


async def test_clients_are_listed_newest_first_and_only_of_the_instance(world, other_world):
    first, second = await world.session("ann"), await world.session("ann")
    await other_world.session("ann")
    found = await world.call(None, clients.search, search=Search())
    assert [client.id for client in found.items] == [second.client_id, first.client_id]
    assert found.items[0].sessions[0].id == second.id
    with pytest.raises(ClientNotFound):
        await other_world.call(None, clients.get, client_id=first.client_id)


@pytest.mark.security("C1")
async def test_a_client_token_holds_128_bits_and_only_its_digest_is_stored(world):
    ann = await world.user("ann")
    tokens = {(await world.call(None, sign_in, user_id=ann.id))[1] for _ in range(20)}
    assert len(tokens) == 20
    for token in tokens:
        body = token.removeprefix("ct_")[:-6]
        assert re.fullmatch("[0-9A-Za-z]+", body)
        assert len(body) * math.log2(62) >= 128
    rows = await world.sql(
        "SELECT row_to_json(c)::text AS text, octet_length(digest) AS size FROM clients c"
        " WHERE instance_id = $1",
        world.instance_id,
    )
    assert {row["size"] for row in rows} == {32}
    assert not [row for row in rows for token in tokens if token in row["text"]]
    events = await world.events()
    assert not [event for event in events for token in tokens if token in str(dict(event))]


@pytest.mark.security("C1")
async def test_no_table_has_room_for_a_session_token(world):
    columns = await world.sql(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type IN ('text', 'bytea', 'jsonb')"
        " AND column_name ~ 'token|secret|cookie|jwt'"
    )
    names = {row["column_name"] for row in columns}
    assert "sealed_secret" in names
    # The address of a provider that gives tokens is none, nor is what a secret is compared by, or
    # how long tokens hold.
    others = {name for name in names if not name.startswith("sealed_")}
    assert others == {"secret_digest", "token_settings", "token_url"}
