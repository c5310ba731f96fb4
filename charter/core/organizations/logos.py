"""Logos of organizations: written anew, kept outside the database, credited to who brought them."""

import secrets
from functools import partial

from charter.core.images import check_and_encode
from charter.core.images.forgetting import FORGET
from charter.core.organizations import changing, queries
from charter.core.organizations.model import LogoCredit, LogoUploaded, Organization
from charter.core.users import queries as user_queries
from charter.kernel.ids import is_id
from charter.kernel.operation import Context

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000


async def store(ctx: Context, organization_id: str, file: bytes) -> str:
    """Write an upload anew and keep it. Returns: the key under which it is kept.

    Raises: ImageTooLarge, ImageNotSupported, ImageBroken.
    """
    work = partial(check_and_encode, file, max_bytes=MAX_BYTES, max_pixels=MAX_PIXELS)
    image = await ctx.platform.work.run(work)
    folder = organization_id if is_id("org_", organization_id) else "unknown"
    key = f"organizations/{folder}/{secrets.token_hex(16)}.{image.extension}"
    await ctx.platform.blobs.put(key, image.data, image.content_type)
    return key


async def show(
    ctx: Context, organization_id: str, key: str, uploader_user_id: str | None
) -> Organization:
    """Give an organization the logo that is kept under a key. Returns: it as it is now.

    Raises: OrganizationNotFound; UserNotFound, for an uploader who does not exist.
    Announces: OrganizationUpdated, LogoUploaded.
    """
    before = await queries.lock_whole(ctx.db, organization_id)
    ctx.expect(before.updated_at)
    if uploader_user_id is not None:
        await user_queries.get_user(ctx.db, uploader_user_id)
    forget(ctx, before.image_key)
    ctx.announce(LogoUploaded(LogoCredit(before.id, before.id, key, uploader_user_id)))
    return await changing.save(ctx, before, {"image_key": key})


def forget(ctx: Context, image_key: str | None) -> None:
    """Have a picture that is no longer shown taken away, if there is one."""
    if image_key is not None:
        ctx.defer(FORGET, {"key": image_key})
