"""Addresses that reach one mailbox though they are written apart.

Source: Google Account Help, "Dots don't matter in Gmail addresses".
"""

from typing import Any

from sqlalchemy import ColumnElement, Text, bindparam, func, literal_column, or_, select

from charter.core.email_addresses.model import EmailAddressTaken
from charter.core.email_addresses.tables import email_addresses
from charter.core.grants.queries import hold
from charter.core.instances.model import Instance
from charter.core.statements import word
from charter.kernel.db import INSTANCE, Db, Statement
from charter.kernel.operation import Context

GMAIL = frozenset({"gmail.com", "googlemail.com"})


def without_dots(local: Any) -> ColumnElement[str]:
    """What stands before the `@` of a key, without its dots."""
    return func.replace(
        func.split_part(local, word("@"), literal_column("1"), type_=Text),
        word("."),
        word(""),
        type_=Text,
    )


ALIKE = Statement[Any](
    select(email_addresses.c.id)
    .where(
        email_addresses.c.instance_id == INSTANCE,
        without_dots(email_addresses.c.address_key) == bindparam("mailbox", type_=Text),
        or_(
            email_addresses.c.address_key.like(word("%@gmail.com")),
            email_addresses.c.address_key.like(word("%@googlemail.com")),
        ),
        or_(email_addresses.c.is_reserved, email_addresses.c.verification_status == "verified"),
        email_addresses.c.user_id != bindparam("user_id", type_=Text),
    )
    .limit(1)
)


def mailbox_of(key: str) -> str | None:
    """What dots do not change of an address where they change nothing; None for another.

    key: the normal form of the address.
    """
    local, _, domain = key.rpartition("@")
    return local.replace(".", "") if domain in GMAIL else None


async def check_mailbox(db: Db, instance: Instance, key: str, user_id: str = "") -> None:
    """Refuse an address whose mailbox is another user's, where the instance ignores dots.

    key: the normal form of the address.
    Raises: EmailAddressTaken.
    """
    mailbox = mailbox_of(key) if instance.settings.sign_up.ignores_gmail_dots else None
    if mailbox is None:
        return
    if await db.value(ALIKE, mailbox=mailbox, user_id=user_id) is not None:
        raise EmailAddressTaken("email_address")


async def hold_mailbox(ctx: Context, instance: Instance, key: str, user_id: str = "") -> None:
    """The same, and nobody else comes to hold the mailbox until the transaction ends.

    Raises: EmailAddressTaken.
    """
    mailbox = mailbox_of(key) if instance.settings.sign_up.ignores_gmail_dots else None
    if mailbox is not None:
        # No index can hold it: the rows were made before the owner has asked for it.
        await hold(ctx.db, f"mailbox:{instance.id}:{mailbox}")
        await check_mailbox(ctx.db, instance, key, user_id)
