"""Giving, changing, deleting and replacing phone numbers."""

import pytest

from charter.core.phone_numbers import operations as phone_numbers
from charter.core.phone_numbers.model import (
    NewSecondFactorNotVerified,
    PhoneNumberInvalid,
    PhoneNumberNotFound,
    PhoneNumberPatch,
    PhoneNumberTaken,
    SecondFactorNotVerified,
)
from charter.core.users.model import UserNotFound
from charter.core.verification import IdentifierNotVerified, LastIdentifier, ReplacementStatus
from tests.world import all_at_once

ONE, TWO, THREE = "+15555550101", "+15555550102", "+15555550103"


async def add(world, who, number, **given):
    return await world.call(None, phone_numbers.create, user_id=who, number=number, **given)


async def change(world, row, **changes):
    return await world.call(
        None,
        phone_numbers.update,
        phone_number_id=row.id,
        patch=PhoneNumberPatch(**changes),
    )


async def numbers_of(world, who):
    return (await world.user(who)).phone_numbers


async def test_a_number_is_kept_in_its_international_form(world):
    await world.user("ann")
    row = await add(world, "ann", "+1 (555) 555-0101")
    assert (row.number, row.is_verified, row.is_primary) == (ONE, False, False)
    assert await world.call(None, phone_numbers.get, phone_number_id=row.id) == row


async def test_the_first_verified_number_becomes_primary_by_itself(world):
    await world.user("ann")
    await add(world, "ann", ONE)
    assert (await add(world, "ann", TWO, is_verified=True)).is_primary
    assert (await add(world, "ann", THREE, is_verified=True, is_primary=True)).is_primary
    assert [row.is_primary for row in await numbers_of(world, "ann")] == [False, False, True]


@pytest.mark.parametrize("number", ["", "5555550101", "+1", "+15555550101;ext=5", "x" * 99])
async def test_what_is_no_number_is_refused(world, number):
    await world.user("ann")
    with pytest.raises(PhoneNumberInvalid):
        await add(world, "ann", number)


async def test_unknown_users_and_numbers_are_not_found(world, other_world):
    with pytest.raises(UserNotFound):
        await add(world, "user_2aaaaaaaaaaaaaaaaaaaaaaaaaa", ONE)
    await world.user("ann")
    row = await add(world, "ann", ONE)
    for operation in (phone_numbers.get, phone_numbers.delete):
        with pytest.raises(PhoneNumberNotFound):
            await other_world.call(None, operation, phone_number_id=row.id)


async def test_of_two_users_who_claim_one_number_at_once_one_has_it(world):
    for name in ("ann", "ben"):
        await world.user(name)
    results = await all_at_once(
        *(add(world, name, ONE, is_verified=True) for name in ("ann", "ben"))
    )
    assert sum(isinstance(result, PhoneNumberTaken) for result in results) == 1
    with pytest.raises(PhoneNumberTaken):
        await add(world, "ben" if isinstance(results[1], PhoneNumberTaken) else "ann", ONE)


async def test_the_first_second_factor_is_the_default_and_passes_on(world):
    before = await world.user("ann")
    first = await add(world, "ann", ONE, is_verified=True, is_second_factor=True)
    second = await add(world, "ann", TWO, is_verified=True)
    second = await change(world, second, is_second_factor=True)
    assert (first.is_default_second_factor, second.is_default_second_factor) == (True, False)
    user = await world.user("ann")
    assert before.mfa_enabled_at is None
    assert user.mfa_enabled_at is not None
    first = await change(world, first, is_second_factor=False)
    assert (first.is_second_factor, first.is_default_second_factor) == (False, False)
    assert [row.is_default_second_factor for row in await numbers_of(world, "ann")] == [
        False,
        True,
    ]
    await world.call(None, phone_numbers.delete, phone_number_id=second.id)
    assert (await world.user("ann")).mfa_disabled_at is not None


async def test_a_second_factor_has_to_be_verified(world):
    await world.user("ann")
    with pytest.raises(NewSecondFactorNotVerified):
        await add(world, "ann", ONE, is_second_factor=True)
    row = await add(world, "ann", ONE)
    with pytest.raises(SecondFactorNotVerified):
        await change(world, row, is_second_factor=True)
    await change(world, row, is_second_factor=True, is_verified=True)
    await add(world, "ann", TWO, is_verified=True, is_primary=True)
    with pytest.raises(SecondFactorNotVerified):
        await change(world, row, is_verified=False)


async def test_a_primary_has_to_be_verified(world):
    await world.user("ann")
    with pytest.raises(IdentifierNotVerified):
        await add(world, "ann", ONE, is_primary=True)
    row = await add(world, "ann", ONE, is_verified=True)
    with pytest.raises(IdentifierNotVerified):
        await change(world, row, is_verified=False)


async def test_a_number_proven_by_another_meanwhile_is_taken(world):
    for name in ("ann", "ben"):
        await world.user(name)
    mine = await add(world, "ann", ONE)
    await add(world, "ben", ONE, is_verified=True)
    with pytest.raises(PhoneNumberTaken):
        await change(world, mine, is_verified=True)


async def test_the_last_identifier_stays(world):
    await world.user("ann", email=None)
    row = await add(world, "ann", ONE, is_verified=True)
    with pytest.raises(LastIdentifier):
        await world.call(None, phone_numbers.delete, phone_number_id=row.id)


async def test_one_number_takes_the_place_of_all_and_is_no_second_factor(world):
    await world.user("ann")
    first = await add(world, "ann", ONE, is_verified=True, is_second_factor=True)
    await add(world, "ann", TWO)
    row = await world.call(None, phone_numbers.replace, user_id="ann", number=ONE)
    assert (row.id, row.is_second_factor, row.is_primary) == (first.id, False, True)
    assert await numbers_of(world, "ann") == (row,)
    assert (await world.user("ann")).mfa_disabled_at is not None


async def test_a_reserved_number_is_held_and_an_unverified_one_is_not(world):
    for name in ("ann", "ben", "cem"):
        await world.user(name)
    for who, status in (
        ("ann", ReplacementStatus.UNVERIFIED),
        ("ben", ReplacementStatus.RESERVED),
    ):
        row = await world.call(None, phone_numbers.replace, user_id=who, number=ONE, status=status)
        assert row.is_reserved == (status is ReplacementStatus.RESERVED)
    with pytest.raises(PhoneNumberTaken):
        await world.call(None, phone_numbers.replace, user_id="cem", number=ONE)
