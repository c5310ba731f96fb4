"""The words of deleting by a query."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from charter.kernel.errors import DomainError, InvalidInput, Kind

USUAL_LIMIT = 100
MOST_AT_ONCE = 1000
FORGOTTEN_FOR = timedelta(days=30)
"""How long what was deleted is not brought back by what a provider says of it."""


class RecordKind(StrEnum):
    """What is deleted."""

    PAYMENT = "payment"
    INVOICE = "invoice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deletion:
    """What to delete.

    query: 1 to 1,024 characters of Lucene's syntax, without negation, ranges and bare words.
    limit: 1 to 1,000. expected_count: how many the caller believes that there are.
    """

    query: str
    dry_run: bool = False
    limit: int = USUAL_LIMIT
    expected_count: int | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """One of those that go: what says which it is. amount: in the currency's smallest unit."""

    id: str
    external_id: str | None
    status: str
    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class Deleted:
    """What a query found, and what is gone: nothing where it was only tried."""

    dry_run: bool
    query: str
    matched: int
    deleted: int
    limit: int
    truncated: bool
    items: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class DeletionRecord:
    """What the stream keeps of a deletion. id: the organization's."""

    id: str
    organization_id: str
    query: str
    matched: int
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tombstone:
    """That a record was deleted which a provider knows as external_id."""

    kind: RecordKind
    external_id: str
    forgotten_until: datetime


class QueryNamesNothing(InvalidInput):
    """The query could match everything."""

    code = "query_names_nothing"
    message = "{parameter} is not valid at position {position}: {reason}"
    parameter = "query"


class MatchCountDiffers(DomainError):
    """There are not as many as the caller believes."""

    kind, code = Kind.CONFLICT, "match_count_differs"
    message = "The query matches {matched} records."
    parameter = "expected_count"
