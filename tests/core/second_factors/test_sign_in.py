"""Second factors at sign-in."""

import pytest

from charter.core.checks.model import CodeIncorrect, StrategyNotAllowed
from charter.core.passwords.model import UserLocked
from charter.core.second_factors.queries import TRIES
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import Answer, NewSignIn, SignInStatus
from tests.factors import (
    PASSWORD,
    after_password,
    backup_codes,
    code_at,
    half_a_minute_on,
    second,
    with_totp,
)
from tests.flows import Tab
from tests.sent import sent
from tests.world import all_at_once, later


@pytest.mark.security("B1")
async def test_a_password_alone_gives_no_session_to_who_has_an_app(world):
    await with_totp(world, "ann")
    sign_in = await after_password(Tab(world), "ann")
    assert (sign_in.status, sign_in.created_session_id) == (SignInStatus.NEEDS_SECOND_FACTOR, None)
    assert await world.events("session.created") == []


async def test_password_and_code_sign_in(world):
    await with_totp(world, "ann")
    tab = Tab(world)
    sign_in = await after_password(tab, "ann")
    done = (await second(tab, sign_in, "totp", code_at(world.platform))).view.sign_in
    [session] = await world.sql("SELECT * FROM sessions WHERE id = $1", done.created_session_id)
    assert done.status is SignInStatus.COMPLETE
    assert session["second_factor_at"] is not None


@pytest.mark.security("B3")
async def test_a_code_works_once(world):
    await with_totp(world, "ann")
    code = code_at(world.platform)
    for is_first in (True, False):
        tab = Tab(world)
        [result] = await all_at_once(second(tab, await after_password(tab, "ann"), "totp", code))
        assert isinstance(result, CodeIncorrect) is not is_first
    tab, following = Tab(world), half_a_minute_on(world.platform)
    again = await after_password(tab, "ann")
    assert await second(tab, again, "totp", code_at(following), platform=following)


@pytest.mark.security("B3")
async def test_a_code_before_the_last_one_works_no_more(world):
    await with_totp(world, "ann")
    tab = Tab(world)
    await second(tab, await after_password(tab, "ann"), "totp", code_at(world.platform))
    tab, earlier = Tab(world), code_at(world.platform, steps=-1)
    with pytest.raises(CodeIncorrect):
        await second(tab, await after_password(tab, "ann"), "totp", earlier)


@pytest.mark.security("B3")
async def test_of_many_sign_ins_with_one_code_at_once_one_gets_in(world):
    await with_totp(world, "ann")
    tabs = [Tab(world) for _ in range(5)]
    waiting = [(tab, await after_password(tab, "ann")) for tab in tabs]
    code = code_at(world.platform)
    results = await all_at_once(*(second(tab, each, "totp", code) for tab, each in waiting))
    assert sum(isinstance(each, CodeIncorrect) for each in results) == 4
    assert len(await world.events("session.created")) == 1


async def test_the_right_password_gives_no_further_guesses_of_codes(world):
    await with_totp(world, "ann")
    for _ in range(TRIES):
        tab = Tab(world)
        with pytest.raises(CodeIncorrect):
            await second(tab, await after_password(tab, "ann"), "totp", "000")
    tab = Tab(world)
    sign_in = await after_password(tab, "ann")
    with pytest.raises(UserLocked):
        await second(tab, sign_in, "totp", code_at(world.platform))
    much_later = later(world.platform, hours=1)
    assert await second(tab, sign_in, "totp", code_at(much_later), platform=much_later)


async def test_an_app_is_not_asked_for_where_none_are_used(world):
    await with_totp(world, "ann")
    await world.configure(attributes={"authenticator_app": {"is_enabled": False}})
    assert (await after_password(Tab(world), "ann")).status is SignInStatus.COMPLETE


async def test_a_second_factor_is_no_first_one(world):
    await with_totp(world, "ann")
    tab = Tab(world)
    begun = await tab.call(sign_ins.create, new=NewSignIn(identifier="ann@example.com"))
    with pytest.raises(StrategyNotAllowed):
        await tab.call(
            sign_ins.attempt_first_factor,
            sign_in_id=begun.view.sign_in.id,
            given=Answer(strategy="totp", code=code_at(world.platform)),
        )


@pytest.mark.security("B6")
async def test_a_new_password_does_not_skip_the_app(world):
    await world.user(
        "ann",
        email="ann+clerk_test@example.com",
        password=PASSWORD,
        totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    )
    tab, strategy = Tab(world), "reset_password_email_code"
    new = NewSignIn(identifier="ann+clerk_test@example.com", strategy=strategy)
    sign_in = (await tab.call(sign_ins.create, new=new)).view.sign_in
    given = Answer(strategy=strategy, code="424242")
    await tab.call(sign_ins.attempt_first_factor, sign_in_id=sign_in.id, given=given)
    reset = await tab.call(
        sign_ins.reset_password, sign_in_id=sign_in.id, password="another long pass phrase"
    )
    assert reset.view.sign_in.status is SignInStatus.NEEDS_SECOND_FACTOR
    assert [offer.strategy for offer in reset.view.second_factors] == ["totp"]


async def test_a_recovery_code_stands_in_and_its_use_is_told(world):
    await with_totp(world, "ann")
    code, *_ = await backup_codes(world, "ann")
    tab = Tab(world)
    sign_in = await after_password(tab, "ann")
    typed = f" {code[:4].upper()}-{code[4:]} "
    done = (await second(tab, sign_in, "backup_code", typed)).view.sign_in
    told = (await sent(world, "ann@example.com"))[-1]
    assert done.status is SignInStatus.COMPLETE
    assert (told.subject, "Codes left: 9" in told.text) == ("A backup code was used", True)
