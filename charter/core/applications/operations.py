"""What the members of an organization do with the applications that it owns."""

from typing import Any

from charter.core.accountless_applications.addresses import new_frontend_host
from charter.core.applications import ending, queries
from charter.core.applications.model import (
    LONGEST_NAME,
    MOST_APPLICATIONS,
    ApplicationCreated,
    ApplicationHasOrganizations,
    ApplicationLimitReached,
    ApplicationMade,
    ApplicationPatch,
    ApplicationUpdated,
    OwnedApplication,
)
from charter.core.applications.settings import check_owners
from charter.core.instance_domains.model import HomeUrlTaken
from charter.core.instances.configuring import CONFIGURING_ERRORS, changed, hold
from charter.core.instances.making import NewInstance, insert_instance, signing_keys
from charter.core.instances.model import InstanceCreated, InstanceExists
from charter.core.keys.lookup import instance_of
from charter.core.keys.model import publishable_key
from charter.core.organizations.model import OrganizationNotFound
from charter.core.organizations.queries import get_organization, lock_organization
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput, MissingInput, NotFound
from charter.kernel.ids import new_id
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation, within
from charter.kernel.patch import changed as given


@operation(
    "applications.create",
    permission=Permission.ORGANIZATION_MANAGE,
    raises=(ApplicationLimitReached, HomeUrlTaken, InstanceExists, OrganizationNotFound),
    costly=True,
)
async def create(ctx: Context, organization_id: str, name: str) -> ApplicationMade:
    """Make an application that an organization owns, with one instance of its own.

    It is of the same environment as the owner's, and reached at a host that is made up.
    name: 1 to 200 characters.
    Returns: it, with its keys; the secret one is shown this once where it is a production one.
    Raises: OrganizationNotFound; ApplicationLimitReached, beyond MOST_APPLICATIONS; InvalidInput.
    Announces: ApplicationCreated; InstanceCreated, in the new instance.
    Source: Accounts API, applications.
    """
    await ctx.allow(organization_id)
    name = _checked_name(name)
    owner = await instance_of(ctx)
    instance_id = new_id("ins_", ctx.now)
    # Made before a row is locked: keys take long.
    signing = await signing_keys(ctx, instance_id)
    # Who ends this instance ends what it owns, and waits for what is being added to it.
    await ctx.db.run(queries.HOLD_INSTANCE)
    await lock_organization(ctx.db, organization_id)
    await ctx.confirm(organization_id)
    if await ctx.db.value(queries.COUNT, organization_id=organization_id) >= MOST_APPLICATIONS:
        raise ApplicationLimitReached(limit=MOST_APPLICATIONS)
    new = NewInstance(
        name,
        owner.environment,
        new_frontend_host(ctx.platform.addresses),
        owner_instance_id=ctx.actor.instance_id,
        owner_organization_id=organization_id,
    )
    async with within(ctx, instance_id) as inner:
        made = await insert_instance(inner, new, signing)
        inner.announce(InstanceCreated(made.instance))
    application = await queries.get_owned(ctx.db, instance_id)
    ctx.announce(ApplicationCreated(application))
    key = publishable_key(owner.environment.mark, application.frontend_host)
    return ApplicationMade(application, key, made.secret_key)


@operation(
    "applications.search",
    permission=Permission.ORGANIZATION_VIEW,
    raises=(OrganizationNotFound,),
    writes=False,
)
async def search(ctx: Context, organization_id: str, search: Search) -> Found[OwnedApplication]:
    """List the applications that an organization owns, the newest first.

    Raises: OrganizationNotFound.
    Source: Accounts API, applications.
    """
    await ctx.allow(organization_id)
    found = await queries.LISTING.search(ctx.db, search, organization_id=organization_id)
    if not found.items:
        await get_organization(ctx.db, organization_id)
    return found


@operation(
    "applications.get",
    permission=Permission.ORGANIZATION_VIEW,
    writes=False,
)
async def get(ctx: Context, application_id: str) -> OwnedApplication:
    """Read one application: as who belongs to its owner, or as its own server.

    Raises: NotFound.
    Source: Accounts API, applications.
    """
    found = await queries.get(ctx.db, application_id)
    await _allow(ctx, found)
    return found


@operation(
    "applications.update",
    permission=Permission.ORGANIZATION_MANAGE,
    raises=(OrganizationNotFound, *CONFIGURING_ERRORS),
)
async def update(ctx: Context, application_id: str, patch: ApplicationPatch) -> OwnedApplication:
    """Change the name or settings of an application; a null brings a setting back to its default.

    Its own server may, too.
    Raises: NotFound; UnknownInput and InvalidInput, with the dotted name of a setting;
        CONFIGURING_ERRORS.
    Announces: ApplicationUpdated, where it was made; InstanceUpdated, in its instance.
    Source: Accounts API, applications; RFC 7396.
    """
    before = await queries.get(ctx.db, application_id)
    await _allow(ctx, before)
    changes = given(patch)
    settings = changes.get("settings") or {}
    check_owners(settings)
    if "name" in changes:
        changes["name"] = _checked_name(changes["name"])
    if before.id == ctx.actor.instance_id:
        await _change(ctx, before, changes)
        return await queries.get(ctx.db, application_id)
    before = await _held(ctx, before)
    async with within(ctx, application_id) as inner:
        await _change(inner, before, changes)
    after = await queries.get(ctx.db, application_id)
    if after != before:
        ctx.announce(ApplicationUpdated(after, before=before))
    return after


@operation(
    "applications.delete",
    permission=Permission.ORGANIZATION_DELETE,
    raises=(ApplicationHasOrganizations, OrganizationNotFound),
)
async def delete(ctx: Context, application_id: str) -> OwnedApplication:
    """Delete an application with its people, keys, files and all else. There is no way back.

    Returns: it as it was.
    Raises: NotFound; ApplicationHasOrganizations.
    Announces: ApplicationDeleted, and nothing for what goes with it.
    Source: Accounts API, applications.
    """
    before = await queries.get_owned(ctx.db, application_id)
    await _allow(ctx, before)
    before = await _held(ctx, before)
    ctx.expect(before.updated_at)
    await ending.end(ctx, before, with_organizations=False)
    return before


async def _allow(ctx: Context, application: OwnedApplication) -> None:
    """Decide by the organization that owns it. Raises: NotFound, to strangers."""
    is_own = application.id == ctx.actor.instance_id
    owner_id = None if is_own else application.organization_id
    await ctx.allow(owner_id, missing=NotFound("application_id"))


async def _held(ctx: Context, application: OwnedApplication) -> OwnedApplication:
    """The application, with the organization that owns it locked until the transaction ends.

    It is decided again by who the caller is now.
    Raises: NotFound; OrganizationNotFound.
    """
    assert application.organization_id is not None  # noqa: S101  # an organization's own
    await lock_organization(ctx.db, application.organization_id)
    await ctx.confirm(application.organization_id, missing=NotFound("application_id"))
    return await queries.get_owned(ctx.db, application.id)


async def _change(ctx: Context, before: OwnedApplication, changes: dict[str, Any]) -> None:
    """Change an application in its own instance: settings by the way all settings go.

    Raises: as `instances.configure`.
    """
    held = await hold(ctx)
    name = changes.get("name", before.name)
    settings = changes.get("settings") or {}
    if name != before.name:
        await ctx.db.run(queries.RENAME, new_name=name, now=ctx.now)
    elif not settings:
        return
    try:
        await changed(ctx, held, settings)
    except InvalidInput as mistake:
        mistake.parameter = f"settings.{mistake.parameter}"
        raise


def _checked_name(name: str) -> str:
    """A name that may be. Raises: MissingInput, InvalidInput."""
    trimmed = name.strip()
    if not trimmed:
        raise MissingInput("name", reason="it is required")
    if len(trimmed) > LONGEST_NAME or not trimmed.isprintable():
        raise InvalidInput("name", reason=f"it must be 1 to {LONGEST_NAME} printable characters")
    return trimmed
