"""Showing anew who is at a session."""

import pytest

from charter.core.checks.model import CodeIncorrect, StrategyNotAllowed
from charter.core.passwords.model import PasswordIncorrect, UserLocked
from charter.core.reverifications import operations as reverifications
from charter.core.reverifications.model import (
    Level,
    ReverificationMissing,
    ReverificationNotWaiting,
    ReverificationStatus,
)
from charter.core.sessions import operations as sessions
from charter.core.sessions.model import SessionNotHere
from charter.core.sign_ins.model import Answer, Preparation
from charter.core.users import restrictions
from tests.authenticator import Authenticator
from tests.factors import (
    PASSWORD,
    SEED,
    after_password,
    backup_codes,
    code_at,
    half_a_minute_on,
    second,
    with_totp,
)
from tests.flows import Tab
from tests.passkeys import registered
from tests.world import all_at_once, later

COMPLETE = ReverificationStatus.COMPLETE


@pytest.fixture
async def tab(world):
    """A browser on which Ann, who has an app, signed in."""
    made = Tab(world)
    await with_totp(world, "ann")
    sign_in = await after_password(made, "ann")
    await second(made, sign_in, "totp", code_at(world.platform, steps=-1))
    return made


async def session_id(tab):
    [row] = await tab.world.sql(
        "SELECT id FROM sessions WHERE instance_id = $1 AND status = 'active'",
        tab.world.instance_id,
    )
    return row["id"]


async def start(tab, level, **more):
    found = await session_id(tab)
    return await tab.call(reverifications.start, session_id=found, level=level, **more)


async def attempt_first(tab, given, **more):
    found = await session_id(tab)
    operation = reverifications.attempt_first_factor
    return await tab.call(operation, session_id=found, given=given, **more)


async def attempt_second(tab, given, **more):
    found = await session_id(tab)
    operation = reverifications.attempt_second_factor
    return await tab.call(operation, session_id=found, given=given, **more)


BY_PASSWORD = Answer(strategy="password", password=PASSWORD)


def by_totp(platform):
    return Answer(strategy="totp", code=code_at(platform))


async def test_the_first_factor_is_shown_anew(world, tab):
    old = later(world.platform, minutes=20)
    begun = await start(tab, Level.FIRST_FACTOR, platform=old)
    done = await attempt_first(tab, BY_PASSWORD, platform=old)
    before = await world.call(None, sessions.get, session_id=done.session.id)
    assert {offer.strategy for offer in begun.first_factors} == {"password", "email_code"}
    assert (done.reverification.status, done.first_factors) == (COMPLETE, ())
    assert done.session.first_factor_at > done.session.second_factor_at
    assert before.first_factor_at == done.session.first_factor_at
    [event] = await world.events("session.reverified")
    assert event["subject_id"] == done.session.id


async def test_the_second_factor_alone_is_shown_anew(world, tab):
    begun = await start(tab, Level.SECOND_FACTOR)
    done = await attempt_second(tab, by_totp(world.platform))
    assert [offer.strategy for offer in begun.second_factors] == ["totp"]
    assert done.reverification.status is COMPLETE
    assert done.session.second_factor_at > done.session.first_factor_at


async def test_both_are_shown_one_after_the_other(world, tab):
    await start(tab, Level.MULTI_FACTOR)
    half = await attempt_first(tab, BY_PASSWORD)
    assert half.reverification.status is ReverificationStatus.NEEDS_SECOND_FACTOR
    done = await attempt_second(tab, by_totp(world.platform))
    assert done.reverification.status is COMPLETE
    assert done.reverification.first_check.is_verified


async def test_a_passkey_shows_both_at_once(world, tab):
    device, _ = await registered(world, "ann", Authenticator())
    await start(tab, Level.MULTI_FACTOR)
    found = await session_id(tab)
    asked = await tab.call(
        reverifications.prepare_first_factor,
        session_id=found,
        given=Preparation(strategy="passkey"),
    )
    proof = device.prove(asked.reverification.first_check.nonce)
    done = await attempt_first(tab, Answer(strategy="passkey", public_key_credential=proof))
    assert done.reverification.status is COMPLETE
    assert done.session.first_factor_at == done.session.second_factor_at


async def test_a_code_by_mail_shows_the_first_factor(world):
    tab = Tab(world)
    found = await tab.sign_in("ann")
    await start(tab, Level.FIRST_FACTOR)
    given = Preparation(strategy="email_code")
    await tab.call(reverifications.prepare_first_factor, session_id=found, given=given)
    done = await attempt_first(tab, Answer(strategy="email_code", code="424242"))
    assert done.reverification.status is COMPLETE


async def test_a_code_by_text_message_shows_the_second_factor(world):
    await world.configure(attributes={"phone_number": {"second_factors": ["phone_code"]}})
    await world.user("ann", password=PASSWORD, phone_numbers=["+14155550100"])
    tab = Tab(world)
    await after_password(tab, "ann")
    await world.sql(
        "UPDATE phone_numbers SET is_second_factor = true, is_default_second_factor = true"
        " WHERE instance_id = $1",
        world.instance_id,
    )
    await start(tab, Level.SECOND_FACTOR)
    given = Preparation(strategy="phone_code")
    found = await session_id(tab)
    await tab.call(reverifications.prepare_second_factor, session_id=found, given=given)
    done = await attempt_second(tab, Answer(strategy="phone_code", code="424242"))
    assert done.reverification.status is COMPLETE


async def test_a_recovery_code_stands_in(world, tab):
    code, *_ = await backup_codes(world, "ann")
    await start(tab, Level.SECOND_FACTOR)
    done = await attempt_second(tab, Answer(strategy="backup_code", code=code))
    assert done.reverification.status is COMPLETE


@pytest.mark.parametrize("level", Level)
async def test_who_has_one_factor_is_asked_for_that(world, level):
    tab = Tab(world)
    await tab.sign_in("ann")
    begun = await start(tab, level)
    assert begun.reverification.level is Level.FIRST_FACTOR


@pytest.mark.security("C2")
async def test_the_browser_gets_a_new_token_and_the_old_one_ends(world, tab):
    old = tab.actor
    found = await session_id(tab)
    [before] = await world.sql("SELECT * FROM clients WHERE digest = $1", old.client_digest)
    await start(tab, Level.SECOND_FACTOR)
    await attempt_second(tab, by_totp(world.platform))
    [after] = await world.sql("SELECT * FROM clients WHERE digest = $1", tab.actor.client_digest)
    assert after["updated_at"] == before["updated_at"]
    assert old.client_digest != tab.actor.client_digest
    with pytest.raises(SessionNotHere):
        await world.call(old, reverifications.start, session_id=found, level=Level.FIRST_FACTOR)


async def test_a_wrong_proof_changes_nothing(world, tab):
    await start(tab, Level.MULTI_FACTOR)
    with pytest.raises(PasswordIncorrect):
        await attempt_first(tab, Answer(strategy="password", password="something else"))
    await attempt_first(tab, BY_PASSWORD)
    with pytest.raises(CodeIncorrect):
        await attempt_second(tab, Answer(strategy="totp", code="000000x"))
    assert len(await world.events("session.reverified")) == 1


@pytest.mark.security("B3")
async def test_the_code_of_the_sign_in_does_not_pass_again(world, tab):
    await start(tab, Level.SECOND_FACTOR)
    given = Answer(strategy="totp", code=code_at(world.platform, steps=-1))
    with pytest.raises(CodeIncorrect):
        await attempt_second(tab, given)


async def test_ways_that_are_for_sign_ins_alone_are_refused(world, tab):
    await start(tab, Level.FIRST_FACTOR)
    found = await session_id(tab)
    for strategy in ("reset_password_email_code", "ticket", "oauth_google", "totp", "x"):
        with pytest.raises(StrategyNotAllowed):
            await attempt_first(tab, Answer(strategy=strategy, code="424242"))
        with pytest.raises(StrategyNotAllowed):
            await tab.call(
                reverifications.prepare_first_factor,
                session_id=found,
                given=Preparation(strategy=strategy),
            )


async def test_steps_are_taken_in_their_order(world, tab):
    with pytest.raises(ReverificationMissing):
        await attempt_first(tab, BY_PASSWORD)
    await start(tab, Level.MULTI_FACTOR)
    with pytest.raises(ReverificationNotWaiting):
        await attempt_second(tab, by_totp(world.platform))
    await attempt_first(tab, BY_PASSWORD)
    with pytest.raises(ReverificationNotWaiting):
        await attempt_first(tab, BY_PASSWORD)


async def test_one_that_was_left_lying_has_to_be_started_anew(world, tab):
    await start(tab, Level.FIRST_FACTOR)
    with pytest.raises(ReverificationMissing):
        await attempt_first(tab, BY_PASSWORD, platform=later(world.platform, minutes=15))


async def test_of_the_same_step_taken_twice_at_once_one_counts(world, tab):
    await start(tab, Level.FIRST_FACTOR)
    results = await all_at_once(*(attempt_first(tab, BY_PASSWORD) for _ in range(4)))
    assert sum(not isinstance(each, Exception) for each in results) == 1


async def test_a_session_of_another_browser_is_not_there(world, tab):
    found = await session_id(tab)
    for other in (Tab(world), Tab(world, "ct_x")):
        with pytest.raises(SessionNotHere):
            await other.call(reverifications.start, session_id=found, level=Level.FIRST_FACTOR)


async def test_a_session_that_has_ended_is_not_verified(world, tab):
    found = await session_id(tab)
    await world.call(None, sessions.revoke, session_id=found)
    with pytest.raises(SessionNotHere):
        await tab.call(reverifications.start, session_id=found, level=Level.FIRST_FACTOR)


async def test_a_locked_user_has_to_wait(world, tab):
    await world.call(None, restrictions.lock, user_id="ann")
    with pytest.raises(UserLocked):
        await start(tab, Level.FIRST_FACTOR)


async def test_the_next_code_passes_again(world, tab):
    following = half_a_minute_on(world.platform)
    for platform in (world.platform, following):
        await start(tab, Level.SECOND_FACTOR, platform=platform)
        given = Answer(strategy="totp", code=code_at(platform, SEED))
        assert await attempt_second(tab, given, platform=platform)


async def test_who_signs_in_by_links_alone_shows_a_code_instead(world):
    address = "ben+clerk_test@example.com"
    tab = Tab(world)
    await tab.sign_in("ben")
    await world.configure(
        attributes={
            "email_address": {"first_factors": ["email_link"], "verifications": ["email_link"]},
            "password": {"is_enabled": False, "is_required": False},
        }
    )
    begun = await start(tab, Level.FIRST_FACTOR)
    (offer,) = begun.first_factors
    assert (offer.strategy, offer.safe_identifier) == ("email_code", address)
    await tab.call(
        reverifications.prepare_first_factor,
        session_id=await session_id(tab),
        given=Preparation(strategy="email_code", email_address_id=offer.email_address_id),
    )
    done = await attempt_first(tab, Answer(strategy="email_code", code="424242"))
    assert done.reverification.status is COMPLETE
