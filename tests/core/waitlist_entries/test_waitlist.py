"""The waitlist: who asks to be let in, and what becomes of that."""

import pytest

from charter.core.email_addresses.model import EmailAddressInvalid, EmailAddressTaken
from charter.core.limits.limiting import FLOWS, TooManyAttempts
from charter.core.sign_ups.admitting import AddressNotAllowed
from charter.core.waitlist_entries import operations
from charter.core.waitlist_entries.model import (
    NewWaitlistEntry,
    WaitlistClosed,
    WaitlistEntriesAlike,
    WaitlistEntryCompleted,
    WaitlistEntryInvited,
    WaitlistEntryNotFound,
    WaitlistEntryRejected,
    WaitlistStatus,
)
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import InvalidInput, NotPermitted
from charter.kernel.lists import Search
from tests.sent import sent
from tests.world import all_at_once


@pytest.fixture
async def waiting(world):
    await world.configure(sign_up={"mode": "waitlist"})
    return await world.call(None, operations.create, email_address="Ben@Example.com", notify=False)


async def join(world, address):
    anybody = Actor(ActorKind.BROWSER, world.instance_id)
    return await world.call(anybody, operations.join, email_address=address)


async def of(world, operation, entry, **more):
    return await world.call(None, operation, waitlist_entry_id=entry.id, **more)


async def test_an_address_waits_once_however_it_is_written(world, waiting):
    again = await join(world, " ben@EXAMPLE.com ")
    assert again.id == waiting.id
    other = await join(world, "cid@example.com")
    assert other.status is WaitlistStatus.PENDING
    assert len(await world.events("waitlistEntry.created")) == 2


async def test_of_many_who_join_at_once_with_one_address_one_entry_is_made(world, waiting):
    results = await all_at_once(*(join(world, "cid@example.com") for _ in range(8)))
    assert len({result.id for result in results}) == 1


async def test_who_has_an_account_is_told_the_same(world, waiting):
    await world.user("dan")
    entry = await join(world, "dan@example.com")
    assert entry.id.startswith("wle_")


async def test_there_is_no_waitlist_where_sign_ups_are_open(world):
    with pytest.raises(WaitlistClosed):
        await join(world, "ben@example.com")


async def test_what_is_no_address_is_refused(world, waiting):
    with pytest.raises(EmailAddressInvalid):
        await join(world, "ben")


async def test_an_address_that_could_not_sign_up_does_not_wait_either(world, waiting):
    with pytest.raises(AddressNotAllowed):
        await join(world, "ben@mailinator.com")


async def test_who_is_let_in_gets_a_letter_with_a_link(world, waiting):
    invited = await of(world, operations.invite, waiting)
    assert invited.status is WaitlistStatus.INVITED
    assert invited.invitation.email_address == "Ben@Example.com"
    (letter,) = await sent(world, "Ben@Example.com")
    assert letter.kind == "waitlist_invitation"
    assert letter.links
    with pytest.raises(WaitlistEntryInvited):
        await of(world, operations.invite, waiting)
    with pytest.raises(WaitlistEntryInvited):
        await of(world, operations.reject, waiting)
    again = await of(world, operations.invite, waiting, ignore_existing=True)
    assert again.invitation_id != invited.invitation_id


async def test_of_two_invitations_at_once_one_is_sent(world, waiting):
    results = await all_at_once(*(of(world, operations.invite, waiting) for _ in range(4)))
    assert sum(isinstance(result, WaitlistEntryInvited) for result in results) == 3
    assert len(await sent(world, "Ben@Example.com")) == 1


async def test_who_is_turned_down_may_be_let_in_later(world, waiting):
    rejected = await of(world, operations.reject, waiting)
    assert rejected.status is WaitlistStatus.REJECTED
    with pytest.raises(WaitlistEntryRejected):
        await of(world, operations.reject, waiting)
    assert (await of(world, operations.invite, waiting)).status is WaitlistStatus.INVITED


async def test_who_has_signed_up_waits_no_more(world, waiting):
    await world.user("ben")
    (event,) = await world.events("waitlistEntry.updated")
    assert event["subject_id"] == waiting.id
    for operation in (operations.invite, operations.reject, operations.delete):
        with pytest.raises(WaitlistEntryCompleted):
            await of(world, operation, waiting)


async def test_an_address_that_a_user_holds_is_not_invited(world, waiting):
    await world.user("cid")
    entry = await world.call(None, operations.create, email_address="cid@example.com")
    with pytest.raises(EmailAddressTaken):
        await of(world, operations.invite, entry)


async def test_an_entry_can_be_taken_off_the_list_while_it_waits(world, waiting):
    await of(world, operations.delete, waiting)
    with pytest.raises(WaitlistEntryNotFound):
        await of(world, operations.delete, waiting)
    assert len(await world.events("waitlistEntry.deleted")) == 1


async def put_several(world, *entries):
    made = [NewWaitlistEntry(*entry) for entry in entries]
    return await world.call(None, operations.create_several, entries=made)


async def test_several_are_put_on_the_list_or_none(world, waiting):
    addresses = ["two@example.com", "ben@example.com", "one@example.com"]
    made = await put_several(world, *((each,) for each in addresses))
    assert [each.email_address.lower() for each in made] == addresses
    assert made[1].id == waiting.id
    for mistaken, error in (
        (["three@example.com", "x"], EmailAddressInvalid),
        (["three@example.com", " THREE@example.com"], WaitlistEntriesAlike),
        ([], InvalidInput),
        ([f"a{number}@example.com" for number in range(51)], InvalidInput),
    ):
        with pytest.raises(error):
            await put_several(world, *((each,) for each in mistaken))
    found = await world.call(None, operations.search, search=Search())
    assert found.total == 3


async def test_of_several_at_once_in_any_order_each_is_made_once(world):
    names = [f"a{number}@example.com" for number in range(8)]
    results = await all_at_once(
        *(put_several(world, *((each,) for each in order)) for order in (names, names[::-1]) * 3)
    )
    assert len({entry.id for result in results for entry in result}) == 8
    assert len(await sent(world)) == 8


async def test_who_is_put_on_the_list_is_told_once_unless_that_is_not_wanted(world, waiting):
    assert await sent(world) == []
    for _ in range(2):
        await world.call(None, operations.create, email_address="cid@example.com")
        await join(world, "dan@example.com")
    await put_several(world, ("eve@example.com", None), ("fay@example.com", False))
    letters = await sent(world)
    assert {each.kind for each in letters} == {"waitlist_confirmation"}
    assert [each.to_address.partition("@")[0] for each in letters] == ["cid", "dan", "eve"]


@pytest.mark.security("M1")
async def test_joining_is_bounded_by_address(world, waiting):
    await world.configure(limits_addresses=True)
    results = await all_at_once(*(join(world, f"n{number}@example.com") for number in range(40)))
    refused = [result for result in results if isinstance(result, TooManyAttempts)]
    assert len(refused) == 40 - FLOWS.most
    assert len(await sent(world)) == FLOWS.most


async def test_the_list_is_searched_by_status_and_text(world, waiting):
    await world.call(None, operations.create, email_address="cid@elsewhere.test")
    await of(world, operations.reject, waiting)

    async def found(**more):
        page = await world.call(None, operations.search, search=Search(), **more)
        return [each.email_address for each in page.items]

    assert await found(status=[WaitlistStatus.REJECTED]) == ["Ben@Example.com"]
    assert await found(query="elsewhere") == ["cid@elsewhere.test"]
    assert await found(query=waiting.id) == ["Ben@Example.com"]


@pytest.mark.security("G4")
async def test_users_do_not_see_the_list(world, waiting):
    await world.user("eve")
    with pytest.raises(NotPermitted):
        await world.call("eve", operations.search, search=Search())


@pytest.mark.security("G1")
async def test_instances_share_no_waitlist(world, waiting, other_world):
    await other_world.configure(sign_up={"mode": "waitlist"})
    assert (await join(other_world, "ben@example.com")).id != waiting.id
    with pytest.raises(WaitlistEntryNotFound):
        await other_world.call(None, operations.reject, waitlist_entry_id=waiting.id)
