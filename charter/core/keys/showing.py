"""Opens the secret keys that are kept: those of development instances."""

from charter.core.keys.queries import SECRET_KEYS
from charter.kernel.operation import Context


async def kept_secret(ctx: Context, key_id: str | None = None) -> str | None:
    """A living secret key of the instance, the newest one unless `key_id` is one.

    To be called before a row is locked. Returns: None, where none is kept.
    """
    db = ctx.platform.database.reading(ctx.actor.instance_id)
    # Of one that was revoked the secret is forgotten.
    kept = [
        row
        for row in await db.all(SECRET_KEYS)
        if row.sealed_secret is not None and (row.expires_at is None or row.expires_at > ctx.now)
    ]
    if not kept:
        return None
    row = next((each for each in kept if each.id == key_id), kept[-1])
    assert row.sealed_secret is not None  # noqa: S101  # chosen for having one
    return ctx.platform.vault.open(row.sealed_secret, f"secret_key:{row.id}").decode()
