"""Opaque M2M tokens: who takes them, and how they end."""

import asyncio

import pytest

from charter.core.m2m_tokens import operations as m2m_tokens
from charter.core.m2m_tokens.model import (
    M2mTokenInvalid,
    M2mTokenNotFound,
    NewM2mToken,
    RemainderTooLong,
)
from charter.core.machines import operations as machines
from charter.core.machines.model import MachineNotFound
from charter.kernel.errors import InvalidInput, NotPermitted, TooLarge, Unauthenticated
from charter.kernel.lists import Search
from charter.worker import clear
from tests.machinery import acting, make_machine, make_token, verify
from tests.world import all_at_once, later


async def revoke(world, who, made, **fields):
    actor = None if who is None else acting(world, who)
    return await world.call(actor, m2m_tokens.revoke, m2m_token_id=made.token.id, **fields)


async def test_a_token_is_taken_by_whom_its_machine_may_reach_and_by_the_apps_server(world):
    ledger = await make_machine(world, "Ledger")
    biller = await make_machine(world, "Biller", [ledger])
    made = await make_token(world, biller, claims={"job": [1]})
    for who in (ledger, None):
        found = await verify(world, who, made.secret)
        assert (found.id, found.machine_id) == (made.token.id, biller.machine.id)
        assert (found.claims, found.scopes) == ({"job": [1]}, (ledger.machine.id,))
        assert found.last_used_at is not None


@pytest.mark.security("I2")
async def test_a_token_is_refused_by_a_machine_outside_its_scopes(world):
    ledger, stranger = await make_machine(world, "Ledger"), await make_machine(world, "Stranger")
    biller = await make_machine(world, "Biller", [ledger])
    made = await make_token(world, biller)
    for who in (stranger, biller):
        with pytest.raises(M2mTokenInvalid):
            await verify(world, who, made.secret)
    # What its machine may reach later does not widen a token that is out, nor does less narrow it.
    ends = {"machine_id": biller.machine.id}
    reached = {"to_machine_id": stranger.machine.id}
    await world.call(None, machines.create_scope, **ends, **reached)
    with pytest.raises(M2mTokenInvalid):
        await verify(world, stranger, made.secret)
    await world.call(None, machines.delete_scope, **ends, to_machine_id=ledger.machine.id)
    assert await verify(world, ledger, made.secret)


@pytest.mark.security("I5")
async def test_a_revoked_token_stops_at_once(world):
    biller = await make_machine(world)
    made = await make_token(world, biller)
    assert await verify(world, None, made.secret)
    revoked = await revoke(world, biller, made, revocation_reason="lost")
    with pytest.raises(M2mTokenInvalid):
        await verify(world, None, made.secret)
    again = await revoke(world, None, made, revocation_reason="other")
    assert (again.revoked_at, again.revocation_reason) == (revoked.revoked_at, "lost")
    assert len(await world.events("m2mToken.revoked")) == 1


async def test_of_verifications_beside_a_revocation_none_that_begins_after_it_holds(world):
    biller = await make_machine(world)
    made = await make_token(world, biller)
    ended = asyncio.Event()
    late = []

    async def keep_verifying():
        for _ in range(30):
            is_late = ended.is_set()
            try:
                await verify(world, None, made.secret)
            except M2mTokenInvalid:
                return
            if is_late:
                late.append(made)

    async def end():
        await revoke(world, None, made)
        ended.set()

    results = await all_at_once(keep_verifying(), keep_verifying(), end(), keep_verifying())
    assert results == [None] * 4
    assert late == []


async def test_of_two_revocations_at_once_one_is_told_of(world):
    biller = await make_machine(world)
    made = await make_token(world, biller)
    results = await all_at_once(*[revoke(world, None, made) for _ in range(4)])
    assert len({each.revoked_at for each in results}) == 1
    assert len(await world.events("m2mToken.revoked")) == 1


@pytest.mark.security("I2")
async def test_with_its_machine_a_token_ends(world):
    ledger = await make_machine(world, "Ledger")
    biller = await make_machine(world, "Biller", [ledger])
    made, signed = [
        await make_token(world, biller, token_format=each) for each in ("opaque", "jwt")
    ]
    await world.call(None, machines.delete, machine_id=biller.machine.id)
    for secret in (made.secret, signed.secret):
        for who in (ledger, None):
            with pytest.raises(M2mTokenInvalid):
                await verify(world, who, secret)
    with pytest.raises(Unauthenticated):
        await make_token(world, biller)


@pytest.mark.security("I2")
async def test_a_machine_that_is_gone_takes_no_token(world):
    ledger = await make_machine(world, "Ledger")
    biller = await make_machine(world, "Biller", [ledger])
    secrets = [
        (await make_token(world, biller, token_format=each)).secret for each in ("opaque", "jwt")
    ]
    await world.call(None, machines.delete, machine_id=ledger.machine.id)
    for secret in secrets:
        with pytest.raises(M2mTokenInvalid):
            await verify(world, ledger, secret)
        assert await verify(world, None, secret)


async def test_a_token_lives_as_long_as_its_machine_says_or_as_is_asked_for(world):
    biller = await make_machine(world, default_token_ttl=600)
    usual = await make_token(world, biller)
    short = await make_token(world, biller, seconds_until_expiration=60)
    soon = later(world.platform, seconds=61)
    assert await verify(world, None, usual.secret, platform=soon)
    with pytest.raises(M2mTokenInvalid):
        await verify(world, None, short.secret, platform=soon)
    with pytest.raises(M2mTokenInvalid):
        await verify(world, None, usual.secret, platform=later(world.platform, seconds=601))


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"seconds_until_expiration": 0}, InvalidInput),
        ({"seconds_until_expiration": 315_360_001}, InvalidInput),
        ({"min_remaining_ttl_seconds": -1}, InvalidInput),
        ({"min_remaining_ttl_seconds": 3600}, RemainderTooLong),
        ({"seconds_until_expiration": 60, "min_remaining_ttl_seconds": 60}, RemainderTooLong),
        ({"claims": "x" * 9000}, TooLarge),
    ],
)
async def test_what_makes_no_token_is_refused(world, fields, error):
    biller = await make_machine(world)
    with pytest.raises(error):
        await make_token(world, biller, **fields)


async def test_only_a_machine_makes_its_tokens(world):
    with pytest.raises(Unauthenticated):
        await world.call(None, m2m_tokens.create, new=NewM2mToken())


async def test_a_token_that_says_the_same_is_given_again_where_that_is_asked_for(world):
    ledger = await make_machine(world, "Ledger")
    biller = await make_machine(world, "Biller", [ledger])
    first = await make_token(world, biller, claims={"a": 1, "b": 2})
    alike = {"claims": {"b": 2, "a": 1}, "min_remaining_ttl_seconds": 60}
    again = await make_token(world, biller, **alike)
    assert (again.token.id, again.secret) == (first.token.id, first.secret)
    assert len(await world.events("m2mToken.created")) == 1
    others = [
        await make_token(world, biller, claims={"a": 1, "b": 2}),
        await make_token(world, biller, claims={"a": 2}, min_remaining_ttl_seconds=60),
        await make_token(world, biller, min_remaining_ttl_seconds=60),
        await make_token(world, biller, token_format="jwt", **alike),
    ]
    assert first.token.id not in {each.token.id for each in others}
    await world.call(
        None,
        machines.delete_scope,
        machine_id=biller.machine.id,
        to_machine_id=ledger.machine.id,
    )
    assert (await make_token(world, biller, **alike)).token.scopes == ()


async def test_a_token_that_ends_too_soon_or_was_revoked_is_not_given_again(world):
    biller = await make_machine(world)
    short = await make_token(world, biller, seconds_until_expiration=60)
    longer = await make_token(world, biller, min_remaining_ttl_seconds=120)
    assert longer.token.id != short.token.id
    assert (await make_token(world, biller, min_remaining_ttl_seconds=120)).secret == longer.secret
    await revoke(world, None, longer)
    fresh = await make_token(world, biller, min_remaining_ttl_seconds=120)
    assert fresh.token.id not in {short.token.id, longer.token.id}


async def test_of_many_that_ask_at_once_for_what_may_be_there_all_get_the_same(world):
    biller = await make_machine(world)
    calls = [make_token(world, biller, min_remaining_ttl_seconds=60) for _ in range(5)]
    made = await all_at_once(*calls)
    assert len({each.secret for each in made}) == 1


async def test_a_list_shows_what_holds_no_more_where_it_is_asked_for(world):
    biller = await make_machine(world)
    holding, revoked, expired = [
        await make_token(world, biller, seconds_until_expiration=each) for each in (900, 900, 60)
    ]
    await make_token(world, biller, token_format="jwt")
    await revoke(world, None, revoked)
    soon = later(world.platform, seconds=61)

    async def shown(**flags):
        found = await world.call(
            acting(world, biller),
            m2m_tokens.search,
            platform=soon,
            subject=biller.machine.id,
            search=Search(),
            **flags,
        )
        return {each.id for each in found.items}

    assert await shown() == {holding.token.id}
    assert await shown(includes_revoked=True) == {holding.token.id, revoked.token.id}
    assert await shown(includes_expired=True) == {holding.token.id, expired.token.id}


@pytest.mark.security("G1")
async def test_tokens_of_another_machine_are_out_of_reach(world):
    biller, other = await make_machine(world), await make_machine(world, "Other")
    made = await make_token(world, biller)
    with pytest.raises(NotPermitted):
        await world.call(
            acting(world, other),
            m2m_tokens.search,
            subject=biller.machine.id,
            search=Search(),
        )
    with pytest.raises(M2mTokenNotFound):
        await revoke(world, other, made)
    with pytest.raises(MachineNotFound):
        await world.call(None, m2m_tokens.search, subject="mch_x", search=Search())
    assert await verify(world, None, made.secret)


@pytest.mark.security("I1")
async def test_a_token_is_kept_as_a_digest_and_sealed(world):
    made = await make_token(world, await make_machine(world))
    (row,) = await world.sql("SELECT * FROM m2m_tokens WHERE id = $1", made.token.id)
    assert made.secret not in str(dict(row))
    assert made.secret not in str([dict(each) for each in await world.events()])
    assert made.secret not in repr(made)


async def test_the_worker_clears_tokens_a_month_after_their_end(world):
    biller = await make_machine(world, default_token_ttl=1)
    made = await make_token(world, biller)
    lasting = await make_token(world, biller, seconds_until_expiration=315_360_000)
    kept = "SELECT id FROM m2m_tokens WHERE machine_id = $1"
    await clear(world.platform)
    assert len(await world.sql(kept, biller.machine.id)) == 2
    await world.sql(
        "UPDATE m2m_tokens SET expires_at = now() - interval '31 days' WHERE id = $1",
        made.token.id,
    )
    await clear(world.platform)
    assert [row["id"] for row in await world.sql(kept, biller.machine.id)] == [lasting.token.id]
