"""Write the facts of the Backend API's public OpenAPI document into tests/contract.

The argument is a digest of that document: JSON with `operations` (each with `operationId`,
`method`, `path`, `tags`, `params`, `body`, `responses`, `errors`) and `schemas` by name. Only facts
are taken: names, types, bounds, statuses. Prose is left behind.
"""

import argparse
import json
from pathlib import Path
from typing import Any

CONTRACT = Path(__file__).resolve().parent.parent / "tests" / "contract"

# How the document's words become ours. Whatever is not named here (prose, examples) is dropped.
KEPT = {
    "enum": "enum",
    "pattern": "pattern",
    "minimum": "minimum",
    "maximum": "maximum",
    "minLength": "min_length",
    "maxLength": "max_length",
    "minItems": "min_items",
    "maxItems": "max_items",
    "default": "default",
    "discriminator": "by",
    "deprecated": "deprecated",
    "readOnly": "read_only",
}
COMBINED = {"oneOf": "one_of", "anyOf": "any_of", "allOf": "all_of"}
NUMBER_FORMATS = {"int32", "int64", "float", "double"}


def kind_of(source: dict[str, Any]) -> str | None:
    """The JSON type of a node, also where the document leaves it to be understood."""
    if "$ref" in source:
        return "#" + str(source["$ref"])
    if "items" in source:
        return "array"
    if "properties" in source:
        return "object"
    kind = source.get("type")
    return str(kind) if kind else None


def node(source: dict[str, Any]) -> Any:
    """One type in our form: a word such as `string?` or `#User`, or a mapping with its facts."""
    facts: dict[str, Any] = {}
    kind = kind_of(source)
    if kind:
        facts["type"] = kind
    if source.get("nullable"):
        facts["nullable"] = True
    facts |= {ours: source[theirs] for theirs, ours in KEPT.items() if theirs in source}
    form = source.get("format")
    if isinstance(form, str) and form not in NUMBER_FORMATS:
        facts["format"] = form
    facts |= inside(source)
    if set(facts) <= {"type", "nullable"} and kind:
        return kind + "?" * bool(facts.get("nullable"))
    return facts


def inside(source: dict[str, Any]) -> dict[str, Any]:
    """What a type is made of: fields, entries, values, parts."""
    facts: dict[str, Any] = {}
    if "items" in source:
        facts["items"] = node(source["items"])
    if "properties" in source:
        facts["fields"] = {name: node(field) for name, field in source["properties"].items()}
    required = source.get("required_fields") or source.get("required")
    if isinstance(required, list) and required:
        facts["required"] = sorted(required)
    values = source.get("additionalProperties")
    if isinstance(values, dict) and values:
        facts["values"] = node(values)
    for theirs, ours in COMBINED.items():
        if theirs in source:
            facts[ours] = [node(part) for part in source[theirs]]
    return facts


def parameter(source: dict[str, Any]) -> dict[str, Any]:
    """One parameter: where it stands, whether it must be there, and its type."""
    kind = node({name: fact for name, fact in source.items() if name != "required"})
    facts: dict[str, Any] = {"type": kind} if isinstance(kind, str) else kind
    head: dict[str, Any] = {"name": source["name"], "in": source["in"]}
    if source.get("required"):
        head["required"] = True
    return head | facts


def body(source: dict[str, Any]) -> dict[str, Any]:
    """A request body: its content type, whether it must be there, and its type."""
    (content_type,) = (name for name in source if name != "required")
    return {
        "content_type": content_type,
        "required": bool(source.get("required")),
        "type": node(source[content_type]),
    }


def operation(source: dict[str, Any]) -> dict[str, Any]:
    """One operation with everything a caller and a checker must know of it."""
    facts: dict[str, Any] = {
        "id": source["operationId"],
        "method": source["method"],
        "path": source["path"],
        "tag": source["tags"][0],
        "core206": source["core206"],
    }
    if len(source["tags"]) > 1:
        facts["also_tagged"] = source["tags"][1:]
    if source.get("deprecated"):
        facts["deprecated"] = True
    if source.get("auth") == "none":
        facts["open"] = True
    if source.get("params"):
        facts["params"] = [parameter(each) for each in source["params"]]
    if source.get("body"):
        facts["body"] = body(source["body"])
    facts["answers"] = {
        status: None if answer == {"body": "none"} else node(answer)
        for status, answer in source["responses"].items()
    }
    facts["errors"] = sorted(int(status) for status in source.get("errors", {}))
    return facts


def lines(entries: list[str], opening: str, closing: str) -> str:
    """JSON with one entry a line, so that a change of the contract reads as a change."""
    return opening + "\n" + ",\n".join(entries) + "\n" + closing + "\n"


def dense(value: Any) -> str:
    """JSON without spaces."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def main() -> None:
    """Read the digest named on the command line and write both files of the contract."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="the digest of the public OpenAPI document")
    source = json.loads(parser.parse_args().source.read_text())
    operations = [dense(operation(each)) for each in source["operations"]]
    schemas = [f"{dense(name)}:{dense(node(each))}" for name, each in source["schemas"].items()]
    (CONTRACT / "catalogue.json").write_text(lines(operations, "[", "]"))
    (CONTRACT / "schemas.json").write_text(lines(schemas, "{", "}"))
    print(f"{len(operations)} operations, {len(schemas)} schemas")


if __name__ == "__main__":
    main()
