"""What people do with their own email addresses."""

import pytest

from charter.core.checks.model import (
    CheckDone,
    CheckExpired,
    CheckFailed,
    CheckNotPrepared,
    CodeIncorrect,
    StrategyNotAllowed,
)
from charter.core.email_addresses import own
from charter.core.email_addresses.model import (
    EmailAddressInvalid,
    EmailAddressNotFound,
    EmailAddressTaken,
)
from charter.core.identifiers.own import UNPROVEN_AT_MOST
from charter.core.instances.enabled import FieldNotEnabled
from charter.core.users import operations as users
from charter.core.users import own as own_user
from charter.core.users.own import OwnPatch
from charter.core.verification import LastIdentifier, TooManyCodes, TooManyUnproven
from tests.sent import sent
from tests.world import all_at_once, later

NEW = "new@example.com"


async def added(world, who="ann", address=NEW):
    await world.user(who)
    return await world.call(who, own.create, address=address)


def prepare(world, row, who="ann", platform=None):
    return world.call(
        who,
        own.prepare_verification,
        email_address_id=row.id,
        strategy="email_code",
        platform=platform,
    )


def attempt(world, row, code, who="ann", platform=None):
    return world.call(
        who, own.attempt_verification, email_address_id=row.id, code=code, platform=platform
    )


async def code_to(world, address=NEW):
    return next(each.code for each in reversed(await sent(world, address)) if each.code)


async def waiting(world, who="ann"):
    """A new address of a user and the code that was sent to it."""
    row = await added(world, who)
    await prepare(world, row, who)
    return row, await code_to(world)


@pytest.mark.security("J4")
async def test_a_new_address_is_not_proven_and_signs_nobody_in(world):
    row = await added(world)
    assert (row.is_verified, row.is_primary, row.is_reserved) == (False, False, False)


async def test_the_code_that_was_sent_proves_the_address(world):
    row, code = await waiting(world)
    done = await attempt(world, row, code)
    assert (done.is_verified, done.is_primary) == (True, False)
    assert (await world.events("user.updated"))[-1]["after"]["id"] == world.people["ann"]


@pytest.mark.security("J6")
@pytest.mark.security("J9")
async def test_the_primary_address_stays_and_is_told_of_the_new_one(world):
    row, code = await waiting(world)
    await attempt(world, row, code)
    user = await world.call(None, users.get, user_id="ann")
    assert user.primary_email_address.address == "ann@example.com"
    told = await sent(world, "ann@example.com")
    assert [each.subject for each in told] == ["An email address was added"]
    assert NEW in told[0].text


@pytest.mark.security("J6")
async def test_an_address_becomes_primary_once_proven_and_the_old_one_is_told(world):
    row, code = await waiting(world)
    patch = OwnPatch(primary_email_address_id=row.id)
    with pytest.raises(Exception, match="verified"):
        await world.call("ann", own_user.update, patch=patch)
    await attempt(world, row, code)
    user = await world.call("ann", own_user.update, patch=patch)
    assert user.primary_email_address.address == NEW
    kinds = [each.kind for each in await sent(world, "ann@example.com")]
    assert kinds == ["notice", "primary_email_address_changed"]


async def test_a_wrong_code_counts_and_five_of_them_end_the_code(world):
    row, code = await waiting(world)
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(4):
        with pytest.raises(CodeIncorrect):
            await attempt(world, row, wrong)
    with pytest.raises(CheckFailed):
        await attempt(world, row, wrong)
    with pytest.raises(CheckFailed):
        await attempt(world, row, code)


async def test_a_late_code_proves_nothing(world):
    row, code = await waiting(world)
    with pytest.raises(CheckExpired):
        await attempt(world, row, code, platform=later(world.platform, minutes=11))


async def test_a_code_has_to_be_sent_first_and_works_once(world):
    row = await added(world)
    with pytest.raises(CheckNotPrepared):
        await attempt(world, row, "000000")
    await prepare(world, row)
    code = await code_to(world)
    await attempt(world, row, code)
    with pytest.raises(CheckDone):
        await attempt(world, row, code)
    with pytest.raises(CheckDone):
        await prepare(world, row)


async def test_other_ways_than_a_code_are_refused_here(world):
    row = await added(world)
    with pytest.raises(StrategyNotAllowed):
        await world.call(
            "ann", own.prepare_verification, email_address_id=row.id, strategy="phone_code"
        )


async def test_test_addresses_get_no_mail_and_take_the_known_code(world):
    row = await added(world, address="new+clerk_test@example.com")
    await prepare(world, row)
    assert (await attempt(world, row, "424242")).is_verified
    assert await sent(world, row.address) == []


@pytest.mark.security("G1")
async def test_anothers_address_is_as_if_it_did_not_exist(world):
    row, code = await waiting(world)
    await world.user("ben")
    for call in (
        world.call("ben", own.get, email_address_id=row.id),
        world.call("ben", own.delete, email_address_id=row.id),
        prepare(world, row, "ben"),
        attempt(world, row, code, "ben"),
    ):
        with pytest.raises(EmailAddressNotFound):
            await call
    assert row.id not in {each.id for each in await world.call("ben", own.search)}


async def test_an_address_that_somebody_has_proven_is_taken_and_what_is_none_is_refused(world):
    await world.user("ben")
    with pytest.raises(EmailAddressTaken):
        await added(world, address="BEN@example.com")
    with pytest.raises(EmailAddressTaken):
        await added(world, address="ann@example.com")
    with pytest.raises(EmailAddressInvalid):
        await added(world, address="nothing")


@pytest.mark.security("J5")
async def test_of_two_people_who_prove_one_address_at_once_one_gets_it(world):
    rows, codes = {}, {}
    for who in ("ann", "ben"):
        rows[who], codes[who] = await waiting(world, who)
    results = await all_at_once(
        *(attempt(world, rows[who], codes[who], who) for who in ("ann", "ben"))
    )
    assert sum(isinstance(each, EmailAddressTaken) for each in results) == 1
    assert sum(getattr(each, "is_verified", False) for each in results) == 1


async def test_only_so_many_addresses_may_wait_to_be_proven(world):
    for number in range(UNPROVEN_AT_MOST):
        await added(world, address=f"a{number}@example.com")
    with pytest.raises(TooManyUnproven):
        await added(world)


async def test_an_address_taken_away_and_added_again_gets_no_more_codes(world):
    for _ in range(5):
        row, _code = await waiting(world)
        await world.call("ann", own.delete, email_address_id=row.id)
    row = await added(world)
    with pytest.raises(TooManyCodes):
        await prepare(world, row)


async def test_a_removed_address_hears_of_it(world):
    row, code = await waiting(world)
    await attempt(world, row, code)
    await world.call("ann", own.delete, email_address_id=row.id)
    for address in (NEW, "ann@example.com"):
        assert (await sent(world, address))[-1].subject == "An email address was removed"


async def test_the_last_address_stays_where_one_is_asked_for(world):
    user = await world.user("ann", username="annie")
    with pytest.raises(LastIdentifier):
        await world.call("ann", own.delete, email_address_id=user.email_addresses[0].id)
    await world.configure(attributes={"email_address": {"is_required": False}})
    await world.call("ann", own.delete, email_address_id=user.email_addresses[0].id)


async def test_addresses_are_added_only_where_they_are_in_use(world):
    await world.configure(
        attributes={"email_address": {"is_enabled": False}, "username": {"is_enabled": True}}
    )
    with pytest.raises(FieldNotEnabled):
        await added(world)
