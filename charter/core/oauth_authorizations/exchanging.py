"""Trades codes and refresh tokens for tokens. Either is good once.

What comes a second time was copied, so all that came of it ends; that is an answer and not an
error, because an error would undo it.
"""

import hmac
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from charter.core.grants import granting
from charter.core.grants import queries as grant_queries
from charter.core.grants.model import GRANT_ERRORS, Grant, GrantSpent, Purpose
from charter.core.keys.model import NoActiveSigningKey
from charter.core.oauth_applications import scopes as known
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_authorizations import clients, minting, queries
from charter.core.oauth_authorizations.minting import Mint
from charter.core.oauth_authorizations.model import (
    ACCESS_SECONDS,
    REFRESH_DAYS,
    REFRESH_PREFIX,
    RETRY_SECONDS,
    OauthAuthorization,
    OauthAuthorizationCreated,
    OauthAuthorizationRenewed,
    OauthAuthorizationRevoked,
    OauthAuthorizationRow,
    OauthClientInvalid,
    OauthGrantInvalid,
    OauthGrantTypeUnsupported,
    OauthReplayed,
    OauthRequestInvalid,
    OauthScopeInvalid,
    Replayed,
    TokenAsked,
    TokensMade,
)
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation
from charter.kernel.secrets import digest, new_secret

VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
DERIVED = "oauth_refresh:{id}"
ERRORS = (
    NoActiveSigningKey,
    OauthClientInvalid,
    OauthGrantInvalid,
    OauthGrantTypeUnsupported,
    OauthRequestInvalid,
    OauthScopeInvalid,
)


@dataclass(frozen=True, slots=True)
class ReplayFacts:
    """What an event says of a code or refresh token that came twice. what: which it was."""

    id: str
    application_id: str
    what: str


@operation("oauth_authorizations.exchange", permission=Permission.PUBLIC, raises=ERRORS)
async def exchange(ctx: Context, asked: TokenAsked) -> TokensMade | Replayed:
    """Trade a code or a refresh token for tokens.

    A code works once, within a minute, for the application, the address and the verifier that it
    was made for, while the session that it came from stands and the consent does. A refresh token
    works once too; who lost the answer gets the same successor for ten seconds.
    Returns: the tokens; Replayed, where it came a second time and all that it gave has ended.
    Raises: OauthClientInvalid; OauthRequestInvalid; OauthGrantTypeUnsupported; OauthGrantInvalid;
        OauthScopeInvalid; NoActiveSigningKey.
    Announces: OauthAuthorizationCreated or OauthAuthorizationRenewed; OauthReplayed and
        OauthAuthorizationRevoked.
    Source: Clerk FAPI 2026-05-12, getOAuthToken; RFC 6749, sections 4.1.3 and 6; RFC 7636;
        RFC 9700, section 4.14.
    """
    await ctx.allow()
    if not asked.grant_type:
        raise OauthRequestInvalid("grant_type", reason="grant_type is required")
    if asked.grant_type not in ("authorization_code", "refresh_token"):
        raise OauthGrantTypeUnsupported
    application = await clients.known(ctx, asked.client_id, asked.client_secret)
    if asked.grant_type == "authorization_code":
        return await _by_code(ctx, application, asked)
    return await _by_refresh_token(ctx, application, asked)


async def _by_code(
    ctx: Context, application: OauthApplication, asked: TokenAsked
) -> TokensMade | Replayed:
    grant = await _read(ctx, application, Purpose.OAUTH_CODE, asked.code, "code")
    if grant.uses:
        return await _replayed(ctx, grant, "code")
    _check_binding(grant, asked)
    scopes = tuple(grant.facts["scopes"])
    minted = await minting.mint(ctx, application, scopes)
    try:
        await granting.spend(ctx, Purpose.OAUTH_CODE, asked.code or "")
    except GrantSpent:
        # Another was faster with the same code: which of the two is a thief is not to be seen.
        return await _replayed(ctx, grant, "code")
    except GRANT_ERRORS as unusable:
        raise OauthGrantInvalid("code") from unusable
    await _check_standing(ctx, application, grant, scopes)
    authenticated_at = grant.facts["authenticated_at"]
    row = OauthAuthorizationRow(
        id=grant.subject_id,
        user_id=grant.facts["user_id"],
        application_id=application.id,
        organization_id=grant.facts["organization_id"],
        scopes=list(scopes),
        nonce=grant.facts["nonce"],
        authenticated_at=(
            None if authenticated_at is None else datetime.fromtimestamp(authenticated_at, UTC)
        ),
        revoked_at=None,
        revocation_reason=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await queries.insert_authorization(ctx.db, row)
    authorization = await queries.find_live(ctx.db, row.id)
    if authorization is None:
        raise OauthGrantInvalid("code")
    refresh = await _new_refresh_token(ctx, authorization, new_secret(REFRESH_PREFIX))
    ctx.announce(OauthAuthorizationCreated(authorization))
    return await _tokens(ctx, minted, authorization, refresh)


async def _by_refresh_token(
    ctx: Context, application: OauthApplication, asked: TokenAsked
) -> TokensMade | Replayed:
    given = asked.refresh_token
    grant = await _read(ctx, application, Purpose.OAUTH_REFRESH, given, "refresh_token")
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    found = await queries.find_live(reading, grant.subject_id)
    if found is None:
        raise OauthGrantInvalid("refresh_token")
    scopes = _narrowed(application, found, asked.scope)
    minted = await minting.mint(ctx, application, scopes)
    # Not locked: a token of one that ends at this moment is looked up through it, and is dead.
    authorization = await queries.find_live(ctx.db, grant.subject_id)
    if authorization is None:
        raise OauthGrantInvalid("refresh_token")
    successor = _successor(ctx, grant, given or "")
    try:
        await granting.spend(ctx, Purpose.OAUTH_REFRESH, given or "")
    except GrantSpent:
        if not await _is_retry(ctx, successor):
            return await _replayed(ctx, grant, "refresh_token")
    except GRANT_ERRORS as unusable:
        raise OauthGrantInvalid("refresh_token") from unusable
    else:
        await _new_refresh_token(ctx, authorization, successor)
    ctx.announce(OauthAuthorizationRenewed(authorization))
    return await _tokens(ctx, minted, authorization, successor)


async def _read(
    ctx: Context, application: OauthApplication, purpose: Purpose, secret: str | None, name: str
) -> Grant:
    """The grant that an application shows, if it is its own. Whether it is good comes later.

    Raises: OauthRequestInvalid; OauthGrantInvalid.
    """
    if not secret:
        raise OauthRequestInvalid(name, reason=f"{name} is required")
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    grant = await grant_queries.find_by_secret(reading, purpose, digest(secret), None)
    if grant is None or grant.facts["application_id"] != application.id:
        raise OauthGrantInvalid(name)
    return grant


def _check_binding(grant: Grant, asked: TokenAsked) -> None:
    """Check that a code comes with what it was asked with. Raises: OauthGrantInvalid."""
    if (asked.redirect_uri or None) != grant.facts["redirect_uri"]:
        raise OauthGrantInvalid("redirect_uri")
    challenge, verifier = grant.facts["code_challenge"], asked.code_verifier
    if challenge is None:
        # A verifier where nothing was asked for with one: somebody took the challenge away.
        if verifier:
            raise OauthGrantInvalid("code_verifier")
        return
    if not verifier or VERIFIER.fullmatch(verifier) is None:
        raise OauthGrantInvalid("code_verifier")
    if not hmac.compare_digest(minting.challenge_of(verifier), challenge.encode()):
        raise OauthGrantInvalid("code_verifier")


async def _check_standing(
    ctx: Context, application: OauthApplication, grant: Grant, scopes: tuple[str, ...]
) -> None:
    """Check that what a code came from still stands. Raises: OauthGrantInvalid."""
    user_id = grant.facts["user_id"]
    if not await queries.session_stands(ctx.db, grant.facts["session_id"], user_id, ctx.now):
        raise OauthGrantInvalid("code")
    if application.is_consent_screen_enabled:
        consent = await queries.hold_consent(ctx.db, user_id, application.id)
        if consent is None or not frozenset(consent.scopes).issuperset(scopes):
            raise OauthGrantInvalid("code")


def _narrowed(
    application: OauthApplication, authorization: OauthAuthorization, wanted: str | None
) -> tuple[str, ...]:
    """What a renewed token may: what was agreed to and the application still may, or less.

    Raises: OauthScopeInvalid.
    """
    may = [each for each in authorization.scopes if each in application.scopes]
    if not wanted:
        found = tuple(may)
    else:
        found = known.split(wanted)
        if not frozenset(may).issuperset(found):
            raise OauthScopeInvalid
    if not found:
        raise OauthScopeInvalid
    return known.ordered(found)


def _successor(ctx: Context, grant: Grant, secret: str) -> str:
    """What follows a refresh token: the same however often it is asked, known to nobody else.

    It is derived under a key that is not in the database, so that it need not be kept there.
    """
    return REFRESH_PREFIX + ctx.platform.vault.mark(secret, DERIVED.format(id=grant.id))


async def _is_retry(ctx: Context, successor: str) -> bool:
    """Whether a spent token comes from who lost the answer: a moment ago, and unused since."""
    found = await grant_queries.find_by_secret(
        ctx.db, Purpose.OAUTH_REFRESH, digest(successor), None
    )
    if found is None or not granting.is_usable(found, ctx.now):
        return False
    return ctx.now - found.created_at <= timedelta(seconds=RETRY_SECONDS)


async def _new_refresh_token(ctx: Context, authorization: OauthAuthorization, secret: str) -> str:
    issued = await granting.issue(
        ctx,
        Purpose.OAUTH_REFRESH,
        authorization.id,
        expires_at=authorization.created_at + timedelta(days=REFRESH_DAYS),
        facts={"application_id": authorization.application_id},
        secret=secret,
    )
    return issued.secret


async def _tokens(
    ctx: Context, minted: Mint, authorization: OauthAuthorization, refresh: str
) -> TokensMade:
    access = await minting.access_token(ctx, minted, authorization)
    identity = await minting.id_token(ctx, minted, authorization, access)
    return TokensMade(access, ACCESS_SECONDS, refresh, minted.scopes, identity)


async def _replayed(ctx: Context, grant: Grant, what: str) -> Replayed:
    """End all that came of a code or refresh token that came twice."""
    facts = ReplayFacts(grant.subject_id, grant.facts["application_id"], what)
    ctx.announce(OauthReplayed(facts))
    ended = await queries.revoke(ctx.db, grant.subject_id, f"{what} used twice", ctx.now)
    if ended is not None:
        ctx.announce(OauthAuthorizationRevoked(ended, before=replace(ended, revoked_at=None)))
    return Replayed()
