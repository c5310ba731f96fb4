"""Signing in as a user by an actor's ticket."""

from dataclasses import replace

import pytest

from charter.core.actor_tokens import operations as actor_tokens
from charter.core.actor_tokens.model import ActorToken, ActorTokenNotPending
from charter.core.sessions import operations as sessions
from charter.core.sessions.model import SessionNotActive, SessionStatus, UserBanned
from charter.core.sign_in_tokens import operations as sign_in_tokens
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import NewSignIn, SignInStatus
from charter.core.sign_ups import operations as sign_ups
from charter.core.sign_ups.model import GivenFields
from charter.core.tickets.model import (
    ActedForGone,
    ActorTokenForSignIn,
    ActorTokenUsed,
    ActorTokenWithdrawn,
    TicketExpired,
    TicketInvalid,
)
from charter.core.users import operations as users
from charter.core.users import own as users_own
from charter.core.users import restrictions
from tests.core.actor_tokens.acting import SUPPORT, begun, token_for, using
from tests.core.sessions.reading import claims_of
from tests.factors import PASSWORD, with_totp
from tests.flows import Tab
from tests.sent import sent, work_off
from tests.world import all_at_once, later


@pytest.mark.security("C9")
async def test_the_session_and_its_tokens_name_the_actor(world):
    made = await token_for(world, "ann")
    session = await begun(world, Tab(world), made.ticket)
    assert (session.user_id, session.actor) == (world.people["ann"], SUPPORT)
    token = await world.call(None, sessions.create_token, session_id=session.id)
    claims = claims_of(token.jwt)
    assert (claims["sub"], claims["act"]) == (world.people["ann"], SUPPORT)
    # The actor has proven none of the user's factors.
    assert claims["fva"] == [-1, -1]
    [event] = await world.events("session.created")
    assert event["after"]["actor"] == SUPPORT
    [event] = await world.events("actorToken.accepted")
    assert event["after"]["actor"] == SUPPORT


@pytest.mark.security("C9")
@pytest.mark.parametrize(("given", "lasts"), [(None, 1800), (90, 90), (10**8, 7200)])
async def test_the_session_ends_in_time_whatever_is_done_in_it(world, given, lasts):
    await world.sql(
        "UPDATE instances SET settings = settings || '{\"session_lifetime_seconds\": 7200}'"
        " WHERE id = $1",
        world.instance_id,
    )
    made = await token_for(world, "ann", session_seconds=given)
    session = await begun(world, Tab(world), made.ticket)
    assert (session.expire_at - session.created_at).total_seconds() == lasts
    after = later(world.platform, seconds=lasts + 1)
    with pytest.raises(SessionNotActive):
        await world.call(None, sessions.create_token, session_id=session.id, platform=after)
    found = await world.call(None, sessions.get, session_id=session.id, platform=after)
    assert found.status_at(after.clock()) is SessionStatus.EXPIRED


async def test_it_is_no_sign_in_of_the_user_s(world):
    made = await token_for(world, "ann")
    session = await begun(world, Tab(world), made.ticket)
    ann = await world.user("ann")
    assert (ann.last_sign_in_at, ann.last_active_at) == (None, None)
    signed_in = await world.session("ann")
    made = await token_for(world, "ann")
    await begun(world, Tab(world), made.ticket)
    assert (await world.user("ann")).last_sign_in_at == signed_in.created_at
    assert session.created_at < signed_in.created_at


async def test_the_user_is_not_told_of_the_actor_s_device_as_if_it_were_a_stranger_s(world):
    await world.configure(sign_in={"tells_of_new_devices": True})
    await world.session("ann")
    await begun(world, Tab(world), (await token_for(world, "ann")).ticket)
    await work_off(world)
    assert await sent(world) == []
    ann = await world.user("ann")
    own = await world.call(None, sign_in_tokens.create, user_id=ann.id)
    await begun(world, Tab(world), own.ticket)
    await work_off(world)
    assert len(await sent(world)) == 1


async def test_the_actor_s_browser_is_not_known_as_the_user_s(world):
    await world.configure(sign_in={"trusts_known_devices_only": True})
    tab = Tab(world)
    address = "ann+clerk_test@example.com"
    await world.user("ann", email=address, password=PASSWORD)
    made = await token_for(world, "ann")
    session = await begun(world, tab, made.ticket)
    await world.call(None, sessions.revoke, session_id=session.id)
    new = NewSignIn(identifier=address, password=PASSWORD)
    sign_in = (await tab.call(sign_ins.create, new=new)).view.sign_in
    assert sign_in.status is SignInStatus.NEEDS_CLIENT_TRUST


@pytest.mark.security("B2")
async def test_the_user_s_second_factor_is_not_asked_of_the_actor(world):
    await world.configure(sign_in={"requires_second_factor": True})
    await with_totp(world, "ann")
    await world.user("ben")
    for name in ("ann", "ben"):
        made = await token_for(world, name)
        session = await begun(world, Tab(world), made.ticket)
        assert (session.status, session.needs_second_factor) == (SessionStatus.ACTIVE, False)
        assert session.second_factor_at is None


@pytest.mark.security("O3")
async def test_of_many_uses_at_once_one_signs_in(world):
    made = await token_for(world, "ann")
    results = await all_at_once(*(using(Tab(world), made.ticket) for _ in range(20)))
    used = [each for each in results if isinstance(each, ActorTokenUsed)]
    assert len(used) == 19, results
    assert len(await world.events("session.created")) == 1


@pytest.mark.security("O3")
async def test_of_a_use_and_a_revocation_at_once_one_wins(world):
    for _ in range(8):
        made = await token_for(world, "ann")
        token_id = made.actor_token.id
        used, revoked = await all_at_once(
            using(Tab(world), made.ticket),
            world.call(None, actor_tokens.revoke, actor_token_id=token_id),
        )
        if isinstance(revoked, ActorToken):
            assert isinstance(used, ActorTokenWithdrawn | ActorTokenUsed), used
        else:
            assert isinstance(revoked, ActorTokenNotPending), revoked
            assert used.view.sign_in.status is SignInStatus.COMPLETE


async def test_a_spent_ticket_is_refused(world):
    made = await token_for(world, "ann")
    await using(Tab(world), made.ticket)
    with pytest.raises(ActorTokenUsed):
        await using(Tab(world), made.ticket)


async def test_a_ticket_ends_with_its_time(world):
    made = await token_for(world, "ann")
    for minutes, outcome in ((59, None), (61, TicketExpired)):
        platform = later(world.platform, minutes=minutes)
        new = NewSignIn(strategy="ticket", ticket=made.ticket)
        call = world.call(Tab(world).actor, sign_ins.create, platform=platform, new=new)
        if outcome is None:
            assert (await call).view.sign_in.status is SignInStatus.COMPLETE
            made = await token_for(world, "ann")
            continue
        with pytest.raises(outcome):
            await call


async def test_nobody_acts_as_a_banned_user_and_the_ticket_is_not_spent(world):
    made = await token_for(world, "ann")
    await world.call(None, restrictions.ban, user_id="ann")
    with pytest.raises(UserBanned):
        await using(Tab(world), made.ticket)
    await world.call(None, restrictions.unban, user_id="ann")
    assert (await begun(world, Tab(world), made.ticket)).actor == SUPPORT


async def test_a_ban_ends_what_an_actor_does(world):
    made = await token_for(world, "ann")
    session = await begun(world, Tab(world), made.ticket)
    await world.call(None, restrictions.ban, user_id="ann")
    with pytest.raises(SessionNotActive):
        await world.call(None, sessions.create_token, session_id=session.id)


async def test_nobody_acts_as_a_user_who_is_gone(world):
    made = await token_for(world, "ann")
    await world.call(None, users.delete, user_id="ann")
    with pytest.raises(ActedForGone):
        await using(Tab(world), made.ticket)


async def test_an_actor_s_ticket_signs_nobody_up(world):
    made = await token_for(world, "ann")
    given = GivenFields(strategy="ticket", ticket=made.ticket)
    with pytest.raises(ActorTokenForSignIn):
        await Tab(world).call(sign_ups.create, given=given)


@pytest.mark.security("G5")
async def test_a_ticket_lets_nobody_act_as_another_or_elsewhere(world, other_world):
    made = await token_for(world, "ann")
    await world.user("ben")
    with pytest.raises(TicketInvalid):
        await using(Tab(world), made.ticket, identifier="ben@example.com")
    with pytest.raises(TicketInvalid):
        await using(Tab(other_world), made.ticket)
    assert (await begun(world, Tab(world), made.ticket)).actor == SUPPORT


@pytest.mark.security("C9")
async def test_what_is_done_in_the_session_is_written_down_with_the_actor(world):
    tab = Tab(world)
    session = await begun(world, tab, (await token_for(world, "ann")).ticket)
    actor = replace(tab.signed_in("ann", session.id), impersonator=session.impersonator)
    await world.call(actor, users_own.merge_metadata, unsafe_metadata={"seen": True})
    [event] = await world.events("user.updated")
    assert event["actor"]["user_id"] == world.people["ann"]
    assert event["actor"]["impersonator"] == "user_support"
