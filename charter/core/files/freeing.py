"""Bytes that nobody needs any more: what is asked for in a transaction, and done after it."""

from collections.abc import Sequence
from datetime import timedelta

from charter.core.files.model import LONGEST_URL_SECONDS, FileUpload
from charter.core.files.stores import store_of
from charter.kernel.jobs import ClaimedJob
from charter.kernel.operation import Context
from charter.kernel.platform import Platform

FREE = "files.free"
"""The kind of job; its payload has the `names` of bytes; `store_upload_id`, for an upload's."""
FREE_BELOW = "files.free_below"
"""The kind of job; its payload has the `folder` of an organization or an instance."""
AGAIN_AFTER = timedelta(hours=25)
"""When a store of others is asked once more: an address that holds an hour may have begun to write
at its end, and gone on for long."""
STILL_READ_FOR = timedelta(seconds=LONGEST_URL_SECONDS)
"""How long bytes that were replaced stay for those who have begun to read them."""


def free(ctx: Context, names: Sequence[str], *, after: timedelta = timedelta()) -> None:
    """Have bytes forgotten."""
    if names:
        ctx.defer(FREE, {"names": list(names)}, at=ctx.now + after)


def free_upload(ctx: Context, upload: FileUpload) -> None:
    """Have forgotten what came for an upload, and what may yet come."""
    payload = {"names": [upload.object_name], "store_upload_id": upload.store_upload_id}
    ctx.defer(FREE, payload)
    if store_of(ctx.platform).signs:
        ctx.defer(FREE, payload, at=ctx.now + AGAIN_AFTER)


def free_organization(ctx: Context, organization_id: str) -> None:
    """Have all bytes of an organization forgotten, which is deleted in this transaction."""
    _free_below(ctx, f"{ctx.actor.instance_id}/{organization_id}")


def free_instance(ctx: Context, instance_id: str) -> None:
    """The same for an instance, which need not be the one that asks."""
    _free_below(ctx, instance_id)


def _free_below(ctx: Context, folder: str) -> None:
    for after in (timedelta(), AGAIN_AFTER):
        ctx.defer(FREE_BELOW, {"folder": folder}, at=ctx.now + after)


async def free_later(platform: Platform, job: ClaimedJob) -> None:
    """Do a job of the kind FREE."""
    store = store_of(platform)
    for name in job.payload["names"]:
        if "store_upload_id" in job.payload:
            await store.abort(name, job.payload["store_upload_id"])
        await store.delete(name)


async def free_below_later(platform: Platform, job: ClaimedJob) -> None:
    """Do a job of the kind FREE_BELOW."""
    if platform.files is not None:
        await store_of(platform).delete_below(job.payload["folder"])
