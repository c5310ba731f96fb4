"""What each error is called here, and how it is written: problem details (RFC 9457)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from charter.core.query_deletions.model import QueryNamesNothing
from charter.kernel.errors import DomainError, InvalidInput, Kind, MissingInput, UnknownInput
from charter.kernel.filters.tree import FilterNotSupported, FilterSyntax, FilterType
from charter.surfaces.accounts.asking import CursorInvalid
from charter.wire.call import Call, struct_fields
from charter.wire.reading import MediaNotSupported
from charter.wire.refused_credentials import sentence_of
from charter.wire.statuses import Statuses

RENAMED: dict[str, tuple[int, str]] = {
    "application_has_organizations": (409, "has_children"),
    "account_token_expired": (401, "token_expired"),
    "address_unproven": (403, "email_not_verified"),
    "already_member": (409, "already_member"),
    "authentication_invalid": (401, "unauthenticated"),
    "audience_not_allowed": (400, "validation_error"),
    "client_key_in_use": (409, "key_in_use"),
    "email_address_taken": (409, "email_taken"),
    "form_session_missing": (403, "csrf_failed"),
    "external_id_taken": (409, "external_id_taken"),
    "file_cursor_invalid": (400, "invalid_cursor"),
    "file_quota_reached": (402, "payment_required"),
    "file_upload_not_found": (404, "upload_not_found"),
    "file_upload_state": (409, "upload_state"),
    "idempotency_key_reused": (409, "idempotency_key_reused"),
    "internal_error": (500, "internal"),
    "invitation_pending": (409, "already_invited"),
    "last_owner": (409, "last_owner"),
    "login_client_not_allowed": (403, "client_not_allowed"),
    "login_client_unknown": (400, "client_unknown"),
    "login_invitation_invalid": (400, "invitation_invalid"),
    "login_link_invalid": (400, "token_invalid"),
    "login_origin_refused": (403, "origin_not_allowed"),
    "login_over": (401, "unauthenticated"),
    "login_token_needed": (403, "insufficient_scope"),
    "malformed_input": (400, "invalid_json"),
    "match_count_differs": (409, "precondition_failed"),
    "method_not_allowed": (405, "method_not_allowed"),
    "no_such_path": (404, "not_found"),
    "not_permitted": (403, "insufficient_role"),
    "organization_closed": (409, "account_closed"),
    "organization_has_children": (409, "has_children"),
    "organization_suspended": (403, "account_suspended"),
    "organization_unpaid": (402, "payment_required"),
    "part_invalid": (400, "invalid_part"),
    "rate_limited": (429, "rate_limited"),
    "return_url_not_allowed": (403, "origin_not_allowed"),
    "role_above_own": (403, "insufficient_role"),
    "too_many_attempts": (429, "rate_limited"),
    "version_conflict": (412, "precondition_failed"),
}
"""The core's codes, with the status and the code of each on this wire."""

OWN_ABSENCES = frozenset({"upload_not_found"})
"""What is absent and told by a code of its own."""

STATUSES = Statuses(RENAMED, {Kind.UNPROCESSABLE: 400})

BY_CLASS: Sequence[tuple[Any, tuple[int, str]]] = (
    (MediaNotSupported, (415, "unsupported_media_type")),
    (CursorInvalid, (400, "invalid_cursor")),
    ((FilterSyntax, FilterType, FilterNotSupported, QueryNamesNothing), (400, "invalid_query")),
)
"""Errors that are told by what they are, whatever their code."""

TITLES: Mapping[int, str] = {
    400: "The request is not valid",
    401: "Sign in first",
    402: "A payment is needed",
    403: "This is not allowed",
    404: "There is no such thing",
    405: "The method is not allowed",
    409: "This conflicts with what is there",
    410: "This is gone",
    412: "This has changed meanwhile",
    413: "The request is too large",
    415: "The media type is not supported",
    429: "Too many requests",
    500: "A fault of the server",
    503: "Not available for a moment",
}
CREDENTIALS = {
    "session_token": "The token is not valid, has expired, or its sign-in has ended.",
    "access_token": "The access token is not valid, has expired, or its login has ended.",
    "user": "A user has to act: send an access token of theirs.",
}
"""What is wrong with a credential, and how to mend it."""


class InvalidParam(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """An input that is not valid. type: what is wrong; expected: what would be right."""

    where: str = msgspec.field(name="in")
    path: str
    type: str
    expected: str | msgspec.UnsetType = msgspec.UNSET


class ProblemOut(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What an error answers. `type` ends with `code`; `detail` is for people alone."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    instance: str
    invalid_params: list[InvalidParam] | msgspec.UnsetType = msgspec.UNSET


def problem(error: DomainError, call: Call | None, trace_id: str, base: str) -> ProblemOut:
    """An error in this API's form. base: of the addresses that say which kind it is of."""
    status, code = told(error, call)
    params = [_param(error, call)] if isinstance(error, InvalidInput) else msgspec.UNSET
    return ProblemOut(
        type=f"{base}/problems/{code}",
        title=TITLES.get(status, "The request was refused"),
        status=status,
        code=code,
        detail=sentence_of(error, CREDENTIALS),
        instance=f"urn:request:{trace_id}",
        invalid_params=params,
    )


def told(error: DomainError, call: Call | None) -> tuple[int, str]:
    """The status and the code of an error on this wire."""
    for kinds, found in BY_CLASS:
        if isinstance(error, kinds):
            return found
    if isinstance(error, UnknownInput):
        is_shown = error.parameter in struct_fields(getattr(call, "out", None))
        return 400, "validation_error" if is_shown else "unknown_field"
    status, code = STATUSES.of(error)
    if isinstance(error, InvalidInput):
        return status, "validation_error"
    return status, "not_found" if status == 404 and code not in OWN_ABSENCES else code


def _param(error: DomainError, call: Call | None) -> InvalidParam:
    path = wire_name(error.parameter, call)
    return InvalidParam(
        where=_place(path, call), path=path, type=_type(error, call), expected=_expected(error.meta)
    )


IDENTITY = {"identity.first_name": "given_name", "identity.last_name": "family_name"}
"""Parts of an identity that are called otherwise in the core."""


def wire_name(parameter: str | None, call: Call | None) -> str:
    """What an input of the core is called here."""
    names = {} if call is None else {core: wire for wire, core in call.names.items()}
    if parameter in IDENTITY:
        return f"identity.{IDENTITY[parameter]}"
    return names.get(parameter or "", parameter or "body")


def _place(path: str, call: Call | None) -> str:
    if call is None:
        return "body"
    top = path.partition(".")[0]
    if top in call.path_names:
        return "path"
    if top in struct_fields(call.body) or call.body is not None:
        return "body"
    return "header" if top[:1].isupper() else "query"


def _type(error: DomainError, call: Call | None) -> str:
    if isinstance(error, MissingInput):
        return "required"
    if isinstance(error, UnknownInput):
        return "unknown_field" if told(error, call)[1] == "unknown_field" else "read_only"
    if isinstance(error, FilterSyntax):
        return "syntax"
    return "invalid"


def _expected(meta: Mapping[str, Any]) -> str | msgspec.UnsetType:
    if "position" in meta:
        return f"position {meta['position']}: {meta.get('reason', '')}"
    reason = meta.get("reason")
    return str(reason) if reason else msgspec.UNSET
