"""What can be done with webhooks: where an instance tells what happens in it."""

from datetime import datetime, timedelta
from typing import Any

from charter.core.vocabulary import Permission
from charter.core.webhooks import queries
from charter.core.webhooks.checking import checked_description, checked_types, checked_url
from charter.core.webhooks.model import (
    LONGEST_OVERLAP_SECONDS,
    MOST_ENDPOINTS,
    DisabledReason,
    NewWebhookEndpoint,
    RotatedWebhookSecret,
    WebhookApp,
    WebhookAppCreated,
    WebhookAppDeleted,
    WebhookAppExists,
    WebhookAppMissing,
    WebhookAppRow,
    WebhookEndpoint,
    WebhookEndpointCreated,
    WebhookEndpointDeleted,
    WebhookEndpointLimitReached,
    WebhookEndpointMade,
    WebhookEndpointNotFound,
    WebhookEndpointPatch,
    WebhookEndpointRow,
    WebhookEndpointUpdated,
    WebhookSecret,
    WebhookSecretRotated,
)
from charter.core.webhooks.signing import new_webhook_secret, opened_secret
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation
from charter.kernel.patch import changed


@operation("webhooks.create_app", permission=Permission.WEBHOOKS_MANAGE, raises=(WebhookAppExists,))
async def create_app(ctx: Context) -> WebhookApp:
    """Let the instance tell what happens in it; its first endpoint does so too.

    Raises: WebhookAppExists.
    Announces: WebhookAppCreated.
    Source: Clerk BAPI 2025-11-10, CreateSvixApp.
    """
    await ctx.allow()
    app = WebhookApp(ctx.actor.instance_id, ctx.now)
    await ctx.db.insert(queries.INSERT_APP, WebhookAppRow(ctx.now))
    ctx.announce(WebhookAppCreated(app))
    return app


@operation(
    "webhooks.get_app",
    permission=Permission.WEBHOOKS_MANAGE,
    raises=(WebhookAppMissing,),
    writes=False,
)
async def get_app(ctx: Context) -> WebhookApp:
    """Find out whether the instance tells what happens in it.

    Raises: WebhookAppMissing.
    Source: Clerk BAPI 2025-11-10, GenerateSvixAuthURL.
    """
    await ctx.allow()
    return await ctx.db.one(queries.APP, missing=WebhookAppMissing())


@operation(
    "webhooks.delete_app", permission=Permission.WEBHOOKS_MANAGE, raises=(WebhookAppMissing,)
)
async def delete_app(ctx: Context) -> WebhookApp:
    """Tell nothing any more. Endpoints, messages and what was tried are deleted.

    Raises: WebhookAppMissing.
    Announces: WebhookAppDeleted.
    Source: Clerk BAPI 2025-11-10, DeleteSvixApp.
    """
    await ctx.allow()
    gone = await ctx.db.one(queries.DELETE_APP, missing=WebhookAppMissing())
    ctx.announce(WebhookAppDeleted(before=gone))
    return gone


@operation("webhooks.search_endpoints", permission=Permission.WEBHOOKS_MANAGE, writes=False)
async def search_endpoints(ctx: Context, search: Search) -> Found[WebhookEndpoint]:
    """List the endpoints, newest first."""
    await ctx.allow()
    return await queries.LISTING.search(ctx.db, search)


@operation(
    "webhooks.create_endpoint",
    permission=Permission.WEBHOOKS_MANAGE,
    raises=(WebhookEndpointLimitReached,),
)
async def create_endpoint(ctx: Context, new: NewWebhookEndpoint) -> WebhookEndpointMade:
    """Have what happens from now on posted to an address, signed with a secret of 192 bits.

    Raises: WebhookEndpointLimitReached, at 100.
    Announces: WebhookEndpointCreated; WebhookAppCreated, where it is the first.
    Source: Standard Webhooks 1.0.
    """
    await ctx.allow()
    url = await checked_url(ctx, new.url)
    types, description = checked_types(new.event_types), checked_description(new.description)
    if await ctx.db.value(queries.ENSURE_APP, now=ctx.now) is not None:
        ctx.announce(WebhookAppCreated(WebhookApp(ctx.actor.instance_id, ctx.now)))
    await ctx.db.value(queries.LOCK_APP)
    # Counted under the lock: of two that are made at once, one may be too many.
    if await ctx.db.value(queries.COUNT_ENDPOINTS) >= MOST_ENDPOINTS:
        raise WebhookEndpointLimitReached(limit=MOST_ENDPOINTS)
    row = WebhookEndpointRow(
        id=ctx.new_id("ep_"),
        url=url,
        description=description,
        event_types=types,
        disabled_at=None if new.is_enabled else ctx.now,
        disabled_reason=None if new.is_enabled else DisabledReason.REQUESTED,
        failing_since=None,
        leased_until=ctx.now,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    secret, kept = new_webhook_secret(ctx, row.id)
    await ctx.db.insert(queries.INSERT, row)
    await ctx.db.insert(queries.INSERT_SECRET, kept)
    endpoint = await queries.get_endpoint(ctx.db, row.id)
    ctx.announce(WebhookEndpointCreated(endpoint))
    return WebhookEndpointMade(endpoint, secret)


@operation(
    "webhooks.get_endpoint",
    permission=Permission.WEBHOOKS_MANAGE,
    raises=(WebhookEndpointNotFound,),
    writes=False,
)
async def get_endpoint(ctx: Context, endpoint_id: str) -> WebhookEndpoint:
    """Read one endpoint.

    Raises: WebhookEndpointNotFound.
    """
    await ctx.allow()
    return await queries.get_endpoint(ctx.db, endpoint_id)


@operation(
    "webhooks.update_endpoint",
    permission=Permission.WEBHOOKS_MANAGE,
    raises=(WebhookEndpointNotFound,),
)
async def update_endpoint(
    ctx: Context, endpoint_id: str, patch: WebhookEndpointPatch
) -> WebhookEndpoint:
    """Change an endpoint.

    One that is enabled again is sent what waited for it; what happened meanwhile is there to be
    replayed.
    Raises: WebhookEndpointNotFound.
    Announces: WebhookEndpointUpdated.
    """
    await ctx.allow()
    given = changed(patch)
    if "url" in given:
        given["url"] = await checked_url(ctx, given["url"])
    if "event_types" in given:
        given["event_types"] = checked_types(given["event_types"])
    if "description" in given:
        given["description"] = checked_description(given["description"])
    before = await queries.lock_endpoint(ctx.db, endpoint_id)
    ctx.expect(before.updated_at)
    kept = None if before.event_types is None else list(before.event_types)
    await ctx.db.run(
        queries.UPDATE,
        endpoint_id=endpoint_id,
        now=ctx.now,
        url=given.get("url", before.url),
        description=given.get("description", before.description),
        event_types=given.get("event_types", kept),
        **_enabling(ctx, before, given.get("is_enabled")),
    )
    after = await queries.get_endpoint(ctx.db, endpoint_id)
    ctx.announce(WebhookEndpointUpdated(after, before=before))
    return after


@operation(
    "webhooks.delete_endpoint",
    permission=Permission.WEBHOOKS_MANAGE,
    raises=(WebhookEndpointNotFound,),
)
async def delete_endpoint(ctx: Context, endpoint_id: str) -> WebhookEndpoint:
    """Delete an endpoint, with what waits for it and what was tried.

    Raises: WebhookEndpointNotFound.
    Announces: WebhookEndpointDeleted.
    """
    await ctx.allow()
    before = await queries.lock_endpoint(ctx.db, endpoint_id)
    ctx.expect(before.updated_at)
    await ctx.db.run(queries.DELETE, endpoint_id=endpoint_id)
    ctx.announce(WebhookEndpointDeleted(before=before))
    return before


@operation(
    "webhooks.read_secret",
    permission=Permission.WEBHOOKS_MANAGE,
    raises=(WebhookEndpointNotFound,),
    writes=False,
)
async def read_secret(ctx: Context, endpoint_id: str) -> WebhookSecret:
    """Read the current secret of an endpoint.

    Raises: WebhookEndpointNotFound.
    """
    await ctx.allow()
    missing = WebhookEndpointNotFound("endpoint_id")
    kept = await ctx.db.one(queries.SEALED, missing=missing, endpoint_id=endpoint_id)
    return WebhookSecret(opened_secret(ctx.platform, kept))


@operation(
    "webhooks.rotate_secret",
    permission=Permission.WEBHOOKS_MANAGE,
    raises=(WebhookEndpointNotFound,),
)
async def rotate_secret(
    ctx: Context, endpoint_id: str, overlap_seconds: int = 86_400
) -> WebhookSecret:
    """Give an endpoint another secret.

    overlap_seconds: how long messages carry a signature of the secret before as well, 0 to 604800.
    No older one signs longer than that, so that 0 ends all that may have leaked.
    Raises: WebhookEndpointNotFound.
    Announces: WebhookSecretRotated.
    Source: Standard Webhooks 1.0.
    """
    await ctx.allow()
    if not 0 <= overlap_seconds <= LONGEST_OVERLAP_SECONDS:
        reason = f"it must be from 0 to {LONGEST_OVERLAP_SECONDS}"
        raise InvalidInput("overlap_seconds", reason=reason)
    before = await queries.lock_endpoint(ctx.db, endpoint_id)
    ctx.expect(before.updated_at)
    secret, kept = new_webhook_secret(ctx, endpoint_id)
    until: datetime = ctx.now + timedelta(seconds=overlap_seconds)
    await queries.replace_secret(ctx.db, kept, until)
    ctx.announce(WebhookSecretRotated(RotatedWebhookSecret(endpoint_id, until)))
    return WebhookSecret(secret)


def _enabling(ctx: Context, before: WebhookEndpoint, is_enabled: bool | None) -> dict[str, Any]:
    """What becomes of the disabling of an endpoint; None leaves it."""
    was_enabled = before.disabled_at is None
    if is_enabled is None or is_enabled == was_enabled:
        return {
            "disabled_at": before.disabled_at,
            "disabled_reason": before.disabled_reason,
            "failing_since": before.failing_since,
        }
    return {
        "disabled_at": None if is_enabled else ctx.now,
        "disabled_reason": None if is_enabled else DisabledReason.REQUESTED,
        # Enabled again it has as long as any other to show that it takes something.
        "failing_since": None,
    }
