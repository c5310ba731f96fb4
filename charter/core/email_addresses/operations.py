"""What can be done with e-mail addresses. All of it is up to an administrator.

Every change locks the user first, so that primaries and last identifiers are judged in order.
"""

from dataclasses import dataclass

from charter.core import identifiers
from charter.core.email_addresses import queries
from charter.core.email_addresses.model import (
    EmailAddress,
    EmailAddressInvalid,
    EmailAddressNotFound,
    EmailAddressTaken,
)
from charter.core.email_addresses.normal_form import address_key
from charter.core.grants import granting
from charter.core.grants.model import Purpose
from charter.core.messages.queueing import queue
from charter.core.users.model import User, UserNotFound
from charter.core.users.queries import lock_user
from charter.core.verification import LastIdentifier, NotVerified, ReplacementStatus, Strategy
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation
from charter.kernel.patch import UNSET, Unset


@dataclass(frozen=True, slots=True)
class EmailAddressChanges:
    """What an administrator may change of an address; None changes nothing.

    notifies_previous: whether the address that was primary is told of a new one.
    """

    is_verified: bool | Unset | None = UNSET
    is_primary: bool | Unset | None = UNSET
    notifies_previous: bool | Unset | None = UNSET


@operation(
    "email_addresses.get",
    permission=Permission.USERS_READ,
    raises=(EmailAddressNotFound,),
    writes=False,
)
async def get(ctx: Context, email_address_id: str) -> EmailAddress:
    """Read one e-mail address.

    Raises: EmailAddressNotFound.
    Source: Clerk BAPI 2025-11-10, GetEmailAddress.
    """
    await ctx.allow()
    return await queries.get_email_address(ctx.db, email_address_id)


@operation(
    "email_addresses.create",
    permission=Permission.USERS_MANAGE,
    raises=(UserNotFound, EmailAddressInvalid, EmailAddressTaken, NotVerified),
)
async def create(
    ctx: Context,
    user_id: str,
    address: str,
    *,
    is_verified: bool | None = None,
    is_primary: bool | None = None,
    notifies_previous: bool | None = None,
) -> EmailAddress:
    """Give a user another e-mail address. The first verified one becomes primary by itself.

    address: RFC 5322; kept as given, compared in its one normal form.
    notifies_previous: whether the address that was primary is told of a new one.
    Raises: UserNotFound; EmailAddressInvalid; EmailAddressTaken, when another user has it proven
        or reserved, or this one has it at all; NotVerified, for a primary that is not verified.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, CreateEmailAddress.
    """
    await ctx.allow()
    key = address_key(address, "address")
    user = await lock_user(ctx.db, user_id)
    if await queries.is_held_by_another(ctx.db, key, user_id):
        raise EmailAddressTaken("address")
    row = _new(ctx, user_id, address, key)
    if is_verified:
        row = identifiers.proven(row, Strategy.ADMIN, ctx.now)
    rows = (*user.email_addresses, row)
    if is_primary:
        rows = _with_primary(ctx, rows, row)
    return await _save(ctx, user, rows, row.id, notifies_previous=bool(notifies_previous))


@operation(
    "email_addresses.update",
    permission=Permission.USERS_MANAGE,
    raises=(EmailAddressNotFound, EmailAddressTaken, NotVerified),
)
async def update(ctx: Context, email_address_id: str, changes: EmailAddressChanges) -> EmailAddress:
    """Verify an e-mail address by word, withdraw that, or make it the primary one.

    Raises: EmailAddressNotFound; EmailAddressTaken, when another user has proven it meanwhile;
        NotVerified, when a primary one would not be verified.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateEmailAddress.
    """
    await ctx.allow()
    user = await queries.lock_user_of(ctx.db, email_address_id)
    row = _of(user, email_address_id)
    ctx.expect(row.updated_at)
    if changes.is_verified and not row.is_verified:
        row = identifiers.proven(row, Strategy.ADMIN, ctx.now)
    if changes.is_verified is False and row.is_verified:
        if row.is_primary:
            raise NotVerified("is_verified")
        row = identifiers.unproven(row, ctx.now)
    rows = identifiers.placed(user.email_addresses, row)
    if changes.is_primary:
        rows = _with_primary(ctx, rows, row)
    notifies = changes.notifies_previous is True
    return await _save(ctx, user, rows, row.id, notifies_previous=notifies)


@operation(
    "email_addresses.delete",
    permission=Permission.USERS_MANAGE,
    raises=(EmailAddressNotFound, LastIdentifier),
)
async def delete(ctx: Context, email_address_id: str) -> EmailAddress:
    """Take an e-mail address from its user. The oldest verified one left becomes primary.

    Returns: the address as it was.
    Raises: EmailAddressNotFound; LastIdentifier, when the user could not sign in any more.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, DeleteEmailAddress.
    """
    await ctx.allow()
    user = await queries.lock_user_of(ctx.db, email_address_id)
    row = _of(user, email_address_id)
    identifiers.check_not_last(user, row)
    await _write(ctx, user, tuple(each for each in user.email_addresses if each.id != row.id))
    await identifiers.announce_change(ctx, user)
    return row


@operation(
    "email_addresses.replace",
    permission=Permission.USERS_MANAGE,
    raises=(UserNotFound, EmailAddressInvalid, EmailAddressTaken),
)
async def replace(
    ctx: Context,
    user_id: str,
    address: str,
    *,
    status: ReplacementStatus = ReplacementStatus.VERIFIED,
    notifies_previous: bool | None = None,
) -> EmailAddress:
    """Put one primary e-mail address in the place of all that a user has.

    An address that the user has already keeps its row.
    Raises: UserNotFound; EmailAddressInvalid; EmailAddressTaken, when another user has it.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, ReplaceUserEmailAddress.
    """
    await ctx.allow()
    key = address_key(address, "address")
    user = await lock_user(ctx.db, user_id)
    held = next((row for row in user.email_addresses if row.address_key == key), None)
    row = identifiers.put(held or _new(ctx, user_id, address, key), status, ctx.now)
    return await _save(ctx, user, (row,), row.id, notifies_previous=bool(notifies_previous))


def _new(ctx: Context, user_id: str, address: str, key: str) -> EmailAddress:
    return EmailAddress(
        id=ctx.new_id("idn_"),
        user_id=user_id,
        address=address.strip(),
        address_key=key,
        is_primary=False,
        is_reserved=False,
        verification_status=None,
        verification_strategy=None,
        verification_attempts=None,
        verification_expires_at=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )


def _of(user: User, email_address_id: str) -> EmailAddress:
    """The address. Raises: EmailAddressNotFound, when it was deleted before the user was locked."""
    missing = EmailAddressNotFound("email_address_id")
    return identifiers.get(user.email_addresses, email_address_id, missing)


def _with_primary(
    ctx: Context, rows: tuple[EmailAddress, ...], row: EmailAddress
) -> tuple[EmailAddress, ...]:
    if not row.is_verified and not row.is_primary:
        raise NotVerified
    return identifiers.chosen(rows, row.id, ctx.now)


async def _save(
    ctx: Context,
    user: User,
    rows: tuple[EmailAddress, ...],
    row_id: str,
    *,
    notifies_previous: bool,
) -> EmailAddress:
    """Write the rows, tell the address that was primary, and give the row that was meant."""
    await _write(ctx, user, rows)
    after = await identifiers.announce_change(ctx, user)
    previous, primary = user.primary_email_address, after.primary_email_address
    if notifies_previous and previous and primary and previous.address_key != primary.address_key:
        await queue(
            ctx,
            "primary_email_address_changed",
            previous.address,
            locale=user.locale,
            changed_at=ctx.now,
            new_address=primary.address,
            recipient_name=user.first_name,
        )
    return _of(after, row_id)


async def _write(ctx: Context, user: User, rows: tuple[EmailAddress, ...]) -> None:
    for gone in user.email_addresses:
        if identifiers.find(rows, gone.id) is None:
            # A code on its way to an address that is gone proves nothing any more.
            await granting.revoke(ctx, Purpose.EMAIL_CODE, gone.id)
    rows = identifiers.settled(rows, ctx.now)
    await queries.ROWS.save(ctx.db, user.email_addresses, rows)
