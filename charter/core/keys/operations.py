"""What can be done with keys."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from charter.core.keys import making, queries
from charter.core.keys.lookup import lookup
from charter.core.keys.model import (
    SecretKey,
    SecretKeyCreated,
    SecretKeyNotFound,
    SecretKeyRevoked,
    SigningKeyRotated,
    SigningKeyRow,
    SigningKeyState,
)
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation

TOKEN_OVERLAP = timedelta(hours=1)
"""How long a retired signing key still verifies: beyond the life of any token it signed and the
five minutes for which clients keep a key set."""


@dataclass(frozen=True, slots=True)
class NewSecretKey:
    """A secret key with its secret, shown this once."""

    key: SecretKey
    secret: str


@operation("keys.search", permission=Permission.KEYS_MANAGE, writes=False)
async def search(ctx: Context) -> tuple[SecretKey, ...]:
    """List the secret keys of the instance, oldest first.

    Returns: all of them, the revoked ones too.
    """
    await ctx.allow()
    return await ctx.db.all(queries.SECRET_KEYS)


@operation("keys.rotate_secret", permission=Permission.KEYS_MANAGE, raises=(SecretKeyNotFound,))
async def rotate_secret(ctx: Context, overlap_seconds: int = 0) -> NewSecretKey:
    """Make a new secret key and end the others.

    overlap_seconds: how long the old keys still work, 0 to 604800.
    Returns: the new key with its secret.
    Announces: SecretKeyCreated, SecretKeyRevoked for each of the others.
    """
    await ctx.allow()
    instance = await lookup(ctx.platform).instance(ctx.actor.instance_id)
    until = ctx.now + timedelta(seconds=max(0, min(overlap_seconds, 604_800)))
    for old in await ctx.db.all(queries.REVOKE_SECRET_KEYS, id=None, until=until):
        ctx.announce(SecretKeyRevoked(old))
    row, secret = making.secret_key(ctx, instance.environment.mark, "rotated")
    await ctx.db.insert(queries.INSERT_SECRET_KEY, row)
    ctx.announce(SecretKeyCreated(row))
    return NewSecretKey(row, secret)


@operation("keys.rotate_signing", permission=Permission.KEYS_MANAGE)
async def rotate_signing(ctx: Context) -> tuple[SigningKeyRow, ...]:
    """Let the next signing key sign, publish a new next one, and retire the one before.

    The next key has been in the key set since the rotation before, so no client meets a
    signature whose key it has not been able to fetch.
    Returns: the keys that are published now.
    Announces: SigningKeyRotated.
    """
    await ctx.allow()
    rows = await ctx.db.all(queries.LOCK_SIGNING_KEYS)
    fresh = await making.signing_key(ctx, _kid(ctx), SigningKeyState.NEXT)
    following = next((row for row in rows if row.state is SigningKeyState.NEXT), None)
    for row in rows:
        if row.state is SigningKeyState.ACTIVE:
            await ctx.db.run(
                queries.SET_STATE,
                id=row.id,
                new_state=SigningKeyState.RETIRING.value,
                until=ctx.now + TOKEN_OVERLAP,
            )
    if following is not None:
        await ctx.db.run(
            queries.SET_STATE,
            id=following.id,
            new_state=SigningKeyState.ACTIVE.value,
            until=None,
        )
    await ctx.db.insert(queries.INSERT_SIGNING_KEY, fresh)
    ctx.announce(SigningKeyRotated(following or fresh))
    return await ctx.db.all(queries.SIGNING_KEYS, now=ctx.now)


@operation("keys.jwks", permission=Permission.PUBLIC, writes=False)
async def jwks(ctx: Context) -> tuple[dict[str, str], ...]:
    """Read the public keys by which the instance's tokens are verified.

    Returns: JWKs, the newest first, never with a private part.
    Source: RFC 7517 section 5.
    """
    await ctx.allow()
    keys = await lookup(ctx.platform).signing_keys(ctx.actor.instance_id)
    return tuple(key.to_jwk() for key in keys.public.values())


def _kid(ctx: Context) -> str:
    return f"{ctx.actor.instance_id}_{secrets.token_hex(4)}"
