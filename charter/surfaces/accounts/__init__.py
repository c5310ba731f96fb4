"""Accounts: organizations in a tree, for SaaS back ends and their users."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from charter.kernel.platform import Platform
from charter.surfaces.accounts import (
    accounts,
    client_keys,
    clients,
    invitations,
    members,
    tokens,
    users,
)
from charter.surfaces.accounts.auth import calls as auth
from charter.surfaces.accounts.auth import pages
from charter.surfaces.accounts.dialect import AccountsDialect
from charter.surfaces.accounts.problems import Problem
from charter.wire.serving import Limits

PARTS = {
    "accounts": accounts,
    "auth": auth,
    "invitations": invitations,
    "members": members,
    "users": users,
    "clients": clients,
    "client keys": client_keys,
    "tokens": tokens,
}
"""The parts of the door, by the tags of their calls."""

CALLS = [replace(call, tag=tag) for tag, part in PARTS.items() for call in part.CALLS]
"""Every route of this door."""

DIALECT = AccountsDialect(CALLS)
"""The door."""


def routes(_platform: Platform, _limits: Limits) -> Iterator[tuple[str, Any]]:
    """The paths of the door that are no calls, with their resources."""
    yield f"{DIALECT.mount}/problems/{{code}}", Problem(DIALECT.calls)
    yield from pages.routes()
