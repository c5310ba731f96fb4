"""What the texts of messages may name, and what it stands for: facts, under the names of texts.

Source: the variables that Clerk's mail and SMS templates name.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from charter.core.mail.kinds import Kind

APP = (
    "app.name",
    "app.url",
    "app.domain_name",
    "app.logo_image_url",
    "current_year",
    "support_email",
    "theme.primary_color",
    "theme.button_text_color",
    "theme.show_clerk_branding",
)
"""What every text may name."""

NAMES: Mapping[str, tuple[str, ...]] = {
    "recipient_name": ("greeting_name",),
    "written_at": ("requested_at",),
    "code": ("otp_code",),
    "expires_in_minutes": ("ttl_minutes",),
    "requested_from": ("requested_from",),
    "requested_by": ("requested_by",),
    "inviter_name": ("inviter_name", "inviter.name"),
    "expires_at": ("invitation.expires_at", "invitation.expires_in_days"),
    "invitation_metadata": ("invitation.public_metadata",),
    "organization_name": ("org.name",),
    "role_name": ("org.role",),
    "domain_name": ("domain.name",),
    "changed_at": ("changed_at",),
    "new_address": ("new_email_address",),
    "primary_email_address": ("primary_email_address",),
    "locked_until_at": ("unlock_time", "lockout_duration", "locked_date"),
    "failed_attempts": ("failed_attempts",),
    "passkey_name": ("passkey.name",),
    "browser_name": ("browser_name",),
    "system_name": ("operating_system", "device_type"),
    "ip_address": ("ip_address", "requested_from"),
    "signed_in_at": ("session_created_at",),
    "subject": ("subject",),
    "heading": ("heading",),
    "action_label": ("action_label",),
    "paragraphs": (),
}
"""The names that texts have for a fact; of `action_url` the kind says it."""


@dataclass(frozen=True, slots=True)
class App:
    """What every message says of the app it comes from. logo_url: an http or https address."""

    name: str
    url: str | None = None
    logo_url: str | None = None
    support_email: str | None = None
    accent: str = ""
    ink: str = ""


def available(kind: Kind) -> tuple[str, ...]:
    """Every name that a text of this kind may use."""
    of_facts = [name for fact in sorted(kind.facts) for name in _names(kind, fact)]
    return (*of_facts, *kind.unknown, *APP)


def required(kind: Kind) -> tuple[str, ...]:
    """The names that a text of this kind has to show, lest the message be of no use."""
    return tuple(
        name
        for fact in ("code", "action_url")
        if fact in kind.required
        for name in _names(kind, fact)
    )


def always_there(kind: Kind) -> frozenset[str]:
    """The names that stand for something in every message of this kind."""
    return frozenset(name for fact in kind.required for name in _names(kind, fact))


def values(kind: Kind, app: App, told: Mapping[str, Any]) -> dict[str, Any]:
    """What the names stand for in one message. told: its facts, cleaned; None for one left out."""
    now: datetime | None = told.get("written_at")
    found: dict[str, Any] = {
        "app.name": app.name,
        "app.url": app.url,
        "app.domain_name": urlsplit(app.url or "").hostname,
        "app.logo_image_url": app.logo_url,
        "current_year": None if now is None else now.year,
        "support_email": app.support_email,
        "theme.primary_color": app.accent,
        "theme.button_text_color": app.ink,
        "theme.show_clerk_branding": False,
    }
    for fact in kind.facts:
        for name in _names(kind, fact):
            value = told.get(fact)
            derive = DERIVED.get(name)
            found[name] = derive(value, now) if derive else _written(value)
    for number, paragraph in enumerate(told.get("paragraphs") or ()):
        found[f"paragraph_{number + 1}"] = paragraph
    return found


def moment(when: datetime) -> str:
    """Write an instant as `21 November 2026 at 23:05 UTC`."""
    when = when.astimezone(UTC)
    return f"{when.day} {when:%B %Y} at {when:%H:%M} UTC"


def _written(value: Any) -> Any:
    return moment(value) if isinstance(value, datetime) else value


def _names(kind: Kind, fact: str) -> tuple[str, ...]:
    return (kind.link,) if fact == "action_url" else NAMES[fact]


def _days_left(until: datetime | None, now: datetime | None) -> int | None:
    if until is None or now is None:
        return None
    return max(0, math.ceil((until - now) / timedelta(days=1)))


def _minutes_left(until: datetime | None, now: datetime | None) -> str | None:
    if until is None or now is None:
        return None
    minutes = max(1, math.ceil((until - now) / timedelta(minutes=1)))
    return f"{minutes} minute" if minutes == 1 else f"{minutes} minutes"


DERIVED: Mapping[str, Callable[[Any, datetime | None], Any]] = {
    "invitation.expires_in_days": _days_left,
    "lockout_duration": _minutes_left,
    "locked_date": lambda _until, now: _written(now),
}
"""Names whose value is reckoned from a fact and the moment of writing."""
