"""Pictures of users and organizations: written anew, kept outside the database."""

import hashlib
import re
import secrets
from functools import partial

from charter.core.images import ImageBroken, ImageNotSupported, ImageTooLarge, check_and_encode
from charter.kernel.ids import is_id
from charter.kernel.jobs import ClaimedJob
from charter.kernel.operation import Context
from charter.kernel.platform import Platform

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000

_KEY = re.compile(
    r"((?:users|organizations|oauth_applications)/\w{1,64}/)[0-9a-f]{32}(\.(?:jpg|png))"
)

FORGET = "images.forget"
"""The kind of job; its payload is the `key` of the file."""

PICTURE_ERRORS = (ImageTooLarge, ImageNotSupported, ImageBroken)
"""What keeping a picture may raise."""


async def keep(ctx: Context, folder: str, prefix: str, owner_id: str, file: bytes) -> str:
    """Write an upload anew and keep it; call it before any statement.

    folder: `users`, `organizations` or `oauth_applications`; prefix: of the owner's id, which
        names the place only if it has that form.
    Returns: the key under which it is kept.
    Raises: PICTURE_ERRORS; Busy.
    """
    work = partial(check_and_encode, file, max_bytes=MAX_BYTES, max_pixels=MAX_PIXELS)
    image = await ctx.work.run(work)
    place = owner_id if is_id(prefix, owner_id) else "unknown"
    key = f"{folder}/{place}/{secrets.token_hex(16)}.{image.extension}"
    await ctx.platform.blobs.put(key, image.data, image.content_type)
    return key


def moved(key: str, instance_id: str) -> str:
    """The key of an instance's own copy of a picture, the same at every asking.

    Two instances that shared a file would lose it both when one forgets it.
    Raises: ValueError, when `keep` did not make the key.
    """
    found = _KEY.fullmatch(key)
    if found is None:
        raise ValueError("a picture's key has another form")
    name = hashlib.sha256(f"{instance_id}:{key}".encode()).hexdigest()[:32]
    return f"{found[1]}{name}{found[2]}"


def forget(ctx: Context, image_key: str | None) -> None:
    """Have a picture that is no longer shown taken away, if there is one."""
    if image_key is not None:
        ctx.defer(FORGET, {"key": image_key})


async def delete_file(platform: Platform, job: ClaimedJob) -> None:
    """Delete the file that a job names. One that is gone is fine."""
    await platform.blobs.delete(job.payload["key"])
