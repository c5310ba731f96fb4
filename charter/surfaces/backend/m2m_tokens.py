"""M2M tokens in the Backend API."""

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.m2m_tokens import operations as m2m_tokens
from charter.core.m2m_tokens.model import M2mToken, M2mTokenMade, TokenFormat
from charter.kernel.filters.plain import Query
from charter.kernel.lists import Found
from charter.surfaces.backend.shapes import millis, millis_or_none
from charter.wire.call import Call, In, Lists, Out, View

TAG = "M2M Tokens"


class M2mTokenOut(Out):
    """A token of a machine, without what is shown."""

    object: str
    id: str
    subject: str
    claims: Any
    scopes: list[str]
    revoked: bool
    revocation_reason: str | None
    expired: bool
    expiration: int | None
    last_used_at: int | None
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: M2mToken, view: View) -> "M2mTokenOut":
        """As this API writes it."""
        return cls(
            object="machine_to_machine_token",
            id=row.id,
            subject=row.machine_id,
            claims=row.claims,
            scopes=list(row.scopes),
            revoked=row.revoked_at is not None,
            revocation_reason=row.revocation_reason,
            expired=row.is_expired_at(view.now),
            expiration=millis(row.expires_at),
            last_used_at=millis_or_none(row.last_used_at),
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class M2mTokenMadeOut(M2mTokenOut):
    """A token of a machine, with what is shown."""

    token: str

    @classmethod
    def of(cls, result: M2mTokenMade, view: View) -> "M2mTokenMadeOut":  # type: ignore[override]  # another result
        """As this API writes it."""
        shared = msgspec.structs.asdict(M2mTokenOut.of(result.token, view))
        return cls(**shared, token=result.secret)


class M2mTokenPageOut(Out):
    """A page of the tokens of a machine."""

    m2m_tokens: list[M2mTokenOut]
    total_count: int


class M2mTokenPage:
    """Answers a Found as `m2m_tokens` and `total_count`."""

    type = M2mTokenPageOut

    def wants_total(self, _query: Query) -> bool:
        """Always."""
        return True

    def of(self, result: Found[M2mToken], view: View) -> M2mTokenPageOut:
        """The page."""
        items = [M2mTokenOut.of(row, view) for row in result.items]
        return M2mTokenPageOut(m2m_tokens=items, total_count=result.total or 0)


class SearchM2mTokens(In):
    """Whose tokens, and whether those that hold no more are among them."""

    subject: str
    revoked: bool | None = None
    expired: bool | None = None


class CreateM2mToken(In):
    """What a token is made of."""

    token_format: TokenFormat = TokenFormat.OPAQUE
    seconds_until_expiration: int | None = None
    claims: Any = None
    min_remaining_ttl_seconds: int | None = None


class RevokeM2mToken(In):
    """Why."""

    revocation_reason: str | None = None


class VerifyM2mToken(In):
    """What a machine showed: `token`, or `secret` as some clients call it."""

    token: str | UnsetType = UNSET
    secret: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse none and both. Raises: ValueError."""
        if (self.token is UNSET) == (self.secret is UNSET):
            raise ValueError("`token` is required")


CALLS = [
    Call(
        "GET",
        "/m2m_tokens",
        m2m_tokens.search,
        M2mTokenPage(),
        query=SearchM2mTokens,
        lists=Lists(),
        names={"revoked": "includes_revoked", "expired": "includes_expired"},
        tag=TAG,
    ),
    Call(
        "POST",
        "/m2m_tokens",
        m2m_tokens.create,
        M2mTokenMadeOut,
        body=CreateM2mToken,
        status=201,
        tag=TAG,
    ),
    Call(
        "POST",
        "/m2m_tokens/{m2m_token_id}/revoke",
        m2m_tokens.revoke,
        M2mTokenOut,
        body=RevokeM2mToken,
        is_body_optional=True,
        tag=TAG,
    ),
    Call(
        "POST",
        "/m2m_tokens/verify",
        m2m_tokens.verify,
        M2mTokenOut,
        body=VerifyM2mToken,
        names={"secret": "token"},
        tag=TAG,
    ),
]
