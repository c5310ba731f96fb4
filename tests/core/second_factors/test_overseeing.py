"""What an app's server does with the second factors of its users."""

import pytest

from charter.core.passwords.model import UserLocked
from charter.core.second_factors import operations as second_factors
from charter.core.second_factors import overseeing
from charter.core.second_factors.model import FactorCodeIncorrect, TotpNotEnabled, TotpNotFound
from charter.core.second_factors.queries import TRIES
from charter.core.sign_ins.model import SignInStatus
from charter.core.users import operations as users
from charter.core.users.model import UserNotFound
from tests.factors import (
    after_password,
    backup_codes,
    code_at,
    half_a_minute_on,
    second,
    stopped,
    with_totp,
)
from tests.flows import Tab
from tests.sent import sent
from tests.world import all_at_once, later, new_world

FACTOR = (
    "UPDATE phone_numbers SET is_second_factor = true, is_default_second_factor = true"
    " WHERE instance_id = $1"
)


def check(world, code, name="ann", **more):
    return world.call(None, overseeing.check_code, user_id=name, code=code, **more)


async def test_a_code_of_the_app_is_right_once(world):
    await with_totp(world, "ann")
    platform = stopped(world.platform)
    code = code_at(platform)
    assert (await check(world, code, platform=platform)).code_type == "totp"
    with pytest.raises(FactorCodeIncorrect):
        await check(world, code, platform=platform)
    [event] = await world.events("factor.proven")
    assert (event["subject_id"], event["after"]["strategy"]) == (world.people["ann"], "totp")


@pytest.mark.security("B3")
async def test_a_code_that_was_checked_here_signs_nobody_in(world):
    await with_totp(world, "ann")
    platform, tab = stopped(world.platform), Tab(world)
    sign_in = await after_password(tab, "ann")
    code = code_at(platform)
    await check(world, code, platform=platform)
    [refused] = await all_at_once(second(tab, sign_in, "totp", code, platform=platform))
    assert isinstance(refused, Exception)
    right = await second(
        tab, sign_in, "totp", code_at(platform, steps=1), platform=half_a_minute_on(platform)
    )
    assert right.view.sign_in.status is SignInStatus.COMPLETE


@pytest.mark.security("B3")
async def test_of_many_that_bring_a_code_at_once_one_is_right(world):
    await with_totp(world, "ann")
    platform = stopped(world.platform)
    code = code_at(platform)
    results = await all_at_once(*(check(world, code, platform=platform) for _ in range(8)))
    assert sum(not isinstance(each, Exception) for each in results) == 1
    assert len(await world.events("factor.proven")) == 1


async def test_a_recovery_code_is_used_up_and_its_user_is_told(world):
    await with_totp(world, "ann")
    code, *_ = await backup_codes(world, "ann")
    assert (await check(world, code)).code_type == "backup_code"
    with pytest.raises(FactorCodeIncorrect):
        await check(world, code)
    assert "A backup code was used" in [each.subject for each in await sent(world)]


@pytest.mark.security("B5")
async def test_of_many_that_bring_a_recovery_code_at_once_one_is_right(world):
    await with_totp(world, "ann")
    code, *_ = await backup_codes(world, "ann")
    results = await all_at_once(*(check(world, code) for _ in range(6)))
    assert sum(not isinstance(each, Exception) for each in results) == 1


@pytest.mark.parametrize("code", ["", "000", "no code at all", "\uff11" * 6, "x" * 5000])
async def test_what_is_no_code_is_incorrect_and_written_down(world, code):
    await with_totp(world, "ann")
    with pytest.raises(FactorCodeIncorrect):
        await check(world, code)
    [event] = await world.events("factor.refused")
    assert event["after"]["strategy"] == "totp"


@pytest.mark.security("B3")
async def test_guesses_here_count_with_those_of_the_sign_in(world):
    await with_totp(world, "ann", backup_codes=["first-code-1234"])
    for number in range(TRIES):
        with pytest.raises(FactorCodeIncorrect):
            await check(world, f"guess-{number}")
    with pytest.raises(UserLocked):
        await check(world, "first-code-1234")
    tab = Tab(world)
    sign_in = await after_password(tab, "ann")
    [refused] = await all_at_once(second(tab, sign_in, "totp", code_at(world.platform)))
    assert isinstance(refused, UserLocked)
    much_later = later(world.platform, hours=1)
    assert (await check(world, code_at(much_later), platform=much_later)).code_type == "totp"


async def test_who_has_no_app_is_asked_for_no_codes(world):
    await world.user("ben")
    await world.user("ann")
    begun = await world.call("ann", second_factors.begin_totp)
    for name in ("ann", "ben"):
        with pytest.raises(TotpNotEnabled):
            await check(world, code_at(world.platform, begun.secret), name)
    with pytest.raises(UserNotFound):
        await check(world, "000000", "user_x")


async def test_where_no_apps_are_used_none_is_asked_for(world):
    await with_totp(world, "ann")
    await world.configure(attributes={"authenticator_app": {"is_enabled": False}})
    with pytest.raises(TotpNotEnabled):
        await check(world, code_at(world.platform))


async def test_all_factors_go_at_once_and_the_user_is_told(world):
    await with_totp(world, "ann", phone_numbers=["+14155550100"], backup_codes=["first-code-1234"])
    await world.sql(FACTOR, world.instance_id)
    after = await world.call(None, overseeing.disable, user_id="ann")
    user = await world.call(None, users.get, user_id="ann")
    assert (after.has_second_factor, user.has_totp, user.has_backup_codes) == (False, False, False)
    [number] = user.phone_numbers
    assert (number.is_second_factor, number.is_default_second_factor) == (False, False)
    assert number.is_verified
    assert user.mfa_disabled_at is not None
    assert (await world.events("user.updated"))[-1]["after"]["has_totp"] is False
    assert "Two-step verification was turned off" in [each.subject for each in await sent(world)]


@pytest.mark.parametrize("what", ["disable", "delete_totp", "delete_backup_codes"])
async def test_of_several_that_take_factors_at_once_one_finds_them(world, what):
    await with_totp(world, "ann", backup_codes=["first-code-1234"])
    told, written = len(await world.events("user.updated")), len(await sent(world))
    take = getattr(overseeing, what)
    await all_at_once(*(world.call(None, take, user_id="ann") for _ in range(4)))
    assert len(await world.events("user.updated")) == told + 1
    assert len(await sent(world)) == written + 1


async def test_who_lost_every_factor_signs_in_without(world):
    await with_totp(world, "ann")
    await world.call(None, overseeing.disable, user_id="ann")
    assert (await after_password(Tab(world), "ann")).status is SignInStatus.COMPLETE


@pytest.mark.parametrize("what", ["disable", "delete_totp", "delete_backup_codes"])
async def test_who_has_none_stays_as_they_are(world, what):
    before = await world.user("ann")
    told = len(await world.events())
    await world.call(None, getattr(overseeing, what), user_id="ann")
    assert await world.call(None, users.get, user_id="ann") == before
    assert len(await world.events()) == told
    with pytest.raises(UserNotFound):
        await world.call(None, getattr(overseeing, what), user_id="user_x")


async def test_an_app_that_was_only_begun_is_dropped(world):
    await world.user("ann")
    await world.call("ann", second_factors.begin_totp)
    await world.call(None, overseeing.disable, user_id="ann")
    with pytest.raises(TotpNotFound):
        await world.call("ann", second_factors.remove_totp)


async def test_a_server_takes_an_app_even_where_everybody_needs_one(world):
    await with_totp(world, "ann", backup_codes=["first-code-1234"])
    await world.configure(sign_in={"requires_second_factor": True})
    await world.call(None, overseeing.delete_totp, user_id="ann")
    user = await world.call(None, users.get, user_id="ann")
    assert (user.has_totp, user.has_backup_codes) == (False, False)
    assert "An authenticator app was removed" in [each.subject for each in await sent(world)]


async def test_recovery_codes_go_alone(world):
    await with_totp(world, "ann", backup_codes=["first-code-1234"])
    await world.call(None, overseeing.delete_backup_codes, user_id="ann")
    user = await world.call(None, users.get, user_id="ann")
    assert (user.has_totp, user.has_backup_codes, user.mfa_disabled_at) == (True, False, None)
    with pytest.raises(FactorCodeIncorrect):
        await check(world, "first-code-1234")


async def test_users_of_another_instance_are_not_there(world, platform, app):
    await with_totp(world, "ann", backup_codes=["first-code-1234"])
    other = await new_world(platform, app)
    for what in ("disable", "delete_totp", "delete_backup_codes"):
        with pytest.raises(UserNotFound):
            await other.call(None, getattr(overseeing, what), user_id=world.people["ann"])
    with pytest.raises(UserNotFound):
        await other.call(
            None,
            overseeing.check_code,
            user_id=world.people["ann"],
            code=code_at(world.platform),
        )
    assert (await world.call(None, users.get, user_id="ann")).has_backup_codes
