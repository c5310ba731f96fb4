"""Signed M2M tokens: what they say, and what they may not."""

import pytest

from charter.core.acting import session_actor
from charter.core.keys import operations as keys
from charter.core.keys.lookup import lookup
from charter.core.m2m_tokens import operations as m2m_tokens
from charter.core.m2m_tokens.model import M2mClaimReserved, M2mTokenInvalid, M2mTokenNotFound
from charter.core.m2m_tokens.signed import RESERVED
from charter.kernel.errors import InvalidInput, Unauthenticated
from tests.asked import asked_meanwhile
from tests.core.sessions.reading import claims_of, header_of
from tests.machinery import make_machine, make_token, verify
from tests.world import later


async def test_a_signed_token_says_it_all_and_is_stored_nowhere(world):
    ledger, mint = await make_machine(world, "Ledger"), await make_machine(world, "Mint")
    biller = await make_machine(world, "Biller", [ledger, mint])
    made = await make_token(world, biller, token_format="jwt", claims={"job": 1})
    claims = claims_of(made.secret)
    reached = sorted([ledger.machine.id, mint.machine.id])
    assert (claims["sub"], claims["jti"]) == (biller.machine.id, made.token.id)
    assert (claims["aud"], claims["scopes"]) == (reached, " ".join(reached))
    assert (claims["exp"] - claims["iat"], claims["job"]) == (3600, 1)
    assert header_of(made.secret)["cat"] == "cl_B7d4PD333AAA"
    assert await world.sql("SELECT 1 FROM m2m_tokens WHERE machine_id = $1", claims["sub"]) == []
    found = await verify(world, mint, made.secret)
    assert (found.id, found.machine_id, found.claims) == (claims["jti"], claims["sub"], {"job": 1})
    assert list(found.scopes) == reached
    with pytest.raises(M2mTokenNotFound):
        await world.call(None, m2m_tokens.revoke, m2m_token_id=made.token.id)


@pytest.mark.security("I2")
async def test_a_signed_token_is_refused_outside_its_scopes_and_after_its_end(world):
    ledger, stranger = await make_machine(world, "Ledger"), await make_machine(world, "Stranger")
    biller = await make_machine(world, "Biller", [ledger])
    made = await make_token(world, biller, token_format="jwt")
    for who in (stranger, biller):
        with pytest.raises(M2mTokenInvalid):
            await verify(world, who, made.secret)
    with pytest.raises(M2mTokenInvalid):
        await verify(world, ledger, made.secret, platform=later(world.platform, seconds=3600))


@pytest.mark.parametrize("name", RESERVED)
async def test_a_machine_cannot_say_what_a_signed_token_says_itself(world, name):
    biller = await make_machine(world)
    with pytest.raises(M2mClaimReserved):
        await make_token(world, biller, token_format="jwt", claims={name: "mch_x"})
    # An opaque token says nothing: these are the app's own words there.
    assert await make_token(world, biller, claims={name: "mch_x"})


@pytest.mark.parametrize("claims", [1, "x", [], True])
async def test_the_claims_of_a_signed_token_are_an_object(world, claims):
    with pytest.raises(InvalidInput):
        await make_token(world, await make_machine(world), token_format="jwt", claims=claims)


async def test_a_token_with_more_scopes_and_claims_than_a_header_holds_is_refused(world):
    others = [await make_machine(world, f"m{number}") for number in range(60)]
    biller = await make_machine(world, "Biller", others)
    with pytest.raises(InvalidInput):
        await make_token(world, biller, token_format="jwt", claims={"x": "y" * 8000})


@pytest.mark.security("A1")
async def test_tokens_of_other_kinds_and_of_other_instances_are_none(world, other_world):
    biller = await make_machine(world)
    made = await make_token(world, biller, token_format="jwt")
    head, body, signature = made.secret.split(".")
    foreign = await make_token(other_world, await make_machine(other_world), token_format="jwt")
    session = await world.token("ann")
    for wrong in (foreign.secret, session, f"{head}.{body}.", f"{head}.{signature}.{body}", "..."):
        with pytest.raises(M2mTokenInvalid):
            await verify(world, None, wrong)
    with pytest.raises(Unauthenticated):
        await session_actor(world.platform, made.secret)


async def test_a_token_outlives_rotations_of_the_key_that_signed_it(world):
    biller = await make_machine(world)
    made = await make_token(world, biller, token_format="jwt", seconds_until_expiration=90_000)
    await world.call(None, keys.rotate_signing, platform=later(world.platform, hours=2))
    (row,) = await world.sql(
        "SELECT retires_at FROM signing_keys WHERE instance_id = $1 AND id = $2",
        world.instance_id,
        header_of(made.secret)["kid"],
    )
    assert row["retires_at"] >= made.token.expires_at
    lookup(world.platform).forget()
    assert await verify(world, None, made.secret, platform=later(world.platform, hours=24))


@pytest.mark.parametrize("token_format", ["opaque", "jwt"])
async def test_a_verification_is_one_round_trip(world, token_format):
    ledger = await make_machine(world, "Ledger")
    biller = await make_machine(world, "Biller", [ledger])
    made = await make_token(world, biller, token_format=token_format)
    await verify(world, ledger, made.secret)
    with asked_meanwhile() as asked:
        await verify(world, ledger, made.secret)
    assert len(asked) == 1, asked


async def test_a_use_is_noted_once_a_minute(world):
    made = await make_token(world, await make_machine(world))
    first = await verify(world, None, made.secret)
    again = await verify(world, None, made.secret)
    assert again.last_used_at == first.last_used_at
    much_later = await verify(world, None, made.secret, platform=later(world.platform, seconds=90))
    assert (much_later.last_used_at - first.last_used_at).total_seconds() >= 90
    (row,) = await world.sql("SELECT last_used_at FROM m2m_tokens WHERE id = $1", made.token.id)
    assert row["last_used_at"] == much_later.last_used_at
