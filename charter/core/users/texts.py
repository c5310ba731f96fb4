"""The texts of a user and how long they may be."""

import re
from collections.abc import Mapping
from typing import Any

from charter.kernel.errors import InvalidInput

LONGEST = {"external_id": 255, "first_name": 256, "last_name": 256, "locale": 35}
"""Characters. 35 are what RFC 5646 asks to be stored of a language tag."""
MAXIMUM_ORGANIZATIONS = 2**31 - 1
_UNSTORABLE = re.compile("[\\x00-\\x1f\\x7f\\ud800-\\udfff]")


def check_texts(given: Any) -> None:
    """Refuse texts that are too long, and a limit of organizations that is none.

    given: a payload with the fields of LONGEST and `organizations_limit`, each of which may be
        None or UNSET.
    Raises: InvalidInput.
    """
    check_names({name: getattr(given, name) for name in LONGEST})
    limit = given.organizations_limit
    if isinstance(limit, int) and not 0 <= limit <= MAXIMUM_ORGANIZATIONS:
        raise InvalidInput("organizations_limit", reason="it must be 0 or more")


def check_names(given: Mapping[str, Any]) -> None:
    """Refuse those of the texts of LONGEST that are too long. Raises: InvalidInput."""
    for name, longest in LONGEST.items():
        text = given.get(name)
        if isinstance(text, str) and len(text) > longest:
            raise InvalidInput(name, reason=f"it must not exceed {longest} characters")


def check_storable(given: Mapping[str, Any]) -> None:
    """Refuse texts that the database cannot hold, or that are too long. Raises: InvalidInput."""
    check_names(given)
    for name, text in given.items():
        if isinstance(text, str) and _UNSTORABLE.search(text):
            raise InvalidInput(name, reason="it must not contain control characters")
