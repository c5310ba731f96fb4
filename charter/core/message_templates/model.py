"""The words of message templates."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.patch import UNSET, Unset

MAX_MARKUP = 200_000
MAX_SUBJECT, MAX_NAME = 500, 100


class TemplateType(StrEnum):
    """How the messages of a template travel."""

    EMAIL = "email"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class MessageTemplate:
    """What messages of one kind say in an instance.

    slug: one of `catalog.SLOTS`. `is_own`: the app has changed it.
    subject, markup, from_name and reply_to_name are for mail alone. markup: what an editor made the
    body from; no message is made of it. from_name: the part before the `@`; None: the server's.
    is_delivered_here: whether the server sends the messages; if not, the app does, told by events.
    """

    id: str
    template_type: TemplateType
    slug: str
    name: str
    position: int
    is_own: bool
    subject: str | None
    markup: str
    body: str
    available_variables: tuple[str, ...]
    required_variables: tuple[str, ...]
    from_name: str | None
    reply_to_name: str | None
    is_delivered_here: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class MessageTemplateRow:
    """What an app has changed of a template; None is as it comes with the server.

    id: as `catalog.Slot.id` has it, in every instance the same.
    """

    id: str
    name: str | None
    subject: str | None
    markup: str | None
    body: str | None
    from_name: str | None
    reply_to_name: str | None
    is_delivered_here: bool
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ChangedTemplate:
    """What the log tells of a template: its texts by their SHA-256, in hexadecimal."""

    id: str
    name: str | None
    subject: str | None
    from_name: str | None
    reply_to_name: str | None
    is_delivered_here: bool
    body_sha256: str | None
    markup_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTemplatePatch:
    """What changes of a template; the rest stays. A null stands for what comes with the server.

    name: 1 to 100 characters. subject: up to 500, in one line. body: up to 100000 characters, of a
    text message 1600. markup: up to 200000. from_name, reply_to_name: 1 to 64 of letters, digits
    and `._+-`; empty is as null.
    """

    name: str | Unset | None = UNSET
    subject: str | Unset | None = UNSET
    markup: str | Unset | None = UNSET
    body: str | Unset | None = UNSET
    from_name: str | Unset | None = UNSET
    reply_to_name: str | Unset | None = UNSET
    is_delivered_here: bool | Unset | None = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedTexts:
    """Texts to be looked at; what is left out or null is as the template has it."""

    subject: str | Unset | None = UNSET
    body: str | Unset | None = UNSET
    from_name: str | Unset | None = UNSET
    reply_to_name: str | Unset | None = UNSET


@dataclass(frozen=True, slots=True)
class Preview:
    """A message with sample facts. subject, body_plain and the names are for mail alone."""

    template_type: TemplateType
    slug: str
    body: str = field(repr=False)
    subject: str | None = None
    body_plain: str | None = None
    from_name: str | None = None
    reply_to_name: str | None = None


class TemplateTypeUnknown(DomainError):
    """Templates are of mails or of text messages."""

    kind, code = Kind.INVALID, "template_type_unknown"
    message = "A template is of the type email or sms."
    parameter = "template_type"


class MessageTemplateNotFound(DomainError):
    """There is no such template."""

    kind, code = Kind.NOT_FOUND, "message_template_not_found"
    message = "No template of this type has this slug."
    parameter = "slug"


class MessageTemplateUnchanged(DomainError):
    """A template that the app never changed was to be reverted."""

    kind, code = Kind.INVALID, "message_template_unchanged"
    message = "The template is as it comes with the server."
    parameter = "slug"


class TemplateTextInvalid(DomainError):
    """A text is not of the language of templates, or names what there is not."""

    kind, code = Kind.UNPROCESSABLE, "template_text_invalid"
    message = "{parameter} cannot be used: {reason}."
    parameter = "body"


class TemplateVariableMissing(DomainError):
    """A text does not show what its message is for."""

    kind, code = Kind.UNPROCESSABLE, "template_variable_missing"
    message = "The body must show {{{{{name}}}}} in every case."
    parameter = "body"


class MessageTemplateUpdated(Event):
    """An app changed what messages say or who delivers them."""

    name = "messageTemplate.updated"


class MessageTemplateReverted(Event):
    """An app took its own texts back."""

    name = "messageTemplate.reverted"
