"""Sign-in tokens in the Backend API."""

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.sign_in_tokens import operations as sign_in_tokens
from charter.core.sign_in_tokens.model import SignInToken, SignInTokenMade
from charter.surfaces.backend.shapes import millis
from charter.wire.call import Call, In, Out, View


class SignInTokenOut(Out):
    """A sign-in token whose ticket is not shown any more."""

    object: str
    id: str
    status: str
    user_id: str
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: SignInToken, _view: View) -> "SignInTokenOut":
        """As this API writes it."""
        return cls(
            object="sign_in_token",
            id=row.id,
            status=row.status.value,
            user_id=row.user_id,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class SignInTokenMadeOut(SignInTokenOut):
    """A sign-in token with its ticket."""

    token: str
    url: str

    @classmethod
    def of(cls, result: SignInTokenMade, view: View) -> "SignInTokenMadeOut":  # type: ignore[override]  # another result
        """As this API writes it."""
        shared = msgspec.structs.asdict(SignInTokenOut.of(result.sign_in_token, view))
        return cls(**shared, token=result.ticket, url=result.url)


class CreateSignInToken(In):
    """Whom to let in, and how long the ticket lasts."""

    user_id: str
    org_id: str | UnsetType | None = UNSET
    expires_in_seconds: (
        Annotated[int, msgspec.Meta(ge=1, le=sign_in_tokens.LONGEST_SECONDS)] | UnsetType | None
    ) = UNSET


CALLS = [
    Call(
        "POST",
        "/sign_in_tokens",
        sign_in_tokens.create,
        SignInTokenMadeOut,
        body=CreateSignInToken,
        names={"org_id": "organization_id"},
        tag="Sign-in Tokens",
    ),
    Call(
        "POST",
        "/sign_in_tokens/{sign_in_token_id}/revoke",
        sign_in_tokens.revoke,
        SignInTokenOut,
        tag="Sign-in Tokens",
    ),
]
