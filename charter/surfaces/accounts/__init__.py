"""Accounts: organizations in a tree, for SaaS back ends and their users."""

from charter.surfaces.accounts import (
    accounts,
    client_keys,
    clients,
    invitations,
    members,
    tokens,
    users,
)
from charter.surfaces.accounts.dialect import AccountsDialect

CALLS = [
    *accounts.CALLS,
    *members.CALLS,
    *invitations.CALLS,
    *users.CALLS,
    *clients.CALLS,
    *client_keys.CALLS,
    *tokens.CALLS,
]
"""Every route of this door."""

DIALECT = AccountsDialect(CALLS)
"""The door."""
