"""Describes a door in OpenAPI 3.1, from its calls and their types; nothing is written by hand."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from charter import __version__
from charter.kernel.filters import plain
from charter.kernel.filters.plain import Param
from charter.kernel.filters.tree import Op
from charter.server import DIALECTS
from charter.wire.call import Call
from charter.wire.dialect import Dialect

REFERENCE = "#/components/schemas/{name}"
JSON = "application/json"
KINDS = {plain.millis: "integer", plain.whole: "integer", plain.boolean: "boolean"}


def doors() -> tuple[str, ...]:
    """The names of the doors that can be described."""
    return tuple(dialect.name for dialect in DIALECTS)


def document(door: str) -> dict[str, Any]:
    """The description of a door. Raises: KeyError, for a name that is no door's."""
    dialect = {dialect.name: dialect for dialect in DIALECTS}[door]
    types = _Types(dialect)
    paths: dict[str, dict[str, Any]] = {}
    for call in dialect.calls:
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(dialect, call, types)
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
            "schemas": types.components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


class _Types:
    """The schemas of every type that a door reads or writes."""

    def __init__(self, dialect: Dialect) -> None:
        self._error = dialect.error_type()
        wanted = [self._error]
        for call in dialect.calls:
            wanted += [kind for kind in (call.body, answer_type(call)) if kind is not None]
            wanted += [field.type for field in _query_fields(call)]
        unique = list({repr(kind): kind for kind in wanted}.values())
        schemas, self.components = msgspec.json.schema_components(unique, ref_template=REFERENCE)
        self._schemas = {repr(kind): schema for kind, schema in zip(unique, schemas, strict=True)}

    def of(self, kind: Any) -> dict[str, Any]:
        """The schema of a type."""
        return self._schemas[repr(kind)]

    @property
    def error(self) -> dict[str, Any]:
        """The schema of an error's body."""
        return self.of(self._error)


def answer_type(call: Call) -> Any:
    """The type of what a call answers; None for an empty answer."""
    return getattr(call.out, "type", call.out)


def _operation(dialect: Dialect, call: Call, types: _Types) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": f"{call.method.lower()}{call.path.title()}".translate(_NAMELESS),
        "summary": call.operation.summary,
        "description": call.operation.description,
        "tags": [call.tag] if call.tag else [],
        "parameters": list(_parameters(dialect, call, types)),
        "responses": _responses(dialect, call, types),
        "x-operation": call.operation.name,
        "x-permission": call.operation.permission.key,
    }
    if call.body is not None:
        found["requestBody"] = {
            "required": not call.is_body_optional,
            "content": {JSON: {"schema": types.of(call.body)}},
        }
    if call.upload is not None:
        parts = {name: {"type": "string"} for name in (call.upload, *call.upload_texts)}
        form = {"type": "object", "properties": parts, "required": [call.upload]}
        found["requestBody"] = {
            "required": True,
            "content": {"multipart/form-data": {"schema": form}},
        }
    if call.is_public:
        found["security"] = []
    return found


_NAMELESS = str.maketrans(dict.fromkeys("/{}._-", ""))


def _parameters(dialect: Dialect, call: Call, types: _Types) -> Iterator[dict[str, Any]]:
    for name in call.path_names:
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
    for field in _query_fields(call):
        yield {
            "name": field.encode_name,
            "in": "query",
            "required": field.required,
            "schema": types.of(field.type),
        }
    if call.lists is not None:
        for param in call.lists.filters:
            yield {"name": param.name, "in": "query", "schema": _filter_schema(param)}
        for name, schema in dialect.list_parameters(call).items():
            yield {"name": name, "in": "query", "schema": schema}
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


def _responses(dialect: Dialect, call: Call, types: _Types) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "Done."}
    kind = answer_type(call)
    if kind is not None:
        success["content"] = {JSON: {"schema": types.of(kind)}}
    errors: Mapping[int, str] = dialect.statuses(call)
    refused = {JSON: {"schema": types.error}}
    return {
        str(call.status): success,
        **{
            str(status): {"description": sentence, "content": refused}
            for status, sentence in sorted(errors.items())
        },
    }
