"""Locks after too many tries: people hear of them, and who proves to be the person lifts them."""

from datetime import datetime
from typing import Any

from charter.core.instances.model import Instance
from charter.core.messages.queueing import queue
from charter.core.passwords import queries
from charter.core.users import queries as user_queries
from charter.core.users.model import User, UserNotFound
from charter.core.vocabulary import Permission
from charter.kernel import jobs
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.ids import new_id
from charter.kernel.operation import Context, operation, run
from charter.kernel.platform import Platform

TELL = "users.tell_of_lock"


def is_locked_by_somebody(instance: Instance, user: User, now: datetime) -> bool:
    """Whether an administrator has locked a user: too many tries alone do not explain the lock."""
    return user.is_locked_at(now) and user.failed_attempts < instance.settings.lockout_attempts


def forgiven(instance: Instance, user: User, now: datetime) -> dict[str, Any]:
    """The columns of a locked row for a user who has proven to be the person.

    A lock after too many tries was for others, and is lifted; an administrator's stays.
    """
    if is_locked_by_somebody(instance, user, now):
        return {"failed_attempts": 0}
    return {"is_locked": False, "locked_until": None, "failed_attempts": 0}


async def note_lock(ctx: Context, instance: Instance, user_id: str) -> None:
    """Have the person told, if the try just refused was the one that locked them.

    On a connection of its own: the operation that was refused is rolled back.
    """
    db = ctx.platform.database.reading(ctx.actor.instance_id)
    most = instance.settings.lockout_attempts
    if await queries.is_locked_by_tries(db, user_id, ctx.now, most=most):
        job = jobs.Job(new_id("job_", ctx.now), TELL, {"user_id": user_id}, ctx.now)
        await db.insert(jobs.INSERT, job)


@operation("passwords.tell_of_lock", permission=Permission.USERS_MANAGE, raises=(UserNotFound,))
async def tell_of_lock(ctx: Context, user_id: str) -> bool:
    """Write to every proven address of a user that the account is locked, and until when.

    Returns: whether there was something to tell; not when the lock was lifted meanwhile.
    Raises: UserNotFound.
    """
    await ctx.allow()
    user = await user_queries.get_user(ctx.db, user_id)
    if not user.is_locked_at(ctx.now):
        return False
    facts = {"failed_attempts": user.failed_attempts, "locked_until_at": user.locked_until}
    known = {name: value for name, value in facts.items() if value is not None}
    for address in user.email_addresses:
        if address.is_verified:
            await queue(ctx, "account_locked", address.address, locale=user.locale, **known)
    return True


async def tell(platform: Platform, job: jobs.ClaimedJob) -> None:
    """Do the job that `note_lock` asked for; a user who was deleted meanwhile hears nothing."""
    actor = Actor(ActorKind.SYSTEM, job.instance_id)
    try:
        await run(platform, actor, tell_of_lock, arguments=job.payload)
    except UserNotFound:
        return
