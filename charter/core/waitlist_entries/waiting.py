"""How an address comes onto the waitlist, and how it leaves it; shared by operations."""

from collections.abc import Iterable

from charter.core.email_addresses.normal_form import address_key
from charter.core.messages.queueing import queue
from charter.core.waitlist_entries import queries
from charter.core.waitlist_entries.model import (
    WaitlistEntry,
    WaitlistEntryCreated,
    WaitlistEntryRow,
    WaitlistEntryUpdated,
    WaitlistStatus,
)
from charter.kernel.operation import Context


async def put(ctx: Context, email_address: str, *, notify: bool | None = None) -> WaitlistEntry:
    """The entry of an address, which is put on the list, and told so, if it is not there.

    notify: False keeps the letter back.

    Raises: EmailAddressInvalid.
    Announces: WaitlistEntryCreated, for a new one.
    """
    key = address_key(email_address)
    row = WaitlistEntryRow(
        id=ctx.new_id("wle_"),
        email_address=email_address.strip(),
        address_key=key,
        status=WaitlistStatus.PENDING,
        invitation_id=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    is_new = await queries.insert_entry(ctx.db, row)
    entry = await queries.get_entry_by_address(ctx.db, key, ctx.now)
    if is_new:
        if notify is not False:
            await queue(ctx, "waitlist_confirmation", entry.email_address)
        ctx.announce(WaitlistEntryCreated(entry))
    return entry


async def complete(ctx: Context, address_keys: Iterable[str]) -> None:
    """Note that somebody signed up with these addresses; to be called when a user is made.

    Announces: WaitlistEntryUpdated, for each entry.
    """
    keys = list(address_keys)
    if not keys:
        return
    for entry_id in await queries.complete_entries(ctx.db, keys, ctx.now):
        ctx.announce(WaitlistEntryUpdated(await queries.get_entry(ctx.db, entry_id, ctx.now)))
