"""What must not be done by a session that somebody left open."""

from dataclasses import replace

import pytest

from charter.core.passkeys import operations as passkeys
from charter.core.reverifications import operations as reverifications
from charter.core.reverifications.model import Level
from charter.core.second_factors import operations as second_factors
from charter.core.sessions.recent import ReverificationRequired
from charter.core.sign_ins.model import Answer
from charter.kernel.errors import DomainError, NotPermitted
from tests.factors import PASSWORD, after_password, code_at, second, with_totp
from tests.flows import Tab
from tests.passkeys import registered
from tests.world import later

CHANGES = (
    second_factors.begin_totp,
    second_factors.remove_totp,
    second_factors.create_backup_codes,
    passkeys.begin,
)


@pytest.fixture
async def careful(world):
    """An instance that asks again before changes."""
    await world.configure(sign_in={"asks_again_for_changes": True})


async def refusal(world, actor, operation, platform, **arguments):
    """What a call was refused with; None for another outcome than being asked again."""
    try:
        await world.call(actor, operation, platform=platform, **arguments)
    except ReverificationRequired as required:
        return required.meta
    except DomainError:
        pass
    return None


@pytest.mark.security("B7")
@pytest.mark.usefixtures("careful")
@pytest.mark.parametrize("operation", CHANGES)
async def test_an_old_session_is_asked_again_before_each_change(world, operation):
    tab = Tab(world)
    actor = tab.signed_in("ann", await tab.sign_in("ann"))
    day_later = later(world.platform, days=1)
    asked = {"level": "first_factor", "after_minutes": 10}
    assert await refusal(world, actor, operation, world.platform) is None
    assert await refusal(world, actor, operation, day_later) == asked


@pytest.mark.security("B7")
@pytest.mark.usefixtures("careful")
async def test_a_passkey_is_removed_by_a_fresh_session_alone(world):
    _, made = await registered(world, "ann")
    tab = Tab(world)
    actor = tab.signed_in("ann", (await world.session("ann")).id)
    aged = later(world.platform, minutes=10)
    assert await refusal(world, actor, passkeys.delete, aged, passkey_id=made.id) is not None
    assert await world.call(actor, passkeys.delete, passkey_id=made.id) == made


@pytest.mark.security("B7")
@pytest.mark.usefixtures("careful")
async def test_of_who_has_a_second_factor_that_one_is_asked(world):
    await with_totp(world, "ann")
    tab = Tab(world)
    sign_in = await after_password(tab, "ann")
    done = await second(tab, sign_in, "totp", code_at(world.platform))
    session_id = done.view.sign_in.created_session_id
    aged = later(world.platform, minutes=10)
    actor = tab.signed_in("ann", session_id)
    asked = await refusal(world, actor, second_factors.remove_totp, aged)
    assert asked == {"level": "second_factor", "after_minutes": 10}
    for level, given, is_enough in (
        (Level.FIRST_FACTOR, Answer(strategy="password", password=PASSWORD), False),
        (Level.SECOND_FACTOR, Answer(strategy="totp", code=code_at(aged)), True),
    ):
        start = reverifications.start
        await tab.call(start, session_id=session_id, level=level, platform=aged)
        operation = (
            reverifications.attempt_second_factor
            if is_enough
            else reverifications.attempt_first_factor
        )
        await tab.call(operation, session_id=session_id, given=given, platform=aged)
        actor = tab.signed_in("ann", session_id)
        asked = await refusal(world, actor, second_factors.remove_totp, aged)
        assert (asked is None) is is_enough


@pytest.mark.usefixtures("careful")
async def test_an_app_just_set_up_is_a_fresh_second_factor(world):
    tab = Tab(world)
    actor = tab.signed_in("ann", await tab.sign_in("ann"))
    made = await world.call(actor, second_factors.begin_totp)
    code = code_at(world.platform, made.secret)
    await world.call(actor, second_factors.verify_totp, code=code)
    assert await world.call(actor, second_factors.create_backup_codes)


async def test_where_the_instance_does_not_ask_an_old_session_does(world):
    tab = Tab(world)
    actor = tab.signed_in("ann", await tab.sign_in("ann"))
    assert await world.call(
        actor, second_factors.begin_totp, platform=later(world.platform, days=1)
    )


@pytest.mark.usefixtures("careful")
async def test_a_server_answers_for_the_user_that_it_acts_for(world):
    await world.user("ann")
    assert await world.call("ann", second_factors.begin_totp)


@pytest.mark.security("C9")
@pytest.mark.parametrize("operation", CHANGES)
async def test_who_acts_as_somebody_else_changes_no_factors(world, operation):
    tab = Tab(world)
    session_id = await tab.sign_in("ann")
    actor = replace(tab.signed_in("ann", session_id), impersonator="user_support")
    with pytest.raises(NotPermitted):
        await world.call(actor, operation)
