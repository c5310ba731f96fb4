"""Tells people by mail what was done to their account."""

from typing import Any

from charter.core.messages.queueing import queue
from charter.core.users.model import User
from charter.kernel.operation import Context


async def tell(ctx: Context, user: User, subject: str, *paragraphs: str) -> None:
    """Write to every proven address of a person, so that a thief of one does not go unnoticed."""
    await tell_of(ctx, user, "notice", subject=subject, paragraphs=list(paragraphs))


async def tell_of(ctx: Context, user: User, kind: str, **facts: Any) -> None:
    """Write a message of a kind of its own to every proven address of a person."""
    if user.first_name:
        facts["recipient_name"] = user.first_name
    for address in user.email_addresses:
        if address.is_verified:
            await queue(ctx, kind, address.address, locale=user.locale, **facts)
