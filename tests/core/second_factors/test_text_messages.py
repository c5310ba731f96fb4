"""Text messages as a second factor: never the only one, and only where the owner wants them."""

import pytest

from charter.core.passkeys.model import LastWayIn
from charter.core.phone_numbers import factors
from charter.core.phone_numbers import operations as phone_numbers
from charter.core.phone_numbers.factors import FactorPatch
from charter.core.sign_ins.model import SignInStatus
from charter.core.users import operations as users
from charter.kernel.errors import InvalidInput
from tests.factors import PASSWORD, after_password
from tests.flows import Tab

ON = {"phone_number": {"is_enabled": True, "second_factors": ["phone_code"]}}


async def with_number(world, **fields):
    """Ann, whose number is a second factor."""
    await world.user("ann", **fields)
    number = await world.call(
        None, phone_numbers.create, user_id="ann", number="+14155550100", is_verified=True
    )
    return await world.call(
        "ann",
        factors.update,
        phone_number_id=number.id,
        patch=FactorPatch(is_second_factor=True),
    )


@pytest.mark.security("B11")
@pytest.mark.parametrize("others", [{"is_enabled": False}, {"second_factors": []}])
async def test_an_instance_cannot_have_text_messages_as_the_only_second_factor(world, others):
    alone = ON | {"authenticator_app": others, "backup_code": others}
    with pytest.raises(InvalidInput) as refusal:
        await world.configure(attributes=alone)
    assert refusal.value.parameter == "attributes.phone_number.second_factors"
    await world.configure(attributes=alone | {"backup_code": {"is_enabled": True}})


@pytest.mark.security("B11")
async def test_who_takes_text_messages_is_given_recovery_codes_beside_them(world):
    await world.configure(attributes=ON)
    made = await with_number(world, password=PASSWORD)
    tab = Tab(world)
    sign_in = await after_password(tab, "ann")
    assert len(made.backup_codes) == 10
    assert sign_in.status is SignInStatus.NEEDS_SECOND_FACTOR
    assert (await world.call(None, users.get, user_id="ann")).has_backup_codes


@pytest.mark.security("B11")
async def test_text_messages_are_asked_for_where_they_are_switched_on_alone(world):
    await world.configure(attributes=ON)
    await with_number(world, password=PASSWORD)
    await world.configure(attributes={"phone_number": {"second_factors": []}})
    assert (await after_password(Tab(world), "ann")).status is SignInStatus.COMPLETE


@pytest.mark.security("B9")
async def test_the_only_way_in_does_not_become_a_second_factor(world):
    await world.configure(attributes=ON)
    with pytest.raises(LastWayIn):
        await with_number(world, email=None, username="anna")
