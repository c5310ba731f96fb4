"""What can be done with keys."""

import secrets
from datetime import datetime, timedelta

from charter.core.keys import making, queries
from charter.core.keys.lookup import instance_of, keys_of
from charter.core.keys.model import (
    TOKEN_OVERLAP,
    NextKeyTooYoung,
    PublishedKey,
    SecretKey,
    SecretKeyCreated,
    SecretKeyMade,
    SecretKeyNotFound,
    SecretKeyRevoked,
    SecretsResealed,
    SigningKeyRotated,
    SigningKeyRow,
    SigningKeyState,
)
from charter.core.keys.resealing import Resealed, reseal_batch
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context, operation

PUBLISHED_BEFORE_USE = timedelta(minutes=5)
"""How long a key is in the key set before it signs: as long as clients keep one."""
LONGEST_OVERLAP_SECONDS = 604_800


@operation("keys.search", permission=Permission.KEYS_MANAGE, writes=False)
async def search(ctx: Context) -> tuple[SecretKey, ...]:
    """List the secret keys of the instance, oldest first.

    Returns: all of them, the revoked ones too.
    """
    await ctx.allow()
    return await ctx.db.all(queries.SECRET_KEYS)


@operation("keys.rotate_secret", permission=Permission.KEYS_MANAGE)
async def rotate_secret(ctx: Context, overlap_seconds: int = 0) -> SecretKeyMade:
    """Make a new secret key and end the others.

    overlap_seconds: how long the old keys still work, 0 to 604800; never longer than before.
    Returns: the new key with its secret.
    Announces: SecretKeyCreated, SecretKeyRevoked for each of the others.
    """
    await ctx.allow()
    if not 0 <= overlap_seconds <= LONGEST_OVERLAP_SECONDS:
        reason = f"it must be from 0 to {LONGEST_OVERLAP_SECONDS}"
        raise InvalidInput("overlap_seconds", reason=reason)
    instance = await instance_of(ctx)
    until = ctx.now + timedelta(seconds=overlap_seconds)
    for old in await ctx.db.all(queries.EXPIRE_SECRET_KEYS, until=until, now=ctx.now):
        ctx.announce(SecretKeyRevoked(old))
    row, secret = making.secret_key(ctx, instance.environment.mark, "rotated")
    await ctx.db.insert(queries.INSERT_SECRET_KEY, row)
    ctx.announce(SecretKeyCreated(row))
    return SecretKeyMade(row, secret)


@operation("keys.revoke_secret", permission=Permission.KEYS_MANAGE, raises=(SecretKeyNotFound,))
async def revoke_secret(ctx: Context, key_id: str) -> SecretKey:
    """End one secret key at once: within a second on every node.

    Raises: SecretKeyNotFound, also for one that was revoked before.
    Announces: SecretKeyRevoked.
    """
    await ctx.allow()
    missing = SecretKeyNotFound("key_id")
    row = await ctx.db.one(queries.REVOKE_SECRET_KEY, missing=missing, key_id=key_id, now=ctx.now)
    ctx.announce(SecretKeyRevoked(row))
    return row


@operation("keys.rotate_signing", permission=Permission.KEYS_MANAGE, raises=(NextKeyTooYoung,))
async def rotate_signing(ctx: Context, at_once: bool = False) -> tuple[SigningKeyRow, ...]:
    """Let the next signing key sign, publish a new next one, and retire the one before.

    The next key has been in the key set since the rotation before, so no client meets a
    signature whose key it has not been able to fetch; the key before verifies until the last of
    its tokens has ended.
    at_once: for a key that others may hold: the keys before end now, and their tokens with
        them, however young the next key is.
    Returns: the keys that are published now.
    Raises: NextKeyTooYoung.
    Announces: SigningKeyRotated.
    """
    await ctx.allow()
    # Made before the first statement, which opens the transaction.
    fresh = await making.signing_key(ctx, _kid(ctx), SigningKeyState.NEXT)
    await ctx.db.value(queries.LOCK_ROTATION)
    rows = await ctx.db.all(queries.EVERY_SIGNING_KEY)
    of_state = {row.state: row for row in rows}
    active, following = of_state.get(SigningKeyState.ACTIVE), of_state.get(SigningKeyState.NEXT)
    if following is not None and active is not None and not at_once:
        _check_published(following, active, ctx.now)
    for row in rows:
        until = ctx.now if at_once else max(ctx.now + TOKEN_OVERLAP, row.tokens_until or ctx.now)
        is_before = row is active or (at_once and row.state is SigningKeyState.RETIRING)
        if is_before and (row.retires_at is None or row.retires_at > until):
            await _set_state(ctx, row, SigningKeyState.RETIRING, until)
    if following is None:
        following = await making.signing_key(ctx, _kid(ctx), SigningKeyState.ACTIVE)
        await ctx.db.insert(queries.INSERT_SIGNING_KEY, following)
    else:
        await _set_state(ctx, following, SigningKeyState.ACTIVE, None)
    await ctx.db.insert(queries.INSERT_SIGNING_KEY, fresh)
    ctx.announce(SigningKeyRotated(PublishedKey(following.id, following.algorithm)))
    return await ctx.db.all(queries.SIGNING_KEYS, now=ctx.now)


@operation("keys.reseal", permission=Permission.KEYS_MANAGE)
async def reseal(ctx: Context) -> Resealed:
    """Seal a batch of the instance's stored secrets anew under the newest key.

    To be called until nothing is written; rows under older keys are read all the while.
    Returns: how many values were written, and how many open under no key.
    Announces: SecretsResealed, when values were written.
    """
    await ctx.allow()
    done = await reseal_batch(ctx)
    if done.written:
        ctx.announce(SecretsResealed(done))
    return done


@operation("keys.jwks", permission=Permission.PUBLIC, writes=False)
async def jwks(ctx: Context) -> tuple[dict[str, str], ...]:
    """Read the public keys by which the instance's tokens are verified.

    Returns: JWKs, the newest first, never with a private part.
    Source: RFC 7517 section 5.
    """
    await ctx.allow()
    keys = await keys_of(ctx)
    return tuple(key.to_jwk() for key in keys.public.values())


def _kid(ctx: Context) -> str:
    return f"{ctx.actor.instance_id}_{secrets.token_hex(4)}"


def _check_published(following: SigningKeyRow, active: SigningKeyRow, now: datetime) -> None:
    """Refuse a key that clients may not have. Those that began with the active key, they have."""
    wait = PUBLISHED_BEFORE_USE - (now - following.created_at)
    if following.created_at > active.created_at and wait > timedelta():
        raise NextKeyTooYoung(retry_after_seconds=int(wait.total_seconds()) + 1)


async def _set_state(
    ctx: Context, row: SigningKeyRow, state: SigningKeyState, until: datetime | None
) -> None:
    await ctx.db.run(queries.SET_STATE, id=row.id, new_state=state.value, until=until)
