"""An instance that asks everybody for a second factor: no way to a session leads past it."""

import pytest

from charter.core.phone_numbers import factors
from charter.core.phone_numbers import operations as phone_numbers
from charter.core.phone_numbers.factors import FactorPatch
from charter.core.reverifications import operations as reverifications
from charter.core.reverifications.model import Level
from charter.core.second_factors import operations as second_factors
from charter.core.second_factors.model import LastSecondFactor
from charter.core.sessions import browsing
from charter.core.sessions import operations as sessions
from charter.core.sessions.model import SessionStatus
from charter.core.sign_in_tokens import operations as sign_in_tokens
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import Answer, NewSignIn
from charter.core.sign_ups import operations as sign_ups
from charter.core.sign_ups.model import GivenFields
from charter.kernel.errors import InvalidInput
from tests.factors import PASSWORD, SEED, code_at, with_totp
from tests.flows import Tab
from tests.passkeys import asked, registered, signed_in

ADDRESS = "ann+clerk_test@example.com"


async def by_password(world, tab):
    await world.user("ann", email=ADDRESS, password=PASSWORD)
    new = NewSignIn(identifier=ADDRESS, password=PASSWORD)
    return (await tab.call(sign_ins.create, new=new)).view.sign_in.created_session_id


async def by_code(world, tab):
    return await tab.sign_in("ann")


async def by_reset(world, tab):
    await world.user("ann", email=ADDRESS, password=PASSWORD)
    strategy = "reset_password_email_code"
    new = NewSignIn(identifier=ADDRESS, strategy=strategy)
    sign_in = (await tab.call(sign_ins.create, new=new)).view.sign_in
    given = Answer(strategy=strategy, code="424242")
    await tab.call(sign_ins.attempt_first_factor, sign_in_id=sign_in.id, given=given)
    reset = await tab.call(
        sign_ins.reset_password, sign_in_id=sign_in.id, password="another long pass phrase"
    )
    return reset.view.sign_in.created_session_id


async def by_ticket(world, tab):
    user = await world.user("ann", email=ADDRESS)
    made = await world.call(None, sign_in_tokens.create, user_id=user.id)
    new = NewSignIn(strategy="ticket", ticket=made.ticket)
    return (await tab.call(sign_ins.create, new=new)).view.sign_in.created_session_id


async def by_sign_up(world, tab):
    given = GivenFields(email_address=ADDRESS, password=PASSWORD)
    sign_up = (await tab.call(sign_ups.create, given=given)).view.sign_up
    steps = {"sign_up_id": sign_up.id, "strategy": "email_code"}
    await tab.call(sign_ups.prepare_verification, **steps)
    done = await tab.call(sign_ups.attempt_verification, **steps, code="424242")
    world.people["ann"] = done.view.sign_up.created_user_id
    return done.view.sign_up.created_session_id


async def by_the_server(world, tab):
    return (await world.session("ann")).id


WAYS = {
    "password": by_password,
    "code": by_code,
    "reset": by_reset,
    "ticket": by_ticket,
    "sign-up": by_sign_up,
    "server": by_the_server,
}


@pytest.mark.security("B2")
@pytest.mark.parametrize("is_asked", [True, False])
@pytest.mark.parametrize("way", WAYS)
async def test_who_has_none_has_to_set_one_up_whatever_the_way(world, way, is_asked):
    await world.configure(sign_in={"requires_second_factor": is_asked})
    session_id = await WAYS[way](world, Tab(world))
    session = await world.call(None, sessions.get, session_id=session_id)
    wanted = SessionStatus.PENDING if is_asked else SessionStatus.ACTIVE
    assert (session.status, session.needs_second_factor) == (wanted, is_asked)


@pytest.mark.security("B2")
@pytest.mark.parametrize("way", ["password", "code", "reset", "ticket"])
@pytest.mark.parametrize("is_asked", [True, False])
async def test_who_has_one_is_asked_for_it_whatever_the_way(world, way, is_asked):
    await world.configure(sign_in={"requires_second_factor": is_asked})
    await world.user("ann", email=ADDRESS, password=PASSWORD, totp_secret=SEED)
    assert await WAYS[way](world, Tab(world)) in {None, "None"}
    assert await world.events("session.created") == []


@pytest.mark.security("B2")
async def test_a_passkey_that_saw_its_owner_is_enough(world):
    await world.configure(sign_in={"requires_second_factor": True})
    device, _ = await registered(world, "ann")
    tab = Tab(world)
    sign_in_id, options = await asked(tab)
    done = await signed_in(tab, sign_in_id, device.prove(options))
    found = done.view.sign_in.created_session_id
    assert (await world.call(None, sessions.get, session_id=found)).status is SessionStatus.ACTIVE


@pytest.fixture
async def waiting(world):
    """Ann in a session that waits for a second factor."""
    await world.configure(
        sign_in={"requires_second_factor": True},
        attributes={"phone_number": {"is_enabled": True, "second_factors": ["phone_code"]}},
    )
    tab = Tab(world)
    return tab, await tab.sign_in("ann")


async def status_of(world, session_id):
    return (await world.call(None, sessions.get, session_id=session_id)).status


async def test_an_app_that_is_set_up_makes_the_session_active_and_ends_others(world, waiting):
    tab, session_id = waiting
    other = await Tab(world).sign_in("ann")
    actor = tab.signed_in("ann", session_id)
    made = await world.call(actor, second_factors.begin_totp)
    code = code_at(world.platform, made.secret)
    await world.call(actor, second_factors.verify_totp, code=code)
    assert await status_of(world, session_id) is SessionStatus.ACTIVE
    assert await status_of(world, other) is SessionStatus.REVOKED


async def test_a_number_that_becomes_a_factor_makes_the_session_active(world, waiting):
    tab, session_id = waiting
    number = await world.call(
        None, phone_numbers.create, user_id="ann", number="+14155550100", is_verified=True
    )
    await world.call(
        tab.signed_in("ann", session_id),
        factors.update,
        phone_number_id=number.id,
        patch=FactorPatch(is_second_factor=True),
    )
    assert await status_of(world, session_id) is SessionStatus.ACTIVE


async def test_an_app_that_a_server_brought_is_shown_by_verifying_the_session(world, waiting):
    tab, session_id = waiting
    await world.patch(f"/users/{world.people['ann']}", {"totp_secret": SEED})
    start = {"session_id": session_id, "level": Level.SECOND_FACTOR}
    await tab.call(reverifications.start, **start)
    given = Answer(strategy="totp", code=code_at(world.platform))
    done = await tab.call(reverifications.attempt_second_factor, session_id=session_id, given=given)
    assert done.session.status is SessionStatus.ACTIVE


@pytest.mark.security("B2")
async def test_using_a_session_that_waits_does_not_make_it_active(world, waiting):
    tab, session_id = waiting
    for intent in ("focus", "select_session", "select_org"):
        touched = await tab.call(browsing.touch, session_id=session_id, intent=intent)
        assert touched.status is SessionStatus.PENDING


async def test_one_chooses_an_organization_and_sets_up_a_factor_in_any_order(world, waiting):
    tab, session_id = waiting
    await world.configure(organizations={"are_required": True})
    acme = await world.organization(owner="ann")
    actor = tab.signed_in("ann", session_id)
    made = await world.call(actor, second_factors.begin_totp)
    touched = await tab.call(browsing.touch, session_id=session_id, organization_id=acme.id)
    assert touched.status is SessionStatus.PENDING
    code = code_at(world.platform, made.secret)
    await world.call(actor, second_factors.verify_totp, code=code)
    assert await status_of(world, session_id) is SessionStatus.ACTIVE


async def test_the_last_factor_stays_where_everybody_needs_one(world):
    await with_totp(world, "ann")
    await world.configure(sign_in={"requires_second_factor": True})
    with pytest.raises(LastSecondFactor):
        await world.call("ann", second_factors.remove_totp)


async def test_a_server_sees_what_is_left_to_do(world, waiting):
    _, session_id = waiting
    found = (await world.get(f"/sessions/{session_id}")).json()
    assert (found["status"], found["tasks"]) == ("pending", [{"key": "setup-mfa"}])


async def test_nobody_is_asked_for_what_nobody_can_set_up(world):
    without = {"authenticator_app": {"is_enabled": False}}
    with pytest.raises(InvalidInput) as refusal:
        await world.configure(sign_in={"requires_second_factor": True}, attributes=without)
    assert refusal.value.parameter == "sign_in.requires_second_factor"
    await world.configure(sign_in={"requires_second_factor": True})
    with pytest.raises(InvalidInput):
        await world.configure(attributes=without)
