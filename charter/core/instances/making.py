"""Makes instances; shared by the operator's operation and by keyless starts."""

from dataclasses import dataclass

from charter.core.applications.model import Application
from charter.core.instance_domains.model import PREFIX, InstanceDomain
from charter.core.instance_domains.names import name_of_host
from charter.core.instance_domains.queries import INSERT as INSERT_DOMAIN
from charter.core.instances import queries
from charter.core.instances.model import (
    Environment,
    InstanceMade,
    InstanceNotFound,
    InstanceRow,
)
from charter.core.instances.seed import seed
from charter.core.keys import making
from charter.core.keys import queries as key_queries
from charter.core.keys.model import SigningKeyRow, SigningKeyState
from charter.kernel.operation import Context


@dataclass(frozen=True, slots=True)
class NewInstance:
    """What an instance is made of. frontend_host: the host of its publishable key.

    owner_organization_id: the organization that owns the application, in owner_instance_id.
    """

    application_name: str
    environment: Environment
    frontend_host: str
    owner_instance_id: str | None = None
    owner_organization_id: str | None = None


async def signing_keys(
    ctx: Context, instance_id: str | None = None
) -> tuple[SigningKeyRow, SigningKeyRow]:
    """The first signing keys of an instance; made before any statement.

    instance_id: None stands for the one that the actor names.
    """
    # The first key's id is the instance's: that is where existing clients look.
    instance_id = instance_id or ctx.actor.instance_id
    active = await making.signing_key(ctx, instance_id, SigningKeyState.ACTIVE)
    return active, await making.signing_key(ctx, f"{instance_id}_2", SigningKeyState.NEXT)


async def insert_instance(
    ctx: Context, new: NewInstance, signing: tuple[SigningKeyRow, SigningKeyRow]
) -> InstanceMade:
    """Make an application with an instance, its keys, and its default roles.

    The actor names the new instance: `ctx.actor.instance_id` is its id.
    Returns: the instance and its first secret key.
    Raises: HomeUrlTaken; InstanceExists.
    """
    application = Application(
        ctx.new_id("app_"),
        new.application_name,
        new.owner_instance_id,
        new.owner_organization_id,
        ctx.now,
        ctx.now,
    )
    row = InstanceRow(
        id=ctx.actor.instance_id,
        application_id=application.id,
        environment=new.environment.value,
        frontend_host=new.frontend_host,
        settings={},  # what nobody set follows the defaults of the version that runs
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.db.insert(queries.INSERT_APPLICATION, application)
    await ctx.db.insert(queries.INSERT_INSTANCE, row)
    await ctx.db.insert(INSERT_DOMAIN, _primary(ctx, row))
    await ctx.db.insert_all(key_queries.INSERT_SIGNING_KEY, signing)
    key, secret = making.secret_key(ctx, new.environment.mark, "default")
    await ctx.db.insert(key_queries.INSERT_SECRET_KEY, key)
    await seed(ctx)
    instance = await ctx.db.one(queries.INSTANCE_BY_ID, missing=InstanceNotFound())
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
