"""The Backend API: an app's server, with a secret key."""

from charter.surfaces.backend import (
    actor_tokens,
    api_keys,
    clients,
    email_addresses,
    external_accounts,
    invitations,
    jwks,
    listed_identifiers,
    organization_domains,
    organization_invitations,
    organization_memberships,
    organization_permissions,
    organization_roles,
    organizations,
    phone_numbers,
    redirect_urls,
    role_sets,
    sessions,
    sign_in_tokens,
    sign_ups,
    users,
    users_lists,
    users_passwords,
    waitlist_entries,
)
from charter.surfaces.backend.dialect import BackendDialect

CALLS = [
    *actor_tokens.CALLS,
    *api_keys.CALLS,
    *clients.CALLS,
    *email_addresses.CALLS,
    *external_accounts.CALLS,
    *invitations.CALLS,
    *jwks.CALLS,
    *listed_identifiers.CALLS,
    *organization_domains.CALLS,
    *organization_invitations.CALLS,
    *organization_memberships.CALLS,
    *organization_permissions.CALLS,
    *organization_roles.CALLS,
    *organizations.CALLS,
    *phone_numbers.CALLS,
    *redirect_urls.CALLS,
    *role_sets.CALLS,
    *sessions.CALLS,
    *sign_in_tokens.CALLS,
    *sign_ups.CALLS,
    *users.CALLS,
    *users_lists.CALLS,
    *users_passwords.CALLS,
    *waitlist_entries.CALLS,
]
"""Every route of this door."""

DIALECT = BackendDialect(CALLS)
