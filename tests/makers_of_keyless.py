"""Arguments for keyless starts. The instances of the cast were made by their operator."""

from collections.abc import Callable
from typing import Any

from tests.cast import Cast

MAKERS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "accountless_applications.claim": lambda _: {"token": "x"},
    "accountless_applications.complete": lambda _: {},
    "accountless_applications.create": lambda _: {"source": "nextjs"},
    "accountless_applications.look": lambda _: {"token": "x"},
    "accountless_applications.remove": lambda _: {},
    "accountless_applications.show": lambda _: {},
}
"""Every operation, with what makes its arguments."""

FAILING = dict.fromkeys(
    (
        "accountless_applications.claim",
        "accountless_applications.complete",
        "accountless_applications.look",
        "accountless_applications.show",
    ),
    "the instance was made by its operator",
)
"""Those that fail for everybody here, and why."""
