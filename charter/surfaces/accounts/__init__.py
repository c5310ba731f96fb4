"""Accounts: organizations in a tree, for SaaS back ends and their users."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from charter.kernel.platform import Platform
from charter.surfaces.accounts import (
    accounts,
    applications,
    client_keys,
    clients,
    files,
    invitations,
    invoices,
    members,
    payments,
    people,
    scim,
    stripe_webhooks,
    subscriptions,
    tokens,
    users,
)
from charter.surfaces.accounts.dialect import AccountsDialect
from charter.surfaces.accounts.problems import Problem
from charter.wire.serving import Limits

PARTS = {
    "accounts": accounts,
    "applications": applications,
    "files": files,
    "invitations": invitations,
    "members": members,
    "people": people,
    "users": users,
    "clients": clients,
    "client keys": client_keys,
    "tokens": tokens,
    "payments": payments,
    "invoices": invoices,
    "subscriptions": subscriptions,
}
"""The parts of the door, by the tags of their calls."""

CALLS = [replace(call, tag=tag) for tag, part in PARTS.items() for call in part.CALLS]
"""Every route of this door."""

PROTOCOLS: Mapping[str, tuple[str, ...]] = {
    **scim.PROTOCOLS,
    "/problems/{code}": ("GET",),
    stripe_webhooks.PATH: ("POST",),
}
"""What others have standardized and is no call: the methods of each path below the mount."""

DIALECT = AccountsDialect(CALLS)
"""The door."""


def routes(platform: Platform, limits: Limits) -> Iterator[tuple[str, Any]]:
    """The paths of the door that are no calls, with their resources."""
    yield from stripe_webhooks.routes(platform, limits, DIALECT)
    yield f"{DIALECT.mount}/problems/{{code}}", Problem(DIALECT.calls)
    yield from scim.routes(platform, limits)
