"""Trades codes and refresh tokens for tokens. Either is good once.

What comes a second time was copied, so all that came of it ends; that is an answer and not an
error, because an error would undo it.
"""

import hmac
import re
from datetime import UTC, datetime, timedelta

from charter.core.grants import granting
from charter.core.grants.model import GRANT_ERRORS, Grant, GrantSpent, Purpose
from charter.core.keys.model import NoActiveSigningKey
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_authorizations import clients, minting, queries, refreshing
from charter.core.oauth_authorizations.minting import Mint
from charter.core.oauth_authorizations.model import (
    ACCESS_SECONDS,
    REFRESH_DAYS,
    OauthAuthorization,
    OauthAuthorizationCreated,
    OauthAuthorizationRenewed,
    OauthAuthorizationRow,
    OauthClientInvalid,
    OauthGrantInvalid,
    OauthGrantTypeUnsupported,
    OauthRequestInvalid,
    OauthScopeInvalid,
    Replayed,
    TokenAsked,
    TokensMade,
)
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation

VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
ERRORS = (
    NoActiveSigningKey,
    OauthClientInvalid,
    OauthGrantInvalid,
    OauthGrantTypeUnsupported,
    OauthRequestInvalid,
    OauthScopeInvalid,
)


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
    grant = await refreshing.read(ctx, application, Purpose.OAUTH_CODE, asked.code, "code")
    if grant.uses:
        return await refreshing.replayed(ctx, grant, "code")
    check_binding(grant, asked)
    scopes = tuple(grant.facts["scopes"])
    minted = await minting.mint(ctx, application, scopes)
    try:
        await granting.spend(ctx, Purpose.OAUTH_CODE, asked.code or "")
    except GrantSpent:
        # Another was faster with the same code: which of the two is a thief is not to be seen.
        return await refreshing.replayed(ctx, grant, "code")
    except GRANT_ERRORS as unusable:
        raise OauthGrantInvalid("code") from unusable
    await check_standing(ctx, application, grant, scopes)
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
    authorization = await queries.find_live(ctx.db, row.id, ctx.now)
    if authorization is None:
        raise OauthGrantInvalid("code")
    ends_at = _ends_at(authorization)
    refresh = await refreshing.first(ctx, Purpose.OAUTH_REFRESH, authorization, ends_at)
    ctx.announce(OauthAuthorizationCreated(authorization))
    return await _tokens(ctx, minted, authorization, refresh)


async def _by_refresh_token(
    ctx: Context, application: OauthApplication, asked: TokenAsked
) -> TokensMade | Replayed:
    purpose, given = Purpose.OAUTH_REFRESH, asked.refresh_token
    grant = await refreshing.read(ctx, application, purpose, given, "refresh_token")
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    found = await queries.find_live(reading, grant.subject_id, ctx.now)
    if found is None:
        raise OauthGrantInvalid("refresh_token")
    scopes = refreshing.narrowed(application, found, asked.scope)
    minted = await minting.mint(ctx, application, scopes)
    # Not locked: a token of one that ends at this moment is looked up through it, and is dead.
    authorization = await queries.find_live(ctx.db, grant.subject_id, ctx.now)
    if authorization is None:
        raise OauthGrantInvalid("refresh_token")
    refresh = await refreshing.follow(ctx, grant, given or "", authorization, _ends_at(found))
    if refresh is None:
        return await refreshing.replayed(ctx, grant, "refresh_token")
    ctx.announce(OauthAuthorizationRenewed(authorization))
    return await _tokens(ctx, minted, authorization, refresh)


def check_binding(grant: Grant, asked: TokenAsked) -> None:
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


async def check_standing(
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


def _ends_at(authorization: OauthAuthorization) -> datetime:
    """When the last refresh token of an authorization ends, however often it is renewed."""
    return authorization.created_at + timedelta(days=REFRESH_DAYS)


async def _tokens(
    ctx: Context, minted: Mint, authorization: OauthAuthorization, refresh: str
) -> TokensMade:
    access = await minting.access_token(ctx, minted, authorization)
    identity = await minting.id_token(ctx, minted, authorization, access)
    return TokensMade(access, ACCESS_SECONDS, refresh, minted.scopes, identity)
