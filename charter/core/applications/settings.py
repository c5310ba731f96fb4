"""Which settings of an instance the organization that owns its application sets.

What touches the operator's own affairs is not among them: the size of rows, whom mail comes from,
limits by address, and what the server's own tests need.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from charter.core.instances.settings import InstanceSettings
from charter.kernel.errors import UnknownInput

OWNERS = (
    "allowed_origins",
    "api_keys",
    "attributes",
    "branding",
    "lockout_attempts",
    "lockout_seconds",
    "max_allowed_memberships",
    "organization_slugs_enabled",
    "organizations",
    "password_checks_breaches",
    "password_minimum_length",
    "restrictions",
    "session_inactivity_seconds",
    "session_lifetime_seconds",
    "sign_in",
    "sign_up",
)
"""By their names in InstanceSettings."""


def shown(settings: InstanceSettings) -> dict[str, Any]:
    """Those of the owner as plain values, with defaults where nothing was set."""
    plain = msgspec.to_builtins(settings)
    return {name: plain[name] for name in OWNERS}


def check_owners(changes: Mapping[str, Any]) -> None:
    """Refuse what is not for the owner to set. Raises: UnknownInput."""
    for name in changes:
        if name not in OWNERS:
            raise UnknownInput(f"settings.{name}", reason="there is no such setting")
