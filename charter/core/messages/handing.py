"""Messages that the app delivers itself: what they say, for as long as that is kept."""

from datetime import timedelta

from charter.core.messages import queries
from charter.core.messages.content import opened
from charter.core.messages.model import Content
from charter.kernel.jobs import BACKOFF_SECONDS
from charter.kernel.platform import Platform

KEPT = timedelta(seconds=sum(BACKOFF_SECONDS))
"""As long as the server would try to send a message itself, and no longer."""


async def content_of(platform: Platform, instance_id: str, message_id: str) -> Content | None:
    """What a message of an instance says; None once that is forgotten.

    For who tells the app of `email.created` and `sms.created`. A message that the server sends
    says nothing any more once it is on its way.
    """
    row = await queries.find_kept(platform.database.reading(instance_id), message_id)
    return None if row is None or row.sealed_content is None else opened(platform, row)


async def note_fetched(platform: Platform, instance_id: str, message_id: str) -> None:
    """Forget what a message says that the app has got to deliver; others stay as they are."""
    await queries.update_fetched(platform.database.reading(instance_id), message_id)
