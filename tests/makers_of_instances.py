"""Arguments for what an app's server does with its instance: its domains and its tests."""

from collections.abc import Callable
from typing import Any

from tests.cast import Cast

MAKERS: dict[str, Callable[[Cast], dict[str, Any]]] = {
    "testing_tokens.create": lambda _: {},
}
"""Every operation, with what makes its arguments."""
