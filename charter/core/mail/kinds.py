"""The kinds of message there are, and the facts each one tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Kind:
    """What the writer of a message must say, and what it may.

    required, may_have: names of facts. One that ends in `_name` was chosen by a person and is
    shown as such; `_at` is an aware time; `_url` is a link built from a configured host.
    """

    required: frozenset[str] = frozenset()
    may_have: frozenset[str] = frozenset()


# What every kind may say: how to address the reader.
COMMON = frozenset({"recipient_name"})

PROVING = frozenset(
    {
        "magic_link",
        "organization_domain_code",
        "reset_password_code",
        "verification_code",
        "verification_link",
    }
)
"""Kinds that prove something, by a code or a link: the reader waits for them."""

KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "invitation": Kind(
            required=frozenset({"action_url"}),
            may_have=frozenset({"inviter_name", "expires_at"}),
        ),
        "waitlist_invitation": Kind(
            required=frozenset({"action_url"}),
            may_have=frozenset({"inviter_name", "expires_at"}),
        ),
        "waitlist_confirmation": Kind(),
        "organization_invitation": Kind(
            required=frozenset({"action_url", "organization_name"}),
            may_have=frozenset({"inviter_name", "role_name", "expires_at"}),
        ),
        "verification_code": Kind(
            required=frozenset({"code", "expires_in_minutes"}),
            may_have=frozenset({"requested_from"}),
        ),
        "reset_password_code": Kind(
            required=frozenset({"code", "expires_in_minutes"}),
            may_have=frozenset({"requested_from"}),
        ),
        "magic_link": Kind(
            required=frozenset({"action_url", "expires_in_minutes"}),
            may_have=frozenset({"requested_from"}),
        ),
        "verification_link": Kind(
            required=frozenset({"action_url", "expires_in_minutes"}),
            may_have=frozenset({"requested_from"}),
        ),
        "organization_domain_code": Kind(
            required=frozenset({"code", "expires_in_minutes", "organization_name", "domain_name"}),
        ),
        "password_changed": Kind(
            required=frozenset({"changed_at"}),
            may_have=frozenset({"requested_from", "action_url"}),
        ),
        "primary_email_address_changed": Kind(
            required=frozenset({"changed_at", "new_address"}),
            may_have=frozenset({"requested_from", "action_url"}),
        ),
        "account_locked": Kind(
            may_have=frozenset({"locked_until_at", "failed_attempts", "action_url"}),
        ),
        "notice": Kind(
            required=frozenset({"subject", "paragraphs"}),
            may_have=frozenset({"heading", "action_url", "action_label"}),
        ),
    }
)
