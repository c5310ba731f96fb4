"""What becomes of every table and column when an instance is exported: one rule for each table.

A table that has no rule fails in the tests, and so does a column that looks like a secret and is
neither sealed (then `keys/resealing.py` knows it: it is opened for the export and sealed anew by
the import) nor named in its table's rule. For all else a line is enough: `"things": Carried(),`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

from charter.core.credits.queries import gives_credits
from charter.core.grants.model import Purpose
from charter.core.keys.resealing import SEALED
from charter.core.transfers import checks


@dataclass(frozen=True, slots=True)
class Carried:
    """The rows go along.

    as_they_are: columns that look like secrets and are written unchanged, because they are digests
    or public. left: columns that are not written, and why. only: which rows, of the table.
    first: which of them stand before the others. check: raises DomainError for a row that the core
    would not have made. files: columns with keys of pictures, which go along.
    """

    as_they_are: tuple[str, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)
    only: Callable[[Any], Any] | None = None
    first: Callable[[Any], Any] | None = None
    check: Callable[[Any], None] | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Within:
    """The rows go along within those of another table, with which alone they make sense."""

    of: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The rows stay behind."""

    reason: str


_FLOW = LeftOut("half a flow in a browser, which holds secrets of a minute; people begin anew")
_ENDED = LeftOut("a credential that signs in once: one that was used since would be open again")
_SESSION = LeftOut("a session that was ended since would be alive again; people sign in anew")
_SERVER = LeftOut("the server's own, not the instance's")
_DELIVERY = LeftOut("what was told to endpoints by that server; it tells the rest itself")
_HOSTS = LeftOut("where the instance is reached, as its host; the one imported into has its own")
_RECORD = LeftOut("the record of what happened on that server; its chain cannot go on elsewhere")

LASTING = (Purpose.INVITATION, Purpose.ORGANIZATION_INVITATION, Purpose.JOIN_CODE)
"""Grants that go along, with their uses: they let nobody sign in as somebody who is there."""

RULES: Mapping[str, Carried | Within | LeftOut] = {
    "accountless_applications": LeftOut("how that instance was made; it stays one that was not"),
    "actor_tokens": _ENDED,
    "admin_portal_link_tokens": _ENDED,
    "agent_tasks": _ENDED,
    "api_keys": Carried(as_they_are=("digest",)),
    "applications": _SERVER,
    "audit_entries": _RECORD,
    "backup_codes": Carried(as_they_are=("code_digest",)),
    "billing_holds": LeftOut("each server is told by itself whether it collects"),
    "billing_statements": Carried(),
    "clients": _SESSION,
    "directories": Carried(),
    "directory_group_mappings": Carried(),
    "directory_keys": Carried(as_they_are=("digest",)),
    "disabled_membership_roles": Carried(),
    "disabled_memberships": Carried(),
    "discount_redemptions": Carried(),
    "discounts": Carried(),
    "email_addresses": Carried(check=checks.email_address),
    "enterprise_accounts": Carried(),
    "enterprise_connection_domains": Carried(),
    "enterprise_connections": Carried(),
    "events": _RECORD,
    "external_accounts": Carried(),
    "features": Carried(),
    "file_uploads": LeftOut("uploads that run on that server; whoever sends begins anew"),
    "file_usages": LeftOut("the sum of the files, which stay"),
    "files": LeftOut("their bytes may be larger than any export, and are nothing without them"),
    "former_users": LeftOut("who is gone from that instance was never in the other one"),
    "gateway_customers": Carried(),
    "gateway_events": LeftOut("what that server was told; this one is told of what comes"),
    "grants": Carried(
        as_they_are=("digest",),
        only=lambda table: reduce(or_, (table.c.purpose == each.value for each in LASTING)),
    ),
    "idempotency_keys": LeftOut("answers to requests of a day"),
    "identity_providers": Carried(),
    "imports": LeftOut("how far files were read into that instance"),
    "instance_domains": _HOSTS,
    "instances": Carried(
        left={
            "id": "the instance that is imported into has its own",
            "application_id": "as above",
            "environment": "as above; the header says it",
            "frontend_host": "as above; the header says it",
        },
        check=checks.settings,
    ),
    "invitations": Carried(),
    "invoices": Carried(),
    "jobs": LeftOut("work of that server; what billing has to do is asked for again"),
    "join_codes": Carried(),
    "jwt_templates": Carried(),
    "ledger_accounts": Carried(
        left={"balance": "the sum of the entries, which move it as they are taken over"}
    ),
    "ledger_entries": Within("ledger_transactions"),
    # What gave credits before what took them: whatever the order was, nobody holds less than
    # nothing on the way to what they hold now.
    "ledger_transactions": Carried(first=gives_credits, check=checks.ledger_transaction),
    "limit_counts": LeftOut("counts of minutes"),
    "listed_identifiers": Carried(),
    "m2m_tokens": Carried(as_they_are=("digest",)),
    "machine_scopes": Carried(),
    "machine_secrets": Carried(as_they_are=("digest",)),
    "machines": Carried(),
    "membership_requests": Carried(),
    "membership_roles": Carried(),
    "memberships": Carried(),
    "message_templates": Carried(),
    "messages": LeftOut("mail on its way, with one-time links in it; that server sends it"),
    "oauth_access_tokens": _SESSION,
    "oauth_application_keys": Carried(as_they_are=("public_pem",)),
    "oauth_applications": Carried(
        as_they_are=("secret_digest", "token_settings"), files=("image_key",)
    ),
    "oauth_authorizations": _SESSION,
    "oauth_consents": Carried(),
    "organization_domains": Carried(),
    "organization_invitations": Carried(),
    "organization_suggestions": Carried(),
    "organization_tokens": Carried(as_they_are=("digest",)),
    "organizations": Carried(files=("image_key",), check=checks.organization),
    "passkeys": Carried(as_they_are=("public_key",)),
    "passwords": Carried(as_they_are=("password_digest",), check=checks.password),
    "payers": Carried(),
    "payment_attempts": Carried(),
    "payment_gateways": Carried(),
    "payment_methods": Carried(),
    "payments": Carried(),
    "permissions": Carried(),
    "phone_numbers": Carried(check=checks.phone_number),
    "plan_features": Carried(),
    "plans": Carried(),
    "prices": Carried(),
    "provider_subscriptions": Carried(),
    "proxy_checks": _HOSTS,
    "recorded_payments": Carried(),
    "redirect_urls": Carried(),
    "reverifications": _FLOW,
    "role_permissions": Carried(),
    "role_set_roles": Carried(),
    "role_sets": Carried(),
    "roles": Carried(),
    "second_factor_tries": Carried(),
    "secret_keys": Carried(as_they_are=("digest",)),
    "sessions": _SESSION,
    "sign_in_tokens": _ENDED,
    "sign_ins": _FLOW,
    "sign_ups": _FLOW,
    "signing_keys": Carried(as_they_are=("public_pem",)),
    "stream_cursors": _SERVER,
    "subscription_items": Carried(),
    "subscriptions": Carried(),
    "tombstones": Carried(),
    "totp_secrets": Carried(),
    "user_profiles": Carried(),
    "users": Carried(files=("image_key",), check=checks.user),
    "waitlist_entries": Carried(),
    "web3_wallets": Carried(),
    "webhook_apps": Carried(),
    "webhook_attempts": _DELIVERY,
    "webhook_deliveries": _DELIVERY,
    "webhook_drafts": _DELIVERY,
    "webhook_endpoints": Carried(),
    "webhook_messages": _DELIVERY,
    "webhook_secrets": Carried(),
}
"""Every table, and what becomes of it."""

SEEDED = frozenset(
    {
        "permissions",
        "role_permissions",
        "role_set_roles",
        "role_sets",
        "roles",
        "secret_keys",
        "signing_keys",
    }
)
"""What an instance is made with: an import puts what the file says in its place."""

CONTEXTS: Mapping[tuple[str, str], str] = {
    (sealed.table.name, sealed.column): sealed.context for sealed in SEALED
}
"""What sealed values are bound to, by table and column: a format of the row's key columns."""
