"""Bans, locks, and the end of users."""

import pytest

from charter.core.users import operations as users
from charter.core.users import restrictions
from charter.core.users.model import UserNotFound
from charter.kernel.errors import InvalidInput
from tests.world import all_at_once, later


async def status_of(world, session):
    return (await world.get(f"/sessions/{session.id}")).json()["status"]


@pytest.mark.security("C4")
async def test_a_ban_ends_all_sessions_at_once(world):
    sessions = [await world.session("ann") for _ in range(2)]
    banned = await world.call(None, restrictions.ban, user_id="ann")
    assert banned.is_banned
    assert [await status_of(world, session) for session in sessions] == ["revoked", "revoked"]
    for session in sessions:
        assert (await world.post(f"/sessions/{session.id}/tokens")).status_code == 404
    assert len(await world.events("session.revoked")) == 2


@pytest.mark.security("C4")
async def test_a_deletion_ends_all_access_at_once(world):
    session = await world.session("ann")
    await world.call(None, users.delete, user_id="ann")
    assert (await world.get(f"/sessions/{session.id}")).status_code == 404
    assert (await world.post(f"/sessions/{session.id}/tokens")).status_code == 404
    assert len(await world.events("session.revoked")) == 1
    with pytest.raises(UserNotFound):
        await world.call(None, users.get, user_id="ann")


async def test_a_deletion_takes_all_that_is_the_users_and_tells_nothing_of_them(world):
    ann = await world.user(
        "ann", password="correct horse battery", backup_codes=["abcdef12"], external_id="x"
    )
    await world.organization(owner=["ann"])
    await world.call(None, users.delete, user_id="ann")
    for table in ("email_addresses", "passwords", "backup_codes", "memberships"):
        rows = await world.sql(f"SELECT 1 FROM {table} WHERE user_id = $1", ann.id)
        assert rows == []
    (event,) = await world.events("user.deleted")
    assert "ann@example.com" not in str(dict(event))
    await world.user("again", email="ann@example.com", external_id="x")


@pytest.mark.security("C4")
async def test_sessions_that_begin_while_a_user_is_banned_end_too(world):
    from charter.core.sessions import operations as sessions

    ann = await world.user("ann")
    begin = [world.call(None, sessions.create, user_id=ann.id) for _ in range(4)]
    await all_at_once(*begin, world.call(None, restrictions.ban, user_id=ann.id))
    rows = await world.sql("SELECT status FROM sessions WHERE user_id = $1", ann.id)
    assert {row["status"] for row in rows} <= {"revoked"}


async def test_an_unbanned_user_is_as_before(world):
    before = await world.user("ann")
    await world.call(None, restrictions.ban, user_id="ann")
    after = await world.call(None, restrictions.unban, user_id="ann")
    assert after.is_banned == before.is_banned
    assert len(await world.events("user.updated")) == 2


async def test_a_second_ban_says_nothing_new(world):
    await world.user("ann")
    for _ in range(2):
        await world.call(None, restrictions.ban, user_id="ann")
    assert len(await world.events("user.updated")) == 1


async def test_many_are_banned_all_or_none(world):
    ids = [(await world.user(name)).id for name in ("ann", "ben", "cat")]
    with pytest.raises(UserNotFound):
        await world.call(None, restrictions.ban_many, user_ids=[*ids, "user_x"])
    assert await world.events("user.updated") == []
    banned = await world.call(None, restrictions.ban_many, user_ids=[ids[2], ids[0], ids[2]])
    assert [user.id for user in banned] == [ids[2], ids[0]]
    assert all(user.is_banned for user in banned)
    again = await world.call(None, restrictions.unban_many, user_ids=ids)
    assert not any(user.is_banned for user in again)


@pytest.mark.parametrize("number", [0, 51])
async def test_no_more_than_fifty_and_no_fewer_than_one_at_once(world, number):
    with pytest.raises(InvalidInput):
        await world.call(None, restrictions.ban_many, user_ids=["user_x"] * number)


async def test_many_who_ban_the_same_in_other_orders_ban_each_once(world):
    ids = [(await world.user(name)).id for name in ("ann", "ben", "cat", "dan")]
    orders = [ids, ids[::-1]] * 4
    results = await all_at_once(
        *(world.call(None, restrictions.ban_many, user_ids=order) for order in orders)
    )
    assert all(len(result) == 4 for result in results)
    assert len(await world.events("user.updated")) == 4


async def test_a_lock_ends_by_itself(world):
    session = await world.session("ann")
    locked = await world.call(None, restrictions.lock, user_id="ann")
    assert locked.is_locked_at(world.platform.clock())
    assert not locked.is_locked_at(later(world.platform, hours=2).clock())
    assert await status_of(world, session) == "active"


async def test_an_unlocked_user_has_all_attempts_again(world):
    ann = await world.user("ann", is_locked=True)
    await world.sql("UPDATE users SET failed_attempts = 7 WHERE id = $1", ann.id)
    unlocked = await world.call(None, restrictions.unlock, user_id="ann")
    assert (unlocked.is_locked, unlocked.locked_until, unlocked.failed_attempts) == (False, None, 0)


@pytest.mark.parametrize(
    "operation",
    [
        users.get,
        users.delete,
        restrictions.ban,
        restrictions.unban,
        restrictions.lock,
        restrictions.unlock,
    ],
    ids=lambda each: each.name,
)
async def test_a_user_of_another_instance_is_not_found(world, other_world, operation):
    ann = await other_world.user("ann")
    with pytest.raises(UserNotFound):
        await world.call(None, operation, user_id=ann.id)
    assert await other_world.user("ann") == ann
