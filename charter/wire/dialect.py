"""What a door owns: how it names its callers, asks for lists, and writes answers and errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import msgspec

from charter.kernel.actor import Actor
from charter.kernel.errors import DomainError
from charter.kernel.filters.plain import Query
from charter.kernel.lists import Search
from charter.kernel.platform import Platform
from charter.wire.call import Call, Lists, View


@dataclass(frozen=True, slots=True)
class Written:
    """An answer as it goes out. `cookies` are complete Set-Cookie values, in their order."""

    status: int
    data: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """What a request asks of a list: by its query, or in its body where `Lists.in_body` says so.

    path: that of the request, whose page a mark of a place in the list belongs to.
    """

    query: Query
    body: Any
    path: str
    platform: Platform
    actor: Actor
    now: datetime


class Credentials(Protocol):
    """The parts of a request that say who calls."""

    @property
    def context(self) -> Any:
        """What was found out about the request before it was routed."""

    @property
    def params(self) -> Mapping[str, Any]:
        """The query, by name."""

    @property
    def path(self) -> str:
        """The path that is routed."""

    def get_header(self, name: str) -> str | None:
        """A header, or None."""

    def get_cookie_values(self, name: str) -> list[str] | None:
        """All values of a cookie, or None."""


def only_cookie(request: Credentials, name: str) -> str | None:
    """The cookie's value; None where there is none, or several.

    A sibling host can set a second one of the same name, and nothing tells which is whose
    (RFC 6265 section 8.6).
    """
    found = request.get_cookie_values(name) or []
    return found[0] if len(found) == 1 else None


def page_origin(request: Credentials) -> str | None:
    """The origin of the page that asks: as its browser says, or as a trusted proxy does for it."""
    vouched: str | None = getattr(request.context, "page_origin", None)
    return request.get_header("origin") or vouched


class Dialect(Protocol):
    """One door's way of speaking."""

    name: str
    title: str
    version: str
    mount: str
    calls: Sequence[Call]
    headers: Mapping[str, str]
    """Headers that every call may have beside its credential, with a sentence each."""
    error_media: str
    """What the body of an error is called."""

    async def actor(self, platform: Platform, request: Credentials) -> Actor:
        """Who calls. Raises: Unauthenticated."""

    async def write(self, call: Call, result: Any, view: View, request: Credentials, /) -> Written:
        """The answer to a call that succeeded."""

    def search(self, asking: Asking, lists: Lists, answer: Any, /) -> Search:
        """What a request asks of a list. Raises: InvalidInput."""

    def refusal(
        self, error: DomainError, call: Call | None, request: Credentials, /
    ) -> tuple[int, Any, Mapping[str, str]]:
        """Status, body and headers for an error. A body of bytes is written as it is."""

    def statuses(self, call: Call) -> Mapping[int, str]:
        """The error statuses that a call may answer, with a sentence each."""

    def list_parameters(self, call: Call, /) -> Mapping[str, Any]:
        """The query parameters of every list, beside its filters, with their JSON schemas."""

    def error_type(self) -> Any:
        """The Struct of an error's body."""


JSON = "application/json"
encode = msgspec.json.Encoder().encode


def encoded(call: Call, result: Any, view: View) -> bytes:
    """The body of an answer, as the call's Out writes it."""
    return b"" if call.out is None else encode(call.out.of(result, view))


class PlainAnswers:
    """For dialects whose answers are what their Outs write, and nothing around it."""

    error_media = JSON

    async def write(self, call: Call, result: Any, view: View, _request: Credentials, /) -> Written:
        """The result, as the call's Out writes it."""
        return Written(call.status, encoded(call, result, view))
