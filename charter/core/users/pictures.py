"""Profile pictures: written anew, kept outside the database."""

import secrets
from functools import partial

from charter.core.images import ImageBroken, ImageNotSupported, ImageTooLarge, check_and_encode
from charter.core.images.forgetting import FORGET
from charter.kernel.operation import Context

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000

PICTURE_ERRORS = (ImageTooLarge, ImageNotSupported, ImageBroken)
"""What storing a picture may raise."""


async def store(ctx: Context, user_id: str, file: bytes) -> str:
    """Write an upload anew and keep it; call it before any statement.

    user_id: of a user who exists. Returns: the key under which it is kept.
    Raises: PICTURE_ERRORS; Busy.
    """
    work = partial(check_and_encode, file, max_bytes=MAX_BYTES, max_pixels=MAX_PIXELS)
    image = await ctx.platform.work.run(work)
    key = f"users/{user_id}/{secrets.token_hex(16)}.{image.extension}"
    await ctx.platform.blobs.put(key, image.data, image.content_type)
    return key


def forget(ctx: Context, image_key: str | None) -> None:
    """Have a picture that is no longer shown taken away, if there is one."""
    if image_key is not None:
        ctx.defer(FORGET, {"key": image_key})
