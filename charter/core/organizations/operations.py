"""What can be done with organizations."""

import dataclasses

from charter.core.keys.lookup import lookup
from charter.core.memberships.joining import insert_member
from charter.core.organizations import making, queries
from charter.core.organizations.model import (
    CreationNotAllowed,
    CreatorNotFound,
    NewOrganization,
    Organization,
    OrganizationCreated,
    OrganizationLimitReached,
    SlugsDisabled,
    SlugTaken,
)
from charter.core.role_sets.model import RoleSetNotFound
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@operation(
    "organizations.create",
    permission=Permission.ORGANIZATIONS_MANAGE,
    raises=(
        CreationNotAllowed,
        CreatorNotFound,
        OrganizationLimitReached,
        RoleSetNotFound,
        SlugTaken,
        SlugsDisabled,
    ),
)
async def create(ctx: Context, organization: NewOrganization) -> Organization:
    """Make an organization; its creator becomes its first member, in the creator's role.

    Users may make one for themselves, within their limit. One made without a creator is empty.
    Raises: CreationNotAllowed and OrganizationLimitReached, to users alone; CreatorNotFound;
        RoleSetNotFound; SlugTaken; SlugsDisabled.
    Announces: OrganizationCreated, MembershipCreated.
    Source: Clerk BAPI 2025-11-10, CreateOrganization.
    """
    await ctx.allow(or_self=organization.created_by)
    settings = (await lookup(ctx.platform).instance(ctx.actor.instance_id)).settings
    row = making.new_row(ctx, organization, settings)
    if organization.created_by is not None:
        await making.check_creator(ctx, organization.created_by)
    role_set = await queries.get_role_set(ctx.db, organization.role_set_key)
    row = dataclasses.replace(row, role_set_id=role_set.id)
    await making.insert(ctx, row, can_rename=organization.slug is None)
    made = await queries.get_organization(ctx.db, row.id)
    ctx.announce(OrganizationCreated(made))
    if organization.created_by is not None:
        if role_set.creator_role_id is None:
            raise RoleSetNotFound("role_set_key")
        await insert_member(ctx, row.id, organization.created_by, role_set.creator_role_id, {}, {})
    return made
