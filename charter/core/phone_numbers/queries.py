"""Every SQL statement about phone numbers; what they share with addresses is in `identifiers`."""

from typing import Any

from sqlalchemy import Text, bindparam, or_, select

from charter.core.identifiers import IdentifierStatements
from charter.core.phone_numbers.model import PhoneNumber, PhoneNumberNotFound, PhoneNumberTaken
from charter.core.phone_numbers.tables import phone_numbers
from charter.core.users.model import User
from charter.core.users.queries import lock_user
from charter.kernel.db import INSTANCE, Db, Statement

ROWS = IdentifierStatements(
    phone_numbers,
    PhoneNumber,
    violates={
        "uq_phone_numbers_number": PhoneNumberTaken,
        "uq_phone_numbers_of_user": PhoneNumberTaken,
    },
)
HELD_BY_ANOTHER = Statement[Any](
    select(phone_numbers.c.id)
    .where(
        phone_numbers.c.instance_id == INSTANCE,
        phone_numbers.c.number == bindparam("number", type_=Text),
        phone_numbers.c.user_id != bindparam("user_id", type_=Text),
        or_(phone_numbers.c.is_reserved, phone_numbers.c.verification_status == "verified"),
    )
    .limit(1)
)


async def get_phone_number(db: Db, phone_number_id: str) -> PhoneNumber:
    """The number. Raises: PhoneNumberNotFound."""
    return await db.one(
        ROWS.get, missing=PhoneNumberNotFound("phone_number_id"), id=phone_number_id
    )


async def lock_user_of(db: Db, phone_number_id: str) -> User:
    """The user who has the number, locked until the transaction ends.

    Raises: PhoneNumberNotFound.
    """
    row = await get_phone_number(db, phone_number_id)
    return await lock_user(db, row.user_id)


async def is_held_by_another(db: Db, number: str, user_id: str) -> bool:
    """Whether another user has this number proven or reserved."""
    found = await db.value(HELD_BY_ANOTHER, number=number, user_id=user_id)
    return found is not None
