"""Finds what a query names, oldest first, and says what goes: the same for every kind of record."""

from collections.abc import Sequence
from typing import Any

from charter.core.query_deletions.model import (
    Deleted,
    Deletion,
    DeletionRecord,
    MatchCountDiffers,
    Named,
    QueryNamesNothing,
)
from charter.core.query_deletions.reading import checked
from charter.kernel.db import Db
from charter.kernel.filters.tree import FilterSyntax, FilterType, Order
from charter.kernel.lists import Listing, Search

OLDEST_FIRST = (Order("created_at"),)
DELETION_ERRORS = (FilterSyntax, FilterType, QueryNamesNothing, MatchCountDiffers)


async def find(
    db: Db,
    listing: Listing[Any],
    names: Sequence[str],
    deletion: Deletion,
    payer_id: str,
) -> tuple[tuple[Any, ...], int]:
    """The records of a payer that go, oldest first and at most `limit`, and how many match.

    The payer is bound beside the query, which can therefore only narrow what is the payer's.
    names: the fields that the query may name.
    Raises: DELETION_ERRORS; InvalidInput.
    """
    where = checked(deletion, names)
    search = Search(where=where, order=OLDEST_FIRST, limit=deletion.limit, with_total=True)
    found = await listing.search(db, search, payer_id=payer_id)
    matched = found.total or 0
    if deletion.expected_count is not None and deletion.expected_count != matched:
        raise MatchCountDiffers(matched=matched)
    return found.items, matched


def told(deletion: Deletion, items: Sequence[Named], matched: int) -> Deleted:
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


def record(
    organization_id: str, deletion: Deletion, items: Sequence[Named], matched: int
) -> DeletionRecord:
    """What the stream keeps of it."""
    ids = tuple(each.id for each in items)
    return DeletionRecord(organization_id, organization_id, deletion.query, matched, ids)


def nothing(listing: Listing[Any], names: Sequence[str], deletion: Deletion) -> Deleted:
    """What is told of an organization that has no records. Raises: as `find`."""
    listing.statements(Search(where=checked(deletion, names)))
    if deletion.expected_count:
        raise MatchCountDiffers(matched=0)
    return told(deletion, (), 0)
