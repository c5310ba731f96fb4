"""What can be done with instances. They are made by the operator, on the machine itself."""

from charter.core.applications.model import Application
from charter.core.identity_providers.queries import search_enabled
from charter.core.instance_domains.model import PREFIX, HomeUrlTaken, InstanceDomain
from charter.core.instance_domains.names import name_of_host
from charter.core.instance_domains.queries import INSERT as INSERT_DOMAIN
from charter.core.instances import queries
from charter.core.instances.model import (
    Described,
    Environment,
    Instance,
    InstanceCreated,
    InstanceExists,
    InstanceMade,
    InstanceNotFound,
    InstanceRow,
)
from charter.core.instances.origins import app_url, is_allowed_origin
from charter.core.instances.seed import seed
from charter.core.keys import making
from charter.core.keys import queries as key_queries
from charter.core.keys.lookup import instance_of
from charter.core.keys.model import SigningKeyState
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
    application = Application(ctx.new_id("app_"), application_name, None, None, ctx.now, ctx.now)
    row = InstanceRow(
        id=ctx.actor.instance_id,
        application_id=application.id,
        environment=environment.value,
        frontend_host=frontend_host,
        settings={},  # what nobody set follows the defaults of the version that runs
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    # The first key's id is the instance's: that is where existing clients look.
    active = await making.signing_key(ctx, row.id, SigningKeyState.ACTIVE)
    following = await making.signing_key(ctx, f"{row.id}_2", SigningKeyState.NEXT)
    await ctx.db.insert(queries.INSERT_APPLICATION, application)
    await ctx.db.insert(queries.INSERT_INSTANCE, row)
    await ctx.db.insert(INSERT_DOMAIN, _primary(ctx, row))
    await ctx.db.insert_all(key_queries.INSERT_SIGNING_KEY, [active, following])
    key, secret = making.secret_key(ctx, environment.mark, "default")
    await ctx.db.insert(key_queries.INSERT_SECRET_KEY, key)
    await seed(ctx)
    instance = await ctx.db.one(queries.INSTANCE_BY_ID, missing=InstanceNotFound())
    ctx.announce(InstanceCreated(instance))
    return InstanceMade(instance, secret)


def _primary(ctx: Context, row: InstanceRow) -> InstanceDomain:
    """The primary domain of a new instance, named after it."""
    is_development = row.environment == Environment.DEVELOPMENT.value
    return InstanceDomain(
        id=row.id.replace("ins_", PREFIX, 1),
        name=name_of_host(row.frontend_host, is_development=is_development),
        is_satellite=False,
        is_secondary=True,
        frontend_host=row.frontend_host,
        held_host=None if is_development else row.frontend_host,
        home_origin=None,
        proxy_url=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )


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
