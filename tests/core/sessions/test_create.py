"""Signing a user in for trying out."""

import pytest

from charter.core.keys.lookup import lookup
from charter.core.memberships.model import MemberNotFound
from charter.core.sessions import operations as sessions
from charter.core.sessions.model import DevelopmentOnly, SessionStatus, UserBanned
from charter.core.users.model import UserNotFound


async def test_a_session_begins_active_on_a_client_of_its_own(world):
    ann = await world.user("ann")
    session = await world.call(None, sessions.create, user_id=ann.id)
    assert (session.user_id, session.status) == (ann.id, SessionStatus.ACTIVE)
    assert session.last_active_organization_id is None
    other = await world.call(None, sessions.create, user_id=ann.id)
    assert other.client_id != session.client_id
    [event, _] = await world.events("session.created")
    assert event["subject_id"] == session.id


async def test_a_session_begins_in_an_organization_of_the_user(world):
    acme = await world.organization(owner="ann")
    session = await world.session("ann", acme)
    assert session.last_active_organization_id == acme.id
    read = await world.call(None, sessions.get, session_id=session.id)
    assert read == session


async def test_nobody_begins_in_an_organization_of_others(world, other_world):
    acme = await world.organization(owner="ann")
    with pytest.raises(MemberNotFound):
        await world.session("ben", acme)
    with pytest.raises(MemberNotFound):
        await other_world.session("ann", acme)


async def test_an_unknown_user_and_one_of_another_instance_are_not_found(world, other_world):
    stranger = await other_world.user("ann")
    for user_id in ("user_unknown", stranger.id):
        with pytest.raises(UserNotFound):
            await world.call(None, sessions.create, user_id=user_id)


async def test_a_banned_user_does_not_sign_in(world):
    ann = await world.user("ann")
    await world.sql("UPDATE users SET is_banned = true WHERE id = $1", ann.id)
    with pytest.raises(UserBanned):
        await world.session("ann")


async def test_production_instances_have_no_sessions_without_a_sign_in(world):
    await world.user("ann")
    await world.sql(
        "UPDATE instances SET environment = 'production' WHERE id = $1", world.instance_id
    )
    lookup(world.platform).forget()
    with pytest.raises(DevelopmentOnly):
        await world.session("ann")
    assert await world.events("session.created") == []


async def test_the_user_is_known_to_have_signed_in(world):
    assert (await world.user("ann")).last_sign_in_at is None
    session = await world.session("ann")
    ann = await world.user("ann")
    assert ann.last_sign_in_at == ann.last_active_at == session.created_at
