"""The operations of the contract, found by method and path."""

import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.contract.shapes import Check, Shapes

FOLDER = Path(__file__).parent


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

    id: str
    method: str
    path: str
    """With its parameters in braces, without the version's prefix."""
    tag: str
    is_core: bool
    query: frozenset[str]
    """The names of its query parameters."""
    body: Body | None
    errors: frozenset[int]
    """The documented statuses from 400 on."""
    answers: Mapping[int, Check | None] = field(hash=False)
    """The documented success statuses, each with the check of its body; None: without a body."""

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
    def load(cls) -> "Catalogue":
        """The catalogue beside this module, compiled once a process."""
        shapes = Shapes(json.loads((FOLDER / "schemas.json").read_text()))
        entries = json.loads((FOLDER / "catalogue.json").read_text())
        return cls([operation_of(entry, shapes) for entry in entries])

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


def operation_of(entry: Mapping[str, Any], shapes: Shapes) -> Operation:
    """One entry of the catalogue with the checks of its answers compiled."""
    return Operation(
        id=entry["id"],
        method=entry["method"],
        path=entry["path"],
        tag=entry["tag"],
        is_core=entry["core206"],
        query=frozenset(each["name"] for each in entry.get("params", ()) if each["in"] == "query"),
        body=body_of(entry["body"]) if "body" in entry else None,
        errors=frozenset(entry["errors"]),
        answers={
            int(status): None if node is None else shapes.check(node)
            for status, node in entry["answers"].items()
        },
    )


def body_of(entry: Mapping[str, Any]) -> Body:
    """One documented body."""
    node = entry["type"]
    is_list = "items" in node
    fields = set((node["items"] if is_list else node).get("fields", ()))
    return Body(entry["content_type"], frozenset(fields), is_list)
