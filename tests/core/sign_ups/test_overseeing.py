"""What an app's server sees of sign-ups, and says of them while they run."""

import pytest

from charter.core.sign_ups import operations as sign_ups
from charter.core.sign_ups import overseeing
from charter.core.sign_ups.model import GivenFields, SignUpNotFound, SignUpOver, SignUpStatus
from charter.core.users import operations as users
from charter.core.users.model import ExternalIdTaken
from charter.kernel.errors import InvalidInput, NotPermitted
from tests.flows import Tab
from tests.world import all_at_once, later

PASSWORD = "correct horse battery staple"  # of a guest in a test
ADDRESS = "new+clerk_test@example.com"


@pytest.fixture
def tab(world):
    return Tab(world)


@pytest.fixture
async def begun(tab):
    given = GivenFields(email_address=ADDRESS, password=PASSWORD)
    made = await tab.call(sign_ups.create, given=given)
    sign_up_id = made.view.sign_up.id
    await tab.call(sign_ups.prepare_verification, sign_up_id=sign_up_id, strategy="email_code")
    return sign_up_id


async def mark(world, sign_up_id, **said):
    return await world.call(None, overseeing.mark, sign_up_id=sign_up_id, **said)


async def prove(tab, sign_up_id):
    done = await tab.call(
        sign_ups.attempt_verification, sign_up_id=sign_up_id, strategy="email_code", code="424242"
    )
    return done.view


async def test_a_sign_up_is_read_by_the_apps_server(world, begun, other_world):
    seen = await world.call(None, overseeing.read, sign_up_id=begun)
    assert seen.sign_up.email_address == ADDRESS
    assert seen.requirements.unverified == ("email_address",)
    for where, sign_up_id in ((world, "sua_none"), (other_world, begun)):
        with pytest.raises(SignUpNotFound):
            await where.call(None, overseeing.read, sign_up_id=sign_up_id)
        with pytest.raises(SignUpNotFound):
            await mark(where, sign_up_id, external_id="theirs")


async def test_the_user_who_is_made_has_the_external_id(world, tab, begun):
    await mark(world, begun, external_id="mine")
    kept = await mark(world, begun, has_custom_action=True)
    assert (kept.sign_up.external_id, kept.sign_up.has_custom_action) == ("mine", True)
    view = await prove(tab, begun)
    assert view.sign_up.status is SignUpStatus.COMPLETE
    user = await world.call(None, users.get, user_id=view.sign_up.created_user_id)
    assert user.external_id == "mine"


async def test_what_is_said_can_be_taken_back(world, begun):
    await mark(world, begun, external_id="mine", has_custom_action=True)
    bare = await mark(world, begun, external_id=None, has_custom_action=None)
    assert (bare.sign_up.external_id, bare.sign_up.has_custom_action) == (None, False)
    assert len(await world.events("signUp.updated")) == 2
    await mark(world, begun)
    assert len(await world.events("signUp.updated")) == 2


async def test_where_the_apps_server_has_a_part_nobody_gets_in_before_it_is_done(world, tab, begun):
    await world.configure(sign_up={"requires_custom_action": True})
    view = await prove(tab, begun)
    assert view.requirements.missing == ("custom_action",)
    assert view.sign_up.status is SignUpStatus.MISSING_REQUIREMENTS
    await mark(world, begun, has_custom_action=True)
    done = await tab.call(sign_ups.update, sign_up_id=begun, given=GivenFields())
    assert done.view.sign_up.status is SignUpStatus.COMPLETE


async def test_an_external_id_of_somebody_is_refused(world, tab, begun):
    await world.user("ann", external_id="mine")
    with pytest.raises(ExternalIdTaken):
        await mark(world, begun, external_id="mine")
    await mark(world, begun, external_id="other")
    await world.user("ben", external_id="other")
    with pytest.raises(ExternalIdTaken):
        await prove(tab, begun)


async def test_an_external_id_is_not_too_long(world, begun):
    with pytest.raises(InvalidInput):
        await mark(world, begun, external_id="x" * 256)


async def test_of_a_sign_up_that_is_over_nothing_is_said(world, tab, begun):
    day = later(world.platform, days=2)
    with pytest.raises(SignUpOver):
        await world.call(None, overseeing.mark, platform=day, sign_up_id=begun, external_id="x")
    await prove(tab, begun)
    with pytest.raises(SignUpOver):
        await mark(world, begun, external_id="late")


async def test_a_word_of_the_server_counts_for_a_step_that_is_under_way(world):
    await world.configure(attributes={"email_address": {"is_verified_at_sign_up": False}})
    in_time = 0
    for number in range(8):
        tab = Tab(world)
        given = GivenFields(email_address=f"n{number}@example.com")
        made = await tab.call(sign_ups.create, given=given)
        sign_up_id = made.view.sign_up.id
        done, said = await all_at_once(
            tab.call(sign_ups.update, sign_up_id=sign_up_id, given=GivenFields(password=PASSWORD)),
            mark(world, sign_up_id, external_id=f"id{number}"),
        )
        user = await world.call(None, users.get, user_id=done.view.sign_up.created_user_id)
        is_late = isinstance(said, SignUpOver)
        assert user.external_id == (None if is_late else said.sign_up.external_id)
        in_time += not is_late
    assert in_time


@pytest.mark.security("G4")
async def test_nobody_else_sees_the_sign_ups_of_others(world, tab, begun):
    await world.user("ann")
    for who in ("ann", tab.actor):
        for operation in (overseeing.read, overseeing.mark):
            with pytest.raises(NotPermitted):
                await world.call(who, operation, sign_up_id=begun)
