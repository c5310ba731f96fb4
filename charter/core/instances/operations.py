"""What can be done with instances. They are made by the operator, on the machine itself."""

from charter.core.identity_providers.queries import search_enabled
from charter.core.instance_domains.model import HomeUrlTaken
from charter.core.instances import queries
from charter.core.instances.making import NewInstance, insert_instance, signing_keys
from charter.core.instances.model import (
    Described,
    Environment,
    Instance,
    InstanceCreated,
    InstanceExists,
    InstanceMade,
    InstanceNotFound,
)
from charter.core.instances.origins import app_url, is_allowed_origin
from charter.core.keys.lookup import instance_of
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@operation(
    "instances.create", permission=Permission.KEYS_MANAGE, raises=(HomeUrlTaken, InstanceExists)
)
async def create(
    ctx: Context, application_name: str, environment: Environment, frontend_host: str
) -> InstanceMade:
    """Make an application with an instance, its keys, and its default roles.

    The acting operator names the new instance: `ctx.actor.instance_id` is its id.
    frontend_host: the host of its publishable key, with a dot in it.
    Returns: the instance and its first secret key.
    Raises: HomeUrlTaken, when another production instance has the host; InstanceExists.
    Announces: InstanceCreated.
    """
    await ctx.allow()
    new = NewInstance(application_name, environment, frontend_host)
    made = await insert_instance(ctx, new, await signing_keys(ctx))
    ctx.announce(InstanceCreated(made.instance))
    return made


@operation(
    "instances.get", permission=Permission.INSTANCE_READ, raises=(InstanceNotFound,), writes=False
)
async def get(ctx: Context) -> Instance:
    """Read the instance that the caller's credential belongs to."""
    await ctx.allow()
    return await ctx.db.one(queries.INSTANCE_BY_ID, missing=InstanceNotFound())


@operation("instances.describe", permission=Permission.PUBLIC, writes=False)
async def describe(ctx: Context) -> Described:
    """Read what interfaces are drawn from; nothing of it is secret.

    In development an app may be anywhere on the machine: people stay with the page that asks, or
    else go where its owner says that it runs.
    Source: Clerk FAPI 2026-05-12, getEnvironment.
    """
    await ctx.allow()
    instance, addresses = await instance_of(ctx), ctx.platform.addresses
    asking = ctx.request.origin if instance.is_development else None
    is_own = asking is not None and is_allowed_origin(instance, addresses, asking)
    providers = await search_enabled(ctx.db)
    own = app_url(instance, addresses)
    return Described(instance, asking if asking and is_own else own, providers)
