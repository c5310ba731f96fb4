"""Actor tokens in the Backend API."""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.actor_tokens import operations as actor_tokens
from charter.core.actor_tokens.model import ActorToken, ActorTokenMade
from charter.surfaces.backend.shapes import millis
from charter.wire.call import Call, In, Out, View

Seconds = Annotated[int, msgspec.Meta(ge=1, le=actor_tokens.LONGEST_SECONDS)]


class ActorTokenOut(Out):
    """An actor token whose ticket is not shown any more."""

    object: str
    id: str
    status: str
    user_id: str
    actor: dict[str, Any]
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: ActorToken, _view: View) -> "ActorTokenOut":
        """As this API writes it."""
        return cls(
            object="actor_token",
            id=row.id,
            status=row.status.value,
            user_id=row.user_id,
            actor=row.actor,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class ActorTokenMadeOut(ActorTokenOut):
    """An actor token with its ticket."""

    token: str
    url: str

    @classmethod
    def of(cls, result: ActorTokenMade, view: View) -> "ActorTokenMadeOut":  # type: ignore[override]  # another result
        """As this API writes it."""
        shared = msgspec.structs.asdict(ActorTokenOut.of(result.actor_token, view))
        return cls(**shared, token=result.ticket, url=result.url)


class CreateActorToken(In):
    """Who acts as whom, how long the ticket lasts, and how long the session that it begins."""

    user_id: str
    actor: dict[str, Any]
    expires_in_seconds: Seconds | UnsetType | None = UNSET
    session_max_duration_in_seconds: Seconds | UnsetType | None = UNSET


CALLS = [
    Call(
        "POST",
        "/actor_tokens",
        actor_tokens.create,
        ActorTokenMadeOut,
        body=CreateActorToken,
        names={"session_max_duration_in_seconds": "session_seconds"},
        tag="Actor Tokens",
    ),
    Call(
        "POST",
        "/actor_tokens/{actor_token_id}/revoke",
        actor_tokens.revoke,
        ActorTokenOut,
        tag="Actor Tokens",
    ),
]
