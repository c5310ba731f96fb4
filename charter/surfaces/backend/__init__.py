"""The Backend API: an app's server, with a secret key."""

from charter.surfaces.backend import organizations, users
from charter.surfaces.backend.dialect import BackendDialect

CALLS = [*organizations.CALLS, *users.CALLS]
"""Every route of this door."""

DIALECT = BackendDialect(CALLS)
