"""Ends uploads that nobody ended, and finds what has come to a store that tells nobody."""

from datetime import timedelta

from charter.core.files import publishing, queries
from charter.core.files.model import (
    RUNNING,
    FileExists,
    FileUpload,
    FileUploadNotFound,
    FileUploadState,
    UploadState,
)
from charter.core.files.stores import own_store_of, store_of
from charter.core.organizations.model import OrganizationNotFound
from charter.core.vocabulary import Permission
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import DomainError, Unavailable
from charter.kernel.jobs import ClaimedJob
from charter.kernel.operation import Context, operation, run
from charter.kernel.platform import Platform

LOOK = "files.look"
"""The kind of job; its payload has the `upload_id`."""
LOOKED_AFTER = (timedelta(seconds=15), timedelta(minutes=2))
GRACE = timedelta(minutes=5)
"""How long after its end an upload is left alone: one that began to send in time may arrive."""
JOINING_TAKES = timedelta(hours=1)
KEPT_AFTER_END = timedelta(days=7)
"""How long joining the same parts again answers the same."""
INCOMING_KEPT = timedelta(days=1)


def look_soon(ctx: Context, upload: FileUpload) -> None:
    """Have the store asked whether a whole file has come."""
    for after in LOOKED_AFTER:
        ctx.defer(LOOK, {"upload_id": upload.id}, at=ctx.now + after)


async def look_later(platform: Platform, job: ClaimedJob) -> None:
    """Do a job of the kind LOOK."""
    await _end(platform, job.instance_id, job.payload["upload_id"])


@operation(
    "files.end_upload",
    permission=Permission.INSTANCE_MANAGE,
    raises=(FileExists, FileUploadNotFound, FileUploadState, OrganizationNotFound),
)
async def end_upload(ctx: Context, upload_id: str) -> UploadState:
    """Make a file of an upload whose bytes are in the store, or end it when its time is over.

    Returns: its state now.
    Raises: FileUploadNotFound; FileUploadState; FileExists; OrganizationNotFound.
    Announces: FileCreated, FileReplaced or FileUploadEnded.
    """
    await ctx.allow()
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    upload = await queries.get_upload(reading, upload_id)
    if upload.is_whole and upload.state is UploadState.OPEN and store_of(ctx.platform).signs:
        try:
            if await publishing.settle(ctx, upload) is not None:
                return UploadState.COMPLETED
        except FileExists:
            # It came too late: when its time is over its bytes go.
            pass
    held = await publishing.hold(ctx, upload)
    grace = JOINING_TAKES if held.state is UploadState.COMPLETING else GRACE
    if held.state not in RUNNING or held.expires_at > ctx.now - grace:
        return held.state
    await publishing.end(ctx, held, UploadState.EXPIRED)
    return UploadState.EXPIRED


async def sweep(platform: Platform) -> int:
    """End a hundred of what is overdue, in all instances. Returns: how many have ended."""
    if platform.files is None:
        return 0
    now = platform.clock()
    overdue = await platform.database.reading("").all(
        queries.OVERDUE, open_before=now - GRACE, joining_before=now - JOINING_TAKES
    )
    ended = [await _end(platform, row["instance_id"], row["id"]) for row in overdue]
    if not store_of(platform).signs:
        await own_store_of(platform).sweep(now - INCOMING_KEPT)
    return sum(ended)


async def _end(platform: Platform, instance_id: str, upload_id: str) -> bool:
    """End one. Returns: whether it has ended by this."""
    actor = Actor(ActorKind.SYSTEM, instance_id)
    try:
        state = await run(platform, actor, end_upload, arguments={"upload_id": upload_id})
    except Unavailable:
        raise
    except DomainError:
        # Somebody else has ended it, or it is gone with its organization.
        return False
    return state not in RUNNING
