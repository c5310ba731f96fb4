"""API keys in the Backend API."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.api_keys import operations as api_keys
from charter.core.api_keys.model import ApiKey, ApiKeyMade, Secret
from charter.kernel.filters.plain import Param
from charter.kernel.filters.tree import Op
from charter.surfaces.backend.shapes import DeletedAs, Paged, millis, millis_or_none
from charter.wire.call import Call, In, Lists, Out, View

TAG = "API Keys"
Subject = Annotated[str, msgspec.Meta(pattern=r"^(user|org)_[0-9A-Za-z]{27}$")]


class ApiKeyOut(Out):
    """An API key without its secret."""

    object: str
    id: str
    type: str
    subject: str
    name: str
    description: str | None
    claims: Any
    scopes: list[str]
    revoked: bool
    revocation_reason: str | None
    expired: bool
    expiration: int | None
    created_by: str | None
    last_used_at: int | None
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: ApiKey, view: View) -> "ApiKeyOut":
        """As this API writes it."""
        return cls(
            object="api_key",
            id=row.id,
            type=row.type,
            subject=row.subject,
            name=row.name,
            description=row.description,
            claims=row.claims,
            scopes=list(row.scopes),
            revoked=row.revoked_at is not None,
            revocation_reason=row.revocation_reason,
            expired=row.is_expired_at(view.now),
            expiration=millis_or_none(row.expires_at),
            created_by=row.created_by,
            last_used_at=millis_or_none(row.last_used_at),
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class ApiKeyMadeOut(ApiKeyOut):
    """An API key with its secret."""

    secret: str

    @classmethod
    def of(cls, result: ApiKeyMade, view: View) -> "ApiKeyMadeOut":  # type: ignore[override]  # another result
        """As this API writes it."""
        shared = msgspec.structs.asdict(ApiKeyOut.of(result.api_key, view))
        return cls(**shared, secret=result.secret)


class SecretOut(Out):
    """The secret of an API key."""

    secret: str

    @classmethod
    def of(cls, result: Secret, _view: View) -> "SecretOut":
        """As this API writes it."""
        return cls(secret=result.secret)


class SearchApiKeys(In):
    """Whose keys, and whether those that hold no more are among them."""

    subject: Subject
    include_invalid: Literal["true", "false"] | None = None


class CreateApiKey(In):
    """What an API key is made of."""

    name: str
    subject: Subject
    type: Annotated[str, msgspec.Meta(min_length=3, max_length=25)] | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    claims: Any = UNSET
    scopes: list[str] | UnsetType = UNSET
    created_by: str | UnsetType | None = UNSET
    seconds_until_expiration: Annotated[int, msgspec.Meta(ge=0)] | UnsetType | None = UNSET


class UpdateApiKey(In):
    """What changes of an API key."""

    claims: Any = UNSET
    scopes: list[str] | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    subject: Subject | UnsetType = UNSET
    seconds_until_expiration: Annotated[int, msgspec.Meta(ge=0)] | UnsetType | None = UNSET


class RevokeApiKey(In):
    """Why."""

    revocation_reason: str | None = None


class VerifyApiKey(In):
    """The secret that a program showed."""

    secret: str


LISTS = Lists(filters=(Param("type", "type"), Param("query", "name", Op.CONTAINS)))
NAMES = {"apiKeyID": "api_key_id"}
ONE = "/api_keys/{apiKeyID}"


def is_yes(text: str | None) -> bool:
    """Whether a word of the query says yes."""
    return text == "true"


CALLS = [
    Call(
        "GET",
        "/api_keys",
        api_keys.search,
        Paged(ApiKeyOut),
        query=SearchApiKeys,
        lists=LISTS,
        names={"include_invalid": "includes_invalid"},
        reads={"include_invalid": is_yes},
        tag=TAG,
    ),
    Call(
        "POST",
        "/api_keys",
        api_keys.create,
        ApiKeyMadeOut,
        body=CreateApiKey,
        status=201,
        tag=TAG,
    ),
    Call("GET", ONE, api_keys.get, ApiKeyOut, names=NAMES, tag=TAG),
    Call("PATCH", ONE, api_keys.update, ApiKeyOut, body=UpdateApiKey, names=NAMES, tag=TAG),
    Call("DELETE", ONE, api_keys.delete, DeletedAs("api_key"), names=NAMES, tag=TAG),
    Call("GET", ONE + "/secret", api_keys.read_secret, SecretOut, names=NAMES, tag=TAG),
    Call(
        "POST", ONE + "/revoke", api_keys.revoke, ApiKeyOut, body=RevokeApiKey, names=NAMES, tag=TAG
    ),
    Call("POST", "/api_keys/verify", api_keys.verify, ApiKeyOut, body=VerifyApiKey, tag=TAG),
]
