"""Clients in the Backend API."""

from charter.core.clients import operations as clients
from charter.core.clients.model import Client
from charter.core.sessions import handshaking
from charter.core.sessions.handshaking import Directives
from charter.surfaces.backend.sessions import SessionOut
from charter.surfaces.backend.shapes import Bare, millis
from charter.wire.call import Call, In, Lists, Out, View


class ClientOut(Out):
    """A client with its sessions."""

    object: str
    id: str
    session_ids: list[str]
    sessions: list[SessionOut]
    sign_in_id: str | None
    sign_up_id: str | None
    last_active_session_id: str | None
    last_authentication_strategy: str | None
    updated_at: int
    created_at: int

    @classmethod
    def of(cls, row: Client, view: View) -> "ClientOut":
        """As this API writes it."""
        return cls(
            object="client",
            id=row.id,
            session_ids=[session.id for session in row.sessions],
            sessions=[SessionOut.of(session, view) for session in row.sessions],
            sign_in_id=None,
            sign_up_id=None,
            last_active_session_id=row.last_active_session_id,
            last_authentication_strategy=row.last_authentication_strategy,
            updated_at=millis(row.updated_at),
            created_at=millis(row.created_at),
        )


class DirectivesOut(Out):
    """What a handshake tells an app's server: complete Set-Cookie values."""

    directives: list[str]

    @classmethod
    def of(cls, result: Directives, _view: View) -> "DirectivesOut":
        """As this API writes it."""
        return cls(directives=list(result.directives))


class TakeHandshake(In):
    """Which handshake."""

    nonce: str


class VerifyClient(In):
    """What a browser showed."""

    token: str


CALLS = [
    Call("GET", "/clients", clients.search, Bare(ClientOut), lists=Lists(), tag="Clients"),
    Call(
        "POST",
        "/clients/verify",
        clients.verify,
        ClientOut,
        body=VerifyClient,
        tag="Clients",
    ),
    Call(
        "GET",
        "/clients/handshake_payload",
        handshaking.take_handshake,
        DirectivesOut,
        query=TakeHandshake,
        tag="Clients",
    ),
    Call("GET", "/clients/{client_id}", clients.get, ClientOut, tag="Clients"),
]
