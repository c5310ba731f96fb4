"""What is said of names that are not offered, with the one that may have been meant."""

from collections.abc import Iterable
from difflib import get_close_matches

_MOST_SHOWN = 64


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Why a name is refused. what: a field, a property, a function."""
    cased = {each.lower(): each for each in known}
    meant = get_close_matches(name[:_MOST_SHOWN].lower(), cased, 1)
    reason = f"there is no {what} '{name[:_MOST_SHOWN]}'"
    return f"{reason}; did you mean '{cased[meant[0]]}'?" if meant else reason
