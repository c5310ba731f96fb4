"""Accounts: organizations in a tree, for SaaS back ends and their users."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from charter.kernel.platform import Platform
from charter.surfaces.accounts import (
    accounts,
    invitations,
    invoices,
    members,
    payments,
    stripe_webhooks,
    subscriptions,
    users,
)
from charter.surfaces.accounts.dialect import AccountsDialect
from charter.surfaces.accounts.problems import Problem
from charter.wire.serving import Limits

PARTS = {
    "accounts": accounts,
    "invitations": invitations,
    "members": members,
    "users": users,
    "payments": payments,
    "invoices": invoices,
    "subscriptions": subscriptions,
}
"""The parts of the door, by the tags of their calls."""

CALLS = [replace(call, tag=tag) for tag, part in PARTS.items() for call in part.CALLS]
"""Every route of this door."""

DIALECT = AccountsDialect(CALLS)
"""The door."""


PROTOCOLS = {stripe_webhooks.PATH: ("POST",)}
"""What is served beside calls, below the mount: path and methods."""


def routes(platform: Platform, limits: Limits) -> Iterator[tuple[str, Any]]:
    """The paths of the door that are no calls, with their resources."""
    yield from stripe_webhooks.routes(platform, limits, DIALECT)
    yield f"{DIALECT.mount}/problems/{{code}}", Problem(DIALECT.calls)
