"""Every SQL statement about e-mail addresses; what they share with numbers is in `identifiers`."""

from typing import Any

from sqlalchemy import Text, bindparam, or_, select

from charter.core.email_addresses.model import EmailAddress, EmailAddressNotFound, EmailAddressTaken
from charter.core.email_addresses.tables import email_addresses
from charter.core.identifiers import IdentifierStatements
from charter.core.users.model import User
from charter.core.users.queries import lock_user
from charter.kernel.db import INSTANCE, Db, Statement

ROWS = IdentifierStatements(
    email_addresses,
    EmailAddress,
    violates={
        "uq_email_addresses_address_key": EmailAddressTaken,
        "uq_email_addresses_of_user": EmailAddressTaken,
    },
)
HELD_BY_ANOTHER = Statement[Any](
    select(email_addresses.c.id)
    .where(
        email_addresses.c.instance_id == INSTANCE,
        email_addresses.c.address_key == bindparam("address_key", type_=Text),
        email_addresses.c.user_id != bindparam("user_id", type_=Text),
        or_(email_addresses.c.is_reserved, email_addresses.c.verification_status == "verified"),
    )
    .limit(1)
)


async def get_email_address(db: Db, email_address_id: str) -> EmailAddress:
    """The address. Raises: EmailAddressNotFound."""
    return await db.one(
        ROWS.get, missing=EmailAddressNotFound("email_address_id"), id=email_address_id
    )


async def lock_user_of(db: Db, email_address_id: str) -> User:
    """The user who has the address, locked until the transaction ends.

    Raises: EmailAddressNotFound.
    """
    row = await get_email_address(db, email_address_id)
    return await lock_user(db, row.user_id)


async def is_held_by_another(db: Db, address_key: str, user_id: str) -> bool:
    """Whether another user has this address proven or reserved."""
    found = await db.value(HELD_BY_ANOTHER, address_key=address_key, user_id=user_id)
    return found is not None
