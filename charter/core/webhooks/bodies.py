"""The body of a message: plain, or sealed where it holds codes and one-time links."""

import dataclasses

from charter.core.webhooks.event_types import EMAIL, TEXT_MESSAGE
from charter.core.webhooks.model import WebhookMessage, WebhookMessageRow
from charter.kernel.platform import Platform

SEALED_AS = "webhook_message:{id}"
SECRET_TYPES = frozenset({EMAIL, TEXT_MESSAGE})


def kept_body(
    platform: Platform, message_id: str, event_type: str, body: str
) -> tuple[str | None, bytes | None]:
    """The two columns that keep a body, one of which is empty."""
    if event_type not in SECRET_TYPES:
        return body, None
    return None, platform.vault.seal(body.encode(), SEALED_AS.format(id=message_id))


def body_of(platform: Platform, message_id: str, body: str | None, sealed: bytes | None) -> str:
    """The body that two columns keep."""
    if body is not None:
        return body
    assert sealed is not None  # noqa: S101  # the database holds that one of them is there
    return platform.vault.open(sealed, SEALED_AS.format(id=message_id)).decode()


def shown(platform: Platform, row: WebhookMessageRow) -> WebhookMessage:
    """A message with its body."""
    values = {
        field.name: getattr(row, field.name)
        for field in dataclasses.fields(WebhookMessage)
        if field.name != "body"
    }
    return WebhookMessage(**values, body=body_of(platform, row.id, row.body, row.sealed_body))
