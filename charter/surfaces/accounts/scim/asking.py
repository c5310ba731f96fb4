"""What a list of SCIM users is asked for, and which attributes are answered.

Source: RFC 7644, sections 3.4.2 and 3.9.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from charter.kernel.errors import InvalidInput
from charter.kernel.filters import scim
from charter.kernel.filters.tree import Apply, Name, Node, Order, Text, mistyped
from charter.kernel.lists import MAX_OFFSET, Search
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.scim.discovery import MOST

USUAL = 100
FIELDS = {
    "id": "id",
    "externalid": "external_id",
    "username": "user_name",
    "name.familyname": "last_name",
    "name.givenname": "first_name",
    "displayname": "display_name",
    "preferredlanguage": "preferred_language",
    "locale": "locale",
    "timezone": "timezone",
    "active": "is_active",
    "emails": "email_address",
    "emails.value": "email_address",
    "emails.type": "email_type",
    "emails.primary": "email_is_primary",
    "meta.created": "created_at",
    "meta.lastmodified": "updated_at",
}
"""What may be asked for, in lower case, with the core's field."""
WITHIN = {"value": "value", "type": "type", "primary": "is_primary"}
"""The parts of one address."""
SORTS = {**FIELDS, "emails": "primary_address", "emails.value": "primary_address"}
ALWAYS = frozenset({"schemas", "id"})


@dataclass(frozen=True)
class Asked:
    """A search, and the window as it was asked for. start: of the first row, from 1."""

    search: Search
    start: int
    shape: "Shape"


@dataclass(frozen=True)
class Shape:
    """Which attributes are answered, in lower case; None: all."""

    only: frozenset[str] | None = None
    without: frozenset[str] = frozenset()

    def of(self, resource: Mapping[str, Any]) -> dict[str, Any]:
        """The resource with the attributes that were asked for; some always stand."""
        found = {}
        for name, value in resource.items():
            shown = value if name in ALWAYS else self._shown(name.lower(), value)
            if shown is not None:
                found[name] = shown
        return found

    def _shown(self, name: str, value: Any) -> Any:
        if name in self.without or (self.only is not None and not self._has(name)):
            return None
        if self.only is not None and name in self.only:
            return value
        if isinstance(value, list):
            return [self._parts(name, each) for each in value]
        return self._parts(name, value)

    def _has(self, name: str) -> bool:
        only = self.only or frozenset()
        return name in only or any(each.startswith(f"{name}.") for each in only)

    def _parts(self, name: str, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        return {
            part: each
            for part, each in value.items()
            if f"{name}.{part.lower()}" not in self.without
            and (self.only is None or f"{name}.{part.lower()}" in self.only)
        }


def shape_of(given: Mapping[str, Any]) -> Shape:
    """Which attributes are to be answered. Raises: InvalidInput, for both ways at once."""
    only, without = (_names(given.get(name)) for name in ("attributes", "excludedAttributes"))
    if only and without:
        raise InvalidInput("attributes", reason="it does not go with excludedAttributes")
    return Shape(only or None, without)


def asked(given: Mapping[str, Any]) -> Asked:
    """What a list is asked for. Raises: InvalidInput; FilterSyntax; FilterType."""
    text = _one(given, "filter")
    where = None if text is None else _renamed(scim.parse(text), FIELDS)
    start = max(1, _whole(given, "startIndex", 1))
    limit = min(MOST, max(0, _whole(given, "count", USUAL)))
    search = Search(
        where=where, order=_order(given), limit=limit, offset=min(start - 1, MAX_OFFSET)
    )
    return Asked(search, start, shape_of(given))


def _order(given: Mapping[str, Any]) -> tuple[Order, ...]:
    text = _one(given, "sortBy")
    if text is None:
        # The oldest first: a page does not move while others are provisioned.
        return (Order("created_at"),)
    name = text.rpartition(":")[2].lower()
    field = SORTS.get(name)
    if field is None or field.startswith("email_"):
        raise InvalidInput("sortBy", reason="users are not sorted by this")
    direction = (_one(given, "sortOrder") or "ascending").lower()
    if direction not in {"ascending", "descending"}:
        raise InvalidInput("sortOrder", reason="it must be ascending or descending")
    return (Order(field, is_descending=direction == "descending"),)


def _renamed(node: Node, names: Mapping[str, str]) -> Node:
    """The condition with the core's fields and ids in it. Raises: FilterType."""
    if isinstance(node, Name):
        if node.name not in names:
            raise mistyped(node.at, "there is no such attribute to ask for")
        return Name(names[node.name], node.at)
    if not isinstance(node, Apply):
        return node
    first = node.args[0]
    if node.op.value == "any" and isinstance(first, Name):
        if first.name != "emails":
            raise mistyped(first.at, "the attribute has one value alone")
        return Apply(node.op, (Name("email", first.at), _renamed(node.args[1], WITHIN)), node.at)
    is_id = isinstance(first, Name) and first.name == "id"
    args = (_core_id(each) if is_id else each for each in node.args)
    return Apply(node.op, tuple(_renamed(each, names) for each in args), node.at)


def _core_id(node: Node) -> Node:
    return Text(ids.user_id(node.text), node.at) if isinstance(node, Text) else node


def _one(given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str) or "\x00" in value:
        raise InvalidInput(name, reason="it must be one text")
    return value


def _whole(given: Mapping[str, Any], name: str, usual: int) -> int:
    value = given.get(name)
    if value is None:
        return usual
    text = str(value)
    digits = text.removeprefix("-")
    if isinstance(value, bool) or not (digits.isascii() and digits.isdecimal()):
        raise InvalidInput(name, reason="it must be a whole number")
    return int(text[:12])


def _names(given: Any) -> frozenset[str]:
    values: Sequence[Any] = given if isinstance(given, list) else [given] if given else []
    if not all(isinstance(each, str) for each in values):
        raise InvalidInput("attributes", reason="it must be names of attributes")
    parts = (part for each in values for part in each.split(","))
    return frozenset(part.strip().rpartition(":")[2].lower() for part in parts if part.strip())
