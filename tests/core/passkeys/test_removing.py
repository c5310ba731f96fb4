"""An app's server takes passkeys from its users."""

import pytest

from charter.core.passkeys import operations as passkeys
from charter.core.passkeys.model import PasskeyNotFound
from charter.core.users import operations as users
from charter.core.users.model import UserNotFound
from tests.passkeys import registered
from tests.sent import sent
from tests.world import all_at_once, new_world


def remove(world, passkey, name="ann"):
    return world.call(None, passkeys.remove, user_id=name, passkey_id=passkey.id)


async def test_a_passkey_goes_and_its_user_is_told(world):
    _, passkey = await registered(world, "ann")
    assert (await remove(world, passkey)).id == passkey.id
    assert (await world.call(None, users.get, user_id="ann")).passkeys == ()
    assert "A passkey was removed" in [each.subject for each in await sent(world)]


async def test_of_two_that_take_it_at_once_one_finds_it(world):
    _, passkey = await registered(world, "ann")
    results = await all_at_once(remove(world, passkey), remove(world, passkey))
    assert sum(isinstance(each, PasskeyNotFound) for each in results) == 1
    assert len([e for e in await sent(world) if e.subject == "A passkey was removed"]) == 1


async def test_nobody_elses_passkey_is_taken(world, platform, app):
    _, passkey = await registered(world, "ann")
    await world.user("ben")
    with pytest.raises(PasskeyNotFound):
        await remove(world, passkey, "ben")
    other = await new_world(platform, app)
    with pytest.raises(UserNotFound):
        await remove(other, passkey, world.people["ann"])
    assert len((await world.call(None, users.get, user_id="ann")).passkeys) == 1
