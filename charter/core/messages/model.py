"""The words of the outbox: a message as it is stored."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeAlias

from charter.kernel.events import Event

ID_PREFIX = "eml_"

# Captured: kept for a developer to read instead of being sent. Handed over: the app delivers it.
Status: TypeAlias = Literal["queued", "sent", "failed", "captured", "handed_over"]


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A message in the outbox.

    What may hold codes and one-time links stays out of logs and tracebacks.

    id: `eml_` and a KSUID.
    links: absolute http or https addresses, the most important one first.
    attempts: how often it was handed to a mail server.
    error: what the last failed attempt was answered.
    """

    instance_id: str
    id: str
    kind: str
    to_address: str = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    links: tuple[str, ...] = field(repr=False)
    code: str | None = field(repr=False)
    status: Status
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    error: str | None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message on its way into its table."""

    id: str
    kind: str
    to_address: str = field(repr=False)
    status: Status
    sealed_content: bytes | None = field(repr=False)
    error: str | None
    created_at: datetime
    sent_at: datetime | None
    attempts: int


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message as it stands in its table."""

    instance_id: str
    id: str
    kind: str
    to_address: str = field(repr=False)
    status: str
    sealed_content: bytes | None = field(repr=False)
    error: str | None
    created_at: datetime
    sent_at: datetime | None
    attempts: int


@dataclass(frozen=True, slots=True)
class Content:
    """What a message says; all of it may hold codes and one-time links.

    from_name, reply_to_name: local parts that the app chose. values: what the names of the text
    stood for, such as `otp_code` and `app.name`; of a message of before there are none.
    """

    subject: str = field(repr=False)
    text: str = field(repr=False)
    html: str = field(repr=False)
    links: tuple[str, ...] = field(repr=False)
    code: str | None = field(repr=False)
    from_name: str | None = field(default=None, repr=False)
    reply_to_name: str | None = field(default=None, repr=False)
    values: dict[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class AnnouncedMessage:
    """What everybody may know of a message; what it says is fetched by its id while it is kept.

    slug: of the template that it was written by, or its kind, where no template is for that.
    is_delivered_here: whether the server sends it; if not, the app does.
    """

    id: str
    slug: str
    to_address: str
    is_delivered_here: bool


class MailCreated(Event):
    """A mail was written."""

    name = "email.created"


class TextMessageCreated(Event):
    """A text message was written."""

    name = "sms.created"


NO_CONTENT = Content("", "", "", (), None)
"""What is left of a message that is on its way."""
