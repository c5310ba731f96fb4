"""What calls of this API have in common: moments, roles, pages of lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Annotated, Any, TypeAlias

import msgspec

from charter.core.oauth_authorizations.account_ids import ROLES
from charter.kernel.lists import Found
from charter.surfaces.accounts.asking import Query, cursor_after
from charter.wire.call import View

ROLE_KEYS = {name: key for key, name in ROLES.items()}
"""This API's role names, and the keys of the same roles in the core."""


def role_name(key: str) -> str:
    """A role as this API names it; one made by the application keeps its key."""
    return ROLES.get(key, key)


def role_key(name: str) -> str:
    """The key of a role for this API's name; roles made by the application are named by keys."""
    return ROLE_KEYS.get(name, name)


Moment: TypeAlias = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time"})]
"""A moment as it stands on the wire. Source: RFC 3339, in UTC."""


def moment(at: datetime) -> Moment:
    """RFC 3339 in UTC with Z, to the microsecond where there are any."""
    return at.isoformat().removesuffix("+00:00") + "Z"


def moment_or_none(at: datetime | None) -> Moment | None:
    """The moment, if there is one."""
    return None if at is None else moment(at)


@dataclass(frozen=True)
class Beside:
    """What goes out beside an answer. script: the answer, for a page that loads it as one."""

    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Sequence[str] = ()
    script: str | None = None


NOTHING = Beside()


class Page(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A page of a list. next_cursor: asks for the next one; null on the last.

    total: how many a search finds in all; on its first page, and up to 10,000.
    """

    items: list[Any]
    next_cursor: str | None
    total: int | None = None


@cache
def page_of(item: Any) -> Any:
    """What a page of these is described as: the same, with what it holds."""
    name = item.__name__.removesuffix("Out")
    return msgspec.defstruct(f"{name}Page", [("items", list[item])], bases=(Page,), kw_only=True)


class Listed:
    """Answers a Found as a page."""

    def __init__(self, item: Any) -> None:
        self.item = item
        self.type = page_of(item)

    def of(self, found: Found[Any], view: View) -> Page:
        """The page."""
        query: Query = view.inputs["search"]
        rows: Sequence[Any] = found.items[: query.size]
        has_more = len(found.items) > query.size
        return Page(
            items=[self.item.of(row, view) for row in rows],
            next_cursor=cursor_after(view.platform, query, rows[-1]) if has_more else None,
            total=found.total,
        )
