"""What can be done with email addresses. All of it is up to an administrator.

Every change locks the user first, so that primaries and last identifiers are judged in order.
"""

from charter.core.email_addresses.model import (
    EmailAddress,
    EmailAddressInvalid,
    EmailAddressNotFound,
    EmailAddressPatch,
    EmailAddressTaken,
)
from charter.core.email_addresses.normal_form import address_key
from charter.core.email_addresses.queries import ROWS
from charter.core.identifiers.rows import fresh, placed, promoted, put, vouched
from charter.core.messages.queueing import queue
from charter.core.users.model import User, UserNotFound
from charter.core.users.queries import lock_user
from charter.core.verification import IdentifierNotVerified, LastIdentifier, ReplacementStatus
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@operation(
    "email_addresses.get",
    permission=Permission.USERS_READ,
    raises=(EmailAddressNotFound,),
    writes=False,
)
async def get(ctx: Context, email_address_id: str) -> EmailAddress:
    """Read one email address.

    Raises: EmailAddressNotFound.
    Source: Clerk BAPI 2025-11-10, GetEmailAddress.
    """
    await ctx.allow()
    return await ROWS.get(ctx.db, email_address_id)


@operation(
    "email_addresses.create",
    permission=Permission.USERS_MANAGE,
    raises=(UserNotFound, EmailAddressInvalid, EmailAddressTaken, IdentifierNotVerified),
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
    """Give a user another email address. The first verified one becomes primary by itself.

    address: RFC 5322; kept as given, compared in its one normal form.
    notifies_previous: whether the address that was primary is told of a new one.
    Raises: UserNotFound; EmailAddressInvalid; EmailAddressTaken, when another user has it proven
        or reserved, or this one has it at all; IdentifierNotVerified, for a primary that is not
        verified.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, CreateEmailAddress.
    """
    await ctx.allow()
    key = address_key(address, "address")
    user = await lock_user(ctx.db, user_id)
    if await ROWS.is_held_by_another(ctx.db, key, user_id):
        raise EmailAddressTaken("address")
    row = vouched(_new(ctx, user_id, address, key), bool(is_verified), ctx.now)
    rows = (*user.email_addresses, row)
    if is_primary:
        rows = promoted(rows, row, ctx.now)
    return await _save(ctx, user, rows, row.id, notifies_previous=bool(notifies_previous))


@operation(
    "email_addresses.update",
    permission=Permission.USERS_MANAGE,
    raises=(EmailAddressNotFound, EmailAddressTaken, IdentifierNotVerified),
)
async def update(ctx: Context, email_address_id: str, patch: EmailAddressPatch) -> EmailAddress:
    """Verify an email address by word, withdraw that, or make it the primary one.

    Raises: EmailAddressNotFound; EmailAddressTaken, when another user has proven it meanwhile;
        IdentifierNotVerified, when a primary one would not be verified.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateEmailAddress.
    """
    await ctx.allow()
    user, row = await ROWS.lock(ctx.db, email_address_id)
    ctx.expect(row.updated_at)
    row = vouched(row, patch.is_verified, ctx.now)
    rows = placed(user.email_addresses, row)
    if patch.is_primary:
        rows = promoted(rows, row, ctx.now)
    notifies = patch.notifies_previous is True
    return await _save(ctx, user, rows, row.id, notifies_previous=notifies)


@operation(
    "email_addresses.delete",
    permission=Permission.USERS_MANAGE,
    raises=(EmailAddressNotFound, LastIdentifier),
)
async def delete(ctx: Context, email_address_id: str) -> EmailAddress:
    """Take an email address from its user. The oldest verified one left becomes primary.

    Returns: the address as it was.
    Raises: EmailAddressNotFound; LastIdentifier, when the user could not sign in any more.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, DeleteEmailAddress.
    """
    await ctx.allow()
    return await ROWS.remove(ctx, email_address_id)


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
    """Put one primary email address in the place of all that a user has.

    An address that the user has already keeps its row.
    Raises: UserNotFound; EmailAddressInvalid; EmailAddressTaken, when another user has it.
    Announces: UserUpdated.
    Source: Clerk BAPI 2025-11-10, ReplaceUserEmailAddress.
    """
    await ctx.allow()
    key = address_key(address, "address")
    user = await lock_user(ctx.db, user_id)
    held = next((row for row in user.email_addresses if row.address_key == key), None)
    row = put(held or _new(ctx, user_id, address, key), status, ctx.now)
    return await _save(ctx, user, (row,), row.id, notifies_previous=bool(notifies_previous))


def _new(ctx: Context, user_id: str, address: str, key: str) -> EmailAddress:
    return EmailAddress(address=address.strip(), address_key=key, **fresh(ctx, user_id))


async def _save(
    ctx: Context,
    user: User,
    rows: tuple[EmailAddress, ...],
    row_id: str,
    *,
    notifies_previous: bool,
) -> EmailAddress:
    """Write the rows, tell the address that was primary, and give the row that was meant."""
    after = await ROWS.save(ctx, user, rows)
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
    return ROWS.of(after, row_id)
