"""The operations of the contract, found by method and path."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.contract.doors import DOORS, Door
from tests.contract.shapes import Check, Shapes


@dataclass(frozen=True)
class Body:
    """A documented request body."""

    content_type: str
    fields: frozenset[str]
    """The names of its fields; of its entries' fields where the body is a list."""
    is_list: bool


@dataclass(frozen=True)
class Operation:
    """A documented operation."""

    door: Door = field(hash=False)
    id: str
    method: str
    path: str
    """With its parameters in braces, without the version's prefix."""
    tag: str
    is_core: bool
    """Whether the first publication of the Backend API has it."""
    tier: str
    """How early a browser needs it; empty outside the Frontend API."""
    query: frozenset[str]
    """The names of its query parameters."""
    body: Body | None
    errors: frozenset[int]
    """The documented statuses from 400 on."""
    answers: Mapping[int, Check | None] = field(hash=False)
    """The documented success statuses, each with the check of its body; None: without a body."""
    error_bodies: Mapping[int, Check] = field(hash=False)
    """The error statuses whose body may be of another form than the door's own."""
    error_form: Check = field(hash=False)
    """The check of the door's own form of errors."""

    @property
    def shape(self) -> tuple[str, str]:
        """Method and path with the parameters' names left out."""
        return self.method, shape_of(self.path)


def shape_of(path: str) -> str:
    """A path template with the parameters' names left out: `/users/{}`."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


class Catalogue:
    """All documented operations."""

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = operations
        self.by_shape = {each.shape: each for each in operations}

    @classmethod
    @functools.cache
    def load(cls, door: str = "backend") -> "Catalogue":
        """The catalogue of a door, compiled once a process."""
        found = DOORS[door]
        schemas = json.loads((found.folder / "schemas.json").read_text())
        shapes = Shapes(found.amended(schemas))
        entries = json.loads((found.folder / "catalogue.json").read_text())
        return cls([operation_of(found, entry, shapes) for entry in entries])

    def operation(self, method: str, path: str) -> Operation | None:
        """The operation that a template or a concrete path names, or None.

        `path` may carry the prefix `/v1` and a query; literal parts win over parameters, as
        `/users/count` does over `/users/{user_id}`.
        """
        parts = path.partition("?")[0].removeprefix("/v1").rstrip("/").split("/")[1:]
        shapes = [""]
        for part in parts:
            literal = [] if part.startswith("{") else [f"{shape}/{part}" for shape in shapes]
            shapes = literal + [f"{shape}/{{}}" for shape in shapes]
        for shape in shapes:
            found = self.by_shape.get((method.upper(), shape))
            if found is not None:
                return found
        return None


def operation_of(door: Door, entry: Mapping[str, Any], shapes: Shapes) -> Operation:
    """One entry of the catalogue with the checks of its answers compiled."""
    return Operation(
        door=door,
        id=entry["id"],
        method=entry["method"],
        path=entry["path"],
        tag=entry["tag"],
        is_core=entry.get("core206", False),
        tier=entry.get("tier", ""),
        query=frozenset(each["name"] for each in entry.get("params", ()) if each["in"] == "query"),
        body=body_of(entry["body"], shapes) if "body" in entry else None,
        errors=frozenset(entry["errors"]),
        answers={
            int(status): None if node is None else shapes.check(node)
            for status, node in entry["answers"].items()
        },
        error_bodies={
            int(status): shapes.check(node)
            for status, node in entry.get("error_bodies", {}).items()
        },
        error_form=shapes.check(door.error_form),
    )


def body_of(entry: Mapping[str, Any], shapes: Shapes) -> Body:
    """One documented body."""
    node = entry["type"]
    if isinstance(node, str):
        node = shapes.schemas.get(node.removeprefix("#"), {})
    is_list = "items" in node
    fields = set((node["items"] if is_list else node).get("fields", ()))
    return Body(entry["content_type"], frozenset(fields), is_list)
