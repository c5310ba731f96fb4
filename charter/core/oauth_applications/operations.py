"""What can be done with OAuth applications: by an app's server alone."""

from typing import Any

from charter.core.images import ImageBroken, ImageNotSupported, ImageTooLarge, keeping
from charter.core.instances.settings import InstanceSettings
from charter.core.keys.lookup import instance_of
from charter.core.oauth_applications import making, queries, scopes
from charter.core.oauth_applications.model import (
    ConsentScreenRequired,
    NewOauthApplication,
    OauthApplication,
    OauthApplicationCreated,
    OauthApplicationDeleted,
    OauthApplicationLogoUploaded,
    OauthApplicationMade,
    OauthApplicationNotFound,
    OauthApplicationPatch,
    OauthApplicationPublic,
    OauthApplicationSecretRotated,
    OauthApplicationUpdated,
    OauthLogoCredit,
)
from charter.core.users import queries as user_queries
from charter.core.users.model import UserNotFound
from charter.core.vocabulary import Permission
from charter.kernel.errors import DomainError
from charter.kernel.filters.tree import Apply, Name, Op, Place, Text
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation
from charter.kernel.patch import changed

MANAGE = Permission.OAUTH_APPLICATIONS_MANAGE


@operation("oauth_applications.search", permission=MANAGE, writes=False)
async def search(
    ctx: Context, search: Search, name_query: str | None = None
) -> Found[OauthApplication]:
    """List OAuth applications, newest first.

    name_query: a part of a name, or a whole client id.
    Source: Clerk BAPI 2025-11-10, ListOAuthApplications.
    """
    await ctx.allow()
    if name_query and name_query.strip():
        at = Place("name_query")
        text = Text(name_query.strip(), at)
        is_client = Apply(Op.EQ, (Name("client_id", at), text), at)
        has_part = Apply(Op.CONTAINS, (Name("name_text", at), text), at)
        search = search.narrowed(Apply(Op.OR, (is_client, has_part), at))
    return await queries.LISTING.search(ctx.db, search)


@operation("oauth_applications.create", permission=MANAGE)
async def create(ctx: Context, new: NewOauthApplication) -> OauthApplicationMade:
    """Make an OAuth application, with a secret of 160 bits unless it is public.

    Raises: InvalidInput.
    Announces: OauthApplicationCreated.
    Source: Clerk BAPI 2025-11-10, CreateOAuthApplication.
    """
    await ctx.allow()
    settings = (await instance_of(ctx)).settings
    row, secret = making.new_row(
        ctx,
        name=making.checked_name(new.name),
        redirect_uris=making.checked_uris(new.redirect_uris, new.callback_url) or (),
        scopes=scopes.checked(new.scopes, settings.oauth_default_scopes),
        is_public=bool(new.is_public),
        is_pkce_required=bool(new.is_pkce_required),
        is_consent_screen_enabled=new.is_consent_screen_enabled is not False,
    )
    await queries.insert_application(ctx.db, row)
    made = await queries.get_application(ctx.db, row.id)
    ctx.announce(OauthApplicationCreated(made))
    return OauthApplicationMade(made, secret)


@operation(
    "oauth_applications.get", permission=MANAGE, raises=(OauthApplicationNotFound,), writes=False
)
async def get(ctx: Context, oauth_application_id: str) -> OauthApplication:
    """Read one OAuth application.

    Raises: OauthApplicationNotFound.
    Source: Clerk BAPI 2025-11-10, GetOAuthApplication.
    """
    await ctx.allow()
    return await queries.get_application(ctx.db, oauth_application_id)


@operation(
    "oauth_applications.update",
    permission=MANAGE,
    raises=(ConsentScreenRequired, OauthApplicationNotFound),
)
async def update(
    ctx: Context, oauth_application_id: str, patch: OauthApplicationPatch
) -> OauthApplication:
    """Change an OAuth application. One that becomes public loses its secret.

    Scopes that it loses are gone from its tokens when they are next renewed.
    Raises: OauthApplicationNotFound; ConsentScreenRequired; InvalidInput.
    Announces: OauthApplicationUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateOAuthApplication.
    """
    await ctx.allow()
    changes = _changes(patch, (await instance_of(ctx)).settings)
    before = await queries.lock_application(ctx.db, oauth_application_id)
    ctx.expect(before.updated_at)
    if before.is_dynamically_registered and changes.get("is_consent_screen_enabled") is False:
        raise ConsentScreenRequired
    if changes.get("is_public"):
        await queries.set_secret(ctx.db, before.id, None, ctx.now)
    after = await queries.update_application(ctx.db, before, ctx.now, **changes)
    ctx.announce(OauthApplicationUpdated(after, before=before))
    return after


@operation("oauth_applications.delete", permission=MANAGE, raises=(OauthApplicationNotFound,))
async def delete(ctx: Context, oauth_application_id: str) -> OauthApplication:
    """Delete an OAuth application; its tokens and what people let it do end with it.

    Returns: the application as it was.
    Raises: OauthApplicationNotFound.
    Announces: OauthApplicationDeleted.
    Source: Clerk BAPI 2025-11-10, DeleteOAuthApplication.
    """
    await ctx.allow()
    before = await queries.lock_application(ctx.db, oauth_application_id)
    ctx.expect(before.updated_at)
    await ctx.db.run(queries.DELETE, oauth_application_id=oauth_application_id)
    keeping.forget(ctx, before.image_key)
    ctx.announce(OauthApplicationDeleted(before))
    return before


@operation(
    "oauth_applications.rotate_secret",
    permission=MANAGE,
    raises=(OauthApplicationNotFound, OauthApplicationPublic),
)
async def rotate_secret(ctx: Context, oauth_application_id: str) -> OauthApplicationMade:
    """Give an OAuth application another secret; the one before ends at once.

    Raises: OauthApplicationNotFound; OauthApplicationPublic.
    Announces: OauthApplicationSecretRotated.
    Source: Clerk BAPI 2025-11-10, RotateOAuthApplicationSecret.
    """
    await ctx.allow()
    before = await queries.lock_application(ctx.db, oauth_application_id)
    ctx.expect(before.updated_at)
    if before.is_public:
        raise OauthApplicationPublic("oauth_application_id")
    secret, secret_digest = making.new_client_secret()
    after = await queries.set_secret(ctx.db, before.id, secret_digest, ctx.now)
    ctx.announce(OauthApplicationSecretRotated(after, before=before))
    return OauthApplicationMade(after, secret)


@operation(
    "oauth_applications.set_logo",
    permission=MANAGE,
    raises=(ImageBroken, ImageNotSupported, ImageTooLarge, OauthApplicationNotFound, UserNotFound),
)
async def set_logo(
    ctx: Context, oauth_application_id: str, file: bytes, uploader_user_id: str | None = None
) -> OauthApplication:
    """Give an OAuth application a logo, in place of the one it has.

    file: a JPEG, PNG, WebP or GIF of at most 10 MB; it is written anew, without metadata.
    uploader_user_id: the user to credit in the event.
    Raises: OauthApplicationNotFound; UserNotFound; ImageTooLarge; ImageNotSupported; ImageBroken.
    Announces: OauthApplicationUpdated, OauthApplicationLogoUploaded.
    Source: Clerk BAPI 2025-11-10, UploadOAuthApplicationLogo.
    """
    await ctx.allow()
    # Kept before the application is locked: a store may take its time.
    key = await keeping.keep(ctx, "oauth_applications", "oa_", oauth_application_id, file)
    try:
        before = await queries.lock_application(ctx.db, oauth_application_id)
        ctx.expect(before.updated_at)
        if uploader_user_id is not None:
            await user_queries.get_user(ctx.db, uploader_user_id)
    except DomainError:
        await ctx.platform.blobs.delete(key)
        raise
    after = await queries.update_application(ctx.db, before, ctx.now, image_key=key)
    keeping.forget(ctx, before.image_key)
    ctx.announce(OauthApplicationLogoUploaded(OauthLogoCredit(before.id, key, uploader_user_id)))
    ctx.announce(OauthApplicationUpdated(after, before=before))
    return after


def _changes(patch: OauthApplicationPatch, settings: InstanceSettings) -> dict[str, Any]:
    """What is to be set. Raises: InvalidInput."""
    given = {name: value for name, value in changed(patch).items() if value is not None}
    uris = making.checked_uris(given.pop("redirect_uris", None), given.pop("callback_url", None))
    if uris is not None:
        given["redirect_uris"] = uris
    if "name" in given:
        given["name"] = making.checked_name(given["name"])
    if "scopes" in given:
        given["scopes"] = scopes.checked(given["scopes"], settings.oauth_default_scopes)
    return given
