"""What can be done with M2M tokens: by the machine itself, by a receiver, by an app's server."""

import dataclasses
from datetime import timedelta
from typing import Any

from charter.core.keys.model import NoActiveSigningKey
from charter.core.m2m_tokens import queries, signed
from charter.core.m2m_tokens.model import (
    LONGEST_REASON,
    TOKEN_PREFIX,
    M2mClaimReserved,
    M2mToken,
    M2mTokenCreated,
    M2mTokenInvalid,
    M2mTokenMade,
    M2mTokenNotFound,
    M2mTokenRevoked,
    M2mTokenRow,
    NewM2mToken,
    RemainderTooLong,
    TokenFormat,
)
from charter.core.machines import queries as machine_queries
from charter.core.machines.model import LONGEST_TOKEN_SECONDS, MachineNotFound
from charter.core.vocabulary import Permission
from charter.kernel.actor import ActorKind
from charter.kernel.errors import InvalidInput, NotPermitted, Unauthenticated
from charter.kernel.ids import hex_id
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation
from charter.kernel.patch import metadata
from charter.kernel.secrets import digest, new_secret, well_formed

SEALED_AS = "m2m_token:{id}"


@operation(
    "m2m_tokens.search",
    permission=Permission.M2M_TOKENS_USE,
    raises=(MachineNotFound,),
    writes=False,
)
async def search(
    ctx: Context,
    subject: str,
    search: Search,
    *,
    includes_revoked: bool | None = None,
    includes_expired: bool | None = None,
) -> Found[M2mToken]:
    """List the opaque tokens of a machine, newest first.

    subject: the id of the machine; a machine may ask for its own alone.
    includes_revoked, includes_expired: also those that hold no more.
    Raises: MachineNotFound.
    Source: Clerk BAPI 2025-11-10, getM2MTokens.
    """
    await ctx.allow()
    if ctx.actor.kind is ActorKind.MACHINE and ctx.actor.id != subject:
        raise NotPermitted
    found: Found[M2mToken] = await queries.search_tokens(
        ctx.db,
        subject,
        search,
        ctx.now,
        revoked=bool(includes_revoked),
        expired=bool(includes_expired),
    )
    if not found.items and not await machine_queries.are_known(ctx.db, [subject]):
        raise MachineNotFound("subject")
    return found


@operation(
    "m2m_tokens.create",
    permission=Permission.M2M_TOKENS_USE,
    raises=(M2mClaimReserved, RemainderTooLong, NoActiveSigningKey),
)
async def create(ctx: Context, new: NewM2mToken) -> M2mTokenMade:
    """Make a token of the machine that asks, for those that it may reach now.

    Returns: the token with what is shown: 256 bits with a checksum, or a signed token.
    Raises: Unauthenticated, where no machine asks; M2mClaimReserved, for what a signed token says
        itself; RemainderTooLong; NoActiveSigningKey.
    Announces: M2mTokenCreated, unless the token was there already.
    Source: Clerk BAPI 2025-11-10, createM2MToken.
    """
    await ctx.allow()
    issuer = await _issuer(ctx)
    lifetime = _lifetime(new, issuer)
    claims = metadata({"claims": new.claims}, parameter="claims")["claims"]
    token = M2mToken(
        id=hex_id(TOKEN_PREFIX),
        machine_id=issuer.id,
        claims=claims,
        scopes=issuer.scopes,
        expires_at=ctx.now + timedelta(seconds=lifetime),
        revoked_at=None,
        revocation_reason=None,
        last_used_at=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    if new.token_format is TokenFormat.JWT:
        made = M2mTokenMade(token, await signed.write(ctx, token))
    else:
        if new.min_remaining_ttl_seconds is not None:
            known = await _find_alike(ctx, issuer, claims, new.min_remaining_ttl_seconds)
            if known is not None:
                return known
        made = await _insert(ctx, token)
    ctx.announce(M2mTokenCreated(token))
    return made


@operation(
    "m2m_tokens.revoke",
    permission=Permission.M2M_TOKENS_USE,
    raises=(M2mTokenNotFound,),
)
async def revoke(ctx: Context, m2m_token_id: str, revocation_reason: str | None = None) -> M2mToken:
    """End an opaque token at once. One that was revoked stays as it is.

    Raises: M2mTokenNotFound, also for a signed token, and to a machine for another's.
    Announces: M2mTokenRevoked.
    Source: Clerk BAPI 2025-11-10, revokeM2MToken.
    """
    await ctx.allow()
    if revocation_reason is not None and len(revocation_reason) > LONGEST_REASON:
        reason = f"it must not exceed {LONGEST_REASON} characters"
        raise InvalidInput("revocation_reason", reason=reason)
    before = await queries.lock_token(ctx.db, m2m_token_id)
    if ctx.actor.kind is ActorKind.MACHINE and ctx.actor.id != before.machine_id:
        raise M2mTokenNotFound("m2m_token_id")
    ctx.expect(before.updated_at)
    if before.revoked_at is not None:
        return before
    after = await ctx.db.one(
        queries.REVOKE,
        missing=M2mTokenNotFound("m2m_token_id"),
        m2m_token_id=m2m_token_id,
        revocation_reason=revocation_reason,
        now=ctx.now,
    )
    ctx.announce(M2mTokenRevoked(after, before=before))
    return after


@operation(
    "m2m_tokens.verify",
    permission=Permission.M2M_TOKENS_USE,
    raises=(M2mTokenInvalid,),
    writes=False,
)
async def verify(ctx: Context, token: str) -> M2mToken:
    """Find what is behind a token that a machine showed: one statement, which notes the use.

    Raises: M2mTokenInvalid, for one that does not hold: unknown, revoked, expired, of a machine
        that is gone, or not for the machine that asks.
    Source: Clerk BAPI 2025-11-10, verifyM2MToken.
    """
    await ctx.allow()
    receiver = ctx.actor.id if ctx.actor.kind is ActorKind.MACHINE else None
    if "." in token:
        return await _verify_signed(ctx, token, receiver)
    found = None
    if well_formed(TOKEN_PREFIX, token):
        found = await queries.use_token(ctx.db, digest(token), receiver, ctx.now)
    if found is None:
        raise M2mTokenInvalid
    return found


async def _verify_signed(ctx: Context, text: str, receiver: str | None) -> M2mToken:
    found = await signed.read(ctx, text)
    if receiver is not None and receiver not in found.scopes:
        raise M2mTokenInvalid
    # A signature outlives its machine; what it says of a machine that is gone does not hold.
    ends = queries.ids_of(found.machine_id, receiver)
    if not await machine_queries.are_known(ctx.db, ends):
        raise M2mTokenInvalid
    return found


async def _issuer(ctx: Context) -> queries.Issuer:
    """The machine that asks, read before any transaction. Raises: Unauthenticated."""
    if ctx.actor.kind is not ActorKind.MACHINE:
        raise Unauthenticated("machine")
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    missing = Unauthenticated("secret_key")
    return await reading.one(queries.ISSUER, missing=missing, machine_id=ctx.actor.id)


def _lifetime(new: NewM2mToken, issuer: queries.Issuer) -> int:
    """The seconds that a token lives. Raises: InvalidInput, RemainderTooLong."""
    seconds = new.seconds_until_expiration
    if seconds is None:
        seconds = issuer.default_token_ttl
    if not 1 <= seconds <= LONGEST_TOKEN_SECONDS:
        reason = f"it must be from 1 to {LONGEST_TOKEN_SECONDS}"
        raise InvalidInput("seconds_until_expiration", reason=reason)
    least = new.min_remaining_ttl_seconds
    if least is not None and least < 0:
        raise InvalidInput("min_remaining_ttl_seconds", reason="it must not be negative")
    if least is not None and least >= seconds:
        raise RemainderTooLong(seconds=seconds)
    return seconds


async def _find_alike(
    ctx: Context, issuer: queries.Issuer, claims: Any, least_seconds: int
) -> M2mTokenMade | None:
    """A token of the machine that says the same and lives long enough."""
    # Of several that ask at once the first makes it, and the others find it.
    await ctx.db.value(machine_queries.LOCK, machine_id=issuer.id)
    until = ctx.now + timedelta(seconds=least_seconds)
    kept = await queries.find_alike(ctx.db, issuer, claims, until, ctx.now)
    if kept is None:
        return None
    missing = M2mTokenNotFound("m2m_token_id")
    token = await ctx.db.one(queries.TOKEN, missing=missing, m2m_token_id=kept.id)
    opened = ctx.platform.vault.open(kept.sealed_secret, SEALED_AS.format(id=kept.id))
    return M2mTokenMade(token, opened.decode())


async def _insert(ctx: Context, token: M2mToken) -> M2mTokenMade:
    """Keep an opaque token."""
    secret = new_secret(TOKEN_PREFIX)
    fields = {each.name: getattr(token, each.name) for each in dataclasses.fields(token)}
    row = M2mTokenRow(
        **{**fields, "scopes": list(token.scopes)},
        digest=digest(secret),
        sealed_secret=ctx.platform.vault.seal(secret.encode(), SEALED_AS.format(id=token.id)),
    )
    await ctx.db.insert(queries.INSERT, row)
    return M2mTokenMade(token, secret)
