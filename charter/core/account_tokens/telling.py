"""What is told of account tokens to their clients, and of people to who holds their tokens."""

from typing import Any

from charter.core.account_tokens import proving
from charter.core.account_tokens.model import (
    Credentials,
    InsufficientScope,
    Introspected,
    PersonTold,
)
from charter.core.bearing import AccountToken, is_account_token, read_account_token
from charter.core.memberships.queries import find_standing
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_applications.scopes import OPENID
from charter.core.oauth_authorizations import logins
from charter.core.oauth_authorizations.account_ids import role_shown, shown
from charter.core.oauth_authorizations.account_minting import issuer_of
from charter.core.oauth_authorizations.claims import claims_of
from charter.core.oauth_authorizations.model import (
    OauthClientInvalid,
    OauthRequestInvalid,
    OauthTokenInvalid,
    OauthTokenSelfContained,
)
from charter.core.users.model import UserNotFound
from charter.core.users.queries import get_user
from charter.core.vocabulary import Permission
from charter.kernel.errors import Unauthenticated
from charter.kernel.operation import Context, operation

BEARER = "Bearer"
ASKING = (OauthClientInvalid, OauthRequestInvalid)


@operation("account_tokens.introspect", permission=Permission.PUBLIC, raises=ASKING)
async def introspect(ctx: Context, token: str, credentials: Credentials) -> Introspected:
    """Tell a client whether a token of its own holds now, and what is in it.

    Returns: nothing for one that holds no more, never was, or is another client's.
    Raises: OauthClientInvalid, also for a client that cannot prove who it is.
    Source: Accounts API, introspection; RFC 7662.
    """
    await ctx.allow()
    client = await proving.known(ctx, credentials)
    if client.is_public:
        raise OauthClientInvalid("client_id")
    found = await _own_access(ctx, client, token)
    if found is not None:
        return Introspected({**found.claims, "client_id": shown(client.id), "token_type": BEARER})
    return Introspected(await _refresh_claims(ctx, client, token))


@operation(
    "account_tokens.revoke",
    permission=Permission.PUBLIC,
    raises=(*ASKING, OauthTokenSelfContained),
)
async def revoke(ctx: Context, token: str, credentials: Credentials) -> None:
    """End the login that a token is of, at its client's wish.

    A token that never was, or is another's, is passed over in silence.
    Raises: OauthClientInvalid; OauthTokenSelfContained, for one that is of no login: it ends by
        itself.
    Announces: OauthAuthorizationRevoked.
    Source: Accounts API, revocation; RFC 7009.
    """
    await ctx.allow()
    client = await proving.known(ctx, credentials)
    access = await _own_access(ctx, client, token)
    if access is not None:
        if access.authorization_id is None or access.access.is_derived:
            raise OauthTokenSelfContained
        await logins.log_out(ctx, access.authorization_id, "revoked by the client")
        return
    refresh = await logins.find_refresh(ctx, client, token)
    if refresh is not None:
        await logins.log_out(ctx, refresh[1].id, "revoked by the client")


@operation(
    "account_tokens.describe_person",
    permission=Permission.PUBLIC,
    raises=(OauthTokenInvalid, InsufficientScope),
    writes=False,
)
async def describe_person(ctx: Context, access_token: str) -> PersonTold:
    """Tell the holder of an access token of its person: what the token's scopes open.

    Raises: OauthTokenInvalid; InsufficientScope, without `openid`.
    Source: Accounts API, userinfo; OpenID Connect Core 1.0, section 5.3.
    """
    await ctx.allow()
    try:
        found = await read_account_token(ctx.platform, access_token)
    except Unauthenticated as refused:
        raise OauthTokenInvalid from refused
    if found.instance_id != ctx.actor.instance_id or found.user_id is None:
        raise OauthTokenInvalid
    scopes = found.access.scopes
    if OPENID not in scopes:
        raise InsufficientScope("scope")
    try:
        user = await get_user(ctx.db, found.user_id)
    except UserNotFound as gone:
        raise OauthTokenInvalid from gone
    claims: dict[str, Any] = {"sub": shown(user.id)}
    claims |= claims_of(ctx.platform, ctx.actor.instance_id, user, scopes, None)
    if found.organization_id is not None:
        standing = await find_standing(ctx.db, found.organization_id, user.id)
        if standing.is_member:
            claims |= {"acc": shown(found.organization_id), "role": role_shown(standing.role_key)}
    return PersonTold({name: value for name, value in claims.items() if value is not None})


async def _own_access(ctx: Context, client: OauthApplication, token: str) -> AccountToken | None:
    """The access token, if it holds and is the client's own."""
    if not is_account_token(token):
        return None
    try:
        found = await read_account_token(ctx.platform, token)
    except Unauthenticated:
        return None
    is_own = found.instance_id == ctx.actor.instance_id and found.access.client_id == client.id
    return found if is_own else None


async def _refresh_claims(
    ctx: Context, client: OauthApplication, token: str
) -> dict[str, Any] | None:
    """What a refresh token that could be used stands for."""
    found = await logins.find_refresh(ctx, client, token)
    if found is None:
        return None
    grant, authorization = found
    claims: dict[str, Any] = {
        "iss": issuer_of(client.issuer, ctx.platform.addresses),
        "sub": shown(authorization.user_id),
        "uid": shown(authorization.user_id),
        "cid": shown(client.id),
        "client_id": shown(client.id),
        "app": shown(ctx.actor.instance_id),
        "scope": " ".join(authorization.scopes),
        "iat": int(grant.created_at.timestamp()),
        "token_type": "refresh_token",
    }
    if grant.expires_at is not None:
        claims["exp"] = int(grant.expires_at.timestamp())
    if authorization.organization_id is not None:
        claims["acc"] = shown(authorization.organization_id)
    return claims
