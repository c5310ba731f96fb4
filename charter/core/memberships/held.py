"""What members hold: their primary role, and further ones beside it."""

from typing import Any

from sqlalchemy import Table, Text, any_, func, literal_column, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from charter.core.memberships.tables import (
    disabled_membership_roles,
    disabled_memberships,
    membership_roles,
    memberships,
)
from charter.core.organizations.tables import organizations
from charter.core.permissions.tables import permissions
from charter.core.roles.tables import role_permissions, roles
from charter.core.statements import refers
from charter.kernel.db import INSTANCE

MOST_ROLES = 20
"""Roles that one member may hold, the primary one included."""

_NONE = literal_column("'{}'::text[]", ARRAY(Text))


def _members(of: Table, *others: Any) -> Any:
    return select(
        of.c.instance_id,
        of.c.id,
        of.c.organization_id,
        of.c.user_id,
        of.c.role_id,
        of.c.public_metadata,
        of.c.private_metadata,
        of.c.created_at,
        of.c.updated_at,
        *others,
    ).where(of.c.instance_id == INSTANCE)


EVERYONE = union_all(
    _members(memberships, literal_column("NULL::timestamptz").label("disabled_at")),
    _members(disabled_memberships, disabled_memberships.c.disabled_at),
).subquery("everyone")
"""Members, and those who are disabled: for who may become a member, never for who is one."""

_FURTHER_OF_EVERYONE = union_all(
    *(
        select(of.c.instance_id, of.c.membership_id, of.c.role_id).where(
            of.c.instance_id == INSTANCE
        )
        for of in (membership_roles, disabled_membership_roles)
    )
).subquery("further")


def further_of(of: Any) -> Any:
    """The table of further roles for a table (or an alias) of memberships."""
    return _FURTHER_OF_EVERYONE if of is EVERYONE else membership_roles


def held_role_ids(of: Any) -> Any:
    """The ids of all roles of a membership, the primary one first, as an array.

    To be compared as `column == any_(...)`: read once for each membership, and looked up in
    indexes. Whoever has no further role costs one look into an index more.
    """
    further = further_of(of)
    ids = (
        select(further.c.role_id)
        .where(further.c.instance_id == of.c.instance_id, further.c.membership_id == of.c.id)
        .correlate(of)
        .scalar_subquery()
    )
    return func.array_prepend(of.c.role_id, func.array(ids, type_=ARRAY(Text)), type_=ARRAY(Text))


def further_role_keys(of: Any) -> Any:
    """The keys of the further roles of a membership, sorted, as an array."""
    further, named = further_of(of), roles.alias("further_named")
    keys = aggregate_order_by(named.c.key, named.c.key)
    return (
        select(func.coalesce(func.array_agg(keys, type_=ARRAY(Text)), _NONE))
        .select_from(further, named)
        .where(
            further.c.instance_id == of.c.instance_id,
            further.c.membership_id == of.c.id,
            refers(further.c.role_id, named),
        )
        .correlate(of)
        .scalar_subquery()
    )


def permissions_of(role: Any, *conditions: Any, distinct: bool = False) -> Any:
    """The keys that a role holds, sorted, as an array.

    role: its id, or `any_` of several ids, whose keys may be the same: then `distinct`.
    """
    key = permissions.c.key
    ordered = aggregate_order_by(key.distinct() if distinct else key, key)
    return (
        select(func.coalesce(func.array_agg(ordered, type_=ARRAY(Text)), _NONE))
        .select_from(role_permissions, permissions)
        .where(
            role_permissions.c.instance_id == INSTANCE,
            role_permissions.c.role_id == role,
            refers(role_permissions.c.permission_id, permissions),
            *conditions,
        )
        .correlate(roles, organizations, memberships, EVERYONE)
        .scalar_subquery()
    )


def permissions_held(of: Any, *conditions: Any) -> Any:
    """The keys that all roles of a membership hold together, sorted, as an array."""
    return permissions_of(any_(held_role_ids(of)), *conditions, distinct=True)
