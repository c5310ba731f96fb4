"""Applies a PatchOp to a document. Source: RFC 7644, section 3.5.2.

Read as directories write it: operations in any case, truths as texts, several attributes without
a path, paths as the names of attributes. An address that a path looks for and that is not there is
added, as directories expect of `emails[type eq "work"].value`.
"""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from charter.kernel.errors import InvalidInput, MissingInput
from charter.kernel.filters import scim
from charter.kernel.filters.tree import Apply, Name, Node, Op, Text, Value
from charter.surfaces.accounts.scim.discovery import USER
from charter.surfaces.accounts.scim.errors import NoTarget, NotMutable, PathInvalid
from charter.surfaces.accounts.scim.users import BY_NAME, boolean, normal

PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
MOST_OPERATIONS = 100
OWN = frozenset({"id", "meta", "schemas", "groups"})
"""What the server says and nobody changes."""
UNKEPT = frozenset(
    {
        "addresses",
        "entitlements",
        "ims",
        "nickname",
        "phonenumbers",
        "profileurl",
        "roles",
        "title",
        "usertype",
        "x509certificates",
    }
)
"""Attributes of the standard that this server does not keep, in lower case: in a document they are
left out (RFC 7644, section 3.3), and so they are here."""
UNKEPT_PARTS = frozenset(
    {"display", "formatted", "honorificprefix", "honorificsuffix", "middlename", "$ref"}
)


def patched(document: Mapping[str, Any], body: Any) -> dict[str, Any]:
    """The document after all operations of a request.

    document: spelt as `normal` spells it.
    Raises: InvalidInput and its kinds; FilterSyntax.
    """
    made = copy.deepcopy(dict(document))
    for each in _operations(body):
        _apply(made, each)
    return made


def _operations(body: Any) -> list[Mapping[str, Any]]:
    given = body if isinstance(body, Mapping) else {}
    by_name = {str(name).lower(): value for name, value in given.items()}
    if PATCH not in (by_name.get("schemas") or ()):
        raise InvalidInput("schemas", reason=f"it must hold {PATCH}")
    found = by_name.get("operations")
    if not isinstance(found, list) or not 1 <= len(found) <= MOST_OPERATIONS:
        reason = f"it must hold 1 to {MOST_OPERATIONS} operations"
        raise InvalidInput("Operations", reason=reason)
    if not all(isinstance(each, Mapping) for each in found):
        raise InvalidInput("Operations", reason="each must be an object")
    return [{str(name).lower(): value for name, value in each.items()} for each in found]


def _apply(document: dict[str, Any], operation: Mapping[str, Any]) -> None:
    op = operation.get("op")
    name = op.lower() if isinstance(op, str) else None
    if name not in {"add", "replace", "remove"}:
        raise InvalidInput("op", reason="it must be add, replace or remove")
    value, path = operation.get("value"), operation.get("path")
    if name != "remove" and "value" not in operation:
        raise MissingInput("value", reason="it is required")
    if path is None or path == "":
        if name == "remove":
            raise NoTarget("path", reason="a removal needs one")
        for each, inner in _without_path(value):
            _apply_at(document, name, each, inner)
        return
    if not isinstance(path, str):
        raise PathInvalid("path", reason="it must be a text")
    _apply_at(document, name, path, value)


def _without_path(value: Any) -> list[tuple[str, Any]]:
    """Several attributes at once; their names may be paths, as directories send them."""
    if not isinstance(value, Mapping):
        raise InvalidInput("value", reason="without a path it must be an object")
    found: list[tuple[str, Any]] = []
    for name, inner in value.items():
        if name == USER and isinstance(inner, Mapping):
            found += _without_path(inner)
        elif str(name).lower() not in OWN:
            found.append((str(name), inner))
    return found


def _apply_at(document: dict[str, Any], op: str, text: str, value: Any) -> None:
    if text.lower().startswith("urn:") and not text.lower().startswith(USER.lower() + ":"):
        # An extension, of which nothing is kept.
        return
    path = scim.parse_path(text)
    if path.name in UNKEPT:
        return
    if path.name in OWN:
        raise NotMutable("path", reason=f"{path.name} is the server's own")
    attribute = BY_NAME.get(path.name)
    if attribute is None:
        raise PathInvalid("path", reason="there is no such attribute")
    if attribute["multiValued"]:
        _change_several(document, op, attribute["name"], path, value)
    elif path.condition is not None:
        raise PathInvalid("path", reason="the attribute has one value alone")
    elif path.part is not None:
        part = _part_name(attribute, path.part)
        if part is not None:
            _change_part(document, op, attribute["name"], part, value)
    else:
        _change_one(document, op, attribute, value)


def _change_one(
    document: dict[str, Any], op: str, attribute: Mapping[str, Any], value: Any
) -> None:
    name = attribute["name"]
    if op == "remove" or value is None:
        document.pop(name, None)
    elif attribute.get("subAttributes"):
        # The parts that are given, beside those that are not (RFC 7644, section 3.5.2.3).
        given = normal({name: value})[name]
        if not isinstance(given, Mapping):
            raise InvalidInput(name, reason="it must be an object")
        document[name] = {**document.get(name, {}), **given}
    else:
        document[name] = value


def _part_name(attribute: Mapping[str, Any], part: str) -> str | None:
    """The part as it is spelt; None for one of the standard that is not kept."""
    if part in UNKEPT_PARTS:
        return None
    for each in attribute.get("subAttributes", ()):
        if each["name"].lower() == part:
            return str(each["name"])
    raise PathInvalid("path", reason="the attribute has no such part")


def _change_part(document: dict[str, Any], op: str, name: str, part: str, value: Any) -> None:
    parts = dict(document.get(name) or {})
    if op == "remove" or value is None:
        parts.pop(part, None)
    else:
        parts[part] = value
    document[name] = parts


def _change_several(
    document: dict[str, Any], op: str, name: str, path: scim.Path, value: Any
) -> None:
    """Change an attribute of several values: all of them, or those that a condition meets."""
    values: list[dict[str, Any]] = [dict(each) for each in document.get(name) or ()]
    part = None if path.part is None else _part_name(BY_NAME[path.name], path.part)
    if path.part is not None and part is None:
        return
    if path.condition is None and part is None:
        given = [] if op == "remove" else _objects(name, value)
        if op == "remove" and value is not None:
            gone = [each.get("value") for each in _objects(name, value)]
            given = [each for each in values if each.get("value") not in gone]
        document[name] = _joined(values, given) if op == "add" else given
        return
    met = [each for each in values if _meets(path.condition, each)]
    if not met:
        met = [_new_value(op, path.condition)]
        values += met
    if op == "remove":
        for each in met:
            each.pop(part, None) if part else values.remove(each)
    else:
        for each in met:
            change = {part: value} if part else _objects(name, value)[0]
            each.update(change)
            if change.get("primary") is not None and boolean("primary", change["primary"]):
                _demote(values, each)
    document[name] = [each for each in values if each.get("value") not in (None, "")]


def _objects(name: str, value: Any) -> list[dict[str, Any]]:
    found = normal({name: value if isinstance(value, list) else [value]})[name]
    if not all(isinstance(each, Mapping) for each in found) or not found:
        raise InvalidInput(name, reason="it must be an object, or a list of them")
    return [dict(each) for each in found]


def _joined(values: list[dict[str, Any]], given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Values with those that are added; one that is there already is changed."""
    for new in given:
        key = str(new.get("value")).lower()
        held = next((each for each in values if str(each.get("value")).lower() == key), None)
        target = held if held is not None else {}
        if held is None:
            values.append(target)
        target.update(new)
        if new.get("primary") is True:
            _demote(values, target)
    return values


def _demote(values: list[dict[str, Any]], primary: dict[str, Any]) -> None:
    """Of several values one alone is primary (RFC 7644, section 3.5.2)."""
    for each in values:
        if each is not primary and "primary" in each:
            each["primary"] = False


def _new_value(op: str, condition: Node | None) -> dict[str, Any]:
    """A value that meets a condition which none met. Raises: NoTarget."""
    if op != "remove" and condition is None:
        return {}
    is_plain = isinstance(condition, Apply) and condition.op is Op.EQ
    if op == "remove" or not is_plain or not isinstance(condition, Apply):
        raise NoTarget("path", reason="no value meets the condition")
    name, wanted = condition.args
    if not isinstance(name, Name) or name.name not in {"type", "primary", "value"}:
        raise NoTarget("path", reason="no value meets the condition")
    return {name.name: wanted.text if isinstance(wanted, Text) else getattr(wanted, "value", None)}


def _meets(condition: Node | None, value: Mapping[str, Any]) -> bool:
    """Whether a value meets a condition of a path; texts in any case."""
    if condition is None:
        return True
    if not isinstance(condition, Apply):
        raise PathInvalid("path", reason="the condition is none")
    if condition.op is Op.AND:
        return all(_meets(each, value) for each in condition.args)
    if condition.op is Op.OR:
        return any(_meets(each, value) for each in condition.args)
    if condition.op is Op.NOT:
        return not _meets(condition.args[0], value)
    name = condition.args[0]
    if not isinstance(name, Name):
        raise PathInvalid("path", reason="the condition is none")
    held = next((each for key, each in value.items() if key.lower() == name.name), None)
    if condition.op is Op.EXISTS:
        return held not in (None, "")
    compare = _COMPARED.get(condition.op)
    if compare is None:
        raise PathInvalid("path", reason="the condition compares in a way that paths do not")
    return compare(_plain(held), _plain(_wanted(condition.args[1])))


def _wanted(node: Node) -> Any:
    if isinstance(node, Text):
        return node.text
    return node.value if isinstance(node, Value) else None


def _plain(value: Any) -> str:
    """A value as it is compared: a primary that nobody set is none."""
    return "false" if value is None else str(value).lower()


_COMPARED: Mapping[Op, Callable[[str, str], bool]] = {
    Op.EQ: lambda held, wanted: held == wanted,
    Op.NE: lambda held, wanted: held != wanted,
    Op.CONTAINS: lambda held, wanted: wanted in held,
    Op.STARTS_WITH: lambda held, wanted: held.startswith(wanted),
    Op.ENDS_WITH: lambda held, wanted: held.endswith(wanted),
}
