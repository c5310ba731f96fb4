"""Keeps a signing key published for as long as its tokens live."""

from datetime import datetime

from charter.core.keys.queries import KEEP_UNTIL
from charter.kernel.errors import Unavailable
from charter.kernel.operation import Context


async def keep_until(ctx: Context, key_id: str, until: datetime) -> None:
    """Note that a key has a token until a moment, before the token is given away.

    In a transaction of its own, so that whoever makes a token reads otherwise.
    Raises: Unavailable, when the key was withdrawn: asked again, another signs.
    """
    db = ctx.platform.database.writing(ctx.actor.instance_id)
    is_kept = False
    try:
        is_kept = await db.run(KEEP_UNTIL, id=key_id, until=until, now=ctx.now) == 1
    finally:
        await db.end(commit=is_kept)
    if not is_kept:
        raise Unavailable
