"""The Backend API: an app's server, with a secret key."""

from charter.surfaces.backend import users
from charter.surfaces.backend.dialect import BackendDialect

CALLS = [*users.CALLS]
"""Every route of this door."""

DIALECT = BackendDialect(CALLS)
