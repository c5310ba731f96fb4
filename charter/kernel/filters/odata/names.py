"""The names of properties that a surface offers, and what is said of others."""

from collections.abc import Iterable
from difflib import get_close_matches

from charter.kernel.filters.tree import FilterType, Place, mistyped

_MOST_SHOWN = 64


def unknown(name: str, known: Iterable[str], at: Place) -> FilterType:
    """The error for a property that is not offered, with the one that may have been meant."""
    cased = {each.lower(): each for each in known}
    meant = get_close_matches(name[:_MOST_SHOWN].lower(), cased, 1)
    reason = f"there is no property '{name[:_MOST_SHOWN]}'"
    return mistyped(at, f"{reason}; did you mean '{cased[meant[0]]}'?" if meant else reason)


def unknown_function(name: str, known: Iterable[str]) -> str:
    """What is said of a function that is not in the standard."""
    meant = get_close_matches(name[:_MOST_SHOWN].lower(), known, 1)
    reason = f"there is no function {name[:_MOST_SHOWN]}"
    return f"{reason}; did you mean {meant[0]}?" if meant else reason
