"""Every SQL statement about organizations."""

import dataclasses
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)

from charter.core.memberships.held import held_role_ids
from charter.core.memberships.tables import memberships
from charter.core.organization_invitations.tables import organization_invitations
from charter.core.organizations.fields import FIELDS, OWN_FIELDS
from charter.core.organizations.model import (
    Creator,
    Organization,
    OrganizationHasChildren,
    OrganizationNameTaken,
    OrganizationNotFound,
    OrganizationRow,
    RoleSetRef,
    SlugTaken,
)
from charter.core.organizations.naming import search_text
from charter.core.organizations.tables import organizations
from charter.core.permissions.tables import permissions
from charter.core.role_sets.model import RoleSetNotFound
from charter.core.role_sets.tables import role_set_roles, role_sets
from charter.core.roles.tables import role_permissions, roles
from charter.core.statements import NEWEST_FIRST, NOW, inserting_new, refers, word
from charter.core.users.tables import users
from charter.kernel.db import INSTANCE, Db, Statement, columns_of
from charter.kernel.lists import Listing

_role_set_key = bindparam("role_set_key", type_=Text)
NAME_TAKEN = {"uq_organizations_claimed_name": OrganizationNameTaken}
COUNTS = ("members_count", "pending_invitations_count", "is_missing_elevated_member")
ELEVATED = "org:sys_memberships:manage"
MANAGING = "org:sys_profile:manage"


def _count_of(table: Any, *conditions: ColumnElement[bool]) -> Any:
    return (
        select(func.count())
        .select_from(table)
        .where(
            table.c.instance_id == organizations.c.instance_id,
            table.c.organization_id == organizations.c.id,
            *conditions,
        )
        .correlate(organizations)
        .scalar_subquery()
    )


def _has_no_elevated_member() -> Any:
    elevated: Select[Any] = (
        select(literal_column("1"))
        .select_from(memberships, role_permissions, permissions)
        .where(
            memberships.c.instance_id == organizations.c.instance_id,
            memberships.c.organization_id == organizations.c.id,
            role_permissions.c.instance_id == memberships.c.instance_id,
            role_permissions.c.role_id == any_(held_role_ids(memberships)),
            refers(role_permissions.c.permission_id, permissions),
            permissions.c.key == word(ELEVATED),
        )
        .correlate(organizations)
        .limit(1)
    )
    # An EXISTS could be planned as one hash of all memberships of the instance.
    return elevated.scalar_subquery().is_(None)


def column(name: str, *, with_counts: bool) -> Any:
    """A column of Organization by name, over `organizations` joined with `role_sets`."""
    if name == "role_set_key":
        return role_sets.c.key.label(name)
    if name not in COUNTS:
        return organizations.c[name]
    if not with_counts:
        kind = Boolean() if name.startswith("is_") else Integer()
        return literal_column("NULL", kind).label(name)
    if name == "members_count":
        return _asked("with_members_count", _count_of(memberships)).label(name)
    if name == "pending_invitations_count":
        pending = _count_of(
            organization_invitations,
            organization_invitations.c.status == word("pending"),
            organization_invitations.c.expires_at > NOW,
        )
        return _asked("with_members_count", pending).label(name)
    return _asked("with_elevated", _has_no_elevated_member()).label(name)


def _asked(parameter: str, value: Any) -> Any:
    """The value where the caller asks for it; it is computed in no other case."""
    return case((bindparam(parameter, type_=Boolean), value), else_=null())


def selecting(*, with_counts: bool) -> Select[Any]:
    """All organizations of the instance.

    With counts it takes `with_members_count`, `with_elevated` and `now`.
    """
    names = [field.name for field in dataclasses.fields(Organization)]
    return (
        select(*(column(name, with_counts=with_counts) for name in names))
        .select_from(
            # One join object: a list that counts puts its columns aside, and has to keep it.
            organizations.join(
                role_sets,
                refers(organizations.c.role_set_id, role_sets),
            )
        )
        .where(organizations.c.instance_id == INSTANCE)
    )


_by_id = organizations.c.id == bindparam("organization_id", type_=Text)
ORGANIZATION = Statement(selecting(with_counts=False).where(_by_id), Organization)
COUNTED_ORGANIZATION = Statement(
    selecting(with_counts=True).where(
        or_(_by_id, organizations.c.slug == bindparam("organization_id", type_=Text))
    ),
    Organization,
)
ID_BY_NAME = Statement[None](
    select(organizations.c.id).where(
        organizations.c.instance_id == INSTANCE,
        or_(_by_id, organizations.c.slug == bindparam("organization_id", type_=Text)),
    )
)
LOCK = Statement[None](
    select(organizations.c.id)
    .where(organizations.c.instance_id == INSTANCE, _by_id)
    .with_for_update()
)
COUNTED: Select[Any] = select(organizations.c.id).where(organizations.c.instance_id == INSTANCE)
"""All organizations of the instance, as they are counted: each has a role set."""
LISTING = Listing(
    selecting(with_counts=True),
    Organization,
    FIELDS,
    organizations.c.id,
    order=NEWEST_FIRST,
    counted=COUNTED,
)
_user_id = bindparam("user_id", type_=Text)
_is_own = (
    exists()
    .where(
        memberships.c.instance_id == organizations.c.instance_id,
        memberships.c.organization_id == organizations.c.id,
        memberships.c.user_id == _user_id,
    )
    .correlate(organizations)
)
_is_open = organizations.c.status != word("closed")
BY_NUMBER = Statement(
    selecting(with_counts=False).where(
        organizations.c.number == bindparam("number", type_=BigInteger)
    ),
    Organization,
)
BY_NAME = Statement(
    selecting(with_counts=False)
    .where(
        func.normalize(organizations.c.name) == bindparam("name", type_=Text),
        or_(
            bindparam("sees_all", type_=Boolean),
            organizations.c.id == bindparam("own_id", type_=Text),
            and_(_is_open, _is_own),
        ),
    )
    .order_by(organizations.c.claimed_name.is_(None), organizations.c.id)
    .limit(literal_column("2")),
    Organization,
)
"""Of the organizations of a name that somebody sees, the one that claims it first."""
PLAIN: Select[Any] = selecting(with_counts=False)
EVERY = Listing(
    PLAIN, Organization, OWN_FIELDS, organizations.c.id, order=NEWEST_FIRST, counted=COUNTED
)
OWN = Listing(
    PLAIN.where(_is_open, _is_own),
    Organization,
    OWN_FIELDS,
    organizations.c.id,
    order=NEWEST_FIRST,
    counted=COUNTED.where(_is_open, _is_own),
)
MAY_RESTORE = Statement[bool](
    select(
        exists().where(
            organizations.c.instance_id == INSTANCE,
            _by_id,
            organizations.c.status == word("suspended"),
            organizations.c.is_status_held.is_(False),
            memberships.c.instance_id == organizations.c.instance_id,
            memberships.c.organization_id == organizations.c.id,
            memberships.c.user_id == _user_id,
            role_permissions.c.instance_id == memberships.c.instance_id,
            role_permissions.c.role_id == any_(held_role_ids(memberships)),
            refers(role_permissions.c.permission_id, permissions),
            permissions.c.key == word(MANAGING),
        )
    )
)
# A slug that is taken gives no row, and leaves the transaction whole for another.
INSERT = inserting_new(organizations, "slug", violates=NAME_TAKEN)
CHANGEABLE = (
    "name",
    "slug",
    "parent_id",
    "status",
    "is_status_held",
    "paid_until",
    "avatar_url",
    "description",
    "contact_address",
    "country",
    "claimed_name",
    "image_key",
    "max_allowed_memberships",
    "admin_delete_enabled",
    "role_set_id",
    "public_metadata",
    "private_metadata",
    "created_at",
    "updated_at",
)
UPDATE = Statement[None](
    update(organizations)
    .where(organizations.c.instance_id == INSTANCE, _by_id)
    .values(
        {
            name: bindparam(name, type_=organizations.c[name].type)
            for name in (*CHANGEABLE, "search_text")
        }
    ),
    violates={"uq_organizations_slug": SlugTaken, **NAME_TAKEN},
)
DELETE = Statement[None](
    delete(organizations).where(organizations.c.instance_id == INSTANCE, _by_id),
    violates={"fk_organizations_instance_id_parent_id": OrganizationHasChildren},
)
ROLES_OUTSIDE = Statement[Any](
    select(roles.c.key)
    .select_from(memberships, roles)
    .where(
        memberships.c.instance_id == INSTANCE,
        memberships.c.organization_id == bindparam("organization_id", type_=Text),
        roles.c.instance_id == memberships.c.instance_id,
        roles.c.id == any_(held_role_ids(memberships)),
        ~exists().where(
            role_set_roles.c.instance_id == roles.c.instance_id,
            role_set_roles.c.role_set_id == bindparam("role_set_id", type_=Text),
            role_set_roles.c.role_id == roles.c.id,
        ),
    )
    .distinct()
    .order_by(roles.c.key)
)
ROLE_SET = Statement(
    select(
        role_sets.c.id,
        role_sets.c.key,
        role_sets.c.default_role_id,
        role_sets.c.creator_role_id,
    ).where(
        role_sets.c.instance_id == INSTANCE,
        case(
            (_role_set_key.is_(None), role_sets.c.type == word("initial")),
            else_=role_sets.c.key == _role_set_key,
        ),
    ),
    RoleSetRef,
)
LOCK_CREATOR = Statement(
    select(users.c.id, users.c.can_create_organizations, users.c.organizations_limit)
    .where(users.c.instance_id == INSTANCE, users.c.id == bindparam("user_id", type_=Text))
    # Of two organizations made at once, the second has to see the first.
    .with_for_update(),
    Creator,
)
COUNT_CREATED = Statement[Any](
    select(func.count()).where(
        organizations.c.instance_id == INSTANCE,
        organizations.c.created_by == bindparam("user_id", type_=Text),
    )
)


async def get_organization(db: Db, organization_id: str) -> Organization:
    """The organization, without counts. Raises: OrganizationNotFound."""
    missing = OrganizationNotFound("organization_id")
    return await db.one(ORGANIZATION, missing=missing, organization_id=organization_id)


async def may_restore(db: Db, organization_id: str, user_id: str) -> bool:
    """Whether it is suspended, not by the instance, and the user's role manages it when it is not.

    organization_id: its id.
    """
    return bool(await db.value(MAY_RESTORE, organization_id=organization_id, user_id=user_id))


async def find_id(db: Db, name: str) -> str | None:
    """The id of the organization with this id or slug."""
    found = await db.value(ID_BY_NAME, organization_id=name)
    return None if found is None else str(found)


async def lock_organization(
    db: Db, organization_id: str, parameter: str = "organization_id"
) -> None:
    """Hold the organization until the transaction ends, so that counts of its members stay true.

    Raises: OrganizationNotFound, which names `parameter`.
    """
    if await db.value(LOCK, organization_id=organization_id) is None:
        raise OrganizationNotFound(parameter)


async def get_role_set(db: Db, key: str | None) -> RoleSetRef:
    """The role set with this key; the initial one for None. Raises: RoleSetNotFound."""
    return await db.one(ROLE_SET, missing=RoleSetNotFound("role_set_key"), role_set_key=key)


async def lock_whole(db: Db, organization_id: str) -> Organization:
    """The organization, locked until the transaction ends. Raises: OrganizationNotFound."""
    await lock_organization(db, organization_id)
    return await get_organization(db, organization_id)


async def update_organization(db: Db, row: Organization) -> None:
    """Write what may change of a locked organization. Raises: SlugTaken; OrganizationNameTaken."""
    values = {name: getattr(row, name) for name in CHANGEABLE}
    await db.run(
        UPDATE, organization_id=row.id, search_text=search_text(row.name, row.slug), **values
    )


async def insert_organization(db: Db, row: OrganizationRow) -> bool:
    """Insert an organization. Returns: False, when its slug is taken.

    Raises: OrganizationNameTaken.
    """
    return await db.value(INSERT, **columns_of(row)) is not None
