"""Types of the contract compiled into checks that report every mismatch with its JSON path."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Mismatch = tuple[str, str]
Check = Callable[[Any], Iterable[Mismatch]]
"""Takes a JSON value; gives nothing when it fits, else pairs of a path below it and a reason."""

FINE: tuple[Mismatch, ...] = ()

# What the ids of these objects look like; the clients tell them apart by the prefix.
ID_PREFIXES = {
    "client": "client_",
    "email_address": "idn_",
    "organization": "org_",
    "organization_invitation": "orginv_",
    "organization_membership": "orgmem_",
    "phone_number": "idn_",
    "session": "sess_",
    "user": "user_",
}
ID_FORMS = {name: re.compile(rf"{prefix}[0-9A-Za-z]{{27}}") for name, prefix in ID_PREFIXES.items()}

# Where an object says of what type it is.
TELLING = (".object", ".strategy")

# Times are milliseconds since 1970. Seconds would fall below the first bound, microseconds above
# the second; both lie far from every real time (1973, and the year 5138).
EARLIEST_MILLISECONDS = 10**11
LATEST_MILLISECONDS = 10**14

# By the object that has them: times whose documented examples are in seconds.
IN_SECONDS = {"testing_token": {"expires_at"}}

KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
}
NAMES = {str: "string", int: "integer", float: "number", bool: "boolean", dict: "object"}


def kind_name(value: Any) -> str:
    """The JSON name of a value's type."""
    if value is None:
        return "null"
    return NAMES.get(type(value), "array")


class Shapes:
    """All named types, each compiled when it is first met, so that types may name themselves."""

    def __init__(self, schemas: Mapping[str, Any]) -> None:
        self.schemas = schemas
        self.compiled: dict[str, Check] = {}

    def named(self, name: str) -> Check:
        """The check of the named type."""

        def check(value: Any) -> Iterable[Mismatch]:
            found = self.compiled.get(name)
            if found is None:
                found = self.compiled[name] = self.check(self.schemas[name])
            return found(value)

        return check

    def check(self, node: Any) -> Check:
        """Compile a type of the catalogue."""
        if isinstance(node, str):
            node = {"type": node.removesuffix("?"), "nullable": node.endswith("?")}
        kind: str | None = node.get("type")
        nullable = bool(node.get("nullable"))
        checks: list[Check] = []
        if kind and kind.startswith("#"):
            checks.append(self.named(kind[1:]))
            nullable = nullable or is_nullable(self.schemas[kind[1:]])
        elif kind:
            checks.append(of_kind(kind))
        checks += limits(node)
        if "items" in node:
            checks.append(each(self.check(node["items"])))
        if "fields" in node or "required" in node:
            checks.append(self.record(node))
        if "values" in node:
            checks.append(values(self.check(node["values"])))
        if "one_of" in node and "by" in node:
            checks.append(self.told_apart(node["one_of"], node["by"]))
        elif "one_of" in node or "any_of" in node:
            parts = node.get("one_of") or node["any_of"]
            checks.append(any_of([self.check(part) for part in parts]))
        checks += [self.check(part) for part in node.get("all_of", ())]
        return combined(checks, nullable=nullable)

    def record(self, node: Mapping[str, Any]) -> Check:
        """An object: its required fields are there, and every known field fits."""
        given = node.get("fields", {})
        kind = given.get("object")
        (name_of_kind, *_) = kind.get("enum", [""]) if isinstance(kind, dict) else [""]
        plain = IN_SECONDS.get(name_of_kind, set())
        fields = {
            name: self.check(field) if name in plain else self.field(name, field)
            for name, field in given.items()
        }
        required = node.get("required", ())

        def check(value: Any) -> Iterable[Mismatch]:
            if type(value) is not dict:
                return FINE
            wrong = [(f".{name}", "is missing") for name in required if name not in value]
            for name, item in value.items():
                if name in fields:
                    wrong += [(f".{name}{path}", why) for path, why in fields[name](item)]
            form = ID_FORMS.get(value.get("object"))  # type: ignore[arg-type]
            if form and isinstance(value.get("id"), str) and not form.fullmatch(value["id"]):
                wrong.append((".id", f"is not the id of {value['object']}: {form.pattern}"))
            return wrong

        return check

    def field(self, name: str, node: Any) -> Check:
        """The check of a field; integers whose name ends in `_at` are milliseconds."""
        plain = self.check(node)
        kind = node if isinstance(node, str) else str(node.get("type"))
        if not name.endswith("_at") or kind.removesuffix("?") != "integer":
            return plain

        def check(value: Any) -> Iterable[Mismatch]:
            if type(value) is int and not EARLIEST_MILLISECONDS <= value < LATEST_MILLISECONDS:
                return (("", f"is not a time in milliseconds: {value}"),)
            return plain(value)

        return check

    def told_apart(self, parts: list[str], field: str) -> Check:
        """One of several types, named by the value of a field that all of them have."""
        by_value: dict[str, Check] = {}
        for part in parts:
            names = self.schemas[part[1:]]["fields"][field]["enum"]
            by_value |= dict.fromkeys(names, self.named(part[1:]))

        def check(value: Any) -> Iterable[Mismatch]:
            if type(value) is not dict:
                return FINE
            found = by_value.get(value.get(field, ""))
            if found is None:
                return ((f".{field}", f"{value.get(field)!r} is none of {sorted(by_value)}"),)
            return found(value)

        return check


def is_nullable(node: Any) -> bool:
    """Whether a type admits null by itself."""
    return node.endswith("?") if isinstance(node, str) else bool(node.get("nullable"))


def of_kind(kind: str) -> Check:
    """A JSON type. An integer is one: `1.0` and `true` are not."""
    wanted = KINDS[kind]

    def check(value: Any) -> Iterable[Mismatch]:
        if type(value) in wanted:
            return FINE
        return (("", f"is {kind_name(value)}, not {kind}"),)

    return check


def limits(node: Mapping[str, Any]) -> list[Check]:
    """The bounds, lengths, patterns and closed lists of one type."""
    checks: list[Check] = []
    if "enum" in node:
        checks.append(rule(lambda value: value in node["enum"], f"none of {node['enum']}"))
    if "pattern" in node:
        pattern = re.compile(node["pattern"])
        checks.append(
            rule(
                lambda value: not isinstance(value, str) or bool(pattern.search(value)),
                f"not of the form {node['pattern']}",
            )
        )
    for name, low, high in (
        ("", "minimum", "maximum"),
        ("length", "min_length", "max_length"),
        ("count", "min_items", "max_items"),
    ):
        if low in node or high in node:
            checks.append(between(name, node.get(low), node.get(high)))
    return checks


def between(measure: str, low: float | None, high: float | None) -> Check:
    """A number, a text's length or a list's count within bounds, both included."""
    wanted = {"": (int, float), "length": (str,), "count": (list,)}[measure]

    def holds(value: Any) -> bool:
        if type(value) not in wanted:
            return True
        size = value if measure == "" else len(value)
        return (low is None or size >= low) and (high is None or size <= high)

    return rule(holds, f"outside {low} to {high} {measure}".rstrip())


def rule(holds: Callable[[Any], bool], reason: str) -> Check:
    """One yes-or-no rule with the reason to give when it is broken."""

    def check(value: Any) -> Iterable[Mismatch]:
        return FINE if holds(value) else (("", f"{str(value)[:80]!r} is {reason}"),)

    return check


def each(item: Check) -> Check:
    """A list whose every entry fits."""

    def check(value: Any) -> Iterable[Mismatch]:
        if type(value) is not list:
            return FINE
        return [
            (f"[{index}]{path}", why)
            for index, entry in enumerate(value)
            for path, why in item(entry)
        ]

    return check


def values(item: Check) -> Check:
    """A map whose every value fits."""

    def check(value: Any) -> Iterable[Mismatch]:
        if type(value) is not dict:
            return FINE
        return [
            (f".{name}{path}", why) for name, entry in value.items() for path, why in item(entry)
        ]

    return check


def distance(wrong: list[Mismatch]) -> tuple[bool, int]:
    """How far a value is from a type: one that names itself as another is the farthest."""
    return any(path in TELLING for path, _why in wrong), len(wrong)


def any_of(parts: list[Check]) -> Check:
    """At least one of several types; else what the nearest of them misses."""

    def check(value: Any) -> Iterable[Mismatch]:
        misses: list[list[Mismatch]] = []
        for part in parts:
            wrong = list(part(value))
            if not wrong:
                return FINE
            misses.append(wrong)
        return min(misses, key=distance)

    return check


def combined(checks: list[Check], *, nullable: bool) -> Check:
    """All checks of one type, and its stance on null."""
    if len(checks) == 1:
        (only,) = checks
        if not nullable:
            return only
        return lambda value: FINE if value is None else only(value)

    def check(value: Any) -> Iterable[Mismatch]:
        if value is None:
            return FINE if nullable else (("", "is null"),)
        return [mismatch for part in checks for mismatch in part(value)]

    return check
