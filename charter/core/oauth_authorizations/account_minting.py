"""Makes account tokens: signed by the key of their client, known by it alone, kept nowhere.

Source: RFC 9068; RFC 7519.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from charter.core.account_clients import keeping
from charter.core.account_clients.settings import seconds_of
from charter.core.memberships.queries import find_standing
from charter.core.oauth_applications import scopes as known
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_authorizations.account_ids import role_shown, shown
from charter.core.oauth_authorizations.claims import claims_of
from charter.core.oauth_authorizations.minting import OWN_CLAIMS, half_hash
from charter.core.oauth_authorizations.model import OauthAuthorization
from charter.core.users.queries import get_user
from charter.kernel.ids import hex_id
from charter.kernel.operation import Context
from charter.kernel.platform import Addresses
from charter.kernel.tokens import TokenTooLong, Typ, sign

MOUNT = "/accounts"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a token is about. user_id: None for the client itself; authorization_id: whose it is."""

    user_id: str | None
    organization_id: str | None
    authorization_id: str | None


@dataclass(frozen=True, slots=True)
class Access:
    """An access token, and what it says of itself."""

    token: str
    expires_at: datetime
    life_seconds: int
    jti: str
    audience: tuple[str, ...]


def issuer_of(configured: str | None, addresses: Addresses) -> str:
    """Who the tokens of a client say they are from; never what a request says.

    configured: the client's own issuer; None for the server's name.
    """
    return configured or addresses.api_url + MOUNT


def audience_of(client: OauthApplication) -> tuple[str, ...]:
    """Whom a client's tokens are for where nothing else is asked."""
    return () if client.audience is None else (client.audience,)


async def access_token(
    ctx: Context,
    client: OauthApplication,
    subject: Subject,
    scopes: Sequence[str],
    *,
    audience: Sequence[str] | None = None,
    ends_at: datetime | None = None,
    is_derived: bool = False,
) -> Access:
    """A new access token. The role in it is that of this moment.

    audience: None: the client's own. ends_at: not to be outlived.
    """
    key = await keeping.signing_key(ctx, client)
    issued = ctx.now.replace(microsecond=0)
    expires_at = issued + timedelta(seconds=seconds_of(client, "access"))
    if ends_at is not None:
        expires_at = min(expires_at, ends_at)
    jti = hex_id("jti_")
    claims: dict[str, Any] = {
        "iss": issuer_of(client.issuer, ctx.platform.addresses),
        "sub": shown(subject.user_id or client.id),
        "iat": int(issued.timestamp()),
        "exp": int(expires_at.timestamp()),
        "jti": jti,
        "scope": " ".join(scopes),
        "cid": shown(client.id),
        "app": shown(ctx.actor.instance_id),
    }
    audience = tuple(audience_of(client) if audience is None else audience)
    if audience:
        claims["aud"] = audience[0] if len(audience) == 1 else list(audience)
    await _claim_standing(ctx, subject, claims)
    if subject.authorization_id is not None:
        claims["sid"] = subject.authorization_id
    if is_derived:
        claims["der"] = True
    life_seconds = int((expires_at - issued).total_seconds())
    return Access(sign(key, claims, typ=Typ.ACCESS), expires_at, life_seconds, jti, audience)


async def _claim_standing(ctx: Context, subject: Subject, claims: dict[str, Any]) -> None:
    """Say where a token is at home, and as what; nothing of an organization that was left."""
    organization_id, user_id = subject.organization_id, subject.user_id
    if user_id is not None:
        claims["uid"] = shown(user_id)
    if organization_id is None:
        return
    if user_id is None:
        claims["acc"] = shown(organization_id)
        return
    standing = await find_standing(ctx.db, organization_id, user_id)
    if standing.is_member:
        claims["acc"], claims["role"] = shown(organization_id), role_shown(standing.role_key)


async def id_token(
    ctx: Context,
    client: OauthApplication,
    authorization: OauthAuthorization,
    scopes: Sequence[str],
    access: str,
) -> str | None:
    """Who the person is, signed for the client; None where it did not ask.

    Source: OpenID Connect Core 1.0, sections 2 and 3.1.3.6.
    """
    if known.OPENID not in scopes:
        return None
    key = await keeping.signing_key(ctx, client)
    user = await get_user(ctx.db, authorization.user_id)
    issued = int(ctx.now.timestamp())
    own: dict[str, Any] = {
        "iss": issuer_of(client.issuer, ctx.platform.addresses),
        "sub": shown(user.id),
        "aud": shown(client.id),
        "azp": shown(client.id),
        "iat": issued,
        "exp": issued + seconds_of(client, "id"),
        "at_hash": half_hash(access),
    }
    if authorization.nonce is not None:
        own["nonce"] = authorization.nonce
    if authorization.authenticated_at is not None:
        own["auth_time"] = int(authorization.authenticated_at.timestamp())
    told = claims_of(ctx.platform, ctx.actor.instance_id, user, scopes, None)
    told = {name: value for name, value in told.items() if value is not None}
    try:
        return sign(key, {**told, **own}, typ=Typ.JWT)
    except TokenTooLong:
        small = {name: value for name, value in told.items() if name not in OWN_CLAIMS}
        return sign(key, {**small, **own}, typ=Typ.JWT)
