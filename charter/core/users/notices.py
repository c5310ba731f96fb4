"""Tells people by mail what was done to their account."""

from typing import Any

from charter.core.messages.queueing import queue
from charter.core.users.model import User
from charter.kernel.operation import Context


async def tell(ctx: Context, user: User, subject: str, *paragraphs: str) -> None:
    """Write to every proven address of a person, so that a thief of one does not go unnoticed."""
    facts: dict[str, Any] = {"subject": subject, "paragraphs": list(paragraphs)}
    if user.first_name:
        facts["recipient_name"] = user.first_name
    for address in user.email_addresses:
        if address.is_verified:
            await queue(ctx, "notice", address.address, locale=user.locale, **facts)
