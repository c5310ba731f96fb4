"""Arguments for the operations of transfers."""

from collections.abc import Callable
from typing import Any

from charter.core.transfers.model import Person
from tests.cast import Cast


class Nowhere:
    """Keeps no rejected record."""

    def keep(self, at: int, rejections: Any) -> int:
        return at


def reading(**more: Any) -> Callable[[Cast], dict[str, Any]]:
    return lambda cast: {"import_id": cast["import"], "place": 0, **more}


MAKERS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "transfers.begin": lambda _: {"source": "b" * 64},
    "transfers.export": lambda _: {"schema": "0", "sink": lambda _line: None},
    "transfers.finish": reading(),
    "transfers.take_lines": reading(lines=[], rejects=Nowhere()),
    "transfers.take_people": reading(
        people_given=[Person(1, {"primary_email_address": "moved@example.com"})], rejects=Nowhere()
    ),
}
"""Every operation, with what makes its arguments."""
