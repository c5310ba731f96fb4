"""What a message says, sealed: it holds codes and one-time links."""

import msgspec

from charter.core.mail.model import Message
from charter.core.messages.model import NO_CONTENT, Content, MessageRow, StoredMessage
from charter.kernel.platform import Platform

_decoder = msgspec.json.Decoder(Content)
TEXT_MESSAGE = "sms_"


def is_text_message(row: MessageRow | StoredMessage) -> bool:
    """Whether it goes to a phone rather than by mail."""
    return row.kind.startswith(TEXT_MESSAGE)


def sealed(platform: Platform, instance_id: str, message_id: str, message: Message) -> bytes:
    """The words of a message, sealed for its row."""
    content = Content(
        message.subject,
        message.text,
        message.html,
        message.links,
        message.code,
        message.from_name,
        message.reply_to_name,
        dict(message.values),
    )
    return platform.vault.seal(msgspec.json.encode(content), _context(instance_id, message_id))


def opened(platform: Platform, row: StoredMessage) -> Content:
    """The words of a stored message; none, when it is on its way already."""
    if row.sealed_content is None:
        return NO_CONTENT
    context = _context(row.instance_id, row.id)
    return _decoder.decode(platform.vault.open(row.sealed_content, context))


def _context(instance_id: str, message_id: str) -> str:
    return f"messages:{instance_id}:{message_id}"
