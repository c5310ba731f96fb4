"""What people do with their own password."""

import pytest

from charter.core.instances.enabled import FieldNotEnabled
from charter.core.passwords import operations as passwords
from charter.core.passwords import own
from charter.core.passwords.errors import PasswordTooShort
from charter.core.passwords.model import (
    NoPasswordSet,
    PasswordIncorrect,
    PasswordNeeded,
    PasswordUnchanged,
    UserLocked,
)
from charter.core.sessions import operations as sessions
from charter.core.sessions.model import SessionStatus
from charter.kernel.errors import MissingInput
from tests.flows import Tab
from tests.sent import sent
from tests.world import all_at_once

OLD = "a long pass phrase of mine"
NEW = "another long phrase of hers"


def change(world, who="ann", current=OLD, new=NEW, **more):
    return world.call(who, own.change, current_password=current, new_password=new, **more)


def is_password(world, password):
    return world.call(None, passwords.verify, user_id="ann", password=password)


@pytest.mark.security("J9")
async def test_the_new_password_takes_the_place_of_the_old_and_every_address_is_told(world):
    addresses = ["ann@example.com", "second@example.com"]
    await world.user("ann", email_addresses=addresses, password=OLD)
    await change(world)
    assert await is_password(world, NEW)
    with pytest.raises(PasswordIncorrect):
        await is_password(world, OLD)
    for address in addresses:
        assert [each.kind for each in await sent(world, address)] == ["password_changed"]


async def test_a_first_password_needs_no_other(world):
    await world.user("ann")
    assert (await change(world, current=None)).password_updated_at is not None


@pytest.mark.security("A6")
async def test_without_the_current_password_nothing_is_changed(world):
    await world.user("ann", password=OLD)
    with pytest.raises(MissingInput):
        await change(world, current=None)
    with pytest.raises(PasswordIncorrect) as wrong:
        await change(world, current="something else entirely")
    assert wrong.value.parameter == "current_password"
    assert await is_password(world, OLD)


@pytest.mark.security("A7")
async def test_wrong_current_passwords_lock_the_person(world):
    await world.configure(lockout_attempts=3)
    await world.user("ann", password=OLD)
    for _ in range(3):
        with pytest.raises(PasswordIncorrect):
            await change(world, current="something else entirely")
    with pytest.raises(UserLocked):
        await change(world)


async def test_a_weak_password_and_the_same_one_are_refused(world):
    await world.user("ann", password=OLD)
    with pytest.raises(PasswordTooShort):
        await change(world, new="short")
    with pytest.raises(PasswordUnchanged):
        await change(world, new=OLD)


async def test_passwords_are_set_only_where_they_are_in_use(world):
    await world.user("ann")
    await world.configure(attributes={"password": {"is_enabled": False, "is_required": False}})
    with pytest.raises(FieldNotEnabled):
        await change(world, current=None)


@pytest.mark.security("A6")
async def test_other_sessions_end_where_that_is_asked_for(world):
    tab = Tab(world)
    here = await tab.sign_in("ann")
    elsewhere = await world.session("ann")
    actor = tab.signed_in("ann", here)
    await change(world, actor, current=None)
    await change(world, actor, current=NEW, new=OLD, ends_other_sessions=True)
    left = [
        (await world.call(None, sessions.get, session_id=each)).status
        for each in (here, elsewhere.id)
    ]
    assert left == [SessionStatus.ACTIVE, SessionStatus.REVOKED]


async def test_of_two_changes_at_once_with_one_password_one_holds(world):
    await world.user("ann", password=OLD)
    new = [NEW, "a third long phrase of theirs"]
    results = await all_at_once(*(change(world, new=each) for each in new))
    assert sum(isinstance(each, PasswordIncorrect) for each in results) == 1


@pytest.mark.security("J9")
async def test_a_password_is_removed_where_something_else_signs_the_person_in(world):
    await world.configure(attributes={"password": {"is_required": False}})
    await world.user("ann", password=OLD)
    user = await world.call("ann", own.remove, current_password=OLD)
    assert user.password_updated_at is None
    assert (await sent(world, "ann@example.com"))[-1].subject == "Your password was removed"
    with pytest.raises(NoPasswordSet):
        await world.call("ann", own.remove, current_password=OLD)


async def test_a_password_that_is_needed_stays(world):
    await world.user("ann", password=OLD)
    with pytest.raises(PasswordNeeded):
        await world.call("ann", own.remove, current_password=OLD)
    await world.configure(
        attributes={
            "password": {"is_required": False},
            "email_address": {"first_factors": [], "verifications": []},
        }
    )
    with pytest.raises(PasswordNeeded):
        await world.call("ann", own.remove, current_password=OLD)


async def test_a_password_is_removed_by_who_knows_it_alone(world):
    await world.configure(attributes={"password": {"is_required": False}})
    await world.user("ann", password=OLD)
    with pytest.raises(PasswordIncorrect):
        await world.call("ann", own.remove, current_password=NEW)
