"""Accounts: organizations in a tree, for SaaS back ends and their users."""

from charter.surfaces.accounts import accounts, files, invitations, members, users
from charter.surfaces.accounts.dialect import AccountsDialect

CALLS = [*accounts.CALLS, *members.CALLS, *invitations.CALLS, *files.CALLS, *users.CALLS]
"""Every route of this door."""

DIALECT = AccountsDialect(CALLS)
"""The door."""
