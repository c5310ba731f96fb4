"""Proving a number by a code in a text message."""

import pytest

from charter.core.phone_numbers import codes
from charter.core.phone_numbers import operations as phone_numbers
from charter.core.phone_numbers.model import PhoneNumberNotFound, PhoneNumberTaken
from charter.core.verification import VerificationAlreadyVerified, VerificationNotFound
from tests.sent import sent
from tests.world import all_at_once

NUMBER = "+15555550100"


async def prepared(world):
    await world.user("ann")
    row = await world.call(None, phone_numbers.create, user_id="ann", number=NUMBER)
    verification = await world.call(None, codes.prepare_verification, phone_number_id=row.id)
    (message,) = await sent(world, NUMBER)
    return row, verification, message


async def attempt(world, row, verification, code):
    return await world.call(
        None,
        codes.attempt_verification,
        phone_number_id=row.id,
        verification_id=verification.id,
        code=code,
    )


async def test_a_code_is_sent_as_a_text_and_proves_the_number(world):
    row, verification, message = await prepared(world)
    assert (message.kind, message.status) == ("sms_verification_code", "captured")
    assert message.code in message.text
    assert message.code not in message.subject
    assert verification.channel == "sms"
    tried = await attempt(world, row, verification, message.code)
    assert tried.status == "verified"
    after = await world.call(None, phone_numbers.get, phone_number_id=row.id)
    assert (after.is_verified, after.is_primary) == (True, True)
    with pytest.raises(VerificationAlreadyVerified):
        await attempt(world, row, verification, message.code)


@pytest.mark.security("B4")
async def test_five_wrong_codes_end_it(world):
    row, verification, message = await prepared(world)
    wrong = f"{(int(message.code) + 1) % 1_000_000:06}"
    results = await all_at_once(*(attempt(world, row, verification, wrong) for _ in range(5)))
    assert sorted(each.attempts for each in results) == [1, 2, 3, 4, 5]
    assert (await attempt(world, row, verification, message.code)).status == "failed"


async def test_a_code_of_another_number_or_for_none_is_unknown(world):
    row, verification, message = await prepared(world)
    other = await world.call(None, phone_numbers.create, user_id="ann", number=NUMBER[:-1] + "9")
    with pytest.raises(VerificationNotFound):
        await attempt(world, other, verification, message.code)
    await world.call(None, phone_numbers.delete, phone_number_id=row.id)
    with pytest.raises(PhoneNumberNotFound):
        await attempt(world, row, verification, message.code)
    with pytest.raises(PhoneNumberNotFound):
        await world.call(None, codes.prepare_verification, phone_number_id=row.id)


async def test_a_number_that_another_user_has_proven_cannot_be_proven(world):
    row, verification, message = await prepared(world)
    await world.user("ben")
    await world.call(None, phone_numbers.create, user_id="ben", number=NUMBER, is_verified=True)
    with pytest.raises(PhoneNumberTaken):
        await attempt(world, row, verification, message.code)
