"""Deletes what a query names, oldest first, and says what goes: for every kind of record."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, Protocol, TypeVar

from charter.core.keys.lookup import instance_of
from charter.core.limits.limiting import Limit, limit_subject
from charter.core.payers import queries as payers
from charter.core.query_deletions.model import (
    Deleted,
    Deletion,
    DeletionRecord,
    MatchCountDiffers,
    Named,
    QueryNamesNothing,
    RecordKind,
)
from charter.core.query_deletions.queries import bury
from charter.core.query_deletions.reading import checked
from charter.core.subscriptions.opening import find_payer
from charter.kernel.events import Event
from charter.kernel.filters.tree import FilterSyntax, FilterType, Order
from charter.kernel.lists import Listing, Search
from charter.kernel.operation import Context

OLDEST_FIRST = (Order("created_at"),)
DELETION_ERRORS = (FilterSyntax, FilterType, QueryNamesNothing, MatchCountDiffers)
DELETIONS = Limit("query_deletions", 10, timedelta(minutes=1))
"""Deletions in an organization, those that are only tried among them."""


class Record(Protocol):
    """What is deleted."""

    @property
    def external_id(self) -> str | None:
        """What a provider knows it as."""

    @property
    def named(self) -> Named:
        """What says which it is."""


R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Deletable(Generic[R]):
    """A kind of record of payers.

    listing: finds those of a payer_id. names: the fields that a query may name. remove: takes
    records of a payer away. deleted: the event that tells of it.
    """

    kind: RecordKind
    listing: Listing[R]
    names: Sequence[str]
    remove: Callable[[Context, str, Sequence[R]], Awaitable[None]]
    deleted: Callable[[DeletionRecord], Event]


async def delete(
    ctx: Context, organization_id: str, deletion: Deletion, kind: Deletable[R]
) -> Deleted:
    """Delete what the query names among an organization's, at most `limit`; or only say what goes.

    What goes is not brought back for 30 days by what a provider says of it.
    Raises: OrganizationNotFound; DELETION_ERRORS; InvalidInput; TooManyAttempts.
    Announces: `kind.deleted`, unless nothing goes.
    """
    await limit_subject(ctx, await instance_of(ctx), DELETIONS, organization_id)
    payer = await find_payer(ctx, user_id=None, organization_id=organization_id)
    if payer is None:
        # The query is read all the same, so that a wrong one is refused.
        kind.listing.statements(Search(where=checked(deletion, kind.names)))
        return _told(deletion, (), _expected(deletion, 0))
    await payers.lock_payer(ctx.db, payer.id)
    found, matched = await _find(ctx, deletion, kind, payer.id)
    items = [each.named for each in found]
    if found and not deletion.dry_run:
        await kind.remove(ctx, payer.id, found)
        names = [each.external_id for each in found if each.external_id is not None]
        await bury(ctx.db, kind.kind, names, ctx.now)
        ids = tuple(each.id for each in items)
        ctx.announce(
            kind.deleted(
                DeletionRecord(organization_id, organization_id, deletion.query, matched, ids)
            )
        )
    return _told(deletion, items, matched)


async def _find(
    ctx: Context, deletion: Deletion, kind: Deletable[R], payer_id: str
) -> tuple[tuple[R, ...], int]:
    """The records that go, and how many match.

    The payer is bound beside the query, which can therefore only narrow what is the payer's.
    """
    search = Search(
        where=checked(deletion, kind.names),
        order=OLDEST_FIRST,
        limit=deletion.limit,
        with_total=True,
    )
    found = await kind.listing.search(ctx.db, search, payer_id=payer_id)
    return found.items, _expected(deletion, found.total or 0)


def _expected(deletion: Deletion, matched: int) -> int:
    """How many match. Raises: MatchCountDiffers, where the caller believes something else."""
    if deletion.expected_count is not None and deletion.expected_count != matched:
        raise MatchCountDiffers(matched=matched)
    return matched


def _told(deletion: Deletion, items: Sequence[Named], matched: int) -> Deleted:
    """What the caller is told."""
    return Deleted(
        dry_run=deletion.dry_run,
        query=deletion.query,
        matched=matched,
        deleted=0 if deletion.dry_run else len(items),
        limit=deletion.limit,
        truncated=matched > deletion.limit,
        items=tuple(items),
    )
