"""What can be done with accountless applications: they are made, claimed and completed."""

import re

from charter.core.accountless_applications import queries
from charter.core.accountless_applications.addresses import new_frontend_host
from charter.core.accountless_applications.model import (
    PREFIX,
    UNCLAIMED_KEPT,
    AccountlessApplication,
    AccountlessApplicationClaimed,
    AccountlessApplicationCompleted,
    AccountlessApplicationCreated,
    AccountlessApplicationNotFound,
    AccountlessApplicationUnclaimed,
    AccountlessKeys,
    AccountlessShown,
    KeylessStartDisabled,
    KeylessStartsExhausted,
)
from charter.core.accountless_applications.removing import REMOVE
from charter.core.grants import granting
from charter.core.grants.model import GRANT_ERRORS, Purpose
from charter.core.instance_domains.model import HomeUrlTaken
from charter.core.instances.making import NewInstance, insert_instance, signing_keys
from charter.core.instances.model import Environment, InstanceCreated, InstanceExists
from charter.core.keys.lookup import instance_of, lookup
from charter.core.keys.showing import kept_secret
from charter.core.limits.limiting import KEYLESS_STARTS, limit_everywhere
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context, operation

APPLICATION_NAME = "My application"
_SOURCE = re.compile(r"[a-z0-9._-]{1,36}")


@operation(
    "accountless_applications.create",
    permission=Permission.PUBLIC,
    raises=(HomeUrlTaken, InstanceExists, KeylessStartDisabled, KeylessStartsExhausted),
    costly=True,
)
async def create(ctx: Context, source: str | None = None) -> AccountlessKeys:
    """Make an application with a development instance for an app that has no key yet.

    The caller names the new instance: `ctx.actor.instance_id` is its id. It goes after a week
    unless somebody claims it.
    source: the framework of the app, 1 to 36 of a to z, 0 to 9, `.`, `_` and `-`.
    Returns: its keys and the token by which it is claimed once.
    Raises: KeylessStartDisabled, where the operator does not offer it; KeylessStartsExhausted;
        TooManyAttempts, from the eleventh of an address within an hour on; InvalidInput.
    Announces: InstanceCreated, AccountlessApplicationCreated.
    Source: Clerk's SDKs for Next.js, React Router and TanStack Start.
    """
    await ctx.allow()
    most = ctx.platform.most_keyless_starts
    if not most:
        raise KeylessStartDisabled
    if source is not None and not _SOURCE.fullmatch(source):
        raise InvalidInput("source", reason="it must be the name of a framework, such as nextjs")
    await limit_everywhere(ctx, KEYLESS_STARTS)
    # Keys take long to make: not for one who is turned away.
    if await queries.count(ctx.platform.database.reading("")) >= most:
        raise KeylessStartsExhausted
    keys = await signing_keys(ctx)
    if await queries.lock_count(ctx.db) >= most:
        raise KeylessStartsExhausted
    host = new_frontend_host(ctx.platform.addresses)
    made = await insert_instance(
        ctx, NewInstance(APPLICATION_NAME, Environment.DEVELOPMENT, host), keys
    )
    row = AccountlessApplication(ctx.new_id(PREFIX), source, None, None, ctx.now, ctx.now)
    await ctx.db.insert(queries.INSERT, row)
    until = ctx.now + UNCLAIMED_KEPT
    claim = await granting.issue(ctx, Purpose.APPLICATION_CLAIM, row.id, expires_at=until)
    ctx.defer(REMOVE, {}, at=until)
    ctx.announce(InstanceCreated(made.instance))
    ctx.announce(AccountlessApplicationCreated(row))
    return AccountlessKeys(row, made.instance, made.secret_key, claim.secret)


@operation(
    "accountless_applications.complete",
    permission=Permission.INSTANCE_MANAGE,
    raises=(AccountlessApplicationNotFound, AccountlessApplicationUnclaimed),
)
async def complete(ctx: Context) -> AccountlessKeys:
    """Note that the app of a claimed application runs with its keys. Again, it changes nothing.

    Returns: the keys, the secret one that the caller has shown.
    Raises: AccountlessApplicationNotFound; AccountlessApplicationUnclaimed.
    Announces: AccountlessApplicationCompleted, the first time.
    Source: as `create`.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    secret = await kept_secret(ctx, ctx.actor.id)
    row = await queries.lock(ctx.db)
    if row.claimed_at is None:
        raise AccountlessApplicationUnclaimed
    if row.completed_at is None:
        before, row = row, await queries.complete(ctx.db, ctx.now)
        ctx.announce(AccountlessApplicationCompleted(row, before=before))
    return AccountlessKeys(row, instance, secret)


@operation(
    "accountless_applications.look",
    permission=Permission.PUBLIC,
    raises=(*GRANT_ERRORS, AccountlessApplicationNotFound),
    writes=False,
)
async def look(ctx: Context, token: str) -> AccountlessKeys:
    """Read what the holder of the claim token would claim, and leave the token as it is.

    Raises: GrantInvalid, GrantSpent, GrantExpired, GrantRevoked; AccountlessApplicationNotFound.
    """
    await ctx.allow()
    row = await queries.get(ctx.db)
    await granting.peek(ctx, Purpose.APPLICATION_CLAIM, token)
    return AccountlessKeys(row, await instance_of(ctx), await kept_secret(ctx), token)


@operation(
    "accountless_applications.claim",
    permission=Permission.PUBLIC,
    raises=(*GRANT_ERRORS, AccountlessApplicationNotFound),
)
async def claim(ctx: Context, token: str) -> AccountlessKeys:
    """Claim an application with its token, which is spent by that; from now on it stays.

    Returns: the keys, shown this once.
    Raises: GrantInvalid, GrantSpent, GrantExpired, GrantRevoked; AccountlessApplicationNotFound.
    Announces: AccountlessApplicationClaimed.
    """
    await ctx.allow()
    # Read before a row is locked: with a connection held, a second one could starve the pool.
    instance, secret = await instance_of(ctx), await kept_secret(ctx)
    # Whoever removes the unclaimed waits for the same row.
    before = await queries.lock(ctx.db)
    await granting.spend(ctx, Purpose.APPLICATION_CLAIM, token)
    row = await queries.claim(ctx.db, ctx.now)
    ctx.announce(AccountlessApplicationClaimed(row, before=before))
    lookup(ctx.platform).forget()
    return AccountlessKeys(row, instance, secret)


@operation(
    "accountless_applications.show",
    permission=Permission.PUBLIC,
    raises=(AccountlessApplicationNotFound,),
    writes=False,
)
async def show(ctx: Context) -> AccountlessShown:
    """Read what the page about the keys says to everybody.

    Raises: AccountlessApplicationNotFound.
    """
    await ctx.allow()
    row = await queries.get(ctx.db)
    return AccountlessShown(row, await instance_of(ctx))
