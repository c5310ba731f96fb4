"""Reads the options of a query: what a list is asked.

Source: OData 4.01, part 1, section 11.2; part 2, section 5.1.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from charter.kernel.errors import DomainError, InvalidInput, Kind
from charter.kernel.filters import odata
from charter.kernel.filters.plain import Query as Given
from charter.surfaces.odata.shapes import Query
from charter.wire.call import Lists

MOST = 200
FURTHEST = 2**31 - 1
OFFERED = ("$filter", "$orderby", "$skip", "$top", "$count", "$select")
NOT_OFFERED = frozenset(
    {"$expand", "$search", "$compute", "$apply", "$format", "$index", "$levels", "$schemaversion"}
    | {"$skiptoken", "$deltatoken", "$id"}
)
OPTIONS_OFFERED: Mapping[str, Any] = {
    "$filter": {"type": "string"},
    "$orderby": {"type": "string"},
    "$skip": {"type": "integer", "minimum": 0, "maximum": FURTHEST, "default": 0},
    "$top": {"type": "integer", "minimum": 0, "maximum": MOST, "default": 50},
    "$count": {"type": "boolean"},
    "$select": {"type": "string"},
}


class OptionNotOffered(DomainError):
    """An option of the standard that lists of this server do not take."""

    kind, code = Kind.NOT_IMPLEMENTED, "option_not_offered"
    message = "{parameter} is not implemented; the options here are {offered}."


def asked(given: Given, lists: Lists, properties: Sequence[str], now: datetime) -> Query:
    """What a query asks of a list.

    Raises: InvalidInput and its kinds, OptionNotOffered, FilterNotSupported.
    """
    options = _options(given, OFFERED)
    names, chosen = lists.orders, options.get("$select")
    where = options.get("$filter")
    top, skip = options.get("$top"), options.get("$skip")
    return Query(
        where=None if where is None else odata.parse(where, names, now),
        order=odata.orders(options["$orderby"], names) if "$orderby" in options else (),
        limit=lists.limit if top is None else odata.whole(top, most=MOST, parameter="$top"),
        offset=0 if skip is None else odata.whole(skip, most=FURTHEST, parameter="$skip"),
        select=None if chosen is None else odata.selected(chosen, properties),
        tells_count=_flag(options.get("$count")),
        is_whole=top is None,
        options=tuple((name, text) for name, text in options.items() if name != "$skip"),
    )


def counted(given: Given, lists: Lists, now: datetime) -> Query:
    """What a query asks of a list that is only counted. Raises: as `asked`."""
    where = _options(given, ("$filter",)).get("$filter")
    return Query(where=None if where is None else odata.parse(where, lists.orders, now), limit=0)


def _options(given: Given, offered: Sequence[str]) -> dict[str, str]:
    """The options by their names with `$`, which may be left out; none comes twice."""
    found: dict[str, str] = {}
    for name, text in given.items():
        option = name.lower() if name.startswith("$") else f"${name.lower()}"
        if option in NOT_OFFERED or (option in OFFERED and option not in offered):
            raise OptionNotOffered(option, offered=", ".join(offered))
        if option not in offered:
            raise InvalidInput(name[:64], reason=f"the options here are {', '.join(offered)}")
        if option in found or not isinstance(text, str):
            raise InvalidInput(option, reason="it comes twice")
        found[option] = text
    return found


def _flag(text: str | None) -> bool:
    if text is not None and text.lower() not in ("true", "false"):
        raise InvalidInput("$count", reason="it must be true or false")
    return text is not None and text.lower() == "true"
