"""The email addresses of a person, as they are to be."""

from collections.abc import Sequence

from charter.core.email_addresses.mailboxes import hold_mailbox
from charter.core.email_addresses.model import EmailAddress, EmailAddressInvalid, EmailAddressTaken
from charter.core.email_addresses.normal_form import address_key
from charter.core.email_addresses.queries import ROWS
from charter.core.identifiers.rows import fresh, promoted, vouched
from charter.core.instances.model import Instance
from charter.core.people.model import PersonAddress
from charter.core.users.model import User
from charter.core.users.texts import check_storable
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context

MOST_ADDRESSES = 100
LONGEST_TYPE = 64


def wanted(
    given: Sequence[PersonAddress], user_name: str | None
) -> tuple[tuple[str, PersonAddress], ...]:
    """What is asked for, the primary one first, each with its normal form.

    A user name that is an address is one of them: people sign in by it.
    Raises: EmailAddressInvalid; InvalidInput, for too many, two primaries, or one named twice.
    """
    if len(given) > MOST_ADDRESSES:
        raise InvalidInput("email_addresses", reason=f"it takes at most {MOST_ADDRESSES}")
    found = {}
    for each in given:
        key = address_key(each.address)
        if key in found:
            raise InvalidInput("email_addresses", reason="it must name each address once")
        check_storable({"email_addresses": each.type})
        if each.type is not None and not 1 <= len(each.type) <= LONGEST_TYPE:
            raise InvalidInput("email_addresses", reason=f"a type has 1 to {LONGEST_TYPE} letters")
        found[key] = each
    if sum(each.is_primary for each in given) > 1:
        raise InvalidInput("email_addresses", reason="one address alone can be the primary one")
    named = _key_of(user_name)
    if named is not None and user_name is not None and named not in found:
        found[named] = PersonAddress(user_name)
    return tuple(sorted(found.items(), key=lambda item: not item[1].is_primary))


async def put_addresses(
    ctx: Context, instance: Instance, user: User, given: Sequence[tuple[str, PersonAddress]]
) -> User:
    """Put addresses in the place of those that a locked user has; all are vouched for.

    given: as of `wanted`. One that the user has already keeps its row.
    Raises: EmailAddressTaken, when another user has one proven or reserved.
    Announces: UserUpdated, when something changes.
    """
    held = {row.address_key: row for row in user.email_addresses}
    rows: tuple[EmailAddress, ...] = ()
    for key, each in given:
        if await ROWS.is_held_by_another(ctx.db, key, user.id):
            raise EmailAddressTaken("email_addresses")
        await hold_mailbox(ctx, instance, key, user.id)
        row = held.get(key) or EmailAddress(
            address=each.address.strip(), address_key=key, **fresh(ctx, user.id)
        )
        rows = (*rows, vouched(row, is_verified=True, now=ctx.now))
    if rows:
        rows = promoted(rows, rows[0], ctx.now)
    if set(rows) == set(user.email_addresses):
        return user
    return await ROWS.save(ctx, user, rows)


def types_of(given: Sequence[tuple[str, PersonAddress]]) -> dict[str, str]:
    """What addresses are for, where it was said, by their normal form."""
    return {key: each.type for key, each in given if each.type is not None}


def _key_of(user_name: str | None) -> str | None:
    """The normal form of a user name that is an address; None for another."""
    if user_name is None or "@" not in user_name:
        return None
    try:
        return address_key(user_name)
    except EmailAddressInvalid:
        return None
