"""Makes an organization with its first member: whoever asks for it, and in whichever way."""

import dataclasses

from charter.core.memberships.joining import insert_member
from charter.core.organizations import making, queries
from charter.core.organizations.model import (
    NewOrganization,
    Organization,
    OrganizationCreated,
    OrganizationRow,
)
from charter.core.role_sets.model import RoleSetNotFound
from charter.kernel.operation import Context


async def found(ctx: Context, new: NewOrganization, row: OrganizationRow) -> Organization:
    """Write an organization down; its creator, if it has one, is its first member.

    row: what `making.new_row` made of `new`.
    Raises: RoleSetNotFound; SlugTaken; OrganizationNameTaken.
    Announces: OrganizationCreated, MembershipCreated.
    """
    role_set = await queries.get_role_set(ctx.db, new.role_set_key)
    row = dataclasses.replace(row, role_set_id=role_set.id)
    await making.insert(ctx, row, can_rename=new.slug is None)
    made = await queries.get_organization(ctx.db, row.id)
    ctx.announce(OrganizationCreated(made))
    if row.created_by is not None:
        if role_set.creator_role_id is None:
            raise RoleSetNotFound("role_set_key")
        await insert_member(ctx, row.id, row.created_by, role_set.creator_role_id)
    return made
