"""The documented webhook events, and a check of the body of one."""

import functools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.contract.amendments import LINK, Amendment
from tests.contract.shapes import Check, Shapes

FOLDER = Path(__file__).parent / "webhooks"
PENDING = Amendment("Session", "status", "the document's own example says so", also=("pending",))


@functools.cache
def events() -> Mapping[str, Check]:
    """Every documented event with the check of its body."""
    schemas = LINK.made(PENDING.made(json.loads((FOLDER / "schemas.json").read_text())))
    shapes = Shapes(schemas)
    entries = json.loads((FOLDER / "catalogue.json").read_text())
    return {entry["name"]: shapes.check(entry["body"]) for entry in entries}


def mismatches(body: Any) -> list[str]:
    """Everything in which a body is not as its type is documented."""
    return [f"{path}: {why}" for path, why in events()[body["type"]](body)]
