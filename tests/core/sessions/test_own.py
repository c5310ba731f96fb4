"""All sessions of a person, seen and ended by that person."""

import pytest

from charter.core.sessions import own
from charter.core.sessions.model import SessionNotFound, SessionStatus


@pytest.mark.security("C5")
async def test_all_sessions_are_listed_and_the_active_ones_apart(world):
    first, second = await world.session("ann"), await world.session("ann")
    await world.session("ben")
    await world.call("ann", own.revoke, session_id=first.id)
    assert {each.id for each in await world.call("ann", own.search)} == {first.id, second.id}
    assert [each.id for each in await world.call("ann", own.search_active)] == [second.id]


async def test_a_session_that_was_revoked_has_ended_and_stays_so(world):
    session = await world.session("ann")
    ended = await world.call("ann", own.revoke, session_id=session.id)
    again = await world.call("ann", own.revoke, session_id=session.id)
    assert (ended.status, again.status) == (SessionStatus.REVOKED, SessionStatus.REVOKED)
    assert len(await world.events("session.revoked")) == 1


@pytest.mark.security("G1")
async def test_anothers_session_is_as_if_it_did_not_exist(world):
    session = await world.session("ann")
    await world.user("ben")
    with pytest.raises(SessionNotFound):
        await world.call("ben", own.revoke, session_id=session.id)
    assert await world.call("ben", own.search) == ()
