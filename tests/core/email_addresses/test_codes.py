"""Proving an address by a code."""

import pytest

from charter.core.email_addresses import codes
from charter.core.email_addresses import operations as email_addresses
from charter.core.email_addresses.model import EmailAddressNotFound, EmailAddressTaken
from charter.core.verification import (
    TooManyCodes,
    VerificationAlreadyVerified,
    VerificationNotFound,
)
from tests.sent import sent
from tests.world import all_at_once, later

ADDRESS = "new@example.com"


async def prepared(world, address=ADDRESS, who="ann", platform=None):
    """An unproven address of a user, the verification and the code that was sent."""
    await world.user(who)
    row = await world.call(None, email_addresses.create, user_id=who, address=address)
    return row, *(await ask(world, row, platform))


async def ask(world, row, platform=None):
    verification = await world.call(
        None, codes.prepare_verification, email_address_id=row.id, platform=platform
    )
    return verification, (await sent(world, row.address))[-1].code


async def attempt(world, row, verification, code, platform=None):
    return await world.call(
        None,
        codes.attempt_verification,
        email_address_id=row.id,
        verification_id=verification.id,
        code=code,
        platform=platform,
    )


def wrong(code):
    return f"{(int(code) + 1) % 1_000_000:06}"


async def address_of(world, row):
    return await world.call(None, email_addresses.get, email_address_id=row.id)


async def test_the_right_code_verifies_the_address(world):
    row, verification, code = await prepared(world)
    assert (verification.status, verification.attempts) == ("unverified", 0)
    assert (await address_of(world, row)).verification_strategy == "email_code"
    tried = await attempt(world, row, verification, code)
    assert (tried.status, tried.attempts, tried.id) == ("verified", 1, verification.id)
    after = await address_of(world, row)
    assert (after.is_verified, after.verification_strategy) == (True, "email_code")
    assert len(await world.events("user.updated")) == 2


async def test_a_user_without_a_primary_address_gets_one_by_proving_it(world):
    await world.user("ann", email=None, username="annie")
    row, verification, code = await prepared(world)
    await attempt(world, row, verification, code)
    assert (await world.user("ann")).primary_email_address.id == row.id


@pytest.mark.security("B4", "J2")
async def test_five_wrong_codes_end_it_and_the_right_one_comes_too_late(world):
    row, verification, code = await prepared(world)
    tries = [await attempt(world, row, verification, wrong(code)) for _ in range(5)]
    assert [(each.status, each.attempts) for each in tries] == [
        ("unverified", 1),
        ("unverified", 2),
        ("unverified", 3),
        ("unverified", 4),
        ("failed", 5),
    ]
    assert (await attempt(world, row, verification, code)).status == "failed"
    after = await address_of(world, row)
    assert (after.is_verified, after.verification_status) == (False, "failed")


@pytest.mark.security("B4")
async def test_fifty_guesses_at_once_are_five_tries(world):
    row, verification, code = await prepared(world)
    guesses = [attempt(world, row, verification, wrong(code)) for _ in range(20)]
    results = await all_at_once(*guesses)
    assert {each.status for each in results} == {"unverified", "failed"}
    assert sum(each.status == "unverified" for each in results) == 4


@pytest.mark.security("J2")
async def test_a_code_works_once(world):
    row, verification, code = await prepared(world)
    results = await all_at_once(*(attempt(world, row, verification, code) for _ in range(4)))
    verified = [each for each in results if not isinstance(each, Exception)]
    assert [each.status for each in verified] == ["verified"]
    with pytest.raises(VerificationAlreadyVerified):
        await attempt(world, row, verification, code)


@pytest.mark.security("B4", "J2")
async def test_a_code_holds_for_ten_minutes(world):
    row, verification, code = await prepared(world)
    late = await attempt(world, row, verification, code, later(world.platform, seconds=601))
    assert late.status == "expired"
    assert not (await address_of(world, row)).is_verified
    in_time = await attempt(world, row, verification, code, later(world.platform, seconds=590))
    assert in_time.status == "verified"


@pytest.mark.security("J2")
async def test_a_newer_code_ends_the_older(world):
    row, older, old_code = await prepared(world)
    newer, code = await ask(world, row)
    assert (await attempt(world, row, older, old_code)).status == "expired"
    assert (await address_of(world, row)).verification_status == "unverified"
    assert (await attempt(world, row, newer, code)).status == "verified"


@pytest.mark.security("J2")
async def test_a_code_proves_no_other_address(world):
    row, verification, code = await prepared(world)
    other, other_verification, _ = await prepared(world, "other@example.com")
    for subject, proof in ((other, verification), (row, other_verification)):
        with pytest.raises(VerificationNotFound):
            await attempt(world, subject, proof, code)
    assert (await attempt(world, row, verification, code)).attempts == 1


@pytest.mark.security("J2")
async def test_a_code_for_an_address_that_was_taken_away_proves_nothing(world):
    row, verification, code = await prepared(world)
    await world.call(None, email_addresses.delete, email_address_id=row.id)
    with pytest.raises(EmailAddressNotFound):
        await attempt(world, row, verification, code)
    (grant,) = await world.sql("SELECT * FROM grants WHERE id = $1", verification.id)
    assert grant["revoked_at"] is not None
    again = await world.call(None, email_addresses.create, user_id="ann", address=ADDRESS)
    with pytest.raises(VerificationNotFound):
        await attempt(world, again, verification, code)


@pytest.mark.security("J2")
async def test_a_code_lies_in_the_database_as_a_digest_and_sealed(world):
    _, verification, code = await prepared(world)
    (grant,) = await world.sql("SELECT * FROM grants WHERE id = $1", verification.id)
    assert code.encode() not in grant["digest"]
    assert code not in str(dict(grant))
    rows = await world.sql("SELECT * FROM messages WHERE instance_id = $1", world.instance_id)
    assert all(code.encode() not in row["sealed_content"] for row in rows)
    events = await world.events()
    assert all(code not in (event["after"] or "") for event in events)


async def test_a_proven_address_of_another_user_cannot_be_proven(world):
    row, verification, code = await prepared(world)
    await world.user("ben")
    await world.call(None, email_addresses.create, user_id="ben", address=ADDRESS, is_verified=True)
    with pytest.raises(EmailAddressTaken):
        await attempt(world, row, verification, code)
    assert not (await address_of(world, row)).is_verified


@pytest.mark.security("B10")
async def test_five_codes_in_ten_minutes_are_enough(world):
    row, *_ = await prepared(world)
    results = await all_at_once(
        *(world.call(None, codes.prepare_verification, email_address_id=row.id) for _ in range(9))
    )
    assert sum(isinstance(each, TooManyCodes) for each in results) == 5
    assert len(await sent(world, ADDRESS)) == 5
    soon = later(world.platform, minutes=10, seconds=1)
    await world.call(None, codes.prepare_verification, email_address_id=row.id, platform=soon)


async def test_a_verified_address_stays_verified_whatever_is_tried(world):
    row = (await world.user("ann")).email_addresses[0]
    verification, code = await ask(world, row)
    assert (await attempt(world, row, verification, wrong(code))).status == "unverified"
    assert (await attempt(world, row, verification, code)).status == "verified"
    assert await address_of(world, row) == row


async def test_addresses_and_verifications_of_another_instance_are_unknown(world, other_world):
    row, verification, code = await prepared(world)
    with pytest.raises(EmailAddressNotFound):
        await attempt(other_world, row, verification, code)
    with pytest.raises(EmailAddressNotFound):
        await other_world.call(None, codes.prepare_verification, email_address_id=row.id)
