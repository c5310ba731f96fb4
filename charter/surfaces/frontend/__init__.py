"""The Frontend API: a person's browser or phone."""

from charter.surfaces.frontend import (
    clients,
    environment,
    handshake,
    passkeys,
    reverifications,
    second_factors,
    sessions,
    sign_ins,
    sign_ups,
    users,
)
from charter.surfaces.frontend.dialect import FrontendDialect

CALLS = [
    *clients.CALLS,
    *environment.CALLS,
    *handshake.CALLS,
    *passkeys.CALLS,
    *reverifications.CALLS,
    *second_factors.CALLS,
    *sessions.CALLS,
    *sign_ins.CALLS,
    *sign_ups.CALLS,
    *users.CALLS,
]
"""Every route of this door."""

DIALECT = FrontendDialect(CALLS)
