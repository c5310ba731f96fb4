"""Issues one-time grants and spends them, each by one atomic statement.

These are plain functions that operations call within their own transaction.
"""

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from charter.core.grants import queries
from charter.core.grants.model import (
    Attempt,
    Grant,
    GrantExhausted,
    GrantExpired,
    GrantInvalid,
    GrantRevoked,
    GrantRow,
    GrantSpent,
    IssuedGrant,
    Purpose,
)
from charter.kernel.operation import Context
from charter.kernel.secrets import digest, new_secret

CODE_DIGITS = 6
LEAST_SECRET_LENGTH = 22  # base62 characters that hold 128 bits
KEPT_AFTER_EXPIRY = timedelta(days=30)
"""How long an expired grant can still tell that it has expired; then the worker clears it."""


async def issue(
    ctx: Context,
    purpose: Purpose,
    subject_id: str,
    *,
    expires_at: datetime | None,
    max_uses: int | None = 1,
    attempts: int | None = None,
    client_id: str | None = None,
    facts: Mapping[str, Any] = {},
    secret: str | None = None,
) -> IssuedGrant:
    """Make a grant and keep its digest.

    attempts: wrong tries that end it, for a short code; None for a secret too long to guess.
    secret: 22 characters or more; or the short code. One is made when it is left out: 160 bits
        with a checksum, or six digits.
    Raises: ValueError for a secret that could be guessed.
    """
    grant_id = ctx.new_id("gra_")
    if attempts is None:
        value = secret if secret is not None else new_secret("", 20)
        if len(value) < LEAST_SECRET_LENGTH:
            raise ValueError("A secret without counted attempts holds 128 bits.")
        value_digest = digest(value)
    else:
        value = secret if secret is not None else f"{secrets.randbelow(10**CODE_DIGITS):06}"
        value_digest = code_digest(grant_id, value)
    row = GrantRow(
        id=grant_id,
        purpose=purpose,
        subject_id=subject_id,
        client_id=client_id,
        digest=value_digest,
        facts=dict(facts),
        max_uses=max_uses,
        uses=0,
        attempts_left=attempts,
        expires_at=expires_at,
        revoked_at=None,
        created_at=ctx.now,
    )
    await queries.insert_grant(ctx.db, row)
    return IssuedGrant(grant_id, value)


async def spend(
    ctx: Context, purpose: Purpose, secret: str, *, client_id: str | None = None
) -> Grant:
    """Use a grant once. The use is undone if the operation fails.

    Returns: the grant with this use counted.
    Raises: GrantInvalid, GrantSpent, GrantExpired, GrantRevoked.
    """
    value = digest(secret)
    grant = await queries.spend_by_secret(ctx.db, purpose, value, client_id, ctx.now)
    if grant is None:
        # Only now is the reason looked up: it decides nothing.
        raise refusal(await queries.find_by_secret(ctx.db, purpose, value, client_id), ctx.now)
    return grant


async def peek(
    ctx: Context, purpose: Purpose, secret: str, *, client_id: str | None = None
) -> Grant:
    """Look at a grant that could be used, without using it.

    Raises: GrantInvalid, GrantSpent, GrantExpired, GrantRevoked.
    """
    grant = await queries.find_by_secret(ctx.db, purpose, digest(secret), client_id)
    if grant is None or not is_usable(grant, ctx.now):
        raise refusal(grant, ctx.now)
    return grant


async def attempt(
    ctx: Context, purpose: Purpose, grant_id: str, code: str, *, client_id: str | None = None
) -> Attempt:
    """Try a short code; the right one spends its grant.

    The try is counted, and committed, before the code is looked at: neither an error of the
    operation nor many tries at once give a guess for nothing. It takes a connection of its own,
    so it comes before the operation's first statement.
    Returns: whether it was right; a wrong one is an answer, not an error.
    Raises: GrantInvalid, GrantSpent, GrantExpired, GrantRevoked; GrantExhausted, when no try is
        left.
    """
    db = ctx.platform.database.writing(ctx.actor.instance_id)
    is_counted = False
    try:
        tried = await queries.count_attempt(db, purpose, grant_id, client_id, ctx.now)
        is_counted = True
    finally:
        await db.end(commit=is_counted)
    if tried is None:
        raise refusal(await queries.find_by_id(ctx.db, purpose, grant_id, client_id), ctx.now)
    if not hmac.compare_digest(tried.digest, code_digest(grant_id, code)):
        return Attempt(is_right=False, attempts_left=tried.attempts_left, grant=None)
    grant = await queries.spend_by_id(ctx.db, purpose, grant_id, client_id, ctx.now)
    if grant is None:
        raise refusal(await queries.find_by_id(ctx.db, purpose, grant_id, client_id), ctx.now)
    return Attempt(is_right=True, attempts_left=tried.attempts_left, grant=grant)


async def revoke(ctx: Context, purpose: Purpose, subject_id: str) -> int:
    """Take back all grants of a subject that could still be used; the number of them."""
    return await queries.revoke_grants(ctx.db, purpose, subject_id, ctx.now)


def code_digest(grant_id: str, code: str) -> bytes:
    """The digest of a short code, salted with its grant: in another grant it is worthless."""
    return digest(f"{grant_id}:{code}")


def is_usable(grant: Grant, now: datetime) -> bool:
    """Whether it could be used at this moment."""
    has_use = grant.max_uses is None or grant.uses < grant.max_uses
    has_time = grant.expires_at is None or grant.expires_at > now
    return grant.revoked_at is None and has_use and has_time and grant.attempts_left != 0


def refusal(
    grant: Grant | None, now: datetime
) -> GrantInvalid | GrantSpent | GrantExpired | GrantRevoked:
    """Why a grant cannot be used."""
    if grant is None:
        return GrantInvalid()
    if grant.revoked_at is not None:
        return GrantRevoked()
    if grant.max_uses is not None and grant.uses >= grant.max_uses:
        return GrantSpent()
    if grant.expires_at is not None and grant.expires_at <= now:
        return GrantExpired()
    if grant.attempts_left == 0:
        return GrantExhausted()
    # Usable again by now: whoever held it a moment ago gave it back.
    return GrantInvalid()
