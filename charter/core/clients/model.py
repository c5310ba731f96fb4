"""The words of clients: browsers and devices."""

from dataclasses import dataclass
from datetime import datetime

from charter.core.sessions.model import Session
from charter.core.sign_ins.model import SignIn
from charter.core.sign_ups.model import SignUp
from charter.kernel.errors import DomainError, Kind


@dataclass(frozen=True, slots=True)
class Client:
    """A browser or device with its sessions, oldest first; never its token."""

    id: str
    last_active_session_id: str | None
    last_authentication_strategy: str | None
    created_at: datetime
    updated_at: datetime
    sessions: tuple[Session, ...]


@dataclass(frozen=True, slots=True)
class ClientRow:
    """A client on its way into its table.

    `updated_at` moves only when a session is added or ends: existing back ends take a session
    token that is older than it for stale.
    """

    id: str
    digest: bytes | None
    last_active_session_id: str | None
    last_authentication_strategy: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class SeenClient:
    """A client without its token's digest."""

    id: str
    last_active_session_id: str | None
    last_authentication_strategy: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A browser as one statement reads it: its client, living sessions, and running flows."""

    client: SeenClient
    sessions: tuple[Session, ...]
    sign_in: SignIn | None
    sign_up: SignUp | None


class ClientNotFound(DomainError):
    """There is no such client."""

    kind, code = Kind.NOT_FOUND, "client_not_found"
    message = "No client has this id."


class ClientTokenInvalid(DomainError):
    """A token that is neither a client's nor a session's, or no longer."""

    kind, code = Kind.INVALID, "client_token_invalid"
    message = "The token is not valid."
