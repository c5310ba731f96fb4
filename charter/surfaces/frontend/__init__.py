"""The Frontend API: a person's browser or phone."""

from charter.surfaces.frontend import (
    clients,
    email_addresses,
    environment,
    external_accounts,
    handshake,
    links,
    membership_requests,
    oauth_callback,
    organization_domains,
    organization_invitations,
    organization_memberships,
    organizations,
    own_sessions,
    passkeys,
    phone_numbers,
    reverifications,
    second_factors,
    sessions,
    sign_ins,
    sign_ups,
    suggestions,
    tickets,
    users,
    waitlist,
)
from charter.surfaces.frontend.dialect import FrontendDialect

CALLS = [
    *clients.CALLS,
    *email_addresses.CALLS,
    *environment.CALLS,
    *external_accounts.CALLS,
    *handshake.CALLS,
    *links.CALLS,
    *membership_requests.CALLS,
    *oauth_callback.CALLS,
    *organization_domains.CALLS,
    *organization_invitations.CALLS,
    *organization_memberships.CALLS,
    *organizations.CALLS,
    *own_sessions.CALLS,
    *passkeys.CALLS,
    *phone_numbers.CALLS,
    *reverifications.CALLS,
    *second_factors.CALLS,
    *sessions.CALLS,
    *sign_ins.CALLS,
    *sign_ups.CALLS,
    *suggestions.CALLS,
    *tickets.CALLS,
    *users.CALLS,
    *waitlist.CALLS,
]
"""Every route of this door."""

DIALECT = FrontendDialect(CALLS)
