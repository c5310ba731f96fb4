"""Accounts: organizations in a tree, for SaaS back ends and their users."""

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

CALLS = [
    *accounts.CALLS,
    *members.CALLS,
    *invitations.CALLS,
    *users.CALLS,
    *payments.CALLS,
    *invoices.CALLS,
    *subscriptions.CALLS,
]
"""Every route of this door."""

DIALECT = AccountsDialect(CALLS)
"""The door."""

PROTOCOLS = {stripe_webhooks.PATH: ("POST",)}
"""What is served beside calls, below the mount: path and methods."""
