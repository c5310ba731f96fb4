"""Moves an instance to another domain: its host, its publishable key and its issuer with it."""

from dataclasses import replace
from datetime import datetime

from charter.core.instance_domains import names, queries
from charter.core.instance_domains.model import (
    HomeUrlTaken,
    HostingDomain,
    InstanceDomain,
    InstanceDomainInvalid,
    InstanceDomainUpdated,
    ProductionOnly,
)
from charter.core.instances.hosts import hosts
from charter.core.instances.model import Instance
from charter.core.keys.lookup import instance_of, lookup
from charter.core.sessions.ending import end_next_of_instance
from charter.core.vocabulary import Permission
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.jobs import ClaimedJob
from charter.kernel.operation import Context, operation, run
from charter.kernel.platform import Platform

END_SESSIONS = "end_sessions_before"
BATCH = 200
"""Sessions that are ended in one transaction."""


@operation(
    "instance_domains.change",
    permission=Permission.INSTANCE_MANAGE,
    raises=(HomeUrlTaken, HostingDomain, InstanceDomainInvalid, ProductionOnly),
)
async def change(ctx: Context, home_url: str, *, is_secondary: bool = False) -> InstanceDomain:
    """Move a production instance to the domain of another home page.

    Its Frontend API is reached at the same label of the new domain from now on, the publishable
    key and the issuer name that, and every session ends.
    home_url: `https://www.example.com`. is_secondary: whether what stands before the registrable
        domain belongs to the name, for several apps on one.
    Raises: ProductionOnly; InstanceDomainInvalid; HostingDomain; HomeUrlTaken.
    Announces: InstanceDomainUpdated; later, SessionRevoked for each session.
    Source: Clerk BAPI 2025-11-10, ChangeProductionInstanceDomain, UpdateProductionInstanceDomain.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    if instance.is_development:
        raise ProductionOnly
    home = names.home_of(home_url)
    name = names.production_name(
        str(home.hostname), is_significant=is_secondary, parameter="home_url"
    )
    await queries.lock(ctx.db)
    before = await queries.get_primary(ctx.db)
    named = at_name(instance, replace(before, is_secondary=is_secondary), name)
    after = await move(ctx, before, replace(named, home_origin=str(home.origin)))
    lookup(ctx.platform).forget()
    hosts(ctx.platform.database).forget()
    return after


def at_name(instance: Instance, row: InstanceDomain, name: str) -> InstanceDomain:
    """A domain under a name, with the host that follows from it."""
    if instance.is_development:
        return replace(row, name=name, frontend_host=instance.frontend_host)
    if row.is_satellite:
        host = names.satellite_host(name)
    elif name == row.name:
        host = row.frontend_host
    else:
        host = names.moved_host(row.frontend_host, name)
        # The app is where its domain is, until somebody says where exactly.
        row = replace(row, home_origin=f"https://{name}")
    return replace(row, name=name, frontend_host=host, held_host=host)


async def move(ctx: Context, before: InstanceDomain, after: InstanceDomain) -> InstanceDomain:
    """Write a changed domain; with a primary one that has another host, the instance moves.

    Announces: InstanceDomainUpdated.
    """
    after = replace(after, updated_at=ctx.now)
    await queries.update_domain(ctx.db, after)
    if not after.is_satellite and after.frontend_host != before.frontend_host:
        await queries.move_instance(ctx.db, after.frontend_host, ctx.now)
        # Tokens of before name an issuer that is no more; what could renew them ends as well.
        ctx.defer(END_SESSIONS, {"before": ctx.now.isoformat()})
    ctx.announce(InstanceDomainUpdated(after, before=before))
    return after


@operation("instance_domains.end_sessions", permission=Permission.SESSIONS_MANAGE)
async def end_sessions(ctx: Context, before: str, after_session_id: str = "") -> int:
    """End the next sessions that were begun before a moment, and ask for those after them.

    before: in ISO 8601. after_session_id: the last session of the batch before.
    Returns: how many were looked at, at most BATCH.
    Announces: SessionRevoked for each of them.
    """
    await ctx.allow()
    moment = datetime.fromisoformat(before)
    ended = await end_next_of_instance(ctx, moment, after_session_id, BATCH)
    if len(ended) == BATCH:
        ctx.defer(END_SESSIONS, {"before": before, "after_session_id": ended[-1]})
    return len(ended)


async def end_batch(platform: Platform, job: ClaimedJob) -> None:
    """End the batch that a job names."""
    actor = Actor(ActorKind.SYSTEM, job.instance_id)
    await run(platform, actor, end_sessions, arguments=job.payload)
