"""API keys in the Frontend API; alone among all it takes JSON and has no envelope."""

from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.api_keys import operations as api_keys
from charter.surfaces.backend.api_keys import (
    LISTS,
    NAMES,
    ONE,
    TAG,
    ApiKeyMadeOut,
    ApiKeyOut,
    RevokeApiKey,
    SearchApiKeys,
    Subject,
    is_yes,
)
from charter.surfaces.frontend.shapes import Listed
from charter.wire.call import Call, In


class CreateApiKey(In):
    """What a person says of a new key; what it may is the app's to say."""

    name: str
    subject: Subject
    type: Annotated[str, msgspec.Meta(min_length=3, max_length=25)] | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    seconds_until_expiration: Annotated[int, msgspec.Meta(ge=0)] | UnsetType | None = UNSET


class UpdateApiKey(In):
    """What a person changes of a key."""

    description: str | UnsetType | None = UNSET


CALLS = [
    Call(
        "GET",
        "/api_keys",
        api_keys.search,
        Listed(ApiKeyOut),
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
    Call("PATCH", ONE, api_keys.update, ApiKeyOut, body=UpdateApiKey, names=NAMES, tag=TAG),
    Call(
        "POST", ONE + "/revoke", api_keys.revoke, ApiKeyOut, body=RevokeApiKey, names=NAMES, tag=TAG
    ),
]
