"""Changing, deleting and replacing addresses."""

import pytest

from charter.core.email_addresses import operations as email_addresses
from charter.core.email_addresses.model import (
    EmailAddressNotFound,
    EmailAddressPatch,
    EmailAddressTaken,
)
from charter.core.verification import IdentifierNotVerified, LastIdentifier, ReplacementStatus
from tests.sent import sent
from tests.world import all_at_once

UNKNOWN = "idn_2aaaaaaaaaaaaaaaaaaaaaaaaaa"


async def add(world, who, address, **given):
    return await world.call(None, email_addresses.create, user_id=who, address=address, **given)


async def change(world, row, **changes):
    return await world.call(
        None,
        email_addresses.update,
        email_address_id=row.id,
        patch=EmailAddressPatch(**changes),
    )


async def delete(world, row):
    return await world.call(None, email_addresses.delete, email_address_id=row.id)


async def replace(world, who, address, **given):
    return await world.call(None, email_addresses.replace, user_id=who, address=address, **given)


async def test_an_address_is_verified_and_made_primary(world):
    await world.user("ann")
    row = await add(world, "ann", "new@example.com")
    row = await change(world, row, is_verified=True, is_primary=True, notifies_previous=True)
    assert (row.is_verified, row.is_primary, row.verification_strategy) == (True, True, "admin")
    assert [each.to_address for each in await sent(world)] == ["ann@example.com"]


async def test_null_and_nothing_change_nothing(world):
    before = (await world.user("ann")).email_addresses[0]
    after = await change(world, before, is_verified=None, is_primary=None)
    assert after == before


async def test_a_verification_is_withdrawn_but_not_from_the_primary(world):
    primary = (await world.user("ann")).email_addresses[0]
    row = await add(world, "ann", "new@example.com", is_verified=True)
    assert not (await change(world, row, is_verified=False)).is_verified
    with pytest.raises(IdentifierNotVerified):
        await change(world, primary, is_verified=False)
    with pytest.raises(IdentifierNotVerified):
        await change(world, row, is_primary=True)


async def test_an_address_proven_by_another_meanwhile_is_taken(world):
    for name in ("ann", "ben"):
        await world.user(name)
    mine = await add(world, "ann", "shared@example.com")
    await add(world, "ben", "shared@example.com", is_verified=True)
    with pytest.raises(EmailAddressTaken):
        await change(world, mine, is_verified=True)


async def test_addresses_of_another_instance_are_unknown(world, other_world):
    row = (await world.user("ann")).email_addresses[0]
    for operation, more in (
        (email_addresses.get, {}),
        (email_addresses.delete, {}),
        (email_addresses.update, {"patch": EmailAddressPatch(is_verified=True)}),
    ):
        with pytest.raises(EmailAddressNotFound):
            await other_world.call(None, operation, email_address_id=row.id, **more)
    assert await world.call(None, email_addresses.get, email_address_id=row.id) == row


async def test_when_the_primary_goes_the_oldest_verified_one_takes_its_place(world):
    primary = (await world.user("ann")).email_addresses[0]
    await add(world, "ann", "unproven@example.com")
    oldest = await add(world, "ann", "second@example.com", is_verified=True)
    await add(world, "ann", "third@example.com", is_verified=True)
    assert await delete(world, primary) == primary
    assert (await world.user("ann")).primary_email_address.id == oldest.id


@pytest.mark.parametrize("more", [{}, {"needs_identifier": True}])
async def test_the_last_identifier_stays(world, more):
    row = (await world.user("ann", **more)).email_addresses[0]
    unproven = await add(world, "ann", "unproven@example.com")
    with pytest.raises(LastIdentifier):
        await delete(world, row)
    await delete(world, unproven)


async def test_with_a_username_the_last_address_may_go(world):
    row = (await world.user("ann", username="annie")).email_addresses[0]
    await delete(world, row)
    assert (await world.user("ann")).email_addresses == ()


async def test_of_the_last_two_addresses_deleted_at_once_one_stays(world):
    names = [f"user{number}" for number in range(5)]
    pairs = [
        (
            (await world.user(name)).email_addresses[0],
            await add(world, name, f"{name}@second.example", is_verified=True),
        )
        for name in names
    ]
    await all_at_once(*(world.user(name) for name in names * 2))  # opens the connections
    results = await all_at_once(*(delete(world, row) for pair in pairs for row in pair))
    assert sum(isinstance(result, LastIdentifier) for result in results) == len(names)
    assert [len((await world.user(name)).email_addresses) for name in names] == [1] * len(names)


async def test_one_address_takes_the_place_of_all(world):
    await world.user("ann")
    await add(world, "ann", "second@example.com")
    row = await replace(world, "ann", "only@example.com", notifies_previous=True)
    assert (await world.user("ann")).email_addresses == (row,)
    assert (row.is_primary, row.is_verified) == (True, True)
    assert [each.to_address for each in await sent(world)] == ["ann@example.com"]


async def test_an_address_that_is_there_already_keeps_its_row_and_tells_nobody(world):
    first = (await world.user("ann")).email_addresses[0]
    await add(world, "ann", "second@example.com")
    row = await replace(world, "ann", "ann@example.com", notifies_previous=True)
    assert row.id == first.id
    assert await sent(world) == []


@pytest.mark.parametrize(
    ("status", "is_reserved"),
    [(ReplacementStatus.RESERVED, True), (ReplacementStatus.UNVERIFIED, False)],
)
async def test_a_replacement_may_be_unproven(world, status, is_reserved):
    await world.user("ann")
    row = await replace(world, "ann", "only@example.com", status=status)
    assert (row.is_primary, row.is_verified, row.is_reserved) == (True, False, is_reserved)


async def test_only_an_unverified_replacement_is_held_for_nobody(world):
    for name in ("ann", "ben", "cem"):
        await world.user(name)
    await replace(world, "ann", "a@example.com", status=ReplacementStatus.UNVERIFIED)
    await replace(world, "ben", "a@example.com", status=ReplacementStatus.RESERVED)
    with pytest.raises(EmailAddressTaken):
        await replace(world, "cem", "a@example.com")
