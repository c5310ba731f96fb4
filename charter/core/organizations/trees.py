"""Organizations below others: listing, making, and ending them with what stands above."""

import dataclasses

from charter.core.applications.ending import end_all, owned
from charter.core.email_addresses.model import EmailAddressInvalid
from charter.core.files import freeing
from charter.core.images import keeping
from charter.core.instances.settings import InstanceSettings
from charter.core.keys.lookup import instance_of
from charter.core.memberships import queries as membership_queries
from charter.core.organizations import making, queries, tree_queries
from charter.core.organizations.founding import found
from charter.core.organizations.model import (
    NewOrganization,
    Organization,
    OrganizationClosed,
    OrganizationDeleted,
    OrganizationDeletionNotAllowed,
    OrganizationHasChildren,
    OrganizationNameTaken,
    OrganizationNotFound,
    OrganizationSlugsDisabled,
    OrganizationStatus,
    SlugTaken,
)
from charter.core.provider_subscriptions.ending import end_later
from charter.core.role_sets.model import RoleSetNotFound
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput, NotPermitted
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation

DEEPEST = 20


@operation(
    "organizations.search_below",
    permission=Permission.ORGANIZATION_VIEW,
    raises=(OrganizationNotFound,),
    writes=False,
)
async def search_below(
    ctx: Context, organization_id: str, search: Search, depth: int = 1
) -> Found[Organization]:
    """List the organizations below one, the newest first; its members see that they are there.

    depth: how many levels, from 1, its children, to 20.
    Raises: OrganizationNotFound.
    """
    await ctx.allow(organization_id)
    if not 1 <= depth <= DEEPEST:
        raise InvalidInput("depth", reason=f"it must be from 1 to {DEEPEST}")
    if depth == 1:
        found = await tree_queries.CHILDREN.search(ctx.db, search, organization_id=organization_id)
    else:
        found = await tree_queries.BELOW.search(
            ctx.db, search, organization_id=organization_id, depth=depth
        )
    if not found.items:
        await queries.get_organization(ctx.db, organization_id)
    return found


@operation(
    "organizations.create_below",
    permission=Permission.ORGANIZATION_MANAGE,
    raises=(
        EmailAddressInvalid,
        OrganizationClosed,
        OrganizationNameTaken,
        OrganizationNotFound,
        OrganizationSlugsDisabled,
        RoleSetNotFound,
        SlugTaken,
    ),
)
async def create_below(
    ctx: Context, organization_id: str, organization: NewOrganization
) -> Organization:
    """Make an organization without members below another. How it pays is the instance's to say.

    Raises: OrganizationNotFound and OrganizationClosed, for the one above; NotPermitted, to
        members who would say how it pays; SlugTaken; OrganizationSlugsDisabled; RoleSetNotFound;
        EmailAddressInvalid, for the contact address; OrganizationNameTaken, when the name is to be
        claimed and another has claimed it.
    Announces: OrganizationCreated.
    """
    await ctx.allow(organization_id)
    says_how_it_pays = organization.status is not None or organization.paid_until is not None
    if says_how_it_pays and not ctx.actor.kind.is_instance_wide:
        raise NotPermitted
    row = making.new_row(ctx, organization, (await instance_of(ctx)).settings)
    above = await queries.lock_whole(ctx.db, organization_id)
    await ctx.confirm(organization_id)
    if above.status is OrganizationStatus.CLOSED:
        raise OrganizationClosed("organization_id")
    return await found(ctx, organization, dataclasses.replace(row, parent_id=above.id))


async def end(
    ctx: Context, top: Organization, settings: InstanceSettings, *, cascade: bool
) -> None:
    """Delete a locked organization; with `cascade` all below it as well, and what they own.

    Raises: OrganizationHasChildren, where there are some and it is not asked for;
        OrganizationDeletionNotAllowed, to members, for one of them.
    Announces: OrganizationDeleted, for each, those below first; ApplicationDeleted, for each that
        one of them owned.
    """
    levels: list[tuple[Organization, ...]] = [(top,)]
    # Level by level, each locked before it is asked who is below: nobody is put there meanwhile.
    while below := await tree_queries.lock_children(ctx.db, [each.id for each in levels[-1]]):
        if not cascade:
            raise OrganizationHasChildren("organization_id")
        levels.append(below)
    everybody = [each.id for level in levels for each in level]
    applications = await owned(ctx, everybody)
    if applications and not cascade:
        raise OrganizationHasChildren("organization_id")
    await end_all(ctx, applications)
    for each in (organization for level in reversed(levels) for organization in level):
        may_delete = settings.organizations.may_be_deleted_by_admins and each.admin_delete_enabled
        if not (ctx.actor.kind.is_instance_wide or may_delete):
            raise OrganizationDeletionNotAllowed
        await membership_queries.leave_all(ctx.db, each.id, ctx.now)
        await ctx.db.run(queries.DELETE, organization_id=each.id)
        keeping.forget(ctx, each.image_key)
        await end_later(ctx, each.id)
        freeing.free_organization(ctx, each.id)
        ctx.announce(OrganizationDeleted(before=each))
