"""What can be done with tokens of OAuth applications, and with what people let them do."""

from dataclasses import dataclass, replace
from typing import Any

from charter.core.grants import queries as grant_queries
from charter.core.grants.model import Purpose
from charter.core.oauth_applications import queries as application_queries
from charter.core.oauth_applications.model import OauthApplication, OauthApplicationNotFound
from charter.core.oauth_authorizations import clients, queries
from charter.core.oauth_authorizations.claims import claims_of
from charter.core.oauth_authorizations.model import (
    ConnectedApplication,
    Introspected,
    OauthAccessToken,
    OauthAuthorizationRevoked,
    OauthClientInvalid,
    OauthConsent,
    OauthConsentNotFound,
    OauthConsentWithdrawn,
    OauthTokenInvalid,
    OauthTokenNotFound,
    OauthTokenSelfContained,
    TokenInactive,
)
from charter.core.users import queries as user_queries
from charter.core.users.model import UserNotFound
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation
from charter.kernel.secrets import digest

LONGEST = 16_384
MANAGE = Permission.OAUTH_APPLICATIONS_MANAGE


@dataclass(frozen=True, slots=True)
class UserInfo:
    """What an application learns of the person behind its token."""

    user_id: str
    claims: dict[str, Any]


@operation(
    "oauth_authorizations.verify",
    permission=MANAGE,
    raises=(OauthTokenNotFound,),
    writes=False,
)
async def verify(ctx: Context, access_token: str) -> OauthAccessToken | TokenInactive:
    """Find what is behind an access token that a program showed: one statement.

    Returns: the token; TokenInactive, for a signed one whose time is over.
    Raises: OauthTokenNotFound, for one that does not hold: unknown, revoked, expired, of a banned
        user or an application that is gone.
    Source: Clerk BAPI 2025-11-10, verifyOAuthAccessToken.
    """
    await ctx.allow()
    found = await _find(ctx, access_token)
    if found is None:
        raise OauthTokenNotFound
    if found.expires_at <= ctx.now:
        if _is_signed(access_token):
            return TokenInactive()
        raise OauthTokenNotFound
    return found


@operation(
    "oauth_authorizations.introspect",
    permission=Permission.PUBLIC,
    raises=(OauthClientInvalid,),
    writes=False,
)
async def introspect(
    ctx: Context, token: str, client_id: str | None = None, client_secret: str | None = None
) -> Introspected:
    """Tell an application of its own access or refresh token.

    Returns: what it is; nothing for one that holds no more, that never was, or is another's.
    Raises: OauthClientInvalid.
    Source: Clerk FAPI 2026-05-12, getOAuthTokenInfo; RFC 7662.
    """
    await ctx.allow()
    application = await clients.known(ctx, client_id, client_secret)
    found = await _find(ctx, token) or await _find_refresh(ctx, application, token)
    is_own = found is not None and found.application_id == application.id
    if found is None or not is_own or found.expires_at <= ctx.now:
        return Introspected(None)
    return Introspected(found)


@operation(
    "oauth_authorizations.describe_user",
    permission=Permission.PUBLIC,
    raises=(OauthTokenInvalid,),
    writes=False,
)
async def describe_user(ctx: Context, access_token: str) -> UserInfo:
    """Tell the holder of an access token of its person: what the token's scopes open.

    Raises: OauthTokenInvalid.
    Source: Clerk FAPI 2026-05-12, getOAuthUserInfo; OpenID Connect Core 1.0, section 5.3.
    """
    await ctx.allow()
    found = await _find(ctx, access_token)
    if found is None or found.expires_at <= ctx.now:
        raise OauthTokenInvalid
    try:
        user = await user_queries.get_user(ctx.db, found.user_id)
    except UserNotFound as gone:
        raise OauthTokenInvalid from gone
    organization = await queries.find_organization(ctx.db, found.organization_id, user.id)
    instance_id = ctx.actor.instance_id
    return UserInfo(user.id, claims_of(ctx.platform, instance_id, user, found.scopes, organization))


@operation(
    "oauth_authorizations.revoke",
    permission=Permission.PUBLIC,
    raises=(OauthClientInvalid, OauthTokenSelfContained),
)
async def revoke(
    ctx: Context, token: str, client_id: str | None = None, client_secret: str | None = None
) -> None:
    """End a token of an application, and all that came from the same code, at its own wish.

    A token that never was, or is another's, is passed over in silence.
    Raises: OauthClientInvalid; OauthTokenSelfContained.
    Announces: OauthAuthorizationRevoked.
    Source: Clerk FAPI 2026-05-12, revokeOAuthToken; RFC 7009.
    """
    await ctx.allow()
    application = await clients.known(ctx, client_id, client_secret)
    await _end(ctx, application, token, "revoked by the application")


@operation(
    "oauth_authorizations.revoke_token",
    permission=MANAGE,
    raises=(OauthApplicationNotFound, OauthTokenNotFound, OauthTokenSelfContained),
)
async def revoke_token(ctx: Context, oauth_application_id: str, token: str) -> None:
    """End a token of an application, and all that came from the same code.

    Raises: OauthApplicationNotFound; OauthTokenNotFound, for one that is none of its own;
        OauthTokenSelfContained, for a signed access token.
    Announces: OauthAuthorizationRevoked.
    Source: Clerk BAPI 2025-11-10, RevokeOAuthApplicationToken.
    """
    await ctx.allow()
    application = await application_queries.get_application(ctx.db, oauth_application_id)
    if not await _end(ctx, application, token, "revoked by the app's server"):
        raise OauthTokenNotFound("token")


@operation("oauth_authorizations.search_own", permission=Permission.SELF, writes=False)
async def search_own(ctx: Context) -> tuple[ConnectedApplication, ...]:
    """List the applications that the person has let in, the newest first.

    Source: RFC 9700, section 4.14; OAuth 2.1, section 4.1.
    """
    await ctx.allow()
    return await queries.find_connected(ctx.db, ctx.user_id)


@operation(
    "oauth_authorizations.withdraw_own",
    permission=Permission.SELF,
    raises=(OauthConsentNotFound,),
)
async def withdraw_own(ctx: Context, application_id: str) -> OauthConsent:
    """Let an application in no more: what it holds ends at once.

    Returns: the consent as it was.
    Raises: OauthConsentNotFound.
    Announces: OauthConsentWithdrawn; OauthAuthorizationRevoked for each that ends.
    Source: RFC 9700, section 4.14.
    """
    await ctx.allow()
    gone = await queries.withdraw_consent(ctx.db, ctx.user_id, application_id)
    if gone is None:
        raise OauthConsentNotFound("application_id")
    ended = await queries.revoke_of_user(
        ctx.db, ctx.user_id, application_id, "consent withdrawn", ctx.now
    )
    ctx.announce(OauthConsentWithdrawn(gone))
    for each in ended:
        ctx.announce(OauthAuthorizationRevoked(each, before=replace(each, revoked_at=None)))
    return gone


def _is_signed(token: str) -> bool:
    """Whether a token is of the signed kind."""
    return "." in token


async def _find(ctx: Context, token: str) -> OauthAccessToken | None:
    """The access token, if its authorization and its user stand."""
    if not token or len(token) > LONGEST:
        return None
    return await queries.find_token(ctx.db, digest(token), ctx.now)


async def _find_refresh(
    ctx: Context, application: OauthApplication, token: str
) -> OauthAccessToken | None:
    """A refresh token that could be used, told of as an access token is."""
    purpose = Purpose.OAUTH_REFRESH
    grant = await grant_queries.find_by_secret(ctx.db, purpose, digest(token), None)
    if grant is None or grant.uses or grant.expires_at is None:
        return None
    found = await queries.find_live(ctx.db, grant.subject_id, ctx.now)
    if found is None or found.application_id != application.id:
        return None
    return OauthAccessToken(
        id=grant.id,
        authorization_id=found.id,
        application_id=application.id,
        client_id=application.client_id,
        user_id=found.user_id,
        organization_id=found.organization_id,
        scopes=found.scopes,
        expires_at=grant.expires_at,
        created_at=grant.created_at,
    )


async def _end(ctx: Context, application: OauthApplication, token: str, reason: str) -> bool:
    """End all that came from the same code as a token; whether it is the application's own.

    Raises: OauthTokenSelfContained.
    """
    value = digest(token)
    access = await queries.find_any_token(ctx.db, value)
    if access is not None and access.application_id == application.id and _is_signed(token):
        raise OauthTokenSelfContained
    authorization_id, owner_id = None, None
    if access is not None:
        authorization_id, owner_id = access.authorization_id, access.application_id
    else:
        purpose = Purpose.OAUTH_REFRESH
        grant = await grant_queries.find_by_secret(ctx.db, purpose, value, None)
        if grant is not None:
            authorization_id, owner_id = grant.subject_id, grant.facts["application_id"]
    if authorization_id is None or owner_id != application.id:
        return False
    ended = await queries.revoke(ctx.db, authorization_id, reason, ctx.now)
    if ended is not None:
        ctx.announce(OauthAuthorizationRevoked(ended, before=replace(ended, revoked_at=None)))
    return True
