"""Addresses that differ in dots alone, where the instance says that they are one."""

import pytest

from charter.core.email_addresses import own
from charter.core.email_addresses.mailboxes import mailbox_of
from charter.core.email_addresses.model import EmailAddressTaken
from charter.core.sign_ups import operations as sign_ups
from charter.core.sign_ups.model import GivenFields
from charter.core.users import operations as users
from charter.core.users.model import NewUser
from tests.flows import Tab
from tests.world import all_at_once

ALIKE = ["a.nn@gmail.com", "A.N.N@googlemail.com", "ann@googlemail.com", "an.n@GMAIL.com"]
OTHERS = ["a.nn@example.com", "ann.e@gmail.com", "a.nn@gmail.com.test", "ann+shop@gmail.com"]


@pytest.fixture
async def world(world):
    await world.patch("/instance/restrictions", {"ignore_dots_for_gmail_addresses": True})
    return world


def begin(world, address):
    return Tab(world).call(sign_ups.create, given=GivenFields(email_address=address))


@pytest.mark.parametrize("address", ALIKE)
async def test_nobody_signs_up_for_a_mailbox_that_somebody_has(world, address):
    await world.user("ann", email="ann@gmail.com")
    with pytest.raises(EmailAddressTaken):
        await begin(world, address)
    with pytest.raises(EmailAddressTaken):
        await world.call(None, users.create, new=NewUser(email_addresses=[address]))
    await world.user("ben")
    with pytest.raises(EmailAddressTaken):
        await world.call("ben", own.create, address=address)


@pytest.mark.parametrize("address", OTHERS)
async def test_other_addresses_stay_apart(world, address):
    await world.user("ann", email="ann@gmail.com")
    await world.user("cleo", email="ann@example.com")
    assert await begin(world, address)
    assert await world.user("ben", email=address)


async def test_where_the_instance_does_not_ask_for_it_dots_count(world, other_world):
    await other_world.user("ann", email="ann@gmail.com")
    assert await other_world.user("ben", email="a.nn@gmail.com")
    assert await world.user("ann", email="ann@gmail.com")


async def test_an_address_that_nobody_has_proven_keeps_nobody_from_theirs(world):
    await world.user("ann")
    await world.call("ann", own.create, address="b.en@gmail.com")
    assert await world.user("ben", email="ben@gmail.com")


async def test_of_two_who_come_at_once_with_one_mailbox_one_comes_in(world):
    made = await all_at_once(
        *(
            world.call(None, users.create, new=NewUser(email_addresses=[address]))
            for address in [*ALIKE, "ann@gmail.com"]
        )
    )
    refused = [each for each in made if isinstance(each, EmailAddressTaken)]
    assert len(refused) == len(made) - 1


async def test_one_person_may_have_both_spellings(world):
    await world.user("ann", email_addresses=["ann@gmail.com", "a.nn@gmail.com"])
    await world.call("ann", own.create, address="an.n@gmail.com")


def test_only_where_dots_change_nothing_they_are_left_out():
    assert mailbox_of("a.n.n@gmail.com") == "ann"
    assert mailbox_of("a.n.n@example.com") is None
