"""A browser's sessions and their tokens in the Frontend API."""

from typing import Any, Literal

from msgspec import UNSET, UnsetType

from charter.core.sessions import browsing
from charter.core.sessions.model import Session
from charter.surfaces.backend.sessions import TaskOut, TokenOut, tasks_out
from charter.surfaces.backend.shapes import millis
from charter.surfaces.frontend.client_out import minutes_since
from charter.surfaces.frontend.shapes import Wrapped
from charter.wire.call import Call, Out, View
from charter.wire.forms import FormIn

TAG = "Sessions"


class BareSessionOut(Out):
    """A session, without its user: the envelope holds them."""

    id: str
    object: str
    status: str
    expire_at: int
    abandon_at: int
    last_active_at: int
    last_active_organization_id: str | None
    actor: dict[str, Any] | None
    tasks: list[TaskOut] | None
    public_user_data: None
    factor_verification_age: list[int]
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, session: Session, view: View) -> "BareSessionOut":
        """As this API writes it."""
        status = session.status_at(view.now)
        return cls(
            id=session.id,
            object="session",
            status=status.value,
            expire_at=millis(session.expire_at),
            abandon_at=millis(session.abandon_at),
            last_active_at=millis(session.last_active_at),
            last_active_organization_id=session.last_active_organization_id,
            actor=session.actor,
            tasks=tasks_out(session, view),
            public_user_data=None,
            factor_verification_age=[
                minutes_since(session.first_factor_at, view),
                minutes_since(session.second_factor_at, view),
            ],
            created_at=millis(session.created_at),
            updated_at=millis(session.updated_at),
        )


class TouchSession(FormIn):
    """What the session is used for."""

    active_organization_id: str | UnsetType | None = UNSET
    intent: Literal["focus", "select_session", "select_org"] | None = None


class MintToken(FormIn):
    """What the token is active in; empty: in no organization."""

    organization_id: str | UnsetType | None = UNSET
    tab_state: str | None = None


SESSION = "/client/sessions/{session_id}"
TAB = "tells how the tab is shown, which no token depends on"

CALLS = [
    Call("GET", SESSION, browsing.get_own, Wrapped(BareSessionOut), tag=TAG),
    Call(
        "POST",
        SESSION + "/touch",
        browsing.touch,
        Wrapped(BareSessionOut),
        body=TouchSession,
        is_body_optional=True,
        names={"active_organization_id": "organization_id"},
        tag=TAG,
    ),
    Call("POST", SESSION + "/end", browsing.end_own, Wrapped(BareSessionOut), tag=TAG),
    Call("POST", SESSION + "/remove", browsing.remove_own, Wrapped(BareSessionOut), tag=TAG),
    Call(
        "POST",
        SESSION + "/tokens",
        browsing.mint_own,
        TokenOut,
        body=MintToken,
        is_body_optional=True,
        ignores={"tab_state": TAB},
        tag=TAG,
    ),
]
