"""Changing an instance's settings."""

import pytest

from charter.core.instances import configuring
from charter.core.instances import operations as instances
from charter.kernel.errors import InvalidInput, UnknownInput


async def test_a_setting_is_changed_and_the_others_stay(world):
    await world.configure(sign_up={"mode": "restricted"})
    await world.configure(sign_up={"requires_legal_consent": True})
    found = (await world.call(None, instances.get)).settings
    assert found.sign_up.mode.value == "restricted"
    assert found.sign_up.requires_legal_consent is True
    assert found.lockout_attempts == 100
    assert len(await world.events("instance.updated")) == 2


async def test_null_brings_a_setting_back_to_its_default(world):
    await world.configure(lockout_attempts=3)
    await world.configure(lockout_attempts=None)
    assert (await world.call(None, instances.get)).settings.lockout_attempts == 100
    kept = await world.sql("SELECT settings FROM instances WHERE id = $1", world.instance_id)
    assert "lockout_attempts" not in str(kept[0]["settings"])


@pytest.mark.parametrize(
    "changes",
    [{"no_such": 1}, {"sign_up": {"no_such": 1}}, {"attributes": {"username": {"no_such": True}}}],
)
async def test_a_name_that_is_no_setting_is_refused(world, changes):
    with pytest.raises(UnknownInput):
        await world.call(None, configuring.configure, changes=changes)


@pytest.mark.parametrize(
    "changes", [{"lockout_attempts": 0}, {"lockout_attempts": "many"}, {"sign_up": {"mode": "?"}}]
)
async def test_a_value_that_is_none_is_refused(world, changes):
    with pytest.raises(InvalidInput):
        await world.call(None, configuring.configure, changes=changes)


@pytest.mark.parametrize(
    ("attribute", "use"),
    [
        ("email_address", {"second_factors": ["totp"]}),
        ("phone_number", {"first_factors": ["phone_code", "email_code"]}),
        ("username", {"verifications": ["email_code"]}),
    ],
)
async def test_an_attribute_is_used_by_its_own_strategies_alone(world, attribute, use):
    with pytest.raises(InvalidInput) as refused:
        await world.configure(attributes={attribute: use})
    assert refused.value.parameter == f"attributes.{attribute}.{next(iter(use))}"


async def test_an_attribute_keeps_its_own_defaults_when_one_word_of_it_changes(world):
    await world.configure(attributes={"phone_number": {"is_enabled": True}})
    found = (await world.call(None, instances.get)).settings.attributes.phone_number
    assert (found.is_enabled, found.is_identifier) == (True, True)
    assert found.first_factors == ("phone_code",)
    await world.configure(attributes={"phone_number": None})
    assert not (await world.call(None, instances.get)).settings.attributes.phone_number.is_enabled
