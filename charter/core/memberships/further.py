"""Every SQL statement that writes further roles, the ones beside a member's primary role."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, Table, Text, any_, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from charter.core.memberships.model import (
    Membership,
    MembershipRole,
    MembershipUpdated,
    RoleInSet,
)
from charter.core.memberships.queries import SELECT
from charter.core.memberships.tables import (
    disabled_membership_roles,
    disabled_memberships,
    membership_roles,
    memberships,
)
from charter.core.organizations.tables import organizations
from charter.core.statements import NOW
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.operation import Context

_texts = ARRAY(Text)

INSERT = inserting(membership_roles)
CLEAR = Statement[None](
    delete(membership_roles).where(
        membership_roles.c.instance_id == INSTANCE,
        membership_roles.c.membership_id == bindparam("membership_id", type_=Text),
    )
)
MEMBERS = Statement(
    SELECT.where(memberships.c.id == any_(bindparam("ids", type_=_texts))), Membership
)
TOUCH = Statement[None](
    update(memberships)
    .where(
        memberships.c.instance_id == INSTANCE,
        memberships.c.id == any_(bindparam("ids", type_=_texts)),
    )
    .values(updated_at=NOW)
)


def of_set() -> Select[Any]:
    """The ids of the organizations that use a role set."""
    return select(organizations.c.id).where(
        organizations.c.instance_id == INSTANCE,
        organizations.c.role_set_id == bindparam("role_set_id", type_=Text),
    )


class Reassigning:
    """What gives members of a role set's organizations other roles, in the tables of one kind.

    Nobody is left with the same role twice: what becomes the primary role stays no further one.
    """

    def __init__(self, of: Table, further: Table) -> None:
        pairs = select(
            func.unnest(bindparam("from_ids", type_=_texts), type_=Text).label("from_id"),
            func.unnest(bindparam("to_ids", type_=_texts), type_=Text).label("to_id"),
        ).subquery("pairs")
        self._primary = Statement[Any](
            update(of)
            .where(
                of.c.instance_id == INSTANCE,
                of.c.role_id == pairs.c.from_id,
                of.c.organization_id.in_(of_set()),
            )
            .values(role_id=pairs.c.to_id, updated_at=NOW)
            .returning(of.c.id)
        )
        self._taken = Statement[Any](
            delete(further)
            .where(
                further.c.instance_id == INSTANCE,
                further.c.role_id == pairs.c.from_id,
                of.c.instance_id == further.c.instance_id,
                of.c.id == further.c.membership_id,
                of.c.organization_id.in_(of_set()),
            )
            .returning(further.c.membership_id, pairs.c.to_id)
        )
        given = select(
            INSTANCE,
            func.unnest(bindparam("ids", type_=_texts), type_=Text),
            func.unnest(bindparam("role_ids", type_=_texts), type_=Text),
        )
        self._given = Statement[None](
            upsert(further)
            .from_select(["instance_id", "membership_id", "role_id"], given)
            .on_conflict_do_nothing()
        )
        self._single = Statement[None](
            delete(further).where(
                further.c.instance_id == INSTANCE,
                further.c.membership_id == any_(bindparam("ids", type_=_texts)),
                of.c.instance_id == further.c.instance_id,
                of.c.id == further.c.membership_id,
                of.c.role_id == further.c.role_id,
            )
        )

    async def run(
        self, ctx: Context, role_set_id: str, from_ids: Sequence[str], to_ids: Sequence[str]
    ) -> set[str]:
        """Give those with one role the other at the same place. Returns: whose roles changed.

        All at once, so that of `a` to `b` and `b` to `c` nobody goes both ways.
        """
        pairs = {"role_set_id": role_set_id, "from_ids": from_ids, "to_ids": to_ids}
        primary = await ctx.db.all(self._primary, **pairs, now=ctx.now)
        taken = await ctx.db.all(self._taken, **pairs)
        touched = {row[0] for row in (*primary, *taken)}
        if taken:
            ids, role_ids = [row[0] for row in taken], [row[1] for row in taken]
            await ctx.db.run(self._given, ids=ids, role_ids=role_ids)
        if touched:
            await ctx.db.run(self._single, ids=list(touched))
        return touched


OF_MEMBERS = Reassigning(memberships, membership_roles)
OF_DISABLED = Reassigning(disabled_memberships, disabled_membership_roles)


def _promoting(organization: Any) -> Statement[Any]:
    """Let a role change places with the primary one of those who hold it beside another."""
    taken = (
        delete(membership_roles)
        .where(
            membership_roles.c.instance_id == INSTANCE,
            membership_roles.c.role_id == bindparam("creator_role_id", type_=Text),
            memberships.c.instance_id == membership_roles.c.instance_id,
            memberships.c.id == membership_roles.c.membership_id,
            organization,
        )
        .returning(memberships.c.id, memberships.c.role_id)
        .cte("taken")
    )
    kept = (
        insert(membership_roles)
        .from_select(
            ["instance_id", "membership_id", "role_id"],
            select(INSTANCE, taken.c.id, taken.c.role_id),
        )
        .cte("kept")
    )
    return Statement[Any](
        update(memberships)
        .where(memberships.c.instance_id == INSTANCE, memberships.c.id == taken.c.id)
        .values(role_id=bindparam("creator_role_id", type_=Text), updated_at=NOW)
        .returning(memberships.c.id)
        .add_cte(kept)
    )


PROMOTE_IN_SET = _promoting(memberships.c.organization_id.in_(of_set()))
PROMOTE_IN_ORGANIZATION = _promoting(
    memberships.c.organization_id == bindparam("organization_id", type_=Text)
)


async def promote(ctx: Context, creator_role_id: str | None, **where: str) -> set[str]:
    """Make the creator's role the primary one of those who hold it beside another.

    where: `role_set_id` or `organization_id`, whose organizations are locked.
    Returns: whose roles changed.
    """
    if creator_role_id is None:
        return set()
    statement = PROMOTE_IN_SET if "role_set_id" in where else PROMOTE_IN_ORGANIZATION
    found = await ctx.db.all(statement, creator_role_id=creator_role_id, now=ctx.now, **where)
    return {row[0] for row in found}


async def announce(ctx: Context, ids: Iterable[str]) -> None:
    """Say that the roles of these members changed. Announces: MembershipUpdated."""
    touched = sorted(ids)
    if not touched:
        return
    await ctx.db.run(TOUCH, ids=touched, now=ctx.now)
    for member in await ctx.db.all(MEMBERS, ids=touched):
        ctx.announce(MembershipUpdated(member))


async def give(db: Db, membership_id: str, roles: Iterable[RoleInSet]) -> None:
    """Let a membership hold further roles, beside those it holds."""
    rows = [MembershipRole(membership_id, role.id) for role in roles]
    await db.insert_all(INSERT, rows)


async def replace(db: Db, member: Membership, roles: Sequence[RoleInSet]) -> None:
    """Let a member hold these further roles alone."""
    if member.further_role_keys:
        await db.run(CLEAR, membership_id=member.id)
    await give(db, member.id, roles)
