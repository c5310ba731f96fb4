"""What happens to a person between their password's being looked at and their session's start."""

import asyncio
import dataclasses
import threading

import pytest

from charter.core.passwords import operations as passwords
from charter.core.passwords.model import PasswordIncorrect, UserLocked
from charter.core.sessions.model import UserBanned
from charter.core.sign_ins import operations as sign_ins
from charter.core.sign_ins.model import (
    AlreadySignedIn,
    IdentifierUnknown,
    NewSignIn,
    SessionExists,
    SignInNotWaiting,
    SignInStatus,
)
from charter.core.users import operations as users
from charter.core.users import restrictions
from charter.core.users.model import UserPatch
from charter.kernel.errors import DomainError
from charter.kernel.work import WorkPool
from tests.core.passwords.test_operations import limit
from tests.flows import Tab

PASSWORD = "a long pass phrase of mine"


class Looking:
    """A sign-in whose password is not looked at until it is told to be."""

    def __init__(self, world, tab):
        self.gate = threading.Event()
        self.work = WorkPool(1, waiting=10)
        self.platform = dataclasses.replace(world.platform, work=self.work)
        self.world, self.tab = world, tab

    async def begin(self, operation, **arguments):
        """Once the try is counted, all but the password's digest has been read."""
        self.held = asyncio.ensure_future(self.work.run(self.gate.wait))
        self.calling = asyncio.ensure_future(
            self.tab.call(operation, platform=self.platform, **arguments)
        )
        while not (await self.world.user("ann")).failed_attempts:
            assert not self.calling.done(), self.calling.exception()
            await asyncio.sleep(0.01)

    async def end(self):
        """What the call gives, or raises."""
        self.gate.set()
        await self.held
        return await self.calling


@pytest.fixture
async def looking(world):
    await world.user("ann", password=PASSWORD)
    made = Looking(world, Tab(world))
    yield made
    made.gate.set()
    await made.work.close()


@pytest.fixture
async def sign_in(looking):
    """Begins one of a new browser, in one step."""
    new = NewSignIn(identifier="ann@example.com", password=PASSWORD)
    await looking.begin(sign_ins.create, new=new)
    return looking


async def rename(world):
    await world.call(None, users.update, user_id="ann", patch=UserPatch(first_name="Anna"))


async def sessions_of(world):
    return await world.sql("SELECT 1 FROM sessions WHERE instance_id = $1", world.instance_id)


async def begun_beside(world, looking, name):
    """A sign-in of Ann's that somebody's overtakes in the same browser; her call's error."""
    await world.user(name, password=PASSWORD)
    await looking.tab.call(sign_ins.create, new=NewSignIn())
    beside = Tab(world, looking.tab.token)
    asked = NewSignIn(identifier="ann@example.com", password=PASSWORD)
    await looking.begin(sign_ins.create, new=asked)
    faster = NewSignIn(identifier=f"{name}@example.com", password=PASSWORD)
    done = await beside.call(sign_ins.create, new=faster)
    assert done.view.sign_in.status is SignInStatus.COMPLETE
    with pytest.raises(DomainError) as refused:
        await looking.end()
    assert len(await sessions_of(world)) == 1
    clients = await world.sql("SELECT 1 FROM clients WHERE instance_id = $1", world.instance_id)
    assert len(clients) == 1
    return refused.value, done.view.sign_in.created_session_id


@pytest.mark.security("J6")
async def test_who_has_signed_in_beside_is_told_of_that_session(world, looking):
    error, session_id = await begun_beside(world, looking, "ann")
    assert isinstance(error, AlreadySignedIn)
    assert error.meta["session_id"] == session_id


async def test_where_one_session_is_all_the_second_sign_in_is_told_of_it(world, looking):
    await world.configure(sign_in={"has_single_session": True})
    error, session_id = await begun_beside(world, looking, "ben")
    assert isinstance(error, SessionExists)
    assert error.meta["session_id"] == session_id


async def test_of_two_sign_ins_at_once_in_a_browser_the_second_begins_anew(world, looking):
    error, _ = await begun_beside(world, looking, "ben")
    assert isinstance(error, SignInNotWaiting)


async def test_who_is_banned_meanwhile_gets_no_session(world, sign_in):
    await world.call(None, restrictions.ban, user_id="ann")
    with pytest.raises(UserBanned):
        await sign_in.end()
    assert not await sessions_of(world)


async def test_who_is_locked_by_an_administrator_meanwhile_gets_no_session(world, sign_in):
    await world.call(None, restrictions.lock, user_id="ann")
    with pytest.raises(UserLocked):
        await sign_in.end()
    assert not await sessions_of(world)


@pytest.mark.parametrize(
    ("column", "refusal"), [("is_banned", UserBanned), ("is_locked", UserLocked)]
)
async def test_what_was_changed_without_a_new_version_is_seen_too(world, sign_in, column, refusal):
    await world.sql(
        f"UPDATE users SET {column} = true, failed_attempts = 0 WHERE instance_id = $1",
        world.instance_id,
    )
    with pytest.raises(refusal):
        await sign_in.end()
    assert not await sessions_of(world)


async def test_who_is_deleted_meanwhile_is_unknown(world, sign_in):
    await world.call(None, users.delete, user_id="ann")
    with pytest.raises(IdentifierUnknown):
        await sign_in.end()


async def test_a_password_that_was_replaced_meanwhile_signs_nobody_in(world, sign_in):
    patch = UserPatch(password="quite another one")
    await world.call(None, users.update, user_id="ann", patch=patch)
    with pytest.raises(PasswordIncorrect):
        await sign_in.end()
    assert not await sessions_of(world)


async def test_who_is_renamed_meanwhile_signs_in_under_the_new_name(world, sign_in):
    await rename(world)
    done = (await sign_in.end()).view
    assert (done.sign_in.status, done.user.first_name) == (SignInStatus.COMPLETE, "Anna")
    kept = await world.user("ann")
    assert (kept.failed_attempts, kept.last_sign_in_at) == (0, done.user.last_sign_in_at)
    assert len(await world.events("password.verified")) == len(await sessions_of(world)) == 1


async def test_a_last_try_that_was_right_is_not_counted_twice(world, looking):
    await limit(world, 1)
    new = NewSignIn(identifier="ann@example.com", password=PASSWORD)
    await looking.begin(sign_ins.create, new=new)
    await rename(world)
    assert (await looking.end()).view.sign_in.status is SignInStatus.COMPLETE
    kept = await world.user("ann")
    assert (kept.is_locked, kept.failed_attempts) == (False, 0)


async def test_wrong_tries_of_others_meanwhile_lock_nobody_out(world, sign_in):
    await world.sql(
        "UPDATE users SET failed_attempts = 100, is_locked = true, locked_until = now() + '1 hour'"
        " WHERE instance_id = $1",
        world.instance_id,
    )
    assert (await sign_in.end()).view.sign_in.status is SignInStatus.COMPLETE
    kept = await world.user("ann")
    assert (kept.is_locked, kept.failed_attempts, kept.locked_until) == (False, 0, None)


async def test_a_sign_in_is_noted_at_its_user(world, looking):
    new = NewSignIn(identifier="ann@example.com", password=PASSWORD)
    done = (await looking.tab.call(sign_ins.create, new=new)).view
    kept = await world.user("ann")
    assert kept.last_sign_in_at == kept.last_active_at == done.user.last_sign_in_at is not None
    assert kept.failed_attempts == 0
    assert kept == done.user


async def test_a_password_that_is_only_verified_is_no_sign_in(world, looking):
    await world.call(None, passwords.verify, user_id="ann", password=PASSWORD)
    kept = await world.user("ann")
    assert (kept.last_sign_in_at, kept.failed_attempts) == (None, 0)
