"""Write the facts of a door's public OpenAPI document into tests/contract.

The arguments are the door and a digest of its document: JSON with `operations` (each with
`operationId`, `method`, `path`, `tags`, `params`, `body`, `responses`, `errors`) and `schemas` by
name. Only facts are taken: names, types, bounds, statuses. Prose is left behind. The operations of
the Frontend API are given their tiers, which the document does not know. Webhooks have events
instead of operations: `events` are the types of their bodies, by name.
"""

import argparse
import json
import re
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

# Where each door's catalogue lies.
FOLDERS = {
    "backend": CONTRACT,
    "frontend": CONTRACT / "frontend",
    "webhooks": CONTRACT / "webhooks",
}

# The tier of an operation is that of the first pattern that its method and path begin with.
TIERS = (
    (r"\w+ /environment|POST /dev_browser$|\w+ /client$|DELETE /client/sessions$", "0"),
    (r"\w+ /client/sign_ins(/{}(/(prepare|attempt)_first_factor)?)?$", "0"),
    (r"\w+ /client/sessions/{}(/(touch|tokens|end|remove))?$|GET /client/handshake$", "0"),
    (r"GET /\.well-known/jwks\.json$", "0"),
    (r"\w+ /client/(sign_ins|sign_ups|sessions)/?|\w+ /(oauth_callback|verify|waitlist)$", "1"),
    (r"GET /tickets/accept$", "1"),
    (r"\w+ /(me|organizations/{})/billing/|\w+ /billing/", "4 billing"),
    (r"\w+ (/me|/organizations/{})?/enterprise_connections|\w+ /saml/", "3 enterprise"),
    (r"\w+ /client/(sync|link)$", "3 enterprise"),
    (r"\w+ (/me)?/oauth/|\w+ /\.well-known/(openid|oauth)-", "3 machine and IdP"),
    (r"\w+ /api_keys", "3 machine and IdP"),
    (r"\w+ /organizations|\w+ /me/organization_", "2 organizations"),
    (r"\w+ (/me|/client)/trusted_devices", "edge"),
    (r"\w+ /me(/|$)", "2 profile"),
    (r"GET /(account_portal|health|proxy-health|agents/tasks|redirect|clear-site-data)$", "edge"),
    (r"\w+ /dev_browser/|GET /\.well-known/", "edge"),
)


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
    """A request body: its content types, whether it must be there, and its type.

    Where it may come in several types, a form is the one that the clients send.
    """
    first, *others = sorted((name for name in source if name != "required"), key=preference)
    facts: dict[str, Any] = {"content_type": first, "required": bool(source.get("required"))}
    if others:
        facts["or_content_types"] = others
    return facts | {"type": node(source[first])}


def preference(content_type: str) -> int:
    """Forms first, raw bytes last."""
    return {"application/json": 1, "application/octet-stream": 2}.get(content_type, 0)


def tier(method: str, path: str) -> str:
    """The tier of an operation. Raises: LookupError, for one that no pattern knows."""
    name = f"{method} {re.sub('{.*?}', '{}', path)}"
    for pattern, found in TIERS:
        if re.match(pattern, name):
            return found
    raise LookupError(name)


def operation(source: dict[str, Any]) -> dict[str, Any]:
    """One operation with everything a caller and a checker must know of it."""
    path = source["path"].removeprefix("/v1")
    facts: dict[str, Any] = {
        "id": source["operationId"],
        "method": source["method"],
        "path": path,
        "tag": source["tags"][0] if source["tags"] else "Other",
    }
    if "core206" in source:
        facts["core206"] = source["core206"]
    else:
        facts["tier"] = tier(source["method"], path)
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
        status: None if answer.get("body") == "none" or "content_types" in answer else node(answer)
        for status, answer in source["responses"].items()
    }
    errors = source.get("errors", {})
    facts["errors"] = sorted(int(status) for status in errors)
    others = {status: answer["shape"] for status, answer in errors.items() if "shape" in answer}
    if others:
        facts["error_bodies"] = {status: node(shape) for status, shape in others.items()}
    return facts


def lines(entries: list[str], opening: str, closing: str) -> str:
    """JSON with one entry a line, so that a change of the contract reads as a change."""
    return opening + "\n" + ",\n".join(entries) + "\n" + closing + "\n"


def dense(value: Any) -> str:
    """JSON without spaces."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def main() -> None:
    """Read the digest named on the command line and write both files of the door's contract."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("door", choices=FOLDERS)
    parser.add_argument("source", type=Path, help="the digest of the public OpenAPI document")
    arguments = parser.parse_args()
    source, folder = json.loads(arguments.source.read_text()), FOLDERS[arguments.door]
    operations = [dense(operation(each)) for each in source.get("operations", ())]
    operations += [
        dense({"name": name, "body": node(each)}) for name, each in source.get("events", {}).items()
    ]
    schemas = [f"{dense(name)}:{dense(node(each))}" for name, each in source["schemas"].items()]
    folder.mkdir(exist_ok=True)
    (folder / "catalogue.json").write_text(lines(operations, "[", "]"))
    (folder / "schemas.json").write_text(lines(schemas, "{", "}"))
    print(f"{len(operations)} operations, {len(schemas)} schemas")


if __name__ == "__main__":
    main()
