"""What can be done with organizations."""

from charter.core.email_addresses.model import EmailAddressInvalid
from charter.core.images import ImageBroken, ImageNotSupported, ImageTooLarge, keeping
from charter.core.keys.lookup import instance_of
from charter.core.memberships.model import LastOwner
from charter.core.organizations import changing, logos, making, queries, tree_queries, trees
from charter.core.organizations.fields import matching
from charter.core.organizations.founding import found
from charter.core.organizations.model import (
    LogoNotFound,
    MetadataPatch,
    NewOrganization,
    Organization,
    OrganizationCreationNotAllowed,
    OrganizationCreatorNotFound,
    OrganizationDeletionNotAllowed,
    OrganizationHasChildren,
    OrganizationLimitReached,
    OrganizationNameTaken,
    OrganizationNotFound,
    OrganizationPatch,
    OrganizationSlugsDisabled,
    OrganizationsNotEnabled,
    OrganizationStatus,
    ParentIsBelow,
    RolesOutsideSet,
    SlugTaken,
)
from charter.core.role_sets.model import RoleSetNotFound
from charter.core.sessions import tasks
from charter.core.users.model import UserNotFound
from charter.core.vocabulary import Permission
from charter.kernel.errors import DomainError
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation
from charter.kernel.patch import changed


@operation(
    "organizations.create",
    permission=Permission.ORGANIZATIONS_MANAGE,
    raises=(
        EmailAddressInvalid,
        OrganizationCreationNotAllowed,
        OrganizationCreatorNotFound,
        OrganizationLimitReached,
        OrganizationNameTaken,
        OrganizationsNotEnabled,
        RoleSetNotFound,
        SlugTaken,
        OrganizationSlugsDisabled,
    ),
)
async def create(ctx: Context, organization: NewOrganization) -> Organization:
    """Make an organization; its creator becomes its first member, in the creator's role.

    Users may make one for themselves, within their limit; their session, if it waits for one,
    becomes active in it. One made without a creator is empty.
    Raises: OrganizationsNotEnabled, OrganizationCreationNotAllowed and OrganizationLimitReached,
        to users alone; OrganizationCreatorNotFound; RoleSetNotFound; SlugTaken;
        OrganizationSlugsDisabled; EmailAddressInvalid, for the contact address;
        OrganizationNameTaken, when the name is to be claimed and another has claimed it.
    Announces: OrganizationCreated, MembershipCreated.
    Source: Clerk BAPI 2025-11-10, CreateOrganization; Organizations API, create.
    """
    await ctx.allow(or_self=organization.created_by)
    await making.check_enabled(ctx)
    settings = (await instance_of(ctx)).settings
    row = making.new_row(ctx, organization, settings)
    if organization.created_by is not None:
        await making.check_creator(ctx, organization.created_by)
    made = await found(ctx, organization, row)
    if organization.created_by is not None:
        await tasks.resolve_own(ctx, row.id)
    return made


@operation(
    "organizations.get",
    permission=Permission.ORGANIZATION_VIEW,
    raises=(OrganizationNotFound,),
    writes=False,
)
async def get(
    ctx: Context,
    organization_id: str,
    *,
    with_members_count: bool = False,
    with_elevated: bool = False,
) -> Organization:
    """Read one organization.

    organization_id: its id; its slug too, for callers who may read all organizations.
    with_members_count: count members and pending invitations.
    with_elevated: tell whether a member who may manage members is missing.
    Raises: OrganizationNotFound.
    Source: Clerk BAPI 2025-11-10, GetOrganization; Organizations API, get.
    """
    await ctx.allow(organization_id)
    return await ctx.db.one(
        queries.COUNTED_ORGANIZATION,
        missing=OrganizationNotFound("organization_id"),
        organization_id=organization_id,
        with_members_count=with_members_count,
        with_elevated=with_elevated,
        now=ctx.now,
    )


@operation("organizations.search", permission=Permission.ORGANIZATIONS_READ, writes=False)
async def search(
    ctx: Context,
    search: Search,
    query: str | None = None,
    *,
    with_members_count: bool = False,
    with_elevated: bool = False,
) -> Found[Organization]:
    """List the organizations of the instance, the newest first.

    query: a whole id, or a part of a name or a slug in any case.
    The flags are those of `organizations.get`.
    Source: Clerk BAPI 2025-11-10, ListOrganizations.
    """
    await ctx.allow()
    return await queries.LISTING.search(
        ctx.db,
        search.narrowed(matching(query)),
        with_members_count=with_members_count,
        with_elevated=with_elevated,
        now=ctx.now,
    )


@operation(
    "organizations.update",
    permission=Permission.ORGANIZATION_MANAGE,
    raises=(
        EmailAddressInvalid,
        LastOwner,
        OrganizationNameTaken,
        OrganizationNotFound,
        RoleSetNotFound,
        RolesOutsideSet,
        SlugTaken,
        OrganizationSlugsDisabled,
    ),
)
async def update(ctx: Context, organization_id: str, patch: OrganizationPatch) -> Organization:
    """Change an organization.

    Its members may change its name, slug, description and contact, and its status as
    `organizations.set_status` lets them.
    Raises: OrganizationNotFound; NotPermitted, to members who ask for more; RoleSetNotFound;
        RolesOutsideSet; LastOwner, when nobody holds the creator's role of the new set;
        SlugTaken; OrganizationSlugsDisabled; EmailAddressInvalid, for the contact address;
        OrganizationNameTaken, when the name is to be claimed and another has claimed it.
    Announces: OrganizationUpdated; MembershipUpdated, for who becomes an owner by the new set.
    Source: Clerk BAPI 2025-11-10, UpdateOrganization; Organizations API, update.
    """
    wakes = patch.status is OrganizationStatus.ACTIVE
    restorer = await changing.restorer(ctx, organization_id) if wakes else None
    await ctx.allow(organization_id, or_self=restorer)
    settings = (await instance_of(ctx)).settings
    changes = changing.checked(ctx, changed(patch), settings)
    before = await queries.lock_whole(ctx.db, organization_id)
    restorer = await changing.restorer(ctx, organization_id) if wakes else None
    await ctx.confirm(organization_id, or_self=restorer)
    ctx.expect(before.updated_at)
    changes |= changing.status(ctx, before, changes.pop("status", None))
    changes |= await changing.role_set(ctx, before, changes.pop("role_set_key", None))
    changes = changing.claim(before, changes)
    after = await changing.save(ctx, before, changes)
    if "role_set_id" in changes:
        await changing.promote_owners(ctx, after)
    return after


@operation(
    "organizations.delete",
    permission=Permission.ORGANIZATION_DELETE,
    raises=(OrganizationDeletionNotAllowed, OrganizationHasChildren, OrganizationNotFound),
)
async def delete(ctx: Context, organization_id: str, *, cascade: bool = False) -> Organization:
    """Delete an organization with its memberships, invitations and tokens. There is no way back.

    Sessions in which it is the active one go on without it. Subscriptions that a payment gateway
    keeps for it are canceled there.
    cascade: whether those below it are deleted with it.
    Returns: the organization as it was.
    Raises: OrganizationNotFound; OrganizationHasChildren, without `cascade`;
        OrganizationDeletionNotAllowed, to members, where the instance or the organization does
        not let them.
    Announces: OrganizationDeleted for each, and nothing for what goes with them.
    Source: Clerk BAPI 2025-11-10, DeleteOrganization.
    """
    settings = (await instance_of(ctx)).settings
    await ctx.allow(organization_id)
    before = await queries.lock_whole(ctx.db, organization_id)
    await ctx.confirm(organization_id)
    ctx.expect(before.updated_at)
    await trees.end(ctx, before, settings, cascade=cascade)
    return before


@operation(
    "organizations.merge_metadata",
    permission=Permission.ORGANIZATIONS_MANAGE,
    raises=(OrganizationNotFound,),
)
async def merge_metadata(ctx: Context, organization_id: str, patch: MetadataPatch) -> Organization:
    """Merge into an organization's metadata; null takes a key away (RFC 7396).

    Raises: OrganizationNotFound.
    Announces: OrganizationUpdated.
    Source: Clerk BAPI 2025-11-10, MergeOrganizationMetadata.
    """
    await ctx.allow()
    settings = (await instance_of(ctx)).settings
    before = await queries.lock_whole(ctx.db, organization_id)
    ctx.expect(before.updated_at)
    return await changing.save(ctx, before, making.merged_metadata(before, patch, settings))


@operation(
    "organizations.replace_metadata",
    permission=Permission.ORGANIZATIONS_MANAGE,
    raises=(OrganizationNotFound,),
)
async def replace_metadata(
    ctx: Context, organization_id: str, patch: MetadataPatch
) -> Organization:
    """Replace an organization's metadata objects; one that is left out stays.

    Raises: OrganizationNotFound.
    Announces: OrganizationUpdated.
    Source: Clerk BAPI 2025-11-10, ReplaceOrganizationMetadata.
    """
    await ctx.allow()
    settings = (await instance_of(ctx)).settings
    changes = {
        name: making.checked_metadata(name, value, settings)
        for name, value in changed(patch).items()
    }
    before = await queries.lock_whole(ctx.db, organization_id)
    ctx.expect(before.updated_at)
    return await changing.save(ctx, before, changes)


@operation(
    "organizations.set_logo",
    permission=Permission.ORGANIZATION_MANAGE,
    raises=(
        ImageBroken,
        ImageNotSupported,
        ImageTooLarge,
        OrganizationNotFound,
        UserNotFound,
    ),
    costly=True,
)
async def set_logo(
    ctx: Context, organization_id: str, file: bytes, uploader_user_id: str | None = None
) -> Organization:
    """Give an organization a logo, in place of the one it has.

    file: a JPEG, PNG, WebP or GIF of at most 10 MB; it is written anew, without metadata.
    uploader_user_id: the user to credit in the event; the acting user, if there is one.
    Raises: OrganizationNotFound; UserNotFound; ImageTooLarge; ImageNotSupported; ImageBroken.
    Announces: OrganizationUpdated, LogoUploaded.
    Source: Clerk BAPI 2025-11-10, UploadOrganizationLogo.
    """
    await ctx.allow(organization_id)
    # Kept before the organization is locked: a store may take its time.
    key = await keeping.keep(ctx, "organizations", "org_", organization_id, file)
    try:
        return await logos.show(ctx, organization_id, key, uploader_user_id or ctx.actor.user_id)
    except DomainError:
        await ctx.platform.blobs.delete(key)
        raise


@operation(
    "organizations.delete_logo",
    permission=Permission.ORGANIZATION_MANAGE,
    raises=(LogoNotFound, OrganizationNotFound),
)
async def delete_logo(ctx: Context, organization_id: str) -> Organization:
    """Take an organization's logo away.

    Raises: OrganizationNotFound; LogoNotFound, when it has none.
    Announces: OrganizationUpdated.
    Source: Clerk BAPI 2025-11-10, DeleteOrganizationLogo.
    """
    await ctx.allow(organization_id)
    before = await queries.lock_whole(ctx.db, organization_id)
    await ctx.confirm(organization_id)
    ctx.expect(before.updated_at)
    if before.image_key is None:
        raise LogoNotFound("organization_id")
    keeping.forget(ctx, before.image_key)
    return await changing.save(ctx, before, {"image_key": None})


@operation(
    "organizations.set_status",
    permission=Permission.ORGANIZATION_MANAGE,
    raises=(OrganizationNotFound,),
)
async def set_status(
    ctx: Context, organization_id: str, status: OrganizationStatus
) -> Organization:
    """Suspend or close an organization, or make it active again. Nothing of it is lost.

    In a suspended one, members may look and leave and change nothing; but whose role manages it
    may make it active again, unless the instance has set the status. A closed one is for its
    members as if it were not there, and only the instance closes. Neither takes new members from
    anybody, and their tokens do not hold. The instance's secret key may read and change both.
    Raises: OrganizationNotFound; NotPermitted, to members who would close it, and to those of one
        that the instance has suspended.
    Announces: OrganizationUpdated.
    """
    await ctx.allow(organization_id, or_self=await changing.restorer(ctx, organization_id))
    before = await queries.lock_whole(ctx.db, organization_id)
    # Once more: the instance may have set the status, or the member lost their role, meanwhile.
    await ctx.confirm(organization_id, or_self=await changing.restorer(ctx, organization_id))
    ctx.expect(before.updated_at)
    return await changing.save(ctx, before, changing.status(ctx, before, status))


@operation(
    "organizations.move",
    permission=Permission.ORGANIZATIONS_MANAGE,
    raises=(OrganizationNotFound, ParentIsBelow),
)
async def move(ctx: Context, organization_id: str, parent_id: str | None) -> Organization:
    """Put an organization below another, or at the top of its own tree (None).

    Raises: OrganizationNotFound, for either; ParentIsBelow, when the new parent is the
        organization itself or stands below it.
    Announces: OrganizationUpdated.
    """
    await ctx.allow()
    # Two moves at once could close a ring that neither of them sees, so they take turns.
    await ctx.db.value(tree_queries.LOCK_TREE)
    before = await queries.lock_whole(ctx.db, organization_id)
    ctx.expect(before.updated_at)
    if parent_id is not None:
        await changing.check_parent(ctx, organization_id, parent_id)
    return await changing.save(ctx, before, {"parent_id": parent_id})
