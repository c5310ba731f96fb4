"""The shapes in which this API answers lists, times and deleted things."""

from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import msgspec

from charter.kernel.filters.plain import Query
from charter.kernel.lists import Found
from charter.wire.call import Out, View

Item = TypeVar("Item")


def millis(moment: datetime) -> int:
    """Milliseconds since 1970."""
    return int(moment.timestamp() * 1000)


def millis_or_none(moment: datetime | None) -> int | None:
    """Milliseconds since 1970, or None."""
    return None if moment is None else int(moment.timestamp() * 1000)


def read_time(text: str) -> datetime:
    """A moment in RFC 3339, in UTC. Raises: ValueError."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise ValueError("it must be a time in RFC 3339, with its zone")


def read_time_or_none(text: str | None) -> datetime | None:
    """A moment in RFC 3339, in UTC, or None. Raises: ValueError."""
    return None if text is None else read_time(text)


class Page(msgspec.Struct, Generic[Item], kw_only=True, frozen=True):
    """A page of a list."""

    data: list[Item]
    total_count: int


class Paged:
    """Answers a Found as `data` and `total_count`."""

    def __init__(self, item: Any) -> None:
        self.item = item

    @property
    def type(self) -> Any:
        """For the description of the API."""
        item: Any = self.item
        return Page[item]

    def wants_total(self, _query: Query) -> bool:
        """Always."""
        return True

    def of(self, result: Found[Any], view: View) -> Any:
        """The page."""
        items = [self.item.of(row, view) for row in result.items]
        return Page(data=items, total_count=result.total or 0)


class Bare:
    """Answers a Found as an array; as a page where the query says `paginated=true`."""

    def __init__(self, item: Any) -> None:
        self.item = item

    @property
    def type(self) -> Any:
        """For the description of the API."""
        item: Any = self.item
        return list[item] | Page[item]

    def wants_total(self, query: Query) -> bool:
        """Only a page has one."""
        return query.get("paginated") in ("true", "1")

    def of(self, result: Found[Any], view: View) -> Any:
        """The array, or the page."""
        items = [self.item.of(row, view) for row in result.items]
        if result.total is None:
            return items
        return Page(data=items, total_count=result.total)


class Several:
    """Answers a tuple as an array."""

    def __init__(self, item: Any) -> None:
        self.item = item

    @property
    def type(self) -> Any:
        """For the description of the API."""
        item: Any = self.item
        return list[item]

    def of(self, result: tuple[Any, ...], view: View) -> Any:
        """The array."""
        return [self.item.of(row, view) for row in result]


class Deleted(Out):
    """A thing that is no more."""

    object: str
    id: str
    deleted: bool


class DeletedAs:
    """Answers what was deleted as its kind and id."""

    type = Deleted

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def of(self, result: Any, _view: View) -> Deleted:
        """The deleted thing."""
        return Deleted(object=self.kind, id=result.id, deleted=True)
