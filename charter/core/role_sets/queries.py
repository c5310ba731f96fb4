"""Every SQL statement about role sets."""

from typing import Any

from sqlalchemy import (
    DateTime,
    Table,
    Text,
    any_,
    bindparam,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from charter.core.aggregates import gathered
from charter.core.instances.tables import instances
from charter.core.join_codes.tables import join_codes
from charter.core.memberships.further import of_set
from charter.core.memberships.tables import membership_roles, memberships
from charter.core.organization_invitations.tables import organization_invitations
from charter.core.organizations.tables import organizations
from charter.core.role_sets.model import (
    FIELDS,
    RoleInRoleSet,
    RoleSet,
    RoleSetKeyTaken,
    RoleSetNotFound,
)
from charter.core.role_sets.tables import role_set_roles, role_sets
from charter.core.roles.tables import roles
from charter.core.statements import NEWEST_FIRST, columns, refers
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.lists import Listing

VIOLATES = {"uq_role_sets_key": RoleSetKeyTaken}
_moment = DateTime(timezone=True)
_texts = ARRAY(Text)


def _members_count() -> Any:
    of_set = (
        organizations.c.instance_id == role_set_roles.c.instance_id,
        organizations.c.role_set_id == role_set_roles.c.role_set_id,
        memberships.c.instance_id == organizations.c.instance_id,
        memberships.c.organization_id == organizations.c.id,
    )
    primary = (
        select(func.count())
        .select_from(memberships, organizations)
        .where(*of_set, memberships.c.role_id == role_set_roles.c.role_id)
    )
    further = (
        select(func.count())
        .select_from(membership_roles, memberships, organizations)
        .where(
            *of_set,
            membership_roles.c.instance_id == memberships.c.instance_id,
            membership_roles.c.membership_id == memberships.c.id,
            membership_roles.c.role_id == role_set_roles.c.role_id,
        )
    )
    # Nobody has the same role twice, so that nobody is counted twice.
    counts = [each.correlate(role_set_roles).scalar_subquery() for each in (primary, further)]
    return counts[0] + counts[1]


_items = (
    select(
        role_set_roles.c.role_set_id,
        *columns(RoleInRoleSet, roles, members_count=_members_count()),
    )
    .select_from(role_set_roles, roles)
    .where(
        role_set_roles.c.instance_id == INSTANCE,
        refers(role_set_roles.c.role_id, roles),
    )
    .subquery("items")
)


_roles = gathered(
    RoleInRoleSet, _items, _items.c.role_set_id == role_sets.c.id, correlate=role_sets
)

SELECT = select(*columns(RoleSet, role_sets, roles=_roles)).where(
    role_sets.c.instance_id == INSTANCE
)
"""Role sets with their roles; lists add to it."""

_by_key_or_id = or_(
    role_sets.c.id == bindparam("role_set", type_=Text),
    role_sets.c.key == bindparam("role_set", type_=Text),
)
_by_id = role_sets.c.id == bindparam("role_set_id", type_=Text)

LISTING = Listing(SELECT, RoleSet, FIELDS, role_sets.c.id, order=NEWEST_FIRST)
ROLE_SET = Statement(SELECT.where(_by_key_or_id), RoleSet)
LOCK = Statement[None](
    select(role_sets.c.id)
    .where(role_sets.c.instance_id == INSTANCE, _by_key_or_id)
    .with_for_update()
)
LOCK_INSTANCE = Statement[None](
    select(instances.c.id)
    .where(instances.c.id == bindparam("instance_id", type_=Text))
    .with_for_update(key_share=True)
)
LOCK_INITIAL = Statement[None](
    select(role_sets.c.id)
    .where(role_sets.c.instance_id == INSTANCE, role_sets.c.type == "initial")
    .with_for_update()
)
KEY_EXISTS = Statement[None](
    select(role_sets.c.id).where(
        role_sets.c.instance_id == INSTANCE, role_sets.c.key == bindparam("key", type_=Text)
    )
)
INSERT = inserting(role_sets, violates=VIOLATES)
INSERT_ROLE = inserting(role_set_roles)
ADD_ROLE = Statement[None](
    insert(role_set_roles)
    .values(
        instance_id=INSTANCE,
        role_set_id=bindparam("role_set_id", type_=Text),
        role_id=bindparam("role_id", type_=Text),
    )
    .on_conflict_do_nothing()
)
REMOVE_ROLE = Statement[None](
    delete(role_set_roles).where(
        role_set_roles.c.instance_id == INSTANCE,
        role_set_roles.c.role_set_id == bindparam("role_set_id", type_=Text),
        role_set_roles.c.role_id == bindparam("role_id", type_=Text),
    )
)
UPDATE = Statement[None](
    update(role_sets)
    .where(role_sets.c.instance_id == INSTANCE, _by_id)
    .values(
        name=bindparam("name", type_=Text),
        key=bindparam("key", type_=Text),
        description=bindparam("description", type_=Text),
        type=bindparam("type", type_=Text),
        default_role_id=bindparam("default_role_id", type_=Text),
        creator_role_id=bindparam("creator_role_id", type_=Text),
        updated_at=bindparam("updated_at", type_=_moment),
    ),
    violates=VIOLATES,
)
DEMOTE_INITIAL = Statement[None](
    update(role_sets)
    .where(role_sets.c.instance_id == INSTANCE, role_sets.c.type == "initial")
    .values(type="custom", updated_at=bindparam("updated_at", type_=_moment))
)
DELETE = Statement[None](delete(role_sets).where(role_sets.c.instance_id == INSTANCE, _by_id))
LOCK_ORGANIZATIONS = Statement[None](
    select(organizations.c.id)
    .where(
        organizations.c.instance_id == INSTANCE,
        organizations.c.role_set_id == bindparam("role_set_id", type_=Text),
    )
    .order_by(organizations.c.id)
    .with_for_update()
)
MOVE_ORGANIZATIONS = Statement[Any](
    update(organizations)
    .where(
        organizations.c.instance_id == INSTANCE,
        organizations.c.role_set_id == bindparam("role_set_id", type_=Text),
    )
    .values(
        role_set_id=bindparam("dest_role_set_id", type_=Text),
        updated_at=bindparam("updated_at", type_=_moment),
    )
    .returning(organizations.c.id)
)


def _reassigning(table: Table) -> Statement[Any]:
    """All rows of a set's organizations from some roles to others, each at the same place.

    In one statement, so that of `a` to `b` and `b` to `c` nobody goes both ways.
    """
    pairs = select(
        func.unnest(bindparam("from_ids", type_=_texts), type_=Text).label("from_id"),
        func.unnest(bindparam("to_ids", type_=_texts), type_=Text).label("to_id"),
    ).subquery("pairs")
    return Statement[Any](
        update(table)
        .where(
            table.c.instance_id == INSTANCE,
            table.c.role_id == pairs.c.from_id,
            table.c.organization_id.in_(of_set()),
        )
        .values(role_id=pairs.c.to_id, updated_at=bindparam("updated_at", type_=_moment))
        .returning(table.c.id)
    )


REASSIGN_INVITATIONS = _reassigning(organization_invitations)
REASSIGN_JOIN_CODES = _reassigning(join_codes)

_owner_role_ids = bindparam("owner_role_ids", type_=_texts)
_others = memberships.alias("others")
_stays_owner = (
    select(_others.c.id)
    .where(
        _others.c.instance_id == organizations.c.instance_id,
        _others.c.organization_id == organizations.c.id,
        _others.c.role_id == any_(_owner_role_ids),
    )
    .correlate(organizations)
    .exists()
)
# Whoever holds such a role beside another has it as the primary one from then on.
_becomes_owner = (
    select(_others.c.id)
    .select_from(_others, membership_roles)
    .where(
        _others.c.instance_id == organizations.c.instance_id,
        _others.c.organization_id == organizations.c.id,
        membership_roles.c.instance_id == _others.c.instance_id,
        membership_roles.c.membership_id == _others.c.id,
        membership_roles.c.role_id == any_(_owner_role_ids),
    )
    .correlate(organizations)
    .exists()
)
OWNERLESS = Statement[None](
    select(organizations.c.id)
    .select_from(organizations, memberships)
    .where(
        organizations.c.instance_id == INSTANCE,
        organizations.c.role_set_id == bindparam("role_set_id", type_=Text),
        memberships.c.instance_id == organizations.c.instance_id,
        memberships.c.organization_id == organizations.c.id,
        memberships.c.role_id == bindparam("creator_role_id", type_=Text),
        ~_stays_owner,
        ~_becomes_owner,
    )
    .limit(1)
)


async def get_role_set(db: Db, role_set: str, *, parameter: str = "role_set") -> RoleSet:
    """The role set, by its id or key. Raises: RoleSetNotFound."""
    return await db.one(ROLE_SET, missing=RoleSetNotFound(parameter), role_set=role_set)


async def lock_role_set(db: Db, role_set: str, *, parameter: str = "role_set") -> RoleSet:
    """The role set, locked until the transaction ends: no organization comes to use it.

    Raises: RoleSetNotFound.
    """
    await db.value(LOCK, role_set=role_set)
    return await get_role_set(db, role_set, parameter=parameter)


async def lock_initial(db: Db) -> str | None:
    """The id of the initial role set, locked until the transaction ends; None without one.

    Also nobody else can make a set initial: that takes this lock first.
    """
    # A lock of the set alone would not do: two who wait for it would both find it demoted.
    await db.value(LOCK_INSTANCE)
    found: str | None = await db.value(LOCK_INITIAL)
    return found


async def lock_organizations(db: Db, role_set_id: str) -> None:
    """Hold all organizations of a set, so that their members stay as they are."""
    await db.run(LOCK_ORGANIZATIONS, role_set_id=role_set_id)


async def find_ownerless(
    db: Db, role_set_id: str, creator_role_id: str | None, owner_role_ids: list[str]
) -> str | None:
    """An organization of the set with an owner, and nobody in any of the roles that stay owners."""
    found: str | None = await db.value(
        OWNERLESS,
        role_set_id=role_set_id,
        creator_role_id=creator_role_id,
        owner_role_ids=owner_role_ids,
    )
    return found
