"""Removes the applications that nobody claimed in time."""

from charter.core.accountless_applications import queries
from charter.core.accountless_applications.model import AccountlessApplicationRemoved
from charter.core.applications.ending import end_all_of_instance
from charter.core.files import freeing
from charter.core.images import keeping
from charter.core.instances.hosts import hosts
from charter.core.instances.model import InstanceNotFound
from charter.core.instances.queries import INSTANCE_BY_ID
from charter.core.keys.lookup import lookup
from charter.core.vocabulary import Permission
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.jobs import ClaimedJob
from charter.kernel.operation import Context, operation, run
from charter.kernel.platform import Platform

REMOVE = "accountless_applications.remove"
"""The kind of job; its instance is the one that goes."""


@operation(
    "accountless_applications.remove",
    permission=Permission.KEYS_MANAGE,
    raises=(InstanceNotFound,),
)
async def remove(ctx: Context) -> bool:
    """Delete the instance with all that is in it, unless it was claimed or made in another way.

    What stays is its record in the event stream and the audit log, which is append-only.
    Returns: whether it is gone by this.
    Announces: AccountlessApplicationRemoved, when it is.
    """
    await ctx.allow()
    # Whoever claims waits for this row; what others add meanwhile goes with the instance.
    row = await ctx.db.find(queries.LOCK)
    if row is None or row.claimed_at is not None:
        return False
    instance = await ctx.db.one(INSTANCE_BY_ID, missing=InstanceNotFound())
    await end_all_of_instance(ctx)
    for pictures in queries.PICTURES:
        for picture in await ctx.db.all(pictures):
            keeping.forget(ctx, picture["image_key"])
    freeing.free_instance(ctx, instance.id)
    await queries.delete_instance(ctx.db, instance.application_id)
    ctx.announce(AccountlessApplicationRemoved(before=row))
    lookup(ctx.platform).forget()
    hosts(ctx.platform.database).forget()
    return True


async def remove_later(platform: Platform, job: ClaimedJob) -> None:
    """Do the job that was asked for when the application was made."""
    await run(platform, Actor(ActorKind.SYSTEM, job.instance_id), remove, arguments={})
