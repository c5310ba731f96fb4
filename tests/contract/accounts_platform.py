"""The operations of the Accounts API, as its pages and its client library name them.

`documented`: the pages or the library have method and path; `inferred`: what the operation does is
known and its path was chosen; `extension`: what the rest cannot do without.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from charter.surfaces import accounts
from charter.surfaces.protocols import accounts_routes as protocol_routes
from charter.wire.call import Call, struct_fields
from charter.wire.serving import Limits
from tests.contract.catalogue import shape_of

DOCUMENTED, INFERRED, EXTENSION = "documented", "inferred", "extension"


@dataclass(frozen=True)
class Row:
    """An operation: variables of its path stand as `{}`. fields: of its body."""

    method: str
    path: str
    purpose: str
    mark: str = DOCUMENTED
    fields: tuple[str, ...] = ()


A, P = "/api/accounts/{}", "/api/applications/{}"
UPLOAD = ("key", "content_type", "size")
QUERY = ("query", "dry_run", "limit")
SEARCH = ("query", "limit", "cursor", "sort")
CLIENT = (
    "name",
    "allowed_origins",
    "redirect_uris",
    "access_token_config",
    "refresh_token_config",
    "id_token_config",
    "audience",
    "allowed_scope",
    "default_scope",
    "issuer",
)

ACCOUNTS = (
    Row("DELETE", A, "erase an account and everything in it"),
    Row("GET", A, "read one account"),
    Row("PATCH", A, "change it", fields=("name", "avatar_url", "status", "paid_until")),
    Row("GET", f"{A}/accounts", "list the accounts below"),
    Row(
        "POST",
        f"{A}/accounts",
        "create an empty account below",
        fields=("name", "avatar_url", "status", "paid_until"),
    ),
    Row("POST", f"{A}/clients", "register an OAuth client", fields=CLIENT),
    Row("DELETE", f"{A}/files", "delete files", INFERRED, ("keys",)),
    Row("GET", f"{A}/files", "list files by prefix", INFERRED),
    Row(
        "POST",
        f"{A}/files/multipart/abort",
        "cancel a multipart upload",
        INFERRED,
        ("upload_id", "key"),
    ),
    Row(
        "POST",
        f"{A}/files/multipart/complete",
        "join the parts",
        INFERRED,
        ("upload_id", "key", "parts"),
    ),
    Row("POST", f"{A}/files/multipart/create", "start a multipart upload", INFERRED, UPLOAD),
    Row(
        "POST",
        f"{A}/files/multipart/parts",
        "list the parts received",
        INFERRED,
        ("upload_id", "key"),
    ),
    Row(
        "POST",
        f"{A}/files/multipart/presign",
        "sign addresses for parts",
        INFERRED,
        ("upload_id", "key", "part_numbers"),
    ),
    Row("POST", f"{A}/files/presign", "sign an address for a whole file", INFERRED, UPLOAD),
    Row("POST", f"{A}/invite", "invite a person by email", fields=("email", "role")),
    Row("GET", f"{A}/invoices", "list invoices", INFERRED),
    Row("POST", f"{A}/invoices/delete", "delete invoices by a query", INFERRED, QUERY),
    Row("GET", f"{A}/members", "list members", INFERRED),
    Row("POST", f"{A}/members", "add an existing user", INFERRED, ("user_id", "role")),
    Row("DELETE", f"{A}/members/{{}}", "end a membership", INFERRED),
    Row("GET", f"{A}/members/{{}}", "read a member", INFERRED),
    Row("PATCH", f"{A}/members/{{}}", "change a role", INFERRED, ("role",)),
    Row("GET", f"{A}/payments", "list payments"),
    Row(
        "POST",
        f"{A}/payments",
        "record a payment by hand",
        fields=(
            "amount_cents",
            "currency",
            "status",
            "paid_at",
            "payment_method",
            "external_id",
            "external_customer_id",
            "external_data",
        ),
    ),
    Row("POST", f"{A}/payments/delete", "delete payments by a query", INFERRED, QUERY),
    Row("POST", f"{A}/token", "a short access token for one account", INFERRED, ("aud", "scope")),
    Row("GET", f"{P}/accounts", "list the accounts of an application", INFERRED),
    Row("POST", f"{P}/accounts/search", "search them", INFERRED, SEARCH),
    Row(
        "POST",
        f"{P}/register",
        "an account with its first owner",
        fields=("name", "email", "password"),
    ),
    Row("GET", f"{P}/users", "list users"),
    Row("POST", f"{P}/users", "provision a user", fields=("email", "password")),
    Row("POST", f"{P}/users/search", "search users", INFERRED, SEARCH),
)
"""The 32 operations of the API's own page, in its order."""

APPLICATIONS = (
    Row("POST", f"{A}/applications", "create an application", fields=("name",)),
    Row("GET", f"{A}/applications", "list applications"),
    Row("GET", P, "read an application"),
    Row("PATCH", P, "change its settings"),
    Row("DELETE", P, "remove it"),
)
CLIENTS = (
    Row("GET", f"{A}/clients", "list clients"),
    Row("GET", "/api/clients/{}", "read a client"),
    Row("PATCH", "/api/clients/{}", "configure it", fields=CLIENT),
    Row("DELETE", "/api/clients/{}", "remove it"),
    Row("GET", "/api/clients/{}/keys", "list public keys"),
    Row("POST", "/api/clients/{}/keys", "add a key pair"),
    Row("POST", "/api/clients/{}/jwks/rotate", "sign with a new key"),
    Row("DELETE", "/api/client-keys/{}", "retire a key"),
)
USERS = (
    Row("GET", "/api/users/{}", "a profile"),
    Row("PATCH", "/api/users/{}", "change status or identity"),
    Row("DELETE", "/api/users/{}", "erase a person"),
    Row("GET", "/scim/v2/Users", "list and filter"),
    Row("POST", "/scim/v2/Users", "create"),
    Row("GET", "/scim/v2/Users/{}", "read"),
    Row("PUT", "/scim/v2/Users/{}", "replace"),
    Row("PATCH", "/scim/v2/Users/{}", "change"),
    Row("DELETE", "/scim/v2/Users/{}", "deprovision", INFERRED),
    Row("GET", "/scim/v2/ServiceProviderConfig", "what is supported", INFERRED),
    Row("GET", "/scim/v2/ResourceTypes", "what there is", INFERRED),
    Row("GET", "/scim/v2/Schemas", "of which attributes", INFERRED),
)
SUBSCRIPTIONS = f"{A}/subscriptions"
MONEY = (
    Row("GET", "/api/payments/{}", "read a payment"),
    Row("PATCH", "/api/payments/{}", "change its metadata", fields=("metadata",)),
    Row("GET", "/api/invoices/{}", "read an invoice", EXTENSION),
    Row(
        "POST",
        f"{SUBSCRIPTIONS}/stripe/checkout-session",
        "start a checkout",
        fields=("price_id", "success_url", "cancel_url"),
    ),
    Row(
        "POST", f"{SUBSCRIPTIONS}/stripe/portal-session", "customer portal", fields=("return_url",)
    ),
    Row("POST", f"{SUBSCRIPTIONS}/stripe/checkout-session-sync", "pull a finished checkout"),
    Row("POST", f"{SUBSCRIPTIONS}/sync", "pull all subscriptions"),
    Row("POST", f"{SUBSCRIPTIONS}/change", "change plan or price"),
    Row("POST", f"{SUBSCRIPTIONS}/cancel", "cancel"),
    Row("GET", SUBSCRIPTIONS, "list subscriptions"),
    Row("GET", f"{SUBSCRIPTIONS}/features", "active features"),
    Row("GET", f"{SUBSCRIPTIONS}/identity", "the customer at Stripe"),
    Row("POST", f"{P}/subscriptions/stripe/webhook", "Stripe's webhook"),
)
PERSON = ("client_id", "email", "password")
SIGNING_IN = (
    Row("POST", "/auth/sign-up", "a new user, signed in", fields=PERSON),
    Row("POST", "/auth/sign-in", "by password", fields=PERSON),
    Row("POST", "/auth/sign-in-with-token", "by a mailed link", fields=("token",)),
    Row("GET", "/auth/sign-in-with-token", "the same, as the library calls it"),
    Row("GET", "/auth/me", "the profile"),
    Row("POST", "/auth/refresh", "new tokens"),
    Row("GET", "/auth/csrf-session", "sets the cookie"),
    Row("GET", "/auth/csrf-token", "a signed token"),
    Row("POST", "/auth/check-email", "how an email may sign in", fields=("client_id", "email")),
    Row("POST", "/auth/login-methods", "what a client offers", fields=("client_id",)),
    Row("POST", "/auth/verify", "proves an address"),
    Row("POST", "/auth/send-magic-link", "mails a link", fields=("client_id", "email")),
    Row("POST", "/auth/send-password-reset", "mails a link", fields=("client_id", "email")),
    Row("POST", "/auth/reset-password", "sets a password", fields=("token", "new_password")),
    Row("GET", "/auth/accept-invite", "accepts an invitation"),
    Row("POST", "/auth/accept-invite", "the same"),
    Row("GET", "/auth/{}/authorize", "social sign-in"),
    Row("GET", "/auth/{}/callback", "back from there"),
    Row("POST", "/auth/send-verification-email", "mails it again"),
    Row("POST", "/auth/switch-accounts", "another membership", fields=("account_id",)),
    Row("GET", "/auth/user/{}", "a user, as older libraries read one"),
    Row("POST", "/auth/sign-out", "ends it", EXTENSION),
)
OAUTH = (
    Row("GET", "/oauth2/authorize", "asks a person"),
    Row("GET", "/oauth2/callback/{}", "back from a provider"),
    Row("POST", "/oauth2/token", "all grants"),
    Row("GET", "/oauth2/userinfo", "who it is"),
    Row("POST", "/oauth2/userinfo", "the same", EXTENSION),
    Row("POST", "/oauth2/introspect", "what a token is worth"),
    Row("POST", "/oauth2/revoke", "ends a token"),
    Row("POST", "/oauth2/device_authorization", "begins on a device"),
    Row("GET", "/.well-known/openid-configuration", "discovery"),
    Row("GET", "/.well-known/jwks.json", "public keys"),
    Row("GET", "/oauth2/device", "where a code is typed", INFERRED),
    Row("POST", "/oauth2/device", "and approved", INFERRED),
)
FURTHER = (
    Row("GET", "/problems/{}", "explains a problem", EXTENSION),
    Row("GET", f"{A}/invites", "list invitations", EXTENSION),
    Row("DELETE", "/api/invites/{}", "take one back", EXTENSION),
    Row("POST", "/api/invites/{}/resend", "send it again", EXTENSION),
    Row("POST", f"{A}/files/presign-read", "sign an address to read", EXTENSION),
    Row("POST", f"{A}/files/confirm", "say that a file has come", EXTENSION, fields=("key",)),
    Row("POST", f"{A}/files/delete", "delete files, where DELETE has no body", EXTENSION),
)
GROUPS: Mapping[str, tuple[Row, ...]] = {
    "Accounts": ACCOUNTS,
    "Applications": APPLICATIONS,
    "Clients and keys": CLIENTS,
    "Users and provisioning": USERS,
    "Payments, invoices, subscriptions": MONEY,
    "Signing in": SIGNING_IN,
    "OAuth and OpenID Connect": OAUTH,
    "What the rest needs": FURTHER,
}
ROWS = tuple(row for group in GROUPS.values() for row in group)


def served() -> dict[tuple[str, str], Call | None]:
    """What is served, by method and shape of path; protocols are no calls."""
    calls: dict[tuple[str, str], Call | None] = {
        (call.method, shape_of(call.path)): call for call in accounts.DIALECT.calls
    }
    return calls | {(method, shape_of(path)): None for method, path in protocols()}


def protocols() -> Iterator[tuple[str, str]]:
    """The method and path of what is served beside calls, below the mount."""
    for path, methods in accounts.PROTOCOLS.items():
        for method in methods:
            yield method, path
    platform: Any = None  # resources keep it, and ask it of nothing before a request
    for path, resource in protocol_routes(platform, Limits()):
        for name in dir(resource):
            if name.startswith("on_") and name != "on_options":
                yield name.removeprefix("on_").upper(), path.removeprefix(accounts.DIALECT.mount)


def lacking(row: Row) -> tuple[str, ...]:
    """What a row names that is not served: the operation, or fields of its body."""
    found = served()
    key = (row.method, shape_of(row.path))
    if key not in found:
        return ("the operation",)
    call = found[key]
    taken = struct_fields(call.body) if call is not None else row.fields
    return tuple(name for name in row.fields if name not in taken)
