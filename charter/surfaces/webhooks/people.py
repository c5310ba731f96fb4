"""Messages to people as they are told of: with their words, so that an app may deliver them."""

from typing import Any

import msgspec

from charter.core.messages.model import Content
from charter.core.webhook_deliveries.queries import DraftOfInstance
from charter.core.webhooks.event_types import EMAIL, TEXT_MESSAGE
from charter.surfaces.backend.shapes import millis
from charter.wire.call import Out, View

SENT_AS_TEXT = "sms_"
_decoder = msgspec.json.Decoder(Content)


class EmailOut(Out):
    """A mail."""

    object: str
    id: str
    slug: str
    from_email_name: str
    reply_to_email_name: str | None
    to_email_address: str
    email_address_id: str | None
    user_id: str | None
    subject: str
    body: str
    body_plain: str
    status: str
    data: dict[str, Any]
    delivered_by_clerk: bool


class TextMessageOut(Out):
    """A message to a phone."""

    object: str
    id: str
    slug: str
    from_phone_number: str
    to_phone_number: str
    phone_number_id: str | None
    user_id: str | None
    message: str
    status: str
    data: dict[str, Any]
    delivered_by_clerk: bool
    created_at_ms: int


def event_type_of(draft: DraftOfInstance) -> str:
    """The name under which a message is told."""
    return TEXT_MESSAGE if draft.kind.startswith(SENT_AS_TEXT) else EMAIL


def content_of(draft: DraftOfInstance, view: View) -> Content:
    """The words of a message; sealed as the message itself is."""
    context = f"messages:{draft.instance_id}:{draft.id}"
    return _decoder.decode(view.platform.vault.open(draft.sealed_content, context))


def write(draft: DraftOfInstance, content: Content, view: View) -> EmailOut | TextMessageOut:
    """A message as it is told. Whose address it goes to may not be known yet, so nobody is named.

    data: what the names of its text stood for, so that an app can write it in words of its own.
    delivered_by_clerk: the name of the field is the contract's; whether this server delivers it.
    """
    data: dict[str, Any] = {"app": {"name": view.instance.application_name}, **content.values}
    if event_type_of(draft) == TEXT_MESSAGE:
        return TextMessageOut(
            object="sms_message",
            id=draft.id,
            slug=draft.slug,
            from_phone_number="",
            to_phone_number=draft.to_address,
            phone_number_id=None,
            user_id=None,
            message=content.text.strip(),
            status="queued",
            data=data,
            delivered_by_clerk=draft.is_delivered_here,
            created_at_ms=millis(draft.created_at),
        )
    return EmailOut(
        object="email",
        id=draft.id,
        slug=draft.slug,
        from_email_name=content.from_name or "notifications",
        reply_to_email_name=content.reply_to_name,
        to_email_address=draft.to_address,
        email_address_id=None,
        user_id=None,
        subject=content.subject,
        body=content.html,
        body_plain=content.text,
        status="queued",
        data=data,
        delivered_by_clerk=draft.is_delivered_here,
    )
