"""Lists of memberships: of an organization, of a user, of the instance."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import Column, ColumnElement, Text, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.memberships.fields import FIELDS, FIELDS_OF_EVERYONE
from charter.core.memberships.held import EVERYONE
from charter.core.memberships.model import Membership
from charter.core.memberships.queries import SELECT, SELECT_EVERYONE
from charter.core.memberships.tables import memberships
from charter.core.statements import NEWEST_FIRST
from charter.core.users.fields import through_index
from charter.kernel.db import INSTANCE, Db, Statement
from charter.kernel.filters.lift import Shape
from charter.kernel.lists import Listing, Search


class MembershipListing(Listing[Membership]):
    """Memberships that meet conditions of their own table, the newest first.

    Without a filter they are counted by that table alone: each has one user, one organization
    and one role, and joining those would cost more the larger the instance is.
    """

    def __init__(self, *conditions: ColumnElement[bool]) -> None:
        self._conditions = conditions
        newest_first = NEWEST_FIRST
        base = SELECT.where(*conditions)
        super().__init__(base, Membership, FIELDS, memberships.c.id, order=newest_first)

    def _make_count(self, shape: Shape | None, most: int | None) -> Statement[Any]:
        if shape is not None or most is not None:
            return super()._make_count(shape, most)
        return Statement(
            select(func.count())
            .select_from(memberships)
            .where(memberships.c.instance_id == INSTANCE, *self._conditions)
        )


OF_ORGANIZATION = MembershipListing(
    memberships.c.organization_id == bindparam("organization_id", type_=Text)
)
OF_USER = MembershipListing(memberships.c.user_id == bindparam("user_id", type_=Text))
OF_INSTANCE = MembershipListing()
EVERYONE_OF_ORGANIZATION = Listing(
    SELECT_EVERYONE.where(EVERYONE.c.organization_id == bindparam("organization_id", type_=Text)),
    Membership,
    FIELDS_OF_EVERYONE,
    cast("Column[Any]", EVERYONE.c.id),
    order=NEWEST_FIRST,
)
"""Members, and those who are disabled."""


def indexed(search: Search) -> Search:
    """The same search, with parts of names looked up in the index for them."""
    return replace(search, where=through_index(search.where))


def _of(is_meant: ColumnElement[bool]) -> Statement[Membership]:
    newest_first = (memberships.c.created_at.desc(), memberships.c.id.desc())
    return Statement(SELECT.where(is_meant).order_by(*newest_first), Membership)


ALL_OF_USER = _of(memberships.c.user_id == bindparam("user_id", type_=Text))
ALL_OF_USERS = _of(memberships.c.user_id == bindparam("user_ids", type_=ARRAY(Text)).any_())


async def find_of_users(db: Db, user_ids: Sequence[str]) -> dict[str, tuple[Membership, ...]]:
    """The memberships of each of these users, the newest first."""
    found: dict[str, list[Membership]] = {user_id: [] for user_id in user_ids}
    if len(user_ids) == 1:
        # Most browsers have one. PostgreSQL plans a list of ids anew each time it is this short.
        return {user_ids[0]: await db.all(ALL_OF_USER, user_id=user_ids[0])}
    for membership in await db.all(ALL_OF_USERS, user_ids=list(user_ids)):
        found[membership.user_id].append(membership)
    return {user_id: tuple(rows) for user_id, rows in found.items()}
