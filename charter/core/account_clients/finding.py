"""Finds a client for who may know of it, by the organization that it belongs to."""

from charter.core.oauth_applications import queries
from charter.core.oauth_applications.model import OauthApplication, OauthApplicationNotFound
from charter.core.organizations.queries import lock_organization
from charter.kernel.errors import DomainError, NotFound
from charter.kernel.operation import Context


async def known(ctx: Context, client_id: str) -> OauthApplication:
    """The client, once the operation's permission is decided.

    Raises: OauthApplicationNotFound; as `Context.allow`, also where there is none: to whoever may
    not know, one that is not there and one of strangers look the same.
    """
    try:
        found = await queries.get_application(ctx.db, client_id)
    except OauthApplicationNotFound as missing:
        check_may_know(ctx, missing)
        raise
    await ctx.allow(found.organization_id)
    return found


async def locked(ctx: Context, client_id: str) -> OauthApplication:
    """The same, locked until the transaction ends, and decided anew where a role could be lost.

    Raises: OauthApplicationNotFound; OrganizationNotFound; as `Context.allow`.
    """
    found = await known(ctx, client_id)
    if found.organization_id is not None:
        await lock_organization(ctx.db, found.organization_id)
        await ctx.confirm(found.organization_id)
    return await queries.lock_application(ctx.db, client_id)


def check_may_know(ctx: Context, missing: DomainError) -> None:
    """Tell that something is missing to who stands above all organizations alone.

    Raises: NotFound, to everybody else.
    """
    if not ctx.actor.kind.is_instance_wide:
        raise NotFound(missing.parameter) from missing
