"""What can be done with the domains of an instance."""

from dataclasses import replace

from charter.core.instance_domains import names, queries
from charter.core.instance_domains.model import (
    MOST_SATELLITES,
    PREFIX,
    DomainUpdateForbidden,
    HomeUrlTaken,
    HostingDomain,
    InstanceDomain,
    InstanceDomainCreated,
    InstanceDomainDeleted,
    InstanceDomainInvalid,
    InstanceDomainNotFound,
    InstanceDomainPatch,
    PrimaryDomainExists,
    PrimaryDomainNeeded,
    ProxyConfigurationInvalid,
    SatelliteLimitReached,
)
from charter.core.instance_domains.moving import at_name, move
from charter.core.instances.hosts import hosts
from charter.core.instances.model import Instance
from charter.core.keys.lookup import instance_of, lookup
from charter.core.proxy_checks.probing import require_working
from charter.core.vocabulary import Permission
from charter.kernel.lists import Found
from charter.kernel.operation import Context, operation


@operation("instance_domains.search", permission=Permission.INSTANCE_READ, writes=False)
async def search(ctx: Context) -> Found[InstanceDomain]:
    """List all domains of the instance, the primary one first.

    Source: Clerk BAPI 2025-11-10, ListDomains.
    """
    await ctx.allow()
    found = await queries.find_domains(ctx.db)
    return Found(found, len(found))


@operation(
    "instance_domains.create",
    permission=Permission.INSTANCE_MANAGE,
    raises=(
        DomainUpdateForbidden,
        HomeUrlTaken,
        HostingDomain,
        InstanceDomainInvalid,
        PrimaryDomainExists,
        ProxyConfigurationInvalid,
        SatelliteLimitReached,
    ),
)
async def create(
    ctx: Context, name: str, *, is_satellite: bool, proxy_url: str | None = None
) -> InstanceDomain:
    """Add a satellite: a domain whose pages share the sessions of the primary one.

    name: a domain; in development a host with its port. proxy_url: what the app forwards from,
        for production alone; it has to work already.
    Raises: PrimaryDomainExists, for one that is to be no satellite; InstanceDomainInvalid;
        HostingDomain; HomeUrlTaken; SatelliteLimitReached; ProxyConfigurationInvalid;
        DomainUpdateForbidden, for a proxy in development.
    Announces: InstanceDomainCreated.
    Source: Clerk BAPI 2025-11-10, AddDomain.
    """
    await ctx.allow()
    if not is_satellite:
        raise PrimaryDomainExists
    instance = await instance_of(ctx)
    row = InstanceDomain(
        id=ctx.new_id(PREFIX),
        name="",
        is_satellite=True,
        is_secondary=True,
        frontend_host="",
        held_host=None,
        home_origin=None,
        proxy_url=await _proxy_url(ctx, instance, proxy_url),
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    row = at_name(instance, row, _name(instance, name, is_significant=True))
    await queries.lock(ctx.db)
    if await queries.count_satellites(ctx.db) >= MOST_SATELLITES:
        raise SatelliteLimitReached(limit=MOST_SATELLITES)
    await queries.insert_domain(ctx.db, row)
    ctx.announce(InstanceDomainCreated(row))
    _forget(ctx)
    return row


@operation(
    "instance_domains.update",
    permission=Permission.INSTANCE_MANAGE,
    raises=(
        DomainUpdateForbidden,
        HomeUrlTaken,
        HostingDomain,
        InstanceDomainInvalid,
        InstanceDomainNotFound,
        ProxyConfigurationInvalid,
    ),
)
async def update(ctx: Context, domain_id: str, patch: InstanceDomainPatch) -> InstanceDomain:
    """Change a domain: its name, the proxy that it is reached by, or what belongs to its name.

    Another name of the primary domain in production is another host, as `change` says.
    Raises: InstanceDomainNotFound; DomainUpdateForbidden, for a proxy in development and for the
        name of a development instance's primary domain; ProxyConfigurationInvalid, for a proxy
        that does not work; InstanceDomainInvalid; HostingDomain; HomeUrlTaken.
    Announces: InstanceDomainUpdated.
    Source: Clerk BAPI 2025-11-10, UpdateDomain.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    proxy_url = patch.proxy_url
    if isinstance(proxy_url, str):
        reading = ctx.platform.database.reading(ctx.actor.instance_id)
        await queries.get_domain(reading, domain_id)
        proxy_url = await _proxy_url(ctx, instance, proxy_url, domain_id)
    await queries.lock(ctx.db)
    before = await queries.get_domain(ctx.db, domain_id)
    ctx.expect(before.updated_at)
    after = before
    if proxy_url is None or isinstance(proxy_url, str):
        after = replace(after, proxy_url=proxy_url)
    if isinstance(patch.is_secondary, bool):
        after = replace(after, is_secondary=patch.is_secondary)
    if isinstance(patch.name, str) or after.is_secondary != before.is_secondary:
        given = patch.name if isinstance(patch.name, str) else before.name
        if instance.is_development and not before.is_satellite and given != before.name:
            raise DomainUpdateForbidden("name")
        name = _name(instance, given, is_significant=after.is_secondary)
        after = at_name(instance, after, name)
    if after == before:
        return before
    after = await move(ctx, before, after)
    _forget(ctx)
    return after


@operation(
    "instance_domains.delete",
    permission=Permission.INSTANCE_MANAGE,
    raises=(InstanceDomainNotFound, PrimaryDomainNeeded),
)
async def delete(ctx: Context, domain_id: str) -> InstanceDomain:
    """Delete a satellite: its host is answered no more, and its pages may not call any more.

    Returns: it as it was.
    Raises: InstanceDomainNotFound; PrimaryDomainNeeded.
    Announces: InstanceDomainDeleted.
    Source: Clerk BAPI 2025-11-10, DeleteDomain.
    """
    await ctx.allow()
    await queries.lock(ctx.db)
    before = await queries.get_domain(ctx.db, domain_id)
    if not before.is_satellite:
        raise PrimaryDomainNeeded
    await queries.delete_domain(ctx.db, before.id)
    ctx.announce(InstanceDomainDeleted(before=before))
    _forget(ctx)
    return before


def _name(instance: Instance, text: str, *, is_significant: bool) -> str:
    if instance.is_development:
        return names.development_name(text)
    return names.production_name(text, is_significant=is_significant)


async def _proxy_url(
    ctx: Context, instance: Instance, given: str | None, domain_id: str | None = None
) -> str | None:
    """The address of a proxy that works; call it before any statement."""
    if given is None:
        return None
    if instance.is_development:
        raise DomainUpdateForbidden("proxy_url")
    address = names.checked_proxy_url(given)
    await require_working(ctx, instance, address, domain_id)
    return address


def _forget(ctx: Context) -> None:
    lookup(ctx.platform).forget()
    hosts(ctx.platform.database).forget()
