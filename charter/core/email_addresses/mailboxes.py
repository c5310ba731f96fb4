"""Addresses that reach one mailbox though they are written apart.

Source: Google Account Help, "Dots don't matter in Gmail addresses".
"""

from charter.core.email_addresses.model import EmailAddressTaken
from charter.core.email_addresses.queries import find_alike
from charter.core.grants.queries import hold
from charter.core.instances.model import Instance
from charter.kernel.db import Db
from charter.kernel.operation import Context

GMAIL = frozenset({"gmail.com", "googlemail.com"})


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
    if await find_alike(db, mailbox, user_id):
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
