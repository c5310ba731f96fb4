"""What a door owns: how it names its callers, asks for lists, and writes answers and errors."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from charter.kernel.actor import Actor
from charter.kernel.errors import DomainError
from charter.kernel.filters.plain import Query
from charter.kernel.lists import Search
from charter.kernel.platform import Platform
from charter.wire.call import Call, Lists


class Credentials(Protocol):
    """The parts of a request that say who calls."""

    def get_header(self, name: str) -> str | None:
        """A header, or None."""


class Dialect(Protocol):
    """One door's way of speaking."""

    name: str
    title: str
    version: str
    mount: str
    calls: Sequence[Call]
    headers: Mapping[str, str]
    """Headers that every call may have beside its credential, with a sentence each."""

    async def actor(self, platform: Platform, request: Credentials) -> Actor:
        """Who calls. Raises: Unauthenticated."""

    def search(self, query: Query, lists: Lists, answer: Any, /) -> Search:
        """What a query asks of a list. Raises: InvalidInput."""

    def refusal(
        self, error: DomainError, call: Call | None, trace_id: str
    ) -> tuple[int, Any, Mapping[str, str]]:
        """Status, body and headers for an error."""

    def statuses(self, call: Call) -> Mapping[int, str]:
        """The error statuses that a call may answer, with a sentence each."""

    def list_parameters(self, call: Call, /) -> Mapping[str, Any]:
        """The query parameters of every list, beside its filters, with their JSON schemas."""

    def error_type(self) -> Any:
        """The Struct of an error's body."""
