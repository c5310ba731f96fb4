"""The Backend API: an app's server, with a secret key."""

from charter.surfaces.backend import clients, jwks, organizations, sessions, users, users_lists
from charter.surfaces.backend.dialect import BackendDialect

CALLS = [
    *clients.CALLS,
    *jwks.CALLS,
    *organizations.CALLS,
    *sessions.CALLS,
    *users.CALLS,
    *users_lists.CALLS,
]
"""Every route of this door."""

DIALECT = BackendDialect(CALLS)
