"""Accounts: organizations in a tree, for SaaS back ends and their users."""

from charter.surfaces.accounts import accounts, applications, invitations, members, people, users
from charter.surfaces.accounts.dialect import AccountsDialect

CALLS = [
    *accounts.CALLS,
    *members.CALLS,
    *invitations.CALLS,
    *users.CALLS,
    *applications.CALLS,
    *people.CALLS,
]
"""Every route of this door."""

DIALECT = AccountsDialect(CALLS)
"""The door."""
