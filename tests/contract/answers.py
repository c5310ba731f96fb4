"""One answer of a door held against its contract."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from tests.contract.catalogue import Catalogue, Operation
from tests.contract.doors import COMMON_ERRORS
from tests.contract.shapes import Check, Mismatch

__all__ = ["Catalogue", "Operation", "check_answer"]

RETRY_AFTER = frozenset({429, 503})

CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")


def check_answer(
    operation: Operation,
    status: int,
    headers: Mapping[str, str],
    body: Any,
    *,
    paginated: bool | None = None,
) -> list[str]:
    """Everything that is wrong with one answer, each with the JSON path of the mismatch.

    `body` is parsed JSON, the raw bytes, or None for an empty body. `paginated` says whether the
    request asked for the page form of a list; None accepts both forms.
    Returns: an empty list for an answer that keeps the contract.
    """
    known = {name.lower(): value for name, value in headers.items()}
    if isinstance(body, bytes):
        try:
            body = json.loads(body) if body else None
        except ValueError:
            if operation.answers.get(status, True) is not None:
                return [f"{operation.id} {status}: the body is not JSON"]
    wrong = list(mismatches(operation, status, known, body, paginated))
    return [f"{operation.id} {status}: ${path} {why}" for path, why in wrong]


def mismatches(
    operation: Operation,
    status: int,
    headers: Mapping[str, str],
    body: Any,
    paginated: bool | None,
) -> Iterable[Mismatch]:
    """The mismatches of an answer whose body is parsed and whose header names are lower case."""
    if status >= 400:
        return error_mismatches(operation, status, headers, body)
    renumbered = operation.door.answered_otherwise.get(operation.id, {})
    answers = {renumbered.get(each, each): check for each, check in operation.answers.items()}
    if status not in answers:
        return [("", f"is a status outside {sorted(answers)}")]
    check = answers[status]
    if 300 <= status < 400 and not headers.get("location"):
        return [("", "leads nowhere: it lacks a Location")]
    if check is None:
        return [("", "has a body")] if status == 204 and body is not None else []
    if operation.id in operation.door.bare_lists and (
        paginated or (paginated is None and isinstance(body, dict))
    ):
        return [*content_type(headers), *page_mismatches(check, body)]
    return [*content_type(headers), *check(body)]


def page_mismatches(check: Check, body: Any) -> Iterable[Mismatch]:
    """The mismatches of a list in its page form."""
    if not isinstance(body, dict):
        return [("", "is not a page")]
    total = body.get("total_count")
    wrong: list[Mismatch] = []
    if type(total) is not int:
        wrong.append((".total_count", f"is {total!r}, not an integer"))
    return wrong + [(f".data{path}", why) for path, why in check(body.get("data"))]


def error_mismatches(
    operation: Operation, status: int, headers: Mapping[str, str], body: Any
) -> Iterable[Mismatch]:
    """The mismatches of an error: its status, its form, its trace and when to come back."""
    allowed = operation.errors | operation.door.also_answered.get(operation.id, frozenset())
    if status not in COMMON_ERRORS and (status >= 500 or status not in allowed):
        yield "", f"is an error status outside {sorted(allowed | set(COMMON_ERRORS))}"
    yield from content_type(headers)
    if status in RETRY_AFTER and not headers.get("retry-after", "").isdigit():
        yield "", "lacks an integer Retry-After"
    if status in operation.error_bodies and not (isinstance(body, dict) and "errors" in body):
        yield from operation.error_bodies[status](body)
        return
    if not isinstance(body, dict):
        yield "", "is no error object"
        return
    yield from operation.error_form(body)
    if not isinstance(body.get("clerk_trace_id"), str) or not body["clerk_trace_id"]:
        yield ".clerk_trace_id", "is missing"
    if not isinstance(body.get("errors"), list) or not body["errors"]:
        yield ".errors", "is no list with an entry"
        return
    for index, error in enumerate(body["errors"]):
        for path, why in [*entry_mismatches(error), *field_mismatches(status, error)]:
            yield f".errors[{index}]{path}", why


def entry_mismatches(error: Any) -> Iterable[Mismatch]:
    """The mismatches of one entry of an error answer."""
    if not isinstance(error, dict):
        yield "", "is no object"
        return
    for name in ("code", "message", "long_message"):
        if not isinstance(error.get(name), str) or not error[name]:
            yield f".{name}", "is no text"
    if isinstance(error.get("code"), str) and not CODE.fullmatch(error["code"]):
        yield ".code", f"{error['code']!r} is not in snake case"
    if not isinstance(error.get("meta"), dict):
        yield ".meta", "is no object"


def field_mismatches(status: int, error: Any) -> Iterable[Mismatch]:
    """A mismatch where a wrong entry in a form looks like a credential that has ended.

    Clients take 401 as the end of what they hold, and forget it.
    """
    code = error.get("code") if isinstance(error, dict) else None
    if status == 401 and isinstance(code, str) and code.startswith("form_"):
        yield ".code", f"{code!r} is about a field, and clients would sign out at 401"


def content_type(headers: Mapping[str, str]) -> Iterable[Mismatch]:
    """A mismatch unless the content type is the one word that clients compare with."""
    value = headers.get("content-type")
    if value != "application/json":
        yield "", f"has the content type {value!r}"
