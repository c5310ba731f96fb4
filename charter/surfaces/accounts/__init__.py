"""Accounts: organizations in a tree, for SaaS back ends and their users."""

from charter.surfaces.accounts import accounts, invitations, members, users
from charter.surfaces.accounts.auth import calls as auth
from charter.surfaces.accounts.dialect import AccountsDialect

CALLS = [*accounts.CALLS, *members.CALLS, *invitations.CALLS, *users.CALLS, *auth.CALLS]
"""Every route of this door."""

DIALECT = AccountsDialect(CALLS)
"""The door."""
