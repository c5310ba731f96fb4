"""Every SQL statement about email addresses: of every kind of identifier, and of mailboxes."""

from functools import partial
from typing import Any

from sqlalchemy import Text, bindparam, func, literal_column, or_, select

from charter.core.email_addresses.linked import LINKED_ACCOUNTS
from charter.core.email_addresses.model import EmailAddress, EmailAddressNotFound, EmailAddressTaken
from charter.core.email_addresses.tables import email_addresses
from charter.core.grants.model import Purpose
from charter.core.identifiers.kind import IdentifierKind
from charter.core.statements import word
from charter.kernel.db import INSTANCE, Db, Statement

ROWS = IdentifierKind(
    email_addresses,
    EmailAddress,
    "address_key",
    purpose=Purpose.EMAIL_CODE,
    missing=partial(EmailAddressNotFound, "email_address_id"),
    taken=EmailAddressTaken,
    derived={"linked_accounts": LINKED_ACCOUNTS},
)

_key = email_addresses.c.address_key
_without_dots = func.replace(
    func.split_part(_key, word("@"), literal_column("1"), type_=Text),
    word("."),
    word(""),
    type_=Text,
)
ALIKE = Statement[Any](
    select(email_addresses.c.id)
    .where(
        email_addresses.c.instance_id == INSTANCE,
        _without_dots == bindparam("mailbox", type_=Text),
        or_(
            _key.like(word("%@gmail.com")),
            _key.like(word("%@googlemail.com")),
        ),
        or_(email_addresses.c.is_reserved, email_addresses.c.verification_status == "verified"),
        email_addresses.c.user_id != bindparam("user_id", type_=Text),
    )
    .limit(1)
)
"""Of the addresses with the dots of Gmail, one that another user has proven or reserved."""


async def find_alike(db: Db, mailbox: str, user_id: str) -> bool:
    """Whether another user has an address of this mailbox proven or reserved.

    mailbox: what stands before the `@`, without its dots.
    """
    return await db.value(ALIKE, mailbox=mailbox, user_id=user_id) is not None
