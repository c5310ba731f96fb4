"""Describes a door in OpenAPI 3.1, from its calls and their types; nothing is written by hand."""

import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from charter import __version__
from charter.kernel.filters import plain
from charter.kernel.filters.plain import Param
from charter.kernel.filters.tree import Op
from charter.server import DIALECTS
from charter.wire.call import Call, is_form
from charter.wire.dialect import Dialect
from charter.wire.forms import FORM

REFERENCE = "#/components/schemas/{name}"
JSON = "application/json"
KINDS = {plain.millis: "integer", plain.whole: "integer", plain.boolean: "boolean"}


def _header(description: str, kind: str) -> dict[str, Any]:
    return {"description": description, "schema": {"type": kind}}


COME_BACK = frozenset({429, 503})
ANSWERED = {"X-Request-Id": _header("The id of this request in the server's log.", "string")}
REPLAYED = {
    "Idempotency-Replayed": _header("`true`: the answer given before to this key.", "string")
}
LATER = {"Retry-After": _header("When to try again, in seconds.", "integer")}


def doors() -> tuple[str, ...]:
    """The names of the doors that can be described."""
    return tuple(dialect.name for dialect in DIALECTS)


def document(door: str) -> dict[str, Any]:
    """The description of a door. Raises: KeyError, for a name that is no door's."""
    dialect = {dialect.name: dialect for dialect in DIALECTS}[door]
    schemas = _Types(dialect)
    paths: dict[str, dict[str, Any]] = {}
    for call in dialect.calls:
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(dialect, call, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": dialect.title,
            "version": dialect.version,
            "description": f"Served by Charter {__version__}.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": dialect.mount}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


class _Types:
    """The schemas of every type that a door reads or writes."""

    def __init__(self, dialect: Dialect) -> None:
        self._error = dialect.error_type()
        wanted = [self._error]
        for call in dialect.calls:
            wanted += [] if call.body is None else [call.body]
            wanted += options(answer_type(call))
            wanted += [field.type for field in _query_fields(call)]
        unique = list({repr(kind): kind for kind in wanted}.values())
        schemas, self.components = msgspec.json.schema_components(unique, ref_template=REFERENCE)
        self._schemas = {repr(kind): schema for kind, schema in zip(unique, schemas, strict=True)}
        for struct in _structs(unique):
            self._let_be_absent(struct)

    def _let_be_absent(self, struct: type[msgspec.Struct]) -> None:
        """Require no field that may be left out of an answer, though every answer decides on it."""
        schema = self.components.get(struct.__name__, {})
        absent = {
            field.encode_name
            for field in msgspec.structs.fields(struct)
            if msgspec.UnsetType in typing.get_args(field.type)
        }
        if "required" in schema:
            schema["required"] = [name for name in schema["required"] if name not in absent]

    def of(self, kind: Any) -> dict[str, Any]:
        """The schema of a type."""
        return self._schemas[repr(kind)]

    def any_of(self, kind: Any) -> dict[str, Any]:
        """The schema of an answer, which may have one of several types."""
        schemas = [self.of(option) for option in options(kind)]
        return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}

    @property
    def error(self) -> dict[str, Any]:
        """The schema of an error's body."""
        return self.of(self._error)


def _structs(kinds: Sequence[Any]) -> Iterator[type[msgspec.Struct]]:
    """Every Struct that types are made of."""
    found: set[Any] = set()
    left = list(kinds)
    while left:
        kind = left.pop()
        if kind in found or kind is Ellipsis:
            continue
        found.add(kind)
        left += typing.get_args(kind)
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            left += typing.get_type_hints(kind).values()
            yield kind


def options(kind: Any) -> list[Any]:
    """The types that an answer may have; none for an empty one."""
    if typing.get_origin(kind) in (types.UnionType, typing.Union):
        return list(typing.get_args(kind))
    return [] if kind is None else [kind]


def answer_type(call: Call) -> Any:
    """The type of what a call answers; None for an empty answer."""
    if isinstance(call.out, type) and issubclass(call.out, msgspec.Struct):
        return call.out
    return getattr(call.out, "type", call.out)


def answer_status(call: Call) -> int:
    """The status of a call that succeeds; one that sends the browser elsewhere says it itself."""
    status = getattr(call.out, "status", None)
    return status if isinstance(status, int) else call.status


def _operation(dialect: Dialect, call: Call, schemas: _Types) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": f"{call.method.lower()}{call.path.title()}".translate(_NAMELESS),
        "summary": call.operation.summary,
        "description": call.operation.description,
        "tags": [call.tag] if call.tag else [],
        "parameters": list(_parameters(dialect, call, schemas)),
        "responses": _responses(dialect, call, schemas),
        "x-operation": call.operation.name,
        "x-permission": call.operation.permission.key,
    }
    if call.body is not None:
        found["requestBody"] = {
            "required": not call.is_body_optional,
            "content": {FORM if is_form(call) else JSON: {"schema": schemas.of(call.body)}},
        }
    if call.upload is not None:
        parts = {name: {"type": "string"} for name in call.upload_texts}
        parts[call.upload] = {"type": "string", "format": "binary"}
        form = {"type": "object", "properties": parts, "required": [call.upload]}
        found["requestBody"] = {
            "required": True,
            "content": {"multipart/form-data": {"schema": form}},
        }
    if call.is_public:
        found["security"] = []
    return found


_NAMELESS = str.maketrans(dict.fromkeys("/{}._-", ""))


def _parameters(dialect: Dialect, call: Call, schemas: _Types) -> Iterator[dict[str, Any]]:
    for name in call.path_names:
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    for field in _query_fields(call):
        yield {
            "name": field.encode_name,
            "in": "query",
            "required": field.required,
            "schema": schemas.of(field.type),
        }
    if call.lists is not None:
        for param in call.lists.filters:
            yield {"name": param.name, "in": "query", "schema": _filter_schema(param)}
        for name, schema in dialect.list_parameters(call).items():
            yield {"name": name, "in": "query", "schema": schema}
    for name, sentence in dialect.headers.items():
        yield {"name": name, "in": "header", "description": sentence, "schema": {"type": "string"}}
    if call.operation.writes:
        yield {"name": "If-Match", "in": "header", "schema": {"type": "string"}}
        if call.method == "POST":
            schema = {"type": "string", "minLength": 1, "maxLength": 255}
            yield {"name": "Idempotency-Key", "in": "header", "schema": schema}


def _query_fields(call: Call) -> list[Any]:
    return list(msgspec.structs.fields(call.query)) if call.query is not None else []


def _filter_schema(param: Param) -> dict[str, Any]:
    convert: Any = param.convert
    schema: dict[str, Any] = {"type": KINDS.get(convert, "string")}
    if param.op in (Op.IN, Op.NOT_IN):
        return {"type": "array", "items": schema, "maxItems": param.most}
    return schema


def _responses(dialect: Dialect, call: Call, schemas: _Types) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "Done.", "headers": dict(ANSWERED)}
    kind = answer_type(call)
    if kind is not None:
        # A field of an answer may have this name as well.
        said = getattr(call.out, "content_type", JSON)
        content_type = said if isinstance(said, str) else JSON
        success["content"] = {content_type: {"schema": schemas.any_of(kind)}}
    if call.operation.writes and call.method == "POST":
        success["headers"] |= REPLAYED
    errors: Mapping[int, str] = dialect.statuses(call)
    refused = {dialect.error_media: {"schema": schemas.error}}
    return {
        str(answer_status(call)): success,
        **{
            str(status): {
                "description": sentence,
                "headers": ANSWERED | (LATER if status in COME_BACK else {}),
                "content": refused,
            }
            for status, sentence in sorted(errors.items())
        },
    }
