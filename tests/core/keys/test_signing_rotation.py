"""Signing keys rotate under load, and no token of theirs is refused for it."""

import asyncio

import pytest

from charter.core.acting import session_actor
from charter.core.keys import operations as keys
from charter.core.keys.lookup import lookup
from charter.core.keys.model import NextKeyTooYoung, SigningKeyState
from charter.core.sessions import operations as sessions
from charter.kernel.errors import Unauthenticated, Unavailable
from charter.kernel.tokens import SigningKey
from tests.core.sessions.reading import header_of
from tests.world import all_at_once, later

PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}


async def rotate(world, **arguments):
    return await world.call(None, keys.rotate_signing, **arguments)


async def published(world):
    return [key["kid"] for key in await world.call(None, keys.jwks)]


@pytest.mark.security("D3")
async def test_the_key_that_signs_next_is_published_before(world):
    before = await published(world)
    rows = await rotate(world)
    active = next(row for row in rows if row.state is SigningKeyState.ACTIVE)
    assert active.id in before
    assert {row.id for row in rows} > set(before)
    assert [row.state for row in rows].count(SigningKeyState.NEXT) == 1
    with pytest.raises(NextKeyTooYoung):
        await rotate(world)
    await rotate(world, platform=later(world.platform, minutes=6))
    assert len(await world.events("signingKey.rotated")) == 2


@pytest.mark.security("D3")
async def test_the_old_key_verifies_until_its_last_token_ended(world):
    token = await world.token("ann")
    await rotate(world)
    lookup(world.platform).forget()
    assert header_of(token)["kid"] in await published(world)
    assert (await session_actor(world.platform, token)).user_id == world.people["ann"]
    assert header_of(await world.token("ann"))["kid"] != header_of(token)["kid"]
    rows = await rotate(world, platform=later(world.platform, hours=2))
    assert header_of(token)["kid"] not in {row.id for row in rows}


@pytest.mark.security("D3")
@pytest.mark.parametrize("is_retired_before", [False, True])
async def test_a_key_stays_until_the_last_of_its_long_tokens_ended(world, is_retired_before):
    session = await world.session("ann")

    async def mint(seconds):
        made = await world.call(
            None, sessions.create_token, session_id=session.id, expires_in_seconds=seconds
        )
        return header_of(made.jwt)["kid"]

    kid = await mint(7200)
    if is_retired_before:
        # This process signs by what it remembers, a moment after another has rotated.
        await rotate(world)
        assert await mint(86_400) == kid
    else:
        await mint(86_400)
        assert await mint(7200) == kid
        await rotate(world)
    rows = await rotate(world, platform=later(world.platform, hours=23))
    assert kid in {row.id for row in rows}
    rows = await rotate(world, platform=later(world.platform, hours=25))
    assert kid not in {row.id for row in rows}


@pytest.mark.security("D3")
async def test_a_withdrawn_key_makes_no_long_token(world):
    session = await world.session("ann")
    await world.token("ann")
    await rotate(world, at_once=True)
    with pytest.raises(Unavailable):
        await world.call(
            None, sessions.create_token, session_id=session.id, expires_in_seconds=7200
        )
    lookup(world.platform).forget()
    assert await world.token("ann")


@pytest.mark.security("D3")
async def test_no_request_fails_while_keys_rotate(world):
    session = await world.session("ann")
    kids, refused = set(), []
    is_done = False

    async def use():
        while not is_done:
            made = await world.call(None, sessions.create_token, session_id=session.id)
            kids.add(header_of(made.jwt)["kid"])
            try:
                await session_actor(world.platform, made.jwt)
            except Unauthenticated as refusal:
                refused.append(refusal)
            await asyncio.sleep(0)

    users = [asyncio.create_task(use()) for _ in range(4)]
    for turn in range(4):
        await rotate(world, platform=later(world.platform, minutes=6 * turn))
        # Twice without and twice with the memory of the rotation before.
        if turn % 2:
            lookup(world.platform).forget()
        await asyncio.sleep(0.2)
    lookup(world.platform).forget()
    await asyncio.sleep(0.1)
    is_done = True
    await asyncio.gather(*users)
    assert refused == []
    assert len(kids) >= 3


@pytest.mark.security("D3")
async def test_a_node_that_has_not_heard_of_a_rotation_takes_the_new_tokens(world, settings):
    from charter.platform import create_platform

    other = create_platform(settings, new_signing_key=world.platform.new_signing_key)
    await other.database.open()
    try:
        first = await world.token("ann")
        assert await session_actor(other, first)
        await rotate(world)
        lookup(world.platform).forget()
        assert await session_actor(other, await world.token("ann"))
    finally:
        await other.database.close()
        await other.work.close()


async def test_a_leaked_key_ends_at_once(world):
    token = await world.token("ann")
    await rotate(world)
    await rotate(world, at_once=True)
    lookup(world.platform).forget()
    assert header_of(token)["kid"] not in await published(world)
    with pytest.raises(Unauthenticated):
        await session_actor(world.platform, token)
    assert await session_actor(world.platform, await world.token("ann"))


async def test_of_rotations_at_once_one_key_signs(world):
    await all_at_once(*(rotate(world) for _ in range(4)))
    rows = await world.sql(
        "SELECT state FROM signing_keys WHERE instance_id = $1", world.instance_id
    )
    states = [row["state"] for row in rows]
    assert states.count("active") == 1
    assert states.count("next") == 1


@pytest.mark.security("D3")
async def test_a_key_set_has_no_private_part(world):
    await rotate(world)
    lookup(world.platform).forget()
    found = await world.call(None, keys.jwks)
    assert len(found) == 3
    for key in found:
        assert set(key) == {"use", "kty", "kid", "alg", "n", "e"}
        assert not PRIVATE & set(key)


@pytest.mark.security("D6")
async def test_the_event_of_a_rotation_shows_no_key(world):
    await rotate(world)
    [event] = await world.events("signingKey.rotated")
    assert set(event["after"]) == {"id", "algorithm"}


def test_a_key_says_no_more_than_its_name():
    key = SigningKey.generate("ins_1")
    assert repr(key) == "SigningKey(ins_1)"
