"""Setting up an authenticator app, and removing it."""

from urllib.parse import parse_qs, urlsplit

import pytest

from charter.core.checks.model import CodeIncorrect
from charter.core.keys.resealing import SEALED
from charter.core.passwords.model import UserLocked
from charter.core.second_factors import operations as second_factors
from charter.core.second_factors.model import (
    AuthenticatorAppDisabled,
    TotpEnabled,
    TotpNotFound,
)
from charter.core.second_factors.queries import TRIES
from charter.core.users import operations as users
from tests.factors import code_at, half_a_minute_on, stopped, with_totp
from tests.sent import sent
from tests.world import all_at_once, later


async def begun(world, name="ann"):
    await world.user(name)
    return await world.call(name, second_factors.begin_totp)


def verify(world, secret, *, steps=0, platform=None, name="ann"):
    platform = platform or world.platform
    code = code_at(platform, secret, steps=steps)
    return world.call(name, second_factors.verify_totp, code=code, platform=platform)


async def test_a_seed_is_shown_with_what_an_app_reads(world):
    made = await begun(world)
    address = urlsplit(made.uri)
    said = parse_qs(address.query)
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert "ann%40example.com" in address.path
    assert (said["secret"], said["issuer"]) == ([made.secret], ["Tests"])
    assert (len(made.secret), made.is_verified) == (32, False)


async def test_nobody_is_asked_for_codes_of_an_app_that_gave_none_yet(world):
    await begun(world)
    user = await world.call(None, users.get, user_id="ann")
    assert (user.has_totp, user.has_second_factor, user.mfa_enabled_at) == (False, False, None)


async def test_the_first_right_code_enables_the_app_and_shows_recovery_codes(world):
    made = await begun(world)
    done = await verify(world, made.secret)
    user = await world.call(None, users.get, user_id="ann")
    assert (done.is_verified, done.secret, done.uri) == (True, None, None)
    assert len(set(done.backup_codes)) == 10
    assert (user.has_totp, user.has_backup_codes) == (True, True)
    assert user.mfa_enabled_at is not None
    assert (await world.events("user.updated"))[-1]["after"]["has_totp"] is True


async def test_recovery_codes_that_there_are_stay(world):
    await world.user("ann", backup_codes=["first-code-1234"])
    made = await begun(world)
    assert (await verify(world, made.secret)).backup_codes is None


async def test_no_recovery_codes_are_made_where_none_are_used(world):
    await world.configure(attributes={"backup_code": {"is_enabled": False}})
    made = await begun(world)
    assert (await verify(world, made.secret)).backup_codes is None


async def test_the_seed_is_sealed_in_its_row(world):
    made = await begun(world)
    [row] = await world.sql(
        "SELECT sealed_secret FROM totp_secrets WHERE instance_id = $1", world.instance_id
    )
    assert made.secret.encode() not in row["sealed_secret"]
    assert "totp_secrets" in {each.table.name for each in SEALED}


async def test_who_begins_anew_has_another_seed(world):
    first = await begun(world)
    second = await begun(world)
    with pytest.raises(CodeIncorrect):
        await verify(world, first.secret)
    assert (await verify(world, second.secret)).is_verified


async def test_an_app_that_is_enabled_is_not_replaced(world):
    await with_totp(world, "ann")
    with pytest.raises(TotpEnabled):
        await world.call("ann", second_factors.begin_totp)
    with pytest.raises(TotpEnabled):
        await verify(world, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")


async def test_nothing_is_verified_that_was_not_begun(world):
    await world.user("ann")
    with pytest.raises(TotpNotFound):
        await world.call("ann", second_factors.verify_totp, code="000000")


@pytest.mark.parametrize(
    "code", ["", "12345", "1234567", "abcdef", "\uff11\uff12\uff13\uff14\uff15\uff16"]
)
async def test_what_is_no_code_enables_nothing(world, code):
    await begun(world)
    with pytest.raises(CodeIncorrect):
        await world.call("ann", second_factors.verify_totp, code=code)


@pytest.mark.security("B3")
@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (1, True), (2, False)])
async def test_a_code_may_be_one_step_off_and_no_more(world, steps, is_taken):
    made, platform = await begun(world), stopped(world.platform)
    [result] = await all_at_once(verify(world, made.secret, steps=steps, platform=platform))
    assert isinstance(result, CodeIncorrect) is not is_taken


async def test_of_two_codes_at_once_one_enables_the_app(world):
    made = await begun(world)
    results = await all_at_once(verify(world, made.secret), verify(world, made.secret, steps=1))
    refused = [each for each in results if isinstance(each, TotpEnabled | CodeIncorrect)]
    assert len(refused) == 1


async def test_guesses_end_for_an_hour(world):
    made = await begun(world)
    for _ in range(TRIES):
        with pytest.raises(CodeIncorrect):
            await world.call("ann", second_factors.verify_totp, code="nothing")
    with pytest.raises(UserLocked):
        await verify(world, made.secret)
    much_later = later(world.platform, hours=1)
    assert (await verify(world, made.secret, platform=much_later)).is_verified


async def test_a_refused_code_is_written_down(world):
    await begun(world)
    with pytest.raises(CodeIncorrect):
        await world.call("ann", second_factors.verify_totp, code="000")
    [event] = await world.events("factor.refused")
    assert event["subject_id"] == world.people["ann"]
    assert (event["after"]["strategy"], event["after"]["reason"]) == ("totp", "code_incorrect")


async def test_where_no_apps_are_used_none_is_set_up(world):
    await world.configure(attributes={"authenticator_app": {"is_enabled": False}})
    with pytest.raises(AuthenticatorAppDisabled):
        await begun(world)
    with pytest.raises(AuthenticatorAppDisabled):
        await world.call("ann", second_factors.verify_totp, code="000000")


async def test_a_removed_app_takes_the_recovery_codes_along(world):
    await with_totp(world, "ann", backup_codes=["first-code-1234"])
    done = await world.call("ann", second_factors.remove_totp)
    user = await world.call(None, users.get, user_id="ann")
    assert done.is_verified
    assert (user.has_totp, user.has_backup_codes) == (False, False)
    assert user.mfa_disabled_at is not None


async def test_recovery_codes_stay_for_another_second_factor(world):
    await with_totp(world, "ann", phone_numbers=["+14155550100"], backup_codes=["first-code-1"])
    await world.sql(
        "UPDATE phone_numbers SET is_second_factor = true, is_default_second_factor = true"
        " WHERE instance_id = $1",
        world.instance_id,
    )
    await world.call("ann", second_factors.remove_totp)
    user = await world.call(None, users.get, user_id="ann")
    assert (user.has_backup_codes, user.mfa_disabled_at) == (True, None)


async def test_what_was_begun_can_be_dropped(world):
    await begun(world)
    assert not (await world.call("ann", second_factors.remove_totp)).is_verified
    with pytest.raises(TotpNotFound):
        await world.call("ann", second_factors.remove_totp)


@pytest.mark.security("B7")
async def test_every_proven_address_is_told_of_a_new_app_and_of_its_end(world):
    addresses = ["ann@example.com", "ann@work.example"]
    await world.user("ann", email_addresses=addresses)
    made = await begun(world)
    await verify(world, made.secret)
    await world.call("ann", second_factors.remove_totp, platform=half_a_minute_on(world.platform))
    told = [(each.to_address, each.subject) for each in await sent(world)]
    assert sorted(told) == sorted(
        (address, subject)
        for address in addresses
        for subject in ("An authenticator app was added", "An authenticator app was removed")
    )
