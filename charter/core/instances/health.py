"""Whether an instance is there."""

from charter.core.instance_domains.model import InstanceDomainNotFound
from charter.core.instance_domains.queries import get_domain
from charter.core.instances import queries
from charter.core.instances.model import InstanceNotFound
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@operation(
    "instances.check", permission=Permission.PUBLIC, raises=(InstanceNotFound,), writes=False
)
async def check(ctx: Context) -> None:
    """Say that the instance is there, as its database says now.

    Source: Clerk FAPI 2026-05-12, getHealth.
    """
    await ctx.allow()
    await ctx.db.one(queries.INSTANCE_BY_ID, missing=InstanceNotFound("instance_id"))


@operation(
    "instances.check_proxy",
    permission=Permission.PUBLIC,
    raises=(InstanceDomainNotFound, InstanceNotFound),
    writes=False,
)
async def check_proxy(ctx: Context, domain_id: str | None = None) -> str | None:
    """Say that the instance is there behind an app's proxy, and that a domain is its own.

    Raises: InstanceDomainNotFound, which tells of a proxy that speaks for another instance.
    Returns: the address that the request came from, as far as the proxies are trusted.
    Source: Clerk FAPI 2026-05-12, getProxyHealth.
    """
    await ctx.allow()
    await ctx.db.one(queries.INSTANCE_BY_ID, missing=InstanceNotFound("instance_id"))
    if domain_id is not None:
        await get_domain(ctx.db, domain_id)
    return ctx.request.address
