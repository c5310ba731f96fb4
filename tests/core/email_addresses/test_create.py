"""Giving a user another address."""

import pytest

from charter.core.email_addresses import operations as email_addresses
from charter.core.email_addresses.model import EmailAddressInvalid, EmailAddressTaken
from charter.core.users.model import UserNotFound
from charter.core.verification import IdentifierNotVerified
from charter.kernel.errors import NotPermitted
from tests.sent import sent
from tests.world import all_at_once


async def add(world, who, address, **given):
    return await world.call(None, email_addresses.create, user_id=who, address=address, **given)


async def test_a_new_address_is_neither_verified_nor_primary(world):
    await world.user("ann")
    row = await add(world, "ann", "Ann@Second.example")
    assert (row.address, row.address_key) == ("Ann@Second.example", "ann@second.example")
    assert (row.is_verified, row.is_primary, row.is_reserved) == (False, False, False)


async def test_the_first_verified_address_becomes_primary_by_itself(world):
    await world.user("ann", email=None, username="annie")
    assert not (await add(world, "ann", "one@example.com")).is_primary
    assert (await add(world, "ann", "two@example.com", is_verified=True)).is_primary
    assert not (await add(world, "ann", "three@example.com", is_verified=True)).is_primary


async def test_a_new_primary_takes_the_place_of_the_old_one(world):
    before = await world.user("ann")
    row = await add(world, "ann", "new@example.com", is_verified=True, is_primary=True)
    after = await world.user("ann")
    assert after.primary_email_address == row
    assert sum(each.is_primary for each in after.email_addresses) == 1
    assert after.updated_at > before.updated_at


async def test_the_previous_primary_is_told_only_when_asked(world):
    await world.user("ann", first_name="Ann")
    given = {"is_verified": True, "is_primary": True}
    await add(world, "ann", "quiet@example.com", **given)
    await add(world, "ann", "loud@example.com", notifies_previous=True, **given)
    (message,) = await sent(world)
    assert message.kind == "primary_email_address_changed"
    assert message.to_address == "quiet@example.com"
    assert "loud@example.com" in message.text


async def test_a_primary_has_to_be_verified(world):
    await world.user("ann")
    with pytest.raises(IdentifierNotVerified):
        await add(world, "ann", "new@example.com", is_primary=True)
    assert len((await world.user("ann")).email_addresses) == 1


@pytest.mark.parametrize("is_verified", [True, False])
async def test_an_address_that_another_user_has_proven_is_taken(world, is_verified):
    await world.user("ann")
    await world.user("ben")
    with pytest.raises(EmailAddressTaken):
        await add(world, "ben", "ANN@example.com", is_verified=is_verified)


async def test_the_same_address_twice_is_taken(world):
    await world.user("ann")
    await add(world, "ann", "new@example.com")
    with pytest.raises(EmailAddressTaken):
        await add(world, "ann", "New@example.com")


async def test_an_unproven_address_keeps_nobody_from_their_own(world):
    await world.user("ann")
    await world.user("ben")
    await add(world, "ann", "shared@example.com")
    assert (await add(world, "ben", "shared@example.com", is_verified=True)).is_verified


async def test_of_two_users_who_claim_one_address_at_once_one_has_it(world):
    for name in ("ann", "ben"):
        await world.user(name)
    results = await all_at_once(
        *(add(world, name, "one@example.com", is_verified=True) for name in ("ann", "ben"))
    )
    assert sum(isinstance(result, EmailAddressTaken) for result in results) == 1


async def test_of_two_primaries_at_once_one_remains(world):
    await world.user("ann")
    given = {"is_verified": True, "is_primary": True}
    await all_at_once(*(add(world, "ann", f"{n}@example.com", **given) for n in range(5)))
    rows = (await world.user("ann")).email_addresses
    assert (len(rows), sum(row.is_primary for row in rows)) == (6, 1)


@pytest.mark.security("K5")
@pytest.mark.parametrize(
    "address", ["", "ann", "a@b@c", "ann@example.com\r\nBcc: x@example.com", "a\0@example.com"]
)
async def test_what_is_no_address_is_refused(world, address):
    await world.user("ann")
    with pytest.raises(EmailAddressInvalid):
        await add(world, "ann", address)


async def test_an_unknown_user_is_not_found(world):
    with pytest.raises(UserNotFound):
        await add(world, "user_2aaaaaaaaaaaaaaaaaaaaaaaaaa", "ann@example.com")


@pytest.mark.security("J4")
async def test_a_user_cannot_vouch_for_an_address_of_their_own(world):
    await world.user("ann")
    with pytest.raises(NotPermitted):
        await world.call(
            "ann", email_addresses.create, user_id="ann", address="x@y.example", is_verified=True
        )


async def test_a_change_is_announced_and_found_by_search(world):
    await world.user("ann")
    await add(world, "ann", "needle@haystack.example", is_verified=True)
    event = (await world.events("user.updated"))[-1]
    assert "needle@haystack.example" in str(event["after"])
    assert "needle@haystack.example" not in str(event["before"])
    (row,) = await world.sql("SELECT search_text FROM users WHERE id = $1", world.people["ann"])
    assert "needle@haystack.example" in row["search_text"]
