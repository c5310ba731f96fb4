"""Sessions and their tokens in the Backend API."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.sessions import operations as sessions
from charter.core.sessions import refreshing, tokens_elsewhere
from charter.core.sessions.minting import LONGEST_SECONDS, SHORTEST_SECONDS, Token
from charter.core.sessions.model import Session
from charter.core.sessions.refreshing import Cookies
from charter.core.sessions.tasks import tasks_of
from charter.kernel.filters.plain import Param
from charter.surfaces.backend.shapes import Bare, millis
from charter.wire.call import Call, In, Lists, Out, View


class TaskOut(Out):
    """Something that is left to do."""

    key: str


def tasks_out(session: Session, view: View) -> list[TaskOut] | None:
    """What is left to do before a pending session becomes active."""
    return [TaskOut(key=key) for key in tasks_of(view.instance, session.at(view.now))] or None


class SessionOut(Out):
    """A session."""

    object: str
    id: str
    user_id: str
    client_id: str
    actor: dict[str, Any] | None
    status: str
    last_active_organization_id: str | None
    last_active_at: int
    latest_activity: dict[str, Any] | None
    expire_at: int
    abandon_at: int
    updated_at: int
    created_at: int
    tasks: list[TaskOut] | None

    @classmethod
    def of(cls, row: Session, view: View) -> "SessionOut":
        """As this API writes it."""
        return cls(
            object="session",
            id=row.id,
            user_id=row.user_id,
            client_id=row.client_id,
            actor=row.actor,
            status=row.status_at(view.now).value,
            last_active_organization_id=row.last_active_organization_id,
            last_active_at=millis(row.last_active_at),
            latest_activity=row.latest_activity,
            expire_at=millis(row.expire_at),
            abandon_at=millis(row.abandon_at),
            updated_at=millis(row.updated_at),
            created_at=millis(row.created_at),
            tasks=tasks_out(row, view),
        )


class TokenOut(Out):
    """A signed token."""

    object: str
    jwt: str

    @classmethod
    def of(cls, result: Token, _view: View) -> "TokenOut":
        """As this API writes it."""
        return cls(object="token", jwt=result.jwt)


class CookiesOut(Out):
    """Complete Set-Cookie values that the app's server hands to the browser."""

    object: str
    cookies: list[str]


class RefreshOut:
    """Answers a refreshed session as a token or as cookies, as it was asked for."""

    type = TokenOut | CookiesOut

    @classmethod
    def of(cls, result: Token | Cookies, view: View) -> "TokenOut | CookiesOut":
        """As this API writes it."""
        if isinstance(result, Cookies):
            return CookiesOut(object="cookies", cookies=list(result.cookies))
        return TokenOut.of(result, view)


class CreateSession(In):
    """Whom to sign in."""

    user_id: str
    active_organization_id: str | UnsetType | None = UNSET


class CreateToken(In):
    """How long a token lives."""

    expires_in_seconds: (
        Annotated[int, msgspec.Meta(ge=SHORTEST_SECONDS, le=LONGEST_SECONDS)] | UnsetType | None
    ) = UNSET


class RefreshSession(In):
    """The expired token, and what proves that the browser may have another."""

    expired_token: str
    refresh_token: str
    request_origin: str
    request_headers: dict[str, Any] | UnsetType | None = UNSET
    format: Literal["token", "cookie"] | UnsetType | None = UNSET
    request_originating_ip: str | UnsetType | None = UNSET


class RefreshQuery(In):
    """Which names the cookies have."""

    suffixed_cookies: bool = False


LISTS = Lists(
    filters=(
        Param("client_id", "client_id"),
        Param("user_id", "user_id"),
        Param("status", "status"),
    )
)

CALLS = [
    Call("GET", "/sessions", sessions.search, Bare(SessionOut), lists=LISTS, tag="Sessions"),
    Call("POST", "/sessions", sessions.create, SessionOut, body=CreateSession, tag="Sessions"),
    Call("GET", "/sessions/{session_id}", sessions.get, SessionOut, tag="Sessions"),
    Call("POST", "/sessions/{session_id}/revoke", sessions.revoke, SessionOut, tag="Sessions"),
    Call(
        "POST",
        "/sessions/{session_id}/refresh",
        refreshing.refresh,
        RefreshOut,
        body=RefreshSession,
        query=RefreshQuery,
        tag="Sessions",
    ),
    Call(
        "POST",
        "/sessions/{session_id}/tokens",
        sessions.create_token,
        TokenOut,
        body=CreateToken,
        is_body_optional=True,
        tag="Sessions",
    ),
    Call(
        "POST",
        "/sessions/{session_id}/tokens/{template_name}",
        tokens_elsewhere.create_token_from_template,
        TokenOut,
        body=CreateToken,
        is_body_optional=True,
        tag="Sessions",
    ),
]
