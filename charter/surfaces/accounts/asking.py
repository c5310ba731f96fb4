"""Reads what a list is asked for: a window, filters, and a query in Lucene's language.

A cursor says where the page before ended: the values of the order's keys in its last row. It is
marked by this server for one list and one query, so that it opens no other.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from charter.kernel.errors import InvalidInput
from charter.kernel.filters import lucene, plain
from charter.kernel.filters.tree import Node, Order, rename
from charter.kernel.lists import Search
from charter.kernel.platform import Platform
from charter.wire.call import In, Lists
from charter.wire.dialect import Asking

MOST, USUAL = 100, 20
MOST_COUNTED = 10_000
CURSOR = "accounts_cursor"
MARK_LENGTH = 43
WINDOW = frozenset({"limit", "cursor"})


class CursorInvalid(InvalidInput):
    """No cursor of this list and query."""

    message = "The cursor is not one of this list, or the query has changed."

    def __init__(self) -> None:
        super().__init__("cursor", reason="take next_cursor as it was given")


class SearchIn(In, kw_only=True):
    """What is looked for. sort: a field, with `-` before it for the last ones first."""

    query: str
    limit: int = USUAL
    cursor: str | None = None
    sort: str | None = None


@dataclass(frozen=True)
class Key:
    """What a list is ordered by: the core's field, the attribute of a row that has its value."""

    field: str
    attribute: str
    kind: Any


NEWEST = Key("created_at", "created_at", datetime)
ID = Key("id", "id", str)


@dataclass(frozen=True)
class Searched(Lists):
    """A list that is asked for in the body, in Lucene's language.

    names: the fields here, with the core's. bare: fields that words without one are looked for in.
    sorts: what may be sorted by. reads: turns ids of this API in a condition into the core's; it
    is told the application's.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    bare: tuple[str, ...] = ()
    sorts: Mapping[str, Key] = field(default_factory=dict)
    reads: Callable[[Node, str], Node] = lambda node, _instance_id: node
    in_body: bool = True


@dataclass(frozen=True)
class Query(Search):
    """A search with what this API's pages need.

    size: how many rows a page has; one more is asked for, to know whether there is a next one.
    binding: what a cursor belongs to. keys: of the order, the id last.
    """

    size: int = USUAL
    binding: str = ""
    keys: tuple[Key, ...] = (NEWEST, ID)


class Window(NamedTuple):
    """How many rows, from where on, of which list: `bound` is all else that was asked for.

    is_counted: whether it says how many there are in all.
    """

    size: int
    cursor: Any
    bound: Any
    is_counted: bool = False


def asked(asking: Asking, lists: Lists) -> Query:
    """What is asked for, in the body or in the query. Raises: InvalidInput, CursorInvalid."""
    if isinstance(lists, Searched):
        return _in_body(asking, lists)
    filters = sorted((name, each) for name, each in asking.query.items() if name not in WINDOW)
    window = Window(_size(asking.query.get("limit")), asking.query.get("cursor"), filters)
    return _query(asking, plain.parse(asking.query, lists.filters), NEWEST, window)


def _in_body(asking: Asking, lists: Searched) -> Query:
    given: SearchIn = asking.body
    node = lucene.parse(given.query, lucene.Rules(bare=lists.bare))
    names = {**lists.names, **{each: each for each in lists.bare}}
    where = lists.reads(rename(node, names), asking.actor.instance_id)
    key, is_descending = _sort(given.sort, lists)
    is_first = given.cursor is None
    window = Window(_size(given.limit), given.cursor, [given.query, given.sort], is_first)
    return _query(asking, where, key, window, is_descending=is_descending)


def _query(
    asking: Asking, where: Node | None, key: Key, window: Window, *, is_descending: bool = True
) -> Query:
    binding = f"{asking.actor.instance_id} {asking.path} {window.bound}"
    behind = None
    if window.cursor is not None:
        behind = _opened(asking.platform, window.cursor, binding, (key, ID))
    return Query(
        where=where,
        order=(Order(key.field, is_descending=is_descending),),
        limit=window.size + 1,
        with_total=window.is_counted,
        most_counted=MOST_COUNTED,
        behind=behind,
        size=window.size,
        binding=binding,
        keys=(key, ID),
    )


def _size(given: Any) -> int:
    if given is None:
        return USUAL
    text = str(given)
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text[:6]) <= MOST:
        raise InvalidInput("limit", reason=f"it must be from 1 to {MOST}")
    return int(text)


def _sort(given: str | None, lists: Searched) -> tuple[Key, bool]:
    if given is None:
        return NEWEST, True
    name = given.removeprefix("-")
    if name not in lists.sorts:
        raise InvalidInput("sort", reason=f"it must be one of {', '.join(lists.sorts)}")
    return lists.sorts[name], given.startswith("-")


def cursor_after(platform: Platform, query: Query, row: Any) -> str:
    """Where the page that ends with a row ends."""
    values = [getattr(row, key.attribute) for key in query.keys]
    text = base64.urlsafe_b64encode(msgspec.json.encode(values)).rstrip(b"=").decode()
    return text + platform.vault.mark(f"{query.binding} {text}", CURSOR)


def _opened(platform: Platform, given: Any, binding: str, keys: tuple[Key, ...]) -> tuple[Any, ...]:
    """The values of a cursor. Raises: CursorInvalid."""
    if not isinstance(given, str) or len(given) <= MARK_LENGTH:
        raise CursorInvalid
    text, mark = given[:-MARK_LENGTH], given[-MARK_LENGTH:]
    if not platform.vault.is_marked(f"{binding} {text}", mark, CURSOR):
        raise CursorInvalid
    try:
        values = msgspec.json.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return tuple(
            msgspec.convert(value, key.kind | None) for value, key in zip(values, keys, strict=True)
        )
    except (binascii.Error, msgspec.DecodeError, ValueError) as broken:
        raise CursorInvalid from broken
