"""The one place where clients come to account tokens: a way for each grant type.

Source: RFC 6749, section 3.2; RFC 7636; RFC 8693; RFC 9700.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

from charter.core.account_clients.model import (
    CLIENT_CREDENTIALS,
    CODE,
    DEVICE_CODE,
    JWT_BEARER,
    OF_CONFIDENTIAL,
    REFRESH,
    SAML_BEARER,
    TOKEN_EXCHANGE,
)
from charter.core.account_tokens import asserting, deriving, devices, proving, trading
from charter.core.account_tokens.giving import given
from charter.core.account_tokens.model import (
    AccountTokenIssued,
    Asked,
    Credentials,
    Given,
    IssuedFacts,
    Waiting,
)
from charter.core.grants import granting
from charter.core.grants.model import GRANT_ERRORS, GrantSpent, Purpose
from charter.core.keys.lookup import instance_of
from charter.core.limits.limiting import Limit, limit_subject
from charter.core.oauth_applications import scopes as known
from charter.core.oauth_applications.model import OauthApplication, OauthApplicationNotFound
from charter.core.oauth_authorizations import account_minting, logins, refreshing
from charter.core.oauth_authorizations.account_minting import Subject
from charter.core.oauth_authorizations.exchanging import check_binding, check_standing
from charter.core.oauth_authorizations.model import (
    OauthClientInvalid,
    OauthClientNotAllowed,
    OauthGrantInvalid,
    OauthGrantTypeUnsupported,
    OauthRequestInvalid,
    OauthScopeInvalid,
    Replayed,
    TokenAsked,
)
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation

Answer = Given | Waiting | Replayed
ABOUT_PEOPLE = (known.OPENID, known.PROFILE, known.EMAIL, known.OFFLINE_ACCESS)
"""Scopes that say nothing where nobody is asked."""
FOR_ITSELF = Limit("account_tokens", 60, timedelta(minutes=1))
"""Tokens that a client asks for itself: one lasts an hour. Those of people are not counted, or who
knows the name of a client could keep all of its people out."""
ERRORS = (
    *deriving.ERRORS,
    OauthApplicationNotFound,
    OauthClientInvalid,
    OauthClientNotAllowed,
    OauthGrantInvalid,
    OauthGrantTypeUnsupported,
    OauthRequestInvalid,
    OauthScopeInvalid,
)


@operation("account_tokens.exchange", permission=Permission.PUBLIC, raises=ERRORS)
async def exchange(ctx: Context, asked: Asked, credentials: Credentials) -> Answer:
    """Give a client tokens for what it shows.

    Returns: the tokens; Waiting, for a device whose person has not decided; Replayed, where
        something that is good once came again and all that it gave has ended.
    Raises: OauthClientInvalid; OauthClientNotAllowed, for a grant type that the client has not;
        OauthRequestInvalid; OauthGrantTypeUnsupported; OauthGrantInvalid; OauthScopeInvalid;
        TooManyAttempts, for what a client asks for itself; and those of the grant types.
    Announces: OauthAuthorizationCreated, OauthAuthorizationRenewed, or AccountTokenIssued;
        OauthReplayed and OauthAuthorizationRevoked.
    Source: Accounts API, OAuth grants; RFC 6749.
    """
    await ctx.allow()
    if not asked.grant_type:
        raise OauthRequestInvalid("grant_type", reason="grant_type is required")
    way = WAYS.get(asked.grant_type)
    if way is None:
        raise OauthGrantTypeUnsupported
    client = await proving.known(ctx, credentials)
    logins.check_usable(client, asked.grant_type)
    if client.is_public and asked.grant_type in OF_CONFIDENTIAL:
        raise OauthClientNotAllowed("grant_type")
    return await way(ctx, client, asked)


async def _by_code(ctx: Context, client: OauthApplication, asked: Asked) -> Given | Replayed:
    grant = await refreshing.read(ctx, client, Purpose.OAUTH_CODE, asked.code, "code")
    if grant.uses:
        return await refreshing.replayed(ctx, grant, "code")
    # Clients of long ago may do without; no account token is given so.
    if grant.facts["code_challenge"] is None:
        raise OauthGrantInvalid("code_verifier")
    binding = TokenAsked(redirect_uri=asked.redirect_uri, code_verifier=asked.code_verifier)
    check_binding(grant, binding)
    try:
        await granting.spend(ctx, Purpose.OAUTH_CODE, asked.code or "")
    except GrantSpent:
        return await refreshing.replayed(ctx, grant, "code")
    except GRANT_ERRORS as unusable:
        raise OauthGrantInvalid("code") from unusable
    scopes = tuple(grant.facts["scopes"])
    await check_standing(ctx, client, grant, scopes)
    authenticated_at = grant.facts["authenticated_at"]
    # Asked to act while the person is away, it does so when they have signed out (OpenID Connect
    # Core 1.0, section 11); else all ends with the session.
    is_offline = known.OFFLINE_ACCESS in scopes and REFRESH in client.grant_types
    tokens = await logins.log_in(
        ctx,
        client,
        session_id=None if is_offline else grant.facts["session_id"],
        user_id=grant.facts["user_id"],
        organization_id=grant.facts["organization_id"],
        scopes=scopes,
        nonce=grant.facts["nonce"],
        authenticated_at=(
            None if authenticated_at is None else datetime.fromtimestamp(authenticated_at, UTC)
        ),
        authorization_id=grant.subject_id,
        has_refresh=is_offline,
    )
    return given(tokens)


async def _by_refresh_token(
    ctx: Context, client: OauthApplication, asked: Asked
) -> Given | Replayed:
    tokens = await logins.renew(ctx, client, asked.refresh_token or "", asked.scope)
    return tokens if isinstance(tokens, Replayed) else given(tokens)


async def _by_itself(ctx: Context, client: OauthApplication, asked: Asked) -> Given:
    """A token for the client itself. Source: RFC 6749, section 4.4."""
    await limit_subject(ctx, await instance_of(ctx), FOR_ITSELF, client.id)
    wanted = known.split(asked.scope or "") or client.default_scopes
    if not frozenset(client.scopes).issuperset(wanted):
        raise OauthScopeInvalid
    scopes = tuple(each for each in known.ordered(wanted) if each not in ABOUT_PEOPLE)
    subject = Subject(None, client.organization_id, None)
    audience = trading.audience_of(client, asked)
    made = await account_minting.access_token(ctx, client, subject, scopes, audience=audience)
    facts = IssuedFacts(
        made.jti,
        client.id,
        None,
        client.organization_id,
        scopes,
        made.audience,
        made.expires_at,
    )
    ctx.announce(AccountTokenIssued(facts))
    return Given(access_token=made.token, expires_in_seconds=made.life_seconds, scopes=scopes)


Way = Callable[[Context, OauthApplication, Asked], Awaitable[Answer]]
WAYS: Mapping[str, Way] = {
    CODE: _by_code,
    REFRESH: _by_refresh_token,
    CLIENT_CREDENTIALS: _by_itself,
    DEVICE_CODE: devices.trade,
    JWT_BEARER: asserting.by_jwt,
    SAML_BEARER: asserting.by_saml,
    TOKEN_EXCHANGE: trading.by_token,
}
"""Grant type → what a client gets for it."""
