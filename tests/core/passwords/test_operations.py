"""Trying, removing and marking passwords."""

import asyncio
import dataclasses

import pytest

from charter.core.passwords import operations as passwords
from charter.core.passwords.model import NoPasswordSet, PasswordIncorrect, UserLocked
from charter.core.users import operations as users
from charter.core.users import restrictions
from charter.core.users.model import NewUser, UserNotFound
from charter.kernel.db import jsonable
from charter.kernel.work import Busy, WorkPool
from tests.world import all_at_once, later

RIGHT, WRONG = "correct horse battery", "not it at all"


async def verify(world, name, password, **options):
    return await world.call(None, passwords.verify, user_id=name, password=password, **options)


async def limit(world, attempts, seconds=3600):
    """Let the instance lock its users after so many failed attempts."""
    from charter.core.keys.lookup import lookup

    settings = {"lockout_attempts": attempts, "lockout_seconds": seconds}
    await world.sql(
        "UPDATE instances SET settings = settings || $2 WHERE id = $1",
        world.instance_id,
        settings,
    )
    lookup(world.platform).forget()


async def test_the_right_password_forgets_the_wrong_ones(world):
    await world.user("ann", password=RIGHT)
    with pytest.raises(PasswordIncorrect):
        await verify(world, "ann", WRONG)
    assert (await world.user("ann")).failed_attempts == 1
    assert (await verify(world, "ann", RIGHT)).id == world.people["ann"]
    assert (await world.user("ann")).failed_attempts == 0


async def test_every_try_is_in_the_audit_log(world):
    await world.user("ann", password=RIGHT)
    with pytest.raises(PasswordIncorrect):
        await verify(world, "ann", WRONG)
    await verify(world, "ann", RIGHT)
    (refused,) = await world.events("password.refused")
    assert refused["after"] == {"id": world.people["ann"], "outcome": "password_incorrect"}
    assert refused["request"]["address"] == "192.0.2.1"
    (right,) = await world.events("password.verified")
    assert WRONG not in str(dict(refused))
    assert RIGHT not in str(dict(right))


async def test_too_many_wrong_ones_lock_and_then_not_even_the_right_one_does(world):
    await limit(world, 3)
    await world.user("ann", password=RIGHT)
    for _ in range(3):
        with pytest.raises(PasswordIncorrect):
            await verify(world, "ann", WRONG)
    with pytest.raises(UserLocked):
        await verify(world, "ann", RIGHT)
    hour_later = later(world.platform, minutes=61)
    await verify(world, "ann", RIGHT, platform=hour_later)
    assert not (await world.user("ann")).is_locked


async def test_after_a_lock_ran_out_all_tries_are_there_again(world):
    await limit(world, 2)
    await world.user("ann", password=RIGHT)
    hour_later = later(world.platform, minutes=61)
    for _ in range(2):
        with pytest.raises(PasswordIncorrect):
            await verify(world, "ann", WRONG)
    with pytest.raises(PasswordIncorrect):
        await verify(world, "ann", WRONG, platform=hour_later)
    assert (await world.user("ann")).failed_attempts == 1
    await verify(world, "ann", RIGHT, platform=hour_later)


async def test_the_last_try_may_be_the_right_one(world):
    await limit(world, 1)
    await world.user("ann", password=RIGHT)
    await verify(world, "ann", RIGHT)
    assert not (await world.user("ann")).is_locked


async def test_a_lock_of_an_administrator_holds(world):
    await world.user("ann", password=RIGHT)
    await world.call(None, restrictions.lock, user_id="ann")
    with pytest.raises(UserLocked):
        await verify(world, "ann", RIGHT)


async def test_tries_at_once_are_no_more_than_the_limit(world):
    await limit(world, 3)
    await world.user("ann", password=RIGHT)
    results = await all_at_once(*(verify(world, "ann", WRONG) for _ in range(8)))
    assert sum(isinstance(result, PasswordIncorrect) for result in results) == 3
    assert sum(isinstance(result, UserLocked) for result in results) == 5


async def test_a_user_without_a_password_costs_as_much_work(world, monkeypatch):
    await world.user("ann")
    ran = []

    class Counting(WorkPool):
        def submit(self, piece):
            ran.append(piece.function.func.__name__)
            super().submit(piece)

    work = Counting(1)
    platform = dataclasses.replace(world.platform, work=work)
    with pytest.raises(NoPasswordSet):
        await verify(world, "ann", RIGHT, platform=platform)
    await work.close()
    assert ran == ["verify_absent"]


async def test_a_stranger_has_no_password(world, other_world):
    ann = await other_world.user("ann", password=RIGHT)
    with pytest.raises(UserNotFound):
        await verify(world, ann.id, RIGHT)


async def test_a_removed_password_is_gone_and_sessions_stay(world):
    await world.user("ann", password=RIGHT)
    session = await world.session("ann")
    removed = await world.call(None, passwords.remove, user_id="ann")
    assert removed.password_updated_at is None
    assert (await world.get(f"/sessions/{session.id}")).json()["status"] == "active"
    before = len(await world.events())
    assert await world.call(None, passwords.remove, user_id="ann") == removed
    assert len(await world.events()) == before


@pytest.mark.security("C4")
@pytest.mark.parametrize("operation", [passwords.remove, passwords.set_compromised])
async def test_sessions_end_with_the_password_where_that_is_asked(world, operation):
    await world.user("ann", password=RIGHT)
    session = await world.session("ann")
    await world.call(None, operation, user_id="ann", ends_sessions=True)
    assert (await world.get(f"/sessions/{session.id}")).json()["status"] == "revoked"


async def test_a_password_is_marked_as_compromised_and_unmarked(world):
    user = await world.user("ann", password=RIGHT)

    async def marked():
        rows = await world.sql("SELECT is_compromised FROM passwords WHERE user_id = $1", user.id)
        return rows[0][0]

    await world.call(None, passwords.set_compromised, user_id="ann")
    assert await marked()
    await world.call(None, passwords.unset_compromised, user_id="ann")
    assert not await marked()
    await world.call(None, passwords.set_compromised, user_id="ann")
    await world.call(
        None, users.update, user_id="ann", patch=users.UserPatch(password="another good secret")
    )
    assert not await marked()


@pytest.mark.parametrize("operation", [passwords.set_compromised, passwords.unset_compromised])
async def test_no_password_is_not_marked(world, operation):
    await world.user("ann")
    with pytest.raises(NoPasswordSet):
        await world.call(None, operation, user_id="ann")


@pytest.mark.parametrize(
    "operation", [passwords.remove, passwords.set_compromised, passwords.unset_compromised]
)
async def test_the_password_of_a_stranger_is_not_reached(world, other_world, operation):
    ann = await other_world.user("ann", password=RIGHT)
    with pytest.raises(UserNotFound):
        await world.call(None, operation, user_id=ann.id)
    assert jsonable(await other_world.user("ann")) == jsonable(ann)


@pytest.mark.security("A10")
async def test_a_storm_of_hashes_is_bounded_and_others_are_served(world):
    await world.user("ann", password=RIGHT)
    work = WorkPool(1, waiting=4)
    platform = dataclasses.replace(world.platform, work=work)
    storm = asyncio.gather(
        *(
            world.call(
                None,
                users.create,
                new=NewUser(username=f"name{n}", password=RIGHT),
                platform=platform,
            )
            for n in range(40)
        ),
        return_exceptions=True,
    )
    await asyncio.sleep(0)
    reads = 0
    while not storm.done():
        assert work.admitted <= 5
        await world.call(None, users.get, user_id="ann", platform=platform)
        reads += 1
    results = await storm
    assert sum(isinstance(result, Busy) for result in results) == 35
    # Each hash takes many times as long as a read, if reads do not wait for hashes.
    assert reads > 5
    await work.close()


@pytest.mark.security("A10")
async def test_a_try_that_found_no_worker_is_not_counted(world):
    await limit(world, 1)
    await world.user("ann", password=RIGHT)
    full = WorkPool(1, waiting=0)
    await full.close()
    platform = dataclasses.replace(world.platform, work=full)
    with pytest.raises(Busy):
        await verify(world, "ann", RIGHT, platform=platform)
    user = await world.user("ann")
    assert (user.failed_attempts, user.is_locked) == (0, False)
