"""Every SQL statement about organizations."""

import dataclasses
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Select,
    Text,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)

from charter.core.memberships.tables import memberships
from charter.core.organization_invitations.tables import organization_invitations
from charter.core.organizations.model import Organization, OrganizationNotFound
from charter.core.organizations.tables import organizations
from charter.core.role_sets.tables import role_sets
from charter.core.roles.tables import role_permissions
from charter.core.permissions.tables import permissions
from charter.kernel.db import INSTANCE, Db, Statement

COUNTS = ("members_count", "pending_invitations_count", "is_missing_elevated_member")
ELEVATED = "org:sys_memberships:manage"


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
            role_permissions.c.role_id == memberships.c.role_id,
            permissions.c.instance_id == role_permissions.c.instance_id,
            permissions.c.id == role_permissions.c.permission_id,
            permissions.c.key == literal_column(f"'{ELEVATED}'", Text),
        )
        .correlate(organizations)
    )
    return ~elevated.exists()


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
        return _count_of(memberships).label(name)
    if name == "pending_invitations_count":
        pending = organization_invitations.c.status == literal_column("'pending'", Text)
        return _count_of(organization_invitations, pending).label(name)
    return _has_no_elevated_member().label(name)


def selecting(*, with_counts: bool) -> Select[Any]:
    """All organizations of the instance."""
    names = [field.name for field in dataclasses.fields(Organization)]
    return (
        select(*(column(name, with_counts=with_counts) for name in names))
        .select_from(organizations)
        .join(
            role_sets,
            (role_sets.c.instance_id == organizations.c.instance_id)
            & (role_sets.c.id == organizations.c.role_set_id),
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
LOCK = Statement[None](
    select(organizations.c.id)
    .where(organizations.c.instance_id == INSTANCE, _by_id)
    .with_for_update()
)


async def get_organization(db: Db, organization_id: str) -> Organization:
    """The organization, without counts. Raises: OrganizationNotFound."""
    missing = OrganizationNotFound("organization_id")
    return await db.one(ORGANIZATION, missing=missing, organization_id=organization_id)


async def lock_organization(db: Db, organization_id: str) -> None:
    """Hold the organization until the transaction ends, so that counts of its members stay true.

    Raises: OrganizationNotFound.
    """
    if await db.value(LOCK, organization_id=organization_id) is None:
        raise OrganizationNotFound("organization_id")
