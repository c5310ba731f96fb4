"""All sessions of a person, on whatever device, in the Frontend API."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.sessions import own
from charter.core.sessions.model import Session
from charter.surfaces.backend.sessions import TaskOut, tasks_out
from charter.surfaces.backend.shapes import Several, millis
from charter.surfaces.frontend.sessions import BareSessionOut
from charter.surfaces.frontend.shapes import Wrapped
from charter.wire.call import Call, Out, View

TAG = "Active Sessions"


class ActiveSessionOut(Out):
    """A session that stands, with where it was used last."""

    id: str
    object: str
    status: str
    expire_at: int
    abandon_at: int
    last_active_at: int
    actor: dict[str, Any] | None
    tasks: list[TaskOut] | None
    latest_activity: dict[str, Any] | UnsetType

    @classmethod
    def of(cls, session: Session, view: View) -> "ActiveSessionOut":
        """As this API writes it."""
        status = session.status_at(view.now)
        return cls(
            id=session.id,
            object="session",
            status=status.value,
            expire_at=millis(session.expire_at),
            abandon_at=millis(session.abandon_at),
            last_active_at=millis(session.last_active_at),
            actor=session.actor,
            tasks=tasks_out(session, view),
            latest_activity=session.latest_activity or UNSET,
        )


CALLS = [
    Call("GET", "/me/sessions", own.search, Several(BareSessionOut), tag=TAG),
    Call("GET", "/me/sessions/active", own.search_active, Several(ActiveSessionOut), tag=TAG),
    Call(
        "POST",
        "/me/sessions/{session_id}/revoke",
        own.revoke,
        Wrapped(BareSessionOut),
        tag=TAG,
    ),
]
