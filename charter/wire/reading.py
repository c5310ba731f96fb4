"""Turns a request into an operation's arguments; every input is hostile until it is typed."""

import asyncio
import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from falcon.asgi import Request

from charter.kernel.actor import Actor
from charter.kernel.errors import (
    DomainError,
    InvalidInput,
    MalformedInput,
    MissingInput,
    NotFound,
    TooLarge,
    Unauthenticated,
    UnknownInput,
)
from charter.kernel.patch import UNSET
from charter.wire import forms
from charter.wire.call import (
    ACTING_ORGANIZATION,
    ACTING_USER,
    SIGNED_IN_USER,
    Binding,
    Call,
    from_wire,
    is_form,
)

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
"""What a patch may be called too. Source: RFC 7396, section 4."""
READ_SECONDS = 15
"""A body that takes longer to arrive is cut."""
DEEPEST = 200
"""How many objects and lists may lie within one another in a body that is looked through."""
TOO_DEEP = "it is nested too deeply"

_MISSING = re.compile(r"Object missing required field `([^`]+)`(?: - at `\$\.?([^`]*)`)?")
_UNKNOWN = re.compile(r"Object contains unknown field `([^`]+)`")
_AT = re.compile(r" - at `\$\.?([^`]*)`$")
_EXPECTED = re.compile(r"^Expected `[^`]{1,100}`, got `[^`]{1,100}`")
_PYTHON_TYPE = re.compile(r"\b(?:str|int|float|bool)\b")
_JSON_TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}
_WHOLE_FLOAT = re.compile(r"^-?[0-9]{1,15}\.0+$")


class MediaNotSupported(MalformedInput):
    """The body is of another media type than the call takes."""


async def read_body(request: Request, limit_bytes: int) -> bytes:
    """The body, bounded in size and time. Raises: TooLarge, MalformedInput."""
    length = request.content_length
    if length is not None and length > limit_bytes:
        raise TooLarge("body", limit=limit_bytes)
    if length == 0 or (length is None and not request.get_header("transfer-encoding")):
        return b""
    try:
        async with asyncio.timeout(READ_SECONDS):
            data = await request.stream.read(limit_bytes + 1)
    except TimeoutError:
        raise MalformedInput("body", reason="it arrived too slowly") from None
    if len(data) > limit_bytes:
        raise TooLarge("body", limit=limit_bytes)
    return data


def decode_body(call: Call, binding: Binding, data: bytes, content_type: str | None) -> Any:
    """The typed body. Raises: MalformedInput, InvalidInput and its kinds."""
    if is_form(call):
        return _decode_form(call, binding, data, content_type)
    if not data.strip():
        if not call.is_body_optional:
            # A body of nothing lacks what it has to have: say which, if anything is required.
            data = b"{}"
            return _decode(binding, data)
        return None
    given = (content_type or "").partition(";")[0].strip().lower()
    if given != JSON and not (call.method == "PATCH" and given == MERGE_PATCH):
        raise MediaNotSupported("body", reason=f"the header Content-Type has to be {JSON}")
    if b"\\u0000" in data or b"\x00" in data:
        _refuse_nul(data)
    return _decode(binding, data)


def _decode_form(call: Call, binding: Binding, data: bytes, content_type: str | None) -> Any:
    """The typed body of a call that takes a form; the same fields as JSON are welcome too."""
    if (content_type or "").partition(";")[0].strip().lower() == "application/json":
        given = msgspec.json.decode(data) if _is_object(data) else None
        if not isinstance(given, dict):
            raise MalformedInput("body", reason="it is not a JSON object")
        _check_plain(given)
    else:
        given = forms.read_form(data, call.body)
    try:
        return msgspec.convert(given, call.body, strict=False)
    except msgspec.ValidationError as mistake:
        raise refusal(str(mistake), binding.body_fields) from mistake


def _is_object(data: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(data), dict)
    except (msgspec.DecodeError, UnicodeError, RecursionError, ValueError):
        return False


def _decode(binding: Binding, data: bytes) -> Any:
    try:
        return binding.body_decoder.decode(data)
    except msgspec.ValidationError as mistake:
        raise refusal(str(mistake), binding.body_fields) from mistake
    except RecursionError as mistake:
        raise MalformedInput("body", reason=TOO_DEEP) from mistake
    except msgspec.DecodeError as mistake:
        # What the decoder says names a place and never what stands there.
        where = str(mistake).removeprefix("JSON is malformed: ")
        raise MalformedInput("body", reason=f"it is not valid JSON: {where}") from mistake
    except ValueError as mistake:
        raise MalformedInput("body", reason="it is not valid JSON") from mistake


def _refuse_nul(data: bytes) -> None:
    """Refuse a text with the character NUL, which no column can hold."""
    try:
        plain = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as mistake:
        raise MalformedInput("body", reason="it is not valid JSON") from mistake
    _check_plain(plain)


def _check_plain(body: Any) -> None:
    """Refuse what is nested too deeply, and a text with the character NUL.

    With a list of what is still to be looked at: a call within a call is what depth would exhaust.
    """
    waiting: list[tuple[Any, str, int]] = [(body, "body", 0)]
    while waiting:
        value, parameter, depth = waiting.pop()
        if depth > DEEPEST:
            raise MalformedInput("body", reason=TOO_DEEP)
        if isinstance(value, str):
            if "\x00" in value:
                raise InvalidInput(parameter, reason="a text cannot hold the character NUL")
        elif isinstance(value, Mapping):
            waiting += [(key, parameter, depth) for key in value]
            waiting += [(inner, str(key), depth + 1) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [(inner, parameter, depth + 1) for inner in value]


def refusal(mistake: str, known: Sequence[str] = ()) -> DomainError:
    """The error for what msgspec found wrong; its text names the field, `known` are those of it."""
    if match := _MISSING.search(mistake):
        inner = f"{match[2]}." if match[2] else ""
        return MissingInput(inner + match[1], reason="it is required")
    if match := _UNKNOWN.search(mistake):
        near = [] if _AT.search(mistake) else difflib.get_close_matches(match[1][:100], known, n=1)
        reason = f"perhaps {near[0]} is meant" if near else "there is none of this name"
        return UnknownInput(match[1], reason=reason)
    match = _AT.search(mistake)
    parameter = match[1] if match and match[1] else "body"
    reason = _EXPECTED.sub(_in_json_types, _AT.sub("", mistake))
    return InvalidInput(parameter, reason=reason[:1].lower() + reason[1:])


def _in_json_types(said: re.Match[str]) -> str:
    return _PYTHON_TYPE.sub(lambda name: _JSON_TYPES[name[0]], said[0])


def read_query(call: Call, query: Mapping[str, str | Sequence[str]]) -> Any:
    """The typed query; unknown keys are left alone. Raises: InvalidInput and its kinds."""
    known: dict[str, Any] = {}
    struct: Any = call.query
    for name, kind in zip(
        struct.__struct_encode_fields__, _field_types(struct).values(), strict=True
    ):
        if name in query:
            given = query[name]
            if _is_list(kind):
                known[name] = [given] if isinstance(given, str) else list(given)
            else:
                text = given if isinstance(given, str) else given[-1]
                known[name] = text.partition(".")[0] if _WHOLE_FLOAT.match(text) else text
    try:
        return msgspec.convert(known, struct, strict=False)
    except msgspec.ValidationError as mistake:
        raise refusal(str(mistake)) from mistake


_types: dict[Any, dict[str, Any]] = {}


def _field_types(struct: Any) -> dict[str, Any]:
    found = _types.get(struct)
    if found is None:
        found = {f.encode_name: f.type for f in msgspec.structs.fields(struct)}
        _types[struct] = found
    return found


def _is_list(kind: Any) -> bool:
    return any(
        getattr(option, "__origin__", option) in (list, tuple)
        for option in (kind, *getattr(kind, "__args__", ()))
        if not isinstance(option, str)
    )


def check_query(query: Mapping[str, str | Sequence[str]]) -> None:
    """Refuse texts that no column can hold. Raises: InvalidInput."""
    for name, given in query.items():
        for text in (given,) if isinstance(given, str) else given:
            if "\x00" in text or "\x00" in name:
                raise InvalidInput(name, reason="a text cannot hold the character NUL")


def arguments(
    call: Call,
    binding: Binding,
    path: Mapping[str, str],
    structs: tuple[Any, Any],
    actor: Actor,
) -> dict[str, Any]:
    """The operation's arguments, from the path, the body and the query (`structs`).

    Raises: InvalidInput, what `reads` raise, NotFound; Unauthenticated, where a user has to act.
    """
    given: dict[str, Any] = {}
    payload: dict[str, Any] = {}
    for name, value in _incoming(binding, path, structs).items():
        if name in call.ignores or (name in call.enters and name not in binding.arguments):
            continue
        target = call.names.get(name, name)
        reader = call.reads.get(name)
        if reader is not None and value is not UNSET:
            value = _read(reader, name, value)  # noqa: PLW2901  # the converted value replaces it
        if target in binding.payload_fields:
            payload[target] = value
        elif value is not UNSET:
            given[target] = value
    _fill(call, binding, given, payload, actor)
    if binding.payload is not None:
        given[binding.payload] = _payload(binding, payload)
    return given


def _incoming(
    binding: Binding, path: Mapping[str, str], structs: tuple[Any, Any]
) -> dict[str, Any]:
    """What the caller sent, by its name on the wire. Raises: NotFound."""
    incoming: dict[str, Any] = {}
    for name, text in path.items():
        if "\x00" in text:
            raise NotFound(name)
        incoming[name] = text
    body, query = structs
    for struct, names in ((query, binding.query_fields), (body, binding.body_fields)):
        if struct is not None and names:
            for name, attribute in zip(names, struct.__struct_fields__, strict=True):
                incoming[name] = from_wire(getattr(struct, attribute))
    if body is not None and binding.is_body_one_value:
        incoming["body"] = body
    return incoming


def _fill(
    call: Call,
    binding: Binding,
    given: dict[str, Any],
    payload: dict[str, Any],
    actor: Actor,
) -> None:
    """Put in what does not come from the caller, and what they may leave out."""
    for name, value in call.given.items():
        (payload if name in binding.payload_fields else given)[name] = _acting(value, name, actor)
    for name, value in call.defaults.items():
        into = payload if name in binding.payload_fields else given
        if into.get(name, UNSET) is UNSET:
            into[name] = _acting(value, name, actor)


def _acting(value: Any, name: str, actor: Actor) -> Any:
    """The value, or what the credential says where it is a member of Acting."""
    if value is ACTING_USER:
        return actor.user_id
    if value is SIGNED_IN_USER:
        if actor.user_id is None:
            raise Unauthenticated("user")
        return actor.user_id
    if value is ACTING_ORGANIZATION:
        if actor.organization_id is None:
            raise MissingInput(name, reason="it is required")
        return actor.organization_id
    return value


def _payload(binding: Binding, values: dict[str, Any]) -> Any:
    defaults = binding.payload_type.__dataclass_fields__
    kept = {
        name: value
        for name, value in values.items()
        if value is not UNSET or defaults[name].default is UNSET
    }
    return binding.payload_type(**kept)


def _read(reader: Any, name: str, value: Any) -> Any:
    try:
        return reader(value)
    except ValueError as mistake:
        raise InvalidInput(name, reason=str(mistake)) from mistake
