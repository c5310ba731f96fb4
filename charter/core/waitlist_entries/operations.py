"""What can be done with the waitlist."""

from collections.abc import Sequence

from charter.core.email_addresses.model import EmailAddressInvalid
from charter.core.email_addresses.normal_form import address_key
from charter.core.grants.tickets import signer
from charter.core.instances.settings import SignUpMode
from charter.core.invitations.inviting import INVITING_ERRORS, prepare
from charter.core.invitations.inviting import invite as send_invitation
from charter.core.invitations.model import InvitationTemplate, NewInvitation
from charter.core.invitations.terms import with_status
from charter.core.keys.lookup import instance_of
from charter.core.limits.limiting import FLOWS, limit
from charter.core.sign_ups.admitting import (
    AddressNotAllowed,
    IdentifierNotAllowed,
    check_address,
    check_lists,
)
from charter.core.vocabulary import Permission
from charter.core.waitlist_entries import queries
from charter.core.waitlist_entries.model import (
    MOST_AT_ONCE,
    NewWaitlistEntry,
    WaitlistClosed,
    WaitlistEntriesAlike,
    WaitlistEntry,
    WaitlistEntryCompleted,
    WaitlistEntryDeleted,
    WaitlistEntryInvited,
    WaitlistEntryNotFound,
    WaitlistEntryRejected,
    WaitlistEntryUpdated,
    WaitlistStatus,
)
from charter.core.waitlist_entries.waiting import put
from charter.kernel.errors import DomainError, InvalidInput
from charter.kernel.filters.tree import Apply, Name, Op, Place, Text
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation

REFUSALS: dict[WaitlistStatus, type[DomainError]] = {
    WaitlistStatus.INVITED: WaitlistEntryInvited,
    WaitlistStatus.REJECTED: WaitlistEntryRejected,
    WaitlistStatus.COMPLETED: WaitlistEntryCompleted,
}
"""What stands in the way of doing the same again."""
ID = "waitlist_entry_id"


@operation(
    "waitlist_entries.join",
    permission=Permission.PUBLIC,
    raises=(AddressNotAllowed, EmailAddressInvalid, IdentifierNotAllowed, WaitlistClosed),
)
async def join(ctx: Context, email_address: str) -> WaitlistEntry:
    """Ask to be let in. A new address is told by mail that it waits, another keeps its entry.

    The answer is the same for every address, so that nobody learns from it who has an account.
    Raises: WaitlistClosed, when the instance keeps no waitlist; EmailAddressInvalid;
        AddressNotAllowed and IdentifierNotAllowed, for an address that could not sign up;
        TooManyAttempts.
    Announces: WaitlistEntryCreated, for a new one.
    Source: Clerk FAPI 2026-05-12, joinWaitlist.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    await limit(ctx, instance, FLOWS)
    if instance.settings.sign_up.mode is not SignUpMode.WAITLIST:
        raise WaitlistClosed
    check_address(instance, email_address)
    # Nobody needs to be listed to ask; who is blocked asks in vain.
    await check_lists(ctx.db, instance, [email_address], is_invited=True)
    return await put(ctx, email_address)


@operation("waitlist_entries.search", permission=Permission.WAITLIST_READ, writes=False)
async def search(
    ctx: Context,
    search: Search,
    status: Sequence[WaitlistStatus] = (),
    query: str | None = None,
) -> Found[WaitlistEntry]:
    """List the waitlist, newest first.

    status: those to show; all where it is left out. query: an id, or a part of an address.
    Source: Clerk BAPI 2025-11-10, ListWaitlistEntries.
    """
    await ctx.allow()
    narrowed = search.narrowed(with_status(*status))
    if query and query.strip():
        at = Place("query")
        text = Text(query.strip(), at)
        is_id = Apply(Op.EQ, (Name("id", at), text), at)
        has_part = Apply(Op.CONTAINS, (Name("email_address_text", at), text), at)
        narrowed = narrowed.narrowed(Apply(Op.OR, (is_id, has_part), at))
    return await queries.LISTING.search(ctx.db, narrowed, now=ctx.now)


@operation(
    "waitlist_entries.create",
    permission=Permission.WAITLIST_MANAGE,
    raises=(EmailAddressInvalid,),
)
async def create(ctx: Context, email_address: str, notify: bool | None = None) -> WaitlistEntry:
    """Put an address on the waitlist, whether or not others may. One that waits keeps its entry.

    notify: whether a new one is told so by mail; True where it is left out.
    Raises: EmailAddressInvalid.
    Announces: WaitlistEntryCreated, for a new one.
    Source: Clerk BAPI 2025-11-10, CreateWaitlistEntry.
    """
    await ctx.allow()
    return await put(ctx, email_address, notify=notify)


@operation(
    "waitlist_entries.create_several",
    permission=Permission.WAITLIST_MANAGE,
    raises=(EmailAddressInvalid, WaitlistEntriesAlike),
)
async def create_several(
    ctx: Context, entries: Sequence[NewWaitlistEntry]
) -> tuple[WaitlistEntry, ...]:
    """Put 1 to 50 addresses on the waitlist: all of them, or none if one cannot be put there.

    Returns: their entries, in the order of the addresses.
    Raises: EmailAddressInvalid; WaitlistEntriesAlike, for one address that stands there twice.
    Announces: WaitlistEntryCreated, for each new one.
    Source: Clerk BAPI 2025-11-10, CreateBulkWaitlistEntries.
    """
    await ctx.allow()
    if not 1 <= len(entries) <= MOST_AT_ONCE:
        raise InvalidInput("entries", reason=f"it must hold 1 to {MOST_AT_ONCE}")
    wanted: dict[str, NewWaitlistEntry] = {}
    for each in entries:
        key = address_key(each.email_address)
        if key in wanted:
            raise WaitlistEntriesAlike(email_address=each.email_address)
        wanted[key] = each
    # In one order for everybody, so that two of these do not wait for each other's addresses.
    made = {
        key: await put(ctx, wanted[key].email_address, notify=wanted[key].notify)
        for key in sorted(wanted)
    }
    return tuple(made[key] for key in wanted)


@operation(
    "waitlist_entries.invite",
    permission=Permission.WAITLIST_MANAGE,
    raises=(
        *INVITING_ERRORS,
        WaitlistEntryCompleted,
        WaitlistEntryInvited,
        WaitlistEntryNotFound,
    ),
)
async def invite(
    ctx: Context, waitlist_entry_id: str, *, ignore_existing: bool | None = None
) -> WaitlistEntry:
    """Let an address in: it is sent an invitation to sign up. One that was rejected may be, too.

    ignore_existing: whether one that was invited before is invited again.
    Raises: WaitlistEntryNotFound; WaitlistEntryInvited; WaitlistEntryCompleted;
        EmailAddressTaken and InvitationExists, unless existing ones are ignored.
    Announces: InvitationCreated, WaitlistEntryUpdated.
    Source: Clerk BAPI 2025-11-10, InviteWaitlistEntry.
    """
    await ctx.allow()
    # Before the first statement: with a connection held, a second one could starve the pool.
    signing = await signer(ctx)
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    found = await queries.get_entry(reading, waitlist_entry_id, ctx.now)
    new = NewInvitation(
        found.email_address,
        ignore_existing=ignore_existing,
        template_slug=InvitationTemplate.WAITLIST_INVITATION,
    )
    row = await prepare(ctx, new)
    before = await queries.lock_entry(ctx.db, waitlist_entry_id, ctx.now)
    _refuse(before, WaitlistStatus.COMPLETED)
    if not ignore_existing:
        _refuse(before, WaitlistStatus.INVITED)
    made = await send_invitation(ctx, signing, row, new, may_have_user=bool(ignore_existing))
    return await _became(ctx, before, WaitlistStatus.INVITED, made.invitation.id)


@operation(
    "waitlist_entries.reject",
    permission=Permission.WAITLIST_MANAGE,
    raises=(
        WaitlistEntryCompleted,
        WaitlistEntryInvited,
        WaitlistEntryNotFound,
        WaitlistEntryRejected,
    ),
)
async def reject(ctx: Context, waitlist_entry_id: str) -> WaitlistEntry:
    """Turn an address down. It stays on the list and may be let in later.

    Raises: WaitlistEntryNotFound; WaitlistEntryRejected; WaitlistEntryInvited;
        WaitlistEntryCompleted.
    Announces: WaitlistEntryUpdated.
    Source: Clerk BAPI 2025-11-10, RejectWaitlistEntry.
    """
    await ctx.allow()
    before = await queries.lock_entry(ctx.db, waitlist_entry_id, ctx.now)
    _refuse(before, *REFUSALS)
    return await _became(ctx, before, WaitlistStatus.REJECTED, before.invitation_id)


@operation(
    "waitlist_entries.delete",
    permission=Permission.WAITLIST_MANAGE,
    raises=(
        WaitlistEntryCompleted,
        WaitlistEntryInvited,
        WaitlistEntryNotFound,
        WaitlistEntryRejected,
    ),
)
async def delete(ctx: Context, waitlist_entry_id: str) -> WaitlistEntry:
    """Take an address that waits off the list.

    Returns: the entry as it was.
    Raises: WaitlistEntryNotFound; WaitlistEntryInvited, WaitlistEntryRejected and
        WaitlistEntryCompleted, when it waits no more.
    Announces: WaitlistEntryDeleted.
    Source: Clerk BAPI 2025-11-10, DeleteWaitlistEntry.
    """
    await ctx.allow()
    before = await queries.lock_entry(ctx.db, waitlist_entry_id, ctx.now)
    _refuse(before, *REFUSALS)
    await ctx.db.run(queries.DELETE, entry_id=before.id)
    ctx.announce(WaitlistEntryDeleted(before=before))
    return before


def _refuse(entry: WaitlistEntry, *statuses: WaitlistStatus) -> None:
    if entry.status in statuses:
        raise REFUSALS[entry.status](ID)


async def _became(
    ctx: Context, before: WaitlistEntry, status: WaitlistStatus, invitation_id: str | None
) -> WaitlistEntry:
    await queries.set_status(ctx.db, before.id, status, invitation_id, ctx.now)
    after = await queries.get_entry(ctx.db, before.id, ctx.now)
    ctx.announce(WaitlistEntryUpdated(after, before=before))
    return after
