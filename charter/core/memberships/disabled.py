"""Every SQL statement that writes disabled members: a row leaves its table for another and back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Table, Text, bindparam, delete, insert, select, update

from charter.core.memberships.model import MemberNotFound, Membership, MembershipRole, RoleInSet
from charter.core.memberships.queries import DISABLED, delete_member
from charter.core.memberships.tables import (
    disabled_membership_roles,
    disabled_memberships,
    membership_roles,
    memberships,
)
from charter.core.statements import NOW
from charter.kernel.db import INSTANCE, Db, Statement, inserting

_id = bindparam("id", type_=Text)
_KEPT = (
    "instance_id",
    "id",
    "organization_id",
    "user_id",
    "public_metadata",
    "private_metadata",
    "created_at",
)
"""What goes along in both directions."""


def _moving(source: Table, target: Table, **values: Any) -> Statement[None]:
    rows = select(*(source.c[name] for name in _KEPT), *values.values())
    return Statement[None](
        insert(target).from_select(
            [*_KEPT, *values], rows.where(source.c.instance_id == INSTANCE, source.c.id == _id)
        )
    )


# In both directions the row is written before the other is deleted: whoever deletes its user
# meanwhile is waited for without holding anything that they need.
DISABLE = _moving(
    memberships,
    disabled_memberships,
    role_id=memberships.c.role_id,
    updated_at=NOW,
    disabled_at=NOW,
)
DISABLE_ROLES = Statement[None](
    insert(disabled_membership_roles).from_select(
        ["instance_id", "membership_id", "role_id"],
        select(membership_roles).where(
            membership_roles.c.instance_id == INSTANCE, membership_roles.c.membership_id == _id
        ),
    )
)
ENABLE = _moving(
    disabled_memberships,
    memberships,
    role_id=bindparam("new_role_id", type_=Text),
    updated_at=NOW,
)
DELETE = Statement[None](
    delete(disabled_memberships).where(
        disabled_memberships.c.instance_id == INSTANCE, disabled_memberships.c.id == _id
    )
)

SET_ROLE = Statement[None](
    update(disabled_memberships)
    .where(disabled_memberships.c.instance_id == INSTANCE, disabled_memberships.c.id == _id)
    .values(role_id=bindparam("new_role_id", type_=Text), updated_at=NOW)
)
CLEAR_ROLES = Statement[None](
    delete(disabled_membership_roles).where(
        disabled_membership_roles.c.instance_id == INSTANCE,
        disabled_membership_roles.c.membership_id == _id,
    )
)
INSERT_ROLE = inserting(disabled_membership_roles)


async def find_disabled(db: Db, organization_id: str, user_id: str) -> Membership | None:
    """What a disabled member was and would hold; None for members and for strangers."""
    return await db.find(DISABLED, organization_id=organization_id, user_id=user_id)


async def get_disabled(db: Db, organization_id: str, user_id: str) -> Membership:
    """The same. Raises: MemberNotFound."""
    missing = MemberNotFound("user_id")
    return await db.one(DISABLED, missing=missing, organization_id=organization_id, user_id=user_id)


async def disable(db: Db, member: Membership, now: datetime) -> None:
    """Put a membership aside; sessions in which the organization is active go on without it."""
    await db.run(DISABLE, id=member.id, now=now)
    await db.run(DISABLE_ROLES, id=member.id)
    await delete_member(db, member, now)


async def enable(db: Db, disabled: Membership, primary: RoleInSet, now: datetime) -> None:
    """Make a disabled member a member again, with one role."""
    await db.run(ENABLE, id=disabled.id, new_role_id=primary.id, now=now)
    await db.run(DELETE, id=disabled.id)


async def delete_disabled(db: Db, disabled: Membership) -> None:
    """Forget a disabled member."""
    await db.run(DELETE, id=disabled.id)


async def set_roles(
    db: Db, disabled: Membership, primary: RoleInSet, others: Sequence[RoleInSet], now: datetime
) -> None:
    """Let a disabled member hold these roles when they are enabled."""
    await db.run(SET_ROLE, id=disabled.id, new_role_id=primary.id, now=now)
    await db.run(CLEAR_ROLES, id=disabled.id)
    await db.insert_all(INSERT_ROLE, [MembershipRole(disabled.id, role.id) for role in others])
