"""How SCIM refuses. Source: RFC 7644, section 3.12."""

from collections.abc import Mapping

import msgspec
from falcon.asgi import Response

from charter.kernel.errors import DomainError, InvalidInput, Kind, MalformedInput
from charter.kernel.filters.tree import FilterNotSupported, FilterSyntax, FilterType
from charter.wire.statuses import BY_KIND

ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
MEDIA_TYPE = "application/scim+json"

UNIQUENESS = (409, "uniqueness")
CODES: Mapping[str, tuple[int, str | None]] = {
    "email_address_taken": UNIQUENESS,
    "external_id_taken": UNIQUENESS,
    "last_owner": (409, None),
    "malformed_input": (400, "invalidSyntax"),
    "user_name_taken": UNIQUENESS,
    "username_taken": UNIQUENESS,
}
"""Codes of the core, with the status and the word that SCIM has for each."""
FILTERS = {"filter": "invalidFilter", "path": "invalidPath", "sortBy": "invalidPath"}
"""Inputs in a language of their own, with the word for a mistake in it."""


class NoTarget(InvalidInput):
    """A path leads to no value that is there."""

    code = "no_target"
    message = "{parameter} names no value that is there: {reason}"


class PathInvalid(InvalidInput):
    """A path names no attribute."""

    code = "path_invalid"
    message = "{parameter} is not a path: {reason}"


class NotMutable(InvalidInput):
    """An attribute that is the server's own was to be changed."""

    code = "not_mutable"
    message = "{parameter} cannot be changed: {reason}"


WORDS: Mapping[str, str] = {
    "no_target": "noTarget",
    "path_invalid": "invalidPath",
    "not_mutable": "mutability",
}


def told(error: DomainError) -> tuple[int, str | None]:
    """The status of an error, and SCIM's word for it."""
    if error.code in CODES:
        return CODES[error.code]
    if error.code in WORDS:
        return 400, WORDS[error.code]
    if isinstance(error, (FilterSyntax, FilterType, FilterNotSupported)):
        return 400, FILTERS.get(error.parameter or "", "invalidFilter")
    if isinstance(error, MalformedInput):
        return 400, "invalidSyntax"
    if error.kind in (Kind.UNPROCESSABLE, Kind.INVALID):
        return 400, "invalidValue"
    return BY_KIND[error.kind], None


def refuse(response: Response, error: DomainError) -> None:
    """Answer with an error."""
    status, word = told(error)
    body = {"schemas": [ERROR], "status": str(status), "detail": error.sentence()}
    if word is not None:
        body["scimType"] = word
    response.status = status
    if status == 401:
        response.set_header("www-authenticate", 'Bearer realm="scim"')
    if status in (429, 503):
        seconds = error.meta.get("retry_after_seconds", 1)
        response.set_header("retry-after", str(int(seconds)))
    write(response, body)


def write(response: Response, body: object) -> None:
    """Answer with JSON that nobody keeps."""
    response.content_type = MEDIA_TYPE
    response.set_header("cache-control", "no-store")
    response.data = msgspec.json.encode(body)
