"""Which templates there are, for which kind of message each is, and what it comes with.

A kind of message that no template is for is written by the server's own texts alone.
Source: the slugs of Clerk's templates.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from charter.core.mail import variables
from charter.core.mail.built_in import TEXT_MESSAGES, source
from charter.core.mail.kinds import KINDS, TEXT_KINDS, Kind
from charter.core.message_templates.model import (
    MessageTemplateNotFound,
    TemplateType,
    TemplateTypeUnknown,
)


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for a template. kind: of the messages that are written by it."""

    template_type: TemplateType
    slug: str
    kind: str
    name: str
    position: int

    @property
    def id(self) -> str:
        """The same in every instance, changed or not."""
        return f"tmpl_{self.template_type}_{self.slug}"

    @property
    def is_mail(self) -> bool:
        """Whether its messages are mails."""
        return self.template_type is TemplateType.EMAIL

    @property
    def facts(self) -> Kind:
        """What its messages are told."""
        return KINDS[self.kind] if self.is_mail else TEXT_KINDS[self.kind]

    @property
    def available(self) -> tuple[str, ...]:
        """The variables that its texts may name."""
        return variables.available(self.facts)

    @property
    def required(self) -> tuple[str, ...]:
        """The variables that its body has to show."""
        return variables.required(self.facts)

    @property
    def subject(self) -> str | None:
        """The subject that it comes with."""
        return source(self.kind).subject if self.is_mail else None

    @property
    def body(self) -> str:
        """The body that it comes with."""
        return source(self.kind).page if self.is_mail else TEXT_MESSAGES[self.kind]


_MAIL = (
    ("verification_code", "verification_code", "Verification code"),
    ("reset_password_code", "reset_password_code", "Reset password code"),
    ("magic_link_sign_in", "magic_link", "Email link - Sign in"),
    ("magic_link_sign_up", "sign_up_link", "Email link - Sign up"),
    ("magic_link_user_profile", "verification_link", "Email link - Verify email"),
    ("invitation", "invitation", "Invitation"),
    ("waitlist_confirmation", "waitlist_confirmation", "Waitlist confirmation"),
    ("waitlist_invitation", "waitlist_invitation", "Waitlist invitation"),
    ("organization_invitation", "organization_invitation", "Organization invitation"),
    ("affiliation_code", "organization_domain_code", "Affiliation code"),
    ("password_changed", "password_changed", "Password changed"),
    ("password_removed", "password_removed", "Password removed"),
    (
        "primary_email_address_changed",
        "primary_email_address_changed",
        "Primary email address changed",
    ),
    ("passkey_added", "passkey_added", "Passkey added"),
    ("passkey_removed", "passkey_removed", "Passkey removed"),
    ("new_device_sign_in", "new_device_sign_in", "Sign in from new device"),
    ("account_locked", "account_locked", "Account locked"),
    ("reset_password_link", "account_reset_link", "Reset password link"),
)
_TEXTS = (
    ("verification_code", "sms_verification_code", "Verification code"),
    ("reset_password_code", "sms_reset_password_code", "Reset password code"),
    ("invitation", "sms_invitation", "Invitation"),
)
SLOTS: tuple[Slot, ...] = tuple(
    Slot(template_type, slug, kind, name, position)
    for template_type, rows in ((TemplateType.EMAIL, _MAIL), (TemplateType.SMS, _TEXTS))
    for position, (slug, kind, name) in enumerate(rows)
)
ALSO = {"account_sign_in_link": "magic_link", "account_proof_link": "verification_link"}
"""Kinds that an app's own texts for another kind are for as well."""
_OWN = {slot.kind: slot for slot in SLOTS}
OF_KIND: Mapping[str, Slot] = MappingProxyType(
    {**_OWN, **{kind: _OWN[of] for kind, of in ALSO.items()}}
)
"""Which template a message of a kind is written by."""

_TYPES = frozenset(each.value for each in TemplateType)
_WRITTEN_AT = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
SAMPLE_FACTS: Mapping[str, Any] = MappingProxyType(
    {
        "recipient_name": "Ann",
        "written_at": _WRITTEN_AT,
        "code": "123456",
        "expires_in_minutes": 10,
        "requested_from": "203.0.113.7",
        "requested_by": "Firefox on Linux",
        "action_url": "https://example.com/open?token=sample",
        "inviter_name": "Ben Example",
        "expires_at": _WRITTEN_AT + timedelta(days=30),
        "invitation_metadata": {"plan": "sample"},
        "organization_name": "Example Organization",
        "role_name": "Member",
        "domain_name": "example.com",
        "changed_at": _WRITTEN_AT,
        "new_address": "new@example.com",
        "primary_email_address": "ann@example.com",
        "locked_until_at": _WRITTEN_AT + timedelta(hours=1),
        "failed_attempts": 10,
        "passkey_name": "Laptop",
        "browser_name": "Firefox",
        "system_name": "Linux",
        "ip_address": "203.0.113.7",
        "signed_in_at": _WRITTEN_AT,
    }
)
"""What previews are told; of the app itself they tell what is true."""
SAMPLE_ADDRESS, SAMPLE_NUMBER = "ann@example.com", "+15555550100"


def slots_of(template_type: str) -> list[Slot]:
    """The templates of a type, in order. Raises: TemplateTypeUnknown."""
    if template_type not in _TYPES:
        raise TemplateTypeUnknown
    return [slot for slot in SLOTS if slot.template_type == template_type]


def slot_of(template_type: str, slug: str) -> Slot:
    """A template. Raises: TemplateTypeUnknown; MessageTemplateNotFound."""
    for slot in slots_of(template_type):
        if slot.slug == slug:
            return slot
    raise MessageTemplateNotFound


def samples(slot: Slot) -> dict[str, Any]:
    """The facts that a preview of a template is told."""
    return {name: SAMPLE_FACTS[name] for name in slot.facts.facts if name in SAMPLE_FACTS}
