"""What can be done with proxy checks."""

from charter.core.instance_domains import names
from charter.core.instance_domains import queries as domain_queries
from charter.core.instance_domains.model import InstanceDomainNotFound, ProxyConfigurationInvalid
from charter.core.keys.lookup import instance_of
from charter.core.proxy_checks import queries
from charter.core.proxy_checks.model import ProxyCheck, ProxyChecked
from charter.core.proxy_checks.probing import is_working
from charter.core.vocabulary import Permission
from charter.kernel.errors import MissingInput
from charter.kernel.operation import Context, operation


@operation(
    "proxy_checks.create",
    permission=Permission.INSTANCE_MANAGE,
    raises=(InstanceDomainNotFound, ProxyConfigurationInvalid),
)
async def create(
    ctx: Context, domain_id: str | None = None, proxy_url: str | None = None
) -> ProxyCheck:
    """Ask a proxy whether it forwards to the Frontend API of the instance, and keep the answer.

    domain_id: the primary domain where it is left out. proxy_url: that of the domain likewise.
    Raises: InstanceDomainNotFound; ProxyConfigurationInvalid, for what is no address of a proxy.
    Announces: ProxyChecked.
    Source: Clerk BAPI 2025-11-10, VerifyDomainProxy.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    if domain_id is None:
        domain = await domain_queries.get_primary(reading)
    else:
        domain = await domain_queries.get_domain(reading, domain_id)
    given = proxy_url if proxy_url is not None else domain.proxy_url
    if given is None:
        raise MissingInput("proxy_url", reason="the domain has no proxy, so one must be named")
    address = names.checked_proxy_url(given, may_be_plain=instance.is_development)
    is_successful = await is_working(ctx, instance, address, domain.id)
    # It may have been deleted while the proxy was asked.
    await domain_queries.lock(ctx.db)
    await domain_queries.get_domain(ctx.db, domain.id)
    row = ProxyCheck(
        id=ctx.new_id("proxchk_"),
        domain_id=domain.id,
        proxy_url=address,
        is_successful=is_successful,
        last_run_at=ctx.now,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    kept = await queries.keep_check(ctx.db, row)
    ctx.announce(ProxyChecked(kept))
    return kept
