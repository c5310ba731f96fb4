"""What an app's server may change of its instance's settings, a group at a time.

Of a field that is left out or null, nothing changes; an empty text takes away what there was.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from charter.kernel.patch import UNSET, Unset, changed

PLACES = {
    "allowed_origins": "allowed_origins",
    "are_enabled": "organizations.are_enabled",
    "blocked_countries": "messages.blocked_countries",
    "blocks_disposable_addresses": "sign_up.blocks_disposable_addresses",
    "blocks_subaddresses": "sign_up.blocks_subaddresses",
    "browser_script_version": "browser_script_version",
    "checks_breaches": "password_checks_breaches",
    "checks_browsers": "sign_up.checks_browsers",
    "default_scopes": "oauth_default_scopes",
    "development_origin": "development_origin",
    "domain_enrollment_modes": "organizations.domain_enrollment_modes",
    "has_allowlist": "restrictions.has_allowlist",
    "has_blocklist": "restrictions.has_blocklist",
    "has_dynamic_registration": "oauth_dynamic_client_registration",
    "has_jwt_access_tokens": "oauth_jwt_access_tokens",
    "has_slugs": "organization_slugs_enabled",
    "has_test_mode": "has_test_mode",
    "have_domains": "organizations.have_domains",
    "ignores_gmail_dots": "sign_up.ignores_gmail_dots",
    "is_progressive": "sign_up.is_progressive",
    "limits_addresses": "limits_addresses",
    "max_allowed_memberships": "max_allowed_memberships",
    "may_be_deleted_by_admins": "organizations.may_be_deleted_by_admins",
    "preferred_strategy": "sign_in.preferred_strategy",
    "proves_as_operator": "messages.proves_as_operator",
    "sender_name": "messages.sender_name",
    "spares_sign_ins": "restrictions.spares_sign_ins",
    "support_email": "branding.support_email",
    "syncs_sessions_by_url": "syncs_sessions_by_url",
}
"""Field of a patch → the setting that it changes."""


@dataclass(frozen=True, slots=True)
class InstancePatch:
    """What changes of an instance as a whole.

    development_origin, syncs_sessions_by_url, hands_names_on: of development instances alone;
    `hands_names_on` is an older word for the one before it, which is heard first.
    """

    has_test_mode: bool | Unset | None = UNSET
    checks_breaches: bool | Unset | None = UNSET
    support_email: str | Unset | None = UNSET
    browser_script_version: str | Unset | None = UNSET
    development_origin: str | Unset | None = UNSET
    allowed_origins: Sequence[str] | Unset | None = UNSET
    syncs_sessions_by_url: bool | Unset | None = UNSET
    hands_names_on: bool | Unset | None = UNSET
    preferred_strategy: str | Unset | None = UNSET
    proves_as_operator: bool | Unset | None = UNSET


@dataclass(frozen=True, slots=True)
class RestrictionsPatch:
    """What changes of who may come in."""

    has_allowlist: bool | Unset | None = UNSET
    has_blocklist: bool | Unset | None = UNSET
    spares_sign_ins: bool | Unset | None = UNSET
    blocks_subaddresses: bool | Unset | None = UNSET
    blocks_disposable_addresses: bool | Unset | None = UNSET
    ignores_gmail_dots: bool | Unset | None = UNSET


@dataclass(frozen=True, slots=True)
class ProtectionPatch:
    """What changes of what keeps machines out."""

    limits_addresses: bool | Unset | None = UNSET
    checks_browsers: bool | Unset | None = UNSET


@dataclass(frozen=True, slots=True)
class MessagesPatch:
    """What changes of messages. blocked_countries: all of them, at most 250, each once."""

    blocked_countries: Sequence[str] | Unset | None = UNSET


@dataclass(frozen=True, slots=True)
class OAuthPatch:
    """What changes of OAuth clients. default_scopes: null brings the server's own choice back.

    The last three are of clients whose id is the address of a document about them; there are
    none, so that they cannot be turned on.
    """

    has_dynamic_registration: bool | Unset | None = UNSET
    has_jwt_access_tokens: bool | Unset | None = UNSET
    default_scopes: Sequence[str] | Unset | None = UNSET
    advertises_client_documents: bool | Unset | None = UNSET
    takes_known_documents_only: bool | Unset | None = UNSET
    blocks_implicit_documents: bool | Unset | None = UNSET


@dataclass(frozen=True, slots=True)
class OrganizationsPatch:
    """What changes of organizations. The roles are those of the initial role set."""

    are_enabled: bool | Unset | None = UNSET
    max_allowed_memberships: int | Unset | None = UNSET
    may_be_deleted_by_admins: bool | Unset | None = UNSET
    have_domains: bool | Unset | None = UNSET
    has_slugs: bool | Unset | None = UNSET
    domain_enrollment_modes: Sequence[str] | Unset | None = UNSET
    creator_role_id: str | Unset | None = UNSET
    default_role_id: str | Unset | None = UNSET


@dataclass(frozen=True, slots=True)
class AuthenticationPatch:
    """What changes of how people come in. sender_name: what stands before the `@` of our mail."""

    has_allowlist: bool | Unset | None = UNSET
    sender_name: str | Unset | None = UNSET
    is_progressive: bool | Unset | None = UNSET
    has_test_mode: bool | Unset | None = UNSET


def said(patch: Any) -> dict[str, Any]:
    """The fields of a patch that say something, by name."""
    return {name: value for name, value in changed(patch).items() if value is not None}


def merge_patch(fields: dict[str, Any]) -> dict[str, Any]:
    """Fields of a patch as a merge patch of the settings; an empty text becomes a null."""
    made: dict[str, Any] = {}
    for name, value in fields.items():
        *groups, last = PLACES[name].split(".")
        into = made
        for group in groups:
            into = into.setdefault(group, {})
        into[last] = None if value == "" else value
    return made
