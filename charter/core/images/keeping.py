"""Pictures of users and organizations: written anew, kept outside the database."""

import secrets
from functools import partial

from charter.core.images import ImageBroken, ImageNotSupported, ImageTooLarge, check_and_encode
from charter.kernel.ids import is_id
from charter.kernel.jobs import ClaimedJob
from charter.kernel.operation import Context
from charter.kernel.platform import Platform

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000

FORGET = "images.forget"
"""The kind of job; its payload is the `key` of the file."""

PICTURE_ERRORS = (ImageTooLarge, ImageNotSupported, ImageBroken)
"""What keeping a picture may raise."""


async def keep(ctx: Context, folder: str, prefix: str, owner_id: str, file: bytes) -> str:
    """Write an upload anew and keep it; call it before any statement.

    folder: `users` or `organizations`; prefix: of the owner's id, which names the place only if
        it has that form.
    Returns: the key under which it is kept.
    Raises: PICTURE_ERRORS; Busy.
    """
    work = partial(check_and_encode, file, max_bytes=MAX_BYTES, max_pixels=MAX_PIXELS)
    image = await ctx.work.run(work)
    place = owner_id if is_id(prefix, owner_id) else "unknown"
    key = f"{folder}/{place}/{secrets.token_hex(16)}.{image.extension}"
    await ctx.platform.blobs.put(key, image.data, image.content_type)
    return key


def forget(ctx: Context, image_key: str | None) -> None:
    """Have a picture that is no longer shown taken away, if there is one."""
    if image_key is not None:
        ctx.defer(FORGET, {"key": image_key})


async def delete_file(platform: Platform, job: ClaimedJob) -> None:
    """Delete the file that a job names. One that is gone is fine."""
    await platform.blobs.delete(job.payload["key"])
