"""What calls of this API have in common: roles, times, lists, acknowledgements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Annotated, Any, TypeAlias
from urllib.parse import urlencode

import msgspec

from charter.core.vocabulary import CREATOR_ROLE, MANAGER_ROLE, MEMBER_ROLE, VIEWER_ROLE
from charter.kernel.lists import Found, Search
from charter.wire.call import Out, View

ROLES = {"admin": MANAGER_ROLE, "user": MEMBER_ROLE, "viewer": VIEWER_ROLE}
"""This API's role names, and the keys of the same roles in the core. Ownership is no role here."""

_NAMES = {**{key: name for name, key in ROLES.items()}, CREATOR_ROLE: "admin"}


def role_name(key: str) -> str:
    """A role as this API names it; one made by the app keeps its key."""
    return _NAMES.get(key, key)


def role_keys(names: Sequence[str]) -> tuple[str, ...]:
    """Keys of roles for this API's names; roles made by the app are named by their keys."""
    return tuple(ROLES.get(name, name) for name in names)


Moment: TypeAlias = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time"})]
"""A moment as it stands on the wire."""


def moment(at: datetime) -> Moment:
    """ISO 8601 in UTC with Z, with microseconds where there are any: filters compare with it."""
    return at.isoformat().removesuffix("+00:00") + "Z"


class Ack(Out):
    """Success, in words."""

    success: bool
    message: str


class Acknowledged:
    """Answers that something was done."""

    type = Ack

    def __init__(self, message: str) -> None:
        self.message = message

    def of(self, _result: Any, _view: View) -> Ack:
        """Always the same."""
        return Ack(success=True, message=self.message)


@dataclass(frozen=True)
class Query(Search):
    """A search with what only this API asks for.

    select: the properties that are wanted; None, all. tells_count: whether the count is to stand
    under the standard's name too. is_whole: whether all rows were asked for, so that a page which
    has not all of them says where the next is. options: those of the query, but for `$skip`.
    """

    select: tuple[str, ...] | None = None
    tells_count: bool = False
    is_whole: bool = False
    options: tuple[tuple[str, str], ...] = ()


class Page(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A page of a list. `count` is the number of all that match, on all pages."""

    value: list[Any]
    count: int
    annotated: int | msgspec.UnsetType = msgspec.field(name="@odata.count", default=msgspec.UNSET)
    next: str | msgspec.UnsetType = msgspec.field(name="@odata.nextLink", default=msgspec.UNSET)


@cache
def page_of(item: Any) -> Any:
    """What a page of these is described as: with what it holds, of which `$select` leaves out."""
    name = item.__name__.removesuffix("Out")
    fields = [
        (each.name, each.type | msgspec.UnsetType, msgspec.UNSET)
        for each in msgspec.structs.fields(item)
    ]
    selected: Any = msgspec.defstruct(f"{name}Selected", fields)
    return msgspec.defstruct(
        f"{name}Page", [("value", list[selected])], bases=(Page,), kw_only=True
    )


class Listed:
    """Answers a Found as `value` and `count`, with a link to the next page where rows are left.

    The link is for who named no `$top`, as the standard asks for it.
    Source: OData 4.01, part 1, sections 11.2.6 and 11.2.6.7; JSON format, section 4.5.
    """

    def __init__(self, item: Any, name: str) -> None:
        self.item = item
        self.name = name
        self.type = page_of(item)

    @property
    def properties(self) -> tuple[str, ...]:
        """The names that `$select` may hold."""
        names: tuple[str, ...] = self.item.__struct_encode_fields__
        return names

    def of(self, found: Found[Any], view: View) -> Page:
        """The page, with the properties that were asked for."""
        query: Query = view.inputs["search"]
        rows = [self.item.of(row, view) for row in found.items]
        chosen = [_chosen(row, query.select) for row in rows] if query.select else rows
        page = Page(value=chosen, count=found.total or 0)
        if query.tells_count:
            page.annotated = page.count
        end = query.offset + len(rows)
        if query.is_whole and rows and end < page.count:
            page.next = f"{self.name}?{urlencode([*query.options, ('$skip', str(end))])}"
        return page


def _chosen(row: Any, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


class Counted:
    """Answers how many rows a list has, as text.

    Source: OData 4.01, part 1, section 11.2.10; part 2, section 4.8.
    """

    type = int
    content_type = "text/plain"

    def of(self, found: Found[Any], _view: View) -> int:
        """The number."""
        return found.total or 0
