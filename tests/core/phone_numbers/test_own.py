"""What people do with their own phone numbers."""

import pytest

from charter.core.checks.model import CheckNotPrepared, CodeIncorrect, StrategyNotAllowed
from charter.core.instances.enabled import FieldNotEnabled
from charter.core.phone_numbers import factors, own
from charter.core.phone_numbers.factors import FactorPatch
from charter.core.phone_numbers.model import (
    PhoneNumberInvalid,
    PhoneNumberNotFound,
    PhoneNumberTaken,
    SecondFactorNotVerified,
)
from charter.core.users import operations as users
from charter.core.verification import LastIdentifier, TooManyUnproven
from tests.sent import sent
from tests.world import all_at_once

NUMBER = "+12025550123"
REAL = "+12025557123"


@pytest.fixture(autouse=True)
async def in_use(world):
    """An instance that uses numbers, as a second factor too."""
    await world.configure(
        attributes={"phone_number": {"is_enabled": True, "second_factors": ["phone_code"]}}
    )


async def added(world, who="ann", number=NUMBER):
    await world.user(who)
    return await world.call(who, own.create, number=number)


def prepare(world, row, who="ann"):
    return world.call(who, own.prepare_verification, phone_number_id=row.id, strategy="phone_code")


def attempt(world, row, code="424242", who="ann"):
    return world.call(who, own.attempt_verification, phone_number_id=row.id, code=code)


async def proven(world, who="ann", number=NUMBER):
    row = await added(world, who, number)
    await prepare(world, row, who)
    return await attempt(world, row, who=who)


def change(world, row, who="ann", **patch):
    return world.call(who, factors.update, phone_number_id=row.id, patch=FactorPatch(**patch))


@pytest.mark.security("J9")
async def test_the_code_that_was_sent_proves_the_number_and_addresses_are_told(world):
    done = await proven(world)
    assert (done.is_verified, done.is_primary, done.is_second_factor) == (True, True, False)
    assert [each.subject for each in await sent(world)] == ["A phone number was added"]


async def test_a_number_is_sent_a_text_message(world):
    row = await added(world, number=REAL)
    await prepare(world, row)
    (message,) = await sent(world, REAL)
    assert (await attempt(world, row, message.code)).is_verified


async def test_a_wrong_code_proves_nothing_and_none_works_before_one_was_sent(world):
    row = await added(world)
    with pytest.raises(CheckNotPrepared):
        await attempt(world, row)
    await prepare(world, row)
    with pytest.raises(CodeIncorrect):
        await attempt(world, row, "000000")


async def test_other_ways_than_a_code_are_refused(world):
    row = await added(world)
    with pytest.raises(StrategyNotAllowed):
        await world.call(
            "ann", own.prepare_verification, phone_number_id=row.id, strategy="email_code"
        )


async def test_numbers_that_are_none_or_somebody_s_are_refused(world):
    await world.user("ben", phone_numbers=[NUMBER])
    with pytest.raises(PhoneNumberTaken):
        await added(world)
    with pytest.raises(PhoneNumberInvalid):
        await added(world, number="12")


async def test_numbers_are_added_only_where_they_are_in_use(world):
    await world.configure(attributes={"phone_number": {"is_enabled": False}})
    with pytest.raises(FieldNotEnabled):
        await added(world)


async def test_only_so_many_numbers_may_wait_to_be_proven(world):
    for last in range(5):
        await added(world, number=f"+1202555010{last}")
    with pytest.raises(TooManyUnproven):
        await added(world)


@pytest.mark.security("G1")
async def test_anothers_number_is_as_if_it_did_not_exist(world):
    row = await proven(world)
    await world.user("ben")
    for call in (
        world.call("ben", own.get, phone_number_id=row.id),
        world.call("ben", own.delete, phone_number_id=row.id),
        prepare(world, row, "ben"),
        attempt(world, row, who="ben"),
        change(world, row, "ben", is_second_factor=True),
    ):
        with pytest.raises(PhoneNumberNotFound):
            await call
    assert await world.call("ben", own.search) == ()


async def test_of_two_people_who_prove_one_number_at_once_one_gets_it(world):
    rows = {}
    for who in ("ann", "ben"):
        rows[who] = await added(world, who)
        await prepare(world, rows[who], who)
    results = await all_at_once(*(attempt(world, rows[who], who=who) for who in rows))
    assert sum(isinstance(each, PhoneNumberTaken) for each in results) == 1
    assert sum(getattr(each, "is_verified", False) for each in results) == 1


@pytest.mark.security("J9")
async def test_the_first_second_factor_brings_recovery_codes_and_is_told(world):
    row = await proven(world)
    made = await change(world, row, is_second_factor=True)
    user = await world.call(None, users.get, user_id="ann")
    assert (made.row.is_second_factor, made.row.is_default_second_factor) == (True, True)
    assert len(set(made.backup_codes)) == 10
    assert (user.has_second_factor, user.has_backup_codes) == (True, True)
    assert "turned on" in (await sent(world, "ann@example.com"))[-1].subject
    again = await change(world, row, is_second_factor=True)
    assert again.backup_codes is None


async def test_recovery_codes_go_with_the_last_second_factor(world):
    row = await proven(world)
    await change(world, row, is_second_factor=True)
    made = await change(world, row, is_second_factor=False)
    user = await world.call(None, users.get, user_id="ann")
    assert not made.row.is_default_second_factor
    assert (user.has_second_factor, user.has_backup_codes) == (False, False)
    await change(world, row, is_second_factor=True)
    await world.call("ann", own.delete, phone_number_id=row.id)
    user = await world.call(None, users.get, user_id="ann")
    assert (user.has_second_factor, user.has_backup_codes) == (False, False)


async def test_of_several_second_factors_another_can_be_the_default(world):
    first, second = await proven(world), await proven(world, number="+12025550124")
    for row in (first, second):
        await change(world, row, is_second_factor=True)
    await change(world, second, is_default=True)
    rows = await world.call("ann", own.search)
    assert [row.is_default_second_factor for row in rows] == [False, True]


async def test_only_a_proven_number_is_a_second_factor_and_only_one_of_them_the_default(world):
    waiting = await added(world)
    with pytest.raises(SecondFactorNotVerified):
        await change(world, waiting, is_second_factor=True)
    row = await proven(world, number="+12025550124")
    with pytest.raises(SecondFactorNotVerified):
        await change(world, row, is_default=True)


async def test_numbers_are_second_factors_only_where_the_instance_says_so(world):
    row = await proven(world)
    await world.configure(attributes={"phone_number": {"second_factors": []}})
    with pytest.raises(FieldNotEnabled):
        await change(world, row, is_second_factor=True)


async def test_the_last_number_stays_where_one_is_asked_for(world):
    row = await proven(world)
    await world.configure(attributes={"phone_number": {"is_required": True}})
    with pytest.raises(LastIdentifier):
        await world.call("ann", own.delete, phone_number_id=row.id)
