"""The shapes of this API's answers: the envelope, pages of lists, redirects, proofs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import msgspec

from charter.kernel.lists import Found
from charter.surfaces.backend.shapes import Deleted
from charter.wire.call import View

Response = TypeVar("Response")
State = TypeVar("State")


class Enveloped(msgspec.Struct, Generic[Response, State], kw_only=True):
    """What is around nearly every answer: the browser's whole state beside what was asked."""

    response: Response
    client: State


class Wrapped:
    """Answers `response` in an envelope with the browser's state."""

    def __init__(self, item: Any) -> None:
        self.item = item

    @property
    def type(self) -> Any:
        """For the description of the API."""
        # The client's own shape holds shapes that are made of those here.
        from charter.surfaces.frontend.client_out import ClientOut  # noqa: PLC0415

        inner: Any = getattr(self.item, "type", self.item)
        return Enveloped[inner, ClientOut | None]

    def of(self, result: Any, view: View) -> Any:
        """What stands in `response`."""
        return self.item.of(result, view)


class Nothing:
    """Stands in `response` where there is nothing to say."""

    type = None

    @classmethod
    def of(cls, _result: Any, _view: View) -> None:
        """Null."""


class PageOut(msgspec.Struct, kw_only=True):
    """A page of a list."""

    data: list[Any]
    total_count: int


class Listed:
    """Answers a Found as `data` and `total_count`."""

    type = PageOut

    def __init__(self, item: Any) -> None:
        self.item = item

    def of(self, result: Found[Any], view: View) -> PageOut:
        """The page."""
        items = [self.item.of(row, view) for row in result.items]
        return PageOut(data=items, total_count=result.total or 0)


class Gone:
    """Answers what was deleted as its kind and id."""

    type = Deleted

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def of(self, result: Any, _view: View) -> Deleted:
        """The deleted thing."""
        return Deleted(object=self.kind, id=result.id, deleted=True)


@dataclass(frozen=True, slots=True)
class Redirect:
    """A result that sends the browser elsewhere. `cookies` are complete Set-Cookie values."""

    location: str
    status: int = 303
    cookies: tuple[str, ...] = ()


class Redirecting:
    """Sends the browser to the `location` of a result, with its `cookies`.

    renews_client: whether the browser's own cookie is handed out anew, to be kept for longer.
    """

    type = None

    def __init__(self, status: int = 303, *, renews_client: bool = False) -> None:
        self.status = status
        self.renews_client = renews_client

    def of(self, result: Any, _view: View) -> Redirect:
        """Where the browser goes."""
        return Redirect(result.location, self.status, tuple(getattr(result, "cookies", ())))


@dataclass(frozen=True, slots=True)
class Page:
    """A page of ours, with the headers that guard it."""

    html: str
    headers: Mapping[str, str]


class Paged:
    """Answers with a page, or sends the browser elsewhere; `draw` decides which."""

    type = None

    def __init__(self, draw: Callable[[Any, View], Page | Redirect]) -> None:
        self.draw = draw

    def of(self, result: Any, view: View) -> Page | Redirect:
        """The page."""
        return self.draw(result, view)
