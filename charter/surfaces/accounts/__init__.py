"""Accounts: organizations in a tree, for SaaS back ends and their users."""

from dataclasses import replace

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
from charter.surfaces.accounts.dialect import AccountsDialect

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
