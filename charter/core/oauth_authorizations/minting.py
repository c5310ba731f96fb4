"""Makes the tokens of an authorization.

An access token is looked up, or signed where the instance's settings say so; both are known again
by their digest, so that either ends at once wherever it is shown to us.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from charter.core.instances.addresses import oauth_issuer
from charter.core.instances.model import Instance
from charter.core.keys.keeping import keep_until
from charter.core.keys.lookup import SigningKeys, instance_of, keys_of
from charter.core.oauth_applications import scopes as known
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_authorizations import queries
from charter.core.oauth_authorizations.claims import claims_of
from charter.core.oauth_authorizations.model import (
    ACCESS_PREFIX,
    ACCESS_SECONDS,
    OauthAccessTokenRow,
    OauthAuthorization,
)
from charter.core.users import queries as user_queries
from charter.kernel.ids import hex_id
from charter.kernel.operation import Context
from charter.kernel.secrets import digest, new_secret
from charter.kernel.tokens import TokenTooLong, Typ, sign

OWN_CLAIMS = ("public_metadata", "private_metadata")
"""What may be larger than a token holds; an application asks for it instead."""


@dataclass(frozen=True, slots=True)
class Mint:
    """What signs the tokens of one operation."""

    instance: Instance
    keys: SigningKeys
    issuer: str
    application: OauthApplication
    scopes: tuple[str, ...]


async def mint(ctx: Context, application: OauthApplication, scopes: tuple[str, ...]) -> Mint:
    """What signs; asked for before any statement, because it takes connections of its own.

    Raises: NoActiveSigningKey; Unavailable, when the key was withdrawn at this moment.
    """
    instance, keys = await instance_of(ctx), await keys_of(ctx)
    if instance.settings.oauth_jwt_access_tokens or known.OPENID in scopes:
        await keep_until(ctx, keys.active.kid, ctx.now + timedelta(seconds=ACCESS_SECONDS + 1))
    issuer = oauth_issuer(instance, ctx.platform.addresses)
    return Mint(instance, keys, issuer, application, scopes)


async def access_token(ctx: Context, minting: Mint, authorization: OauthAuthorization) -> str:
    """A new access token of an authorization, kept by its digest.

    Source: RFC 9068, for one that is signed.
    """
    application, scopes = minting.application, minting.scopes
    row_id = hex_id(ACCESS_PREFIX)
    expires_at = ctx.now.replace(microsecond=0) + timedelta(seconds=ACCESS_SECONDS)
    token = new_secret(ACCESS_PREFIX, 20)
    if minting.instance.settings.oauth_jwt_access_tokens:
        issued = int(ctx.now.timestamp())
        claims: dict[str, Any] = {
            "iss": minting.issuer,
            "sub": authorization.user_id,
            "aud": minting.issuer,
            "client_id": application.client_id,
            "scope": " ".join(scopes),
            "jti": row_id,
            "iat": issued,
            "nbf": issued,
            "exp": int(expires_at.timestamp()),
        }
        if known.ORGANIZATION in scopes and authorization.organization_id is not None:
            claims["org_id"] = authorization.organization_id
        token = sign(minting.keys.active, claims, typ=Typ.ACCESS)
    row = OauthAccessTokenRow(
        id=row_id,
        authorization_id=authorization.id,
        digest=digest(token),
        scopes=list(scopes),
        expires_at=expires_at,
        created_at=ctx.now,
    )
    await queries.insert_token(ctx.db, row)
    return token


async def id_token(
    ctx: Context, minting: Mint, authorization: OauthAuthorization, access: str
) -> str | None:
    """Who the person is, signed for the application; None where it did not ask.

    Source: OpenID Connect Core 1.0, sections 2 and 3.1.3.6.
    """
    application, scopes = minting.application, minting.scopes
    if known.OPENID not in scopes:
        return None
    user = await user_queries.get_user(ctx.db, authorization.user_id)
    organization = await queries.find_organization(ctx.db, authorization.organization_id, user.id)
    issued = int(ctx.now.timestamp())
    own: dict[str, Any] = {
        "iss": minting.issuer,
        "sub": user.id,
        "aud": application.client_id,
        "azp": application.client_id,
        "iat": issued,
        "exp": issued + ACCESS_SECONDS,
        "at_hash": half_hash(access),
    }
    if authorization.nonce is not None:
        own["nonce"] = authorization.nonce
    if authorization.authenticated_at is not None:
        own["auth_time"] = int(authorization.authenticated_at.timestamp())
    told = claims_of(ctx.platform, ctx.actor.instance_id, user, scopes, organization)
    told = {name: value for name, value in told.items() if value is not None}
    try:
        return sign(minting.keys.active, {**told, **own}, typ=Typ.JWT)
    except TokenTooLong:
        small = {name: value for name, value in told.items() if name not in OWN_CLAIMS}
        return sign(minting.keys.active, {**small, **own}, typ=Typ.JWT)


def half_hash(token: str) -> str:
    """The left half of a SHA-256, in base64url: `at_hash`."""
    half = hashlib.sha256(token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def challenge_of(verifier: str) -> bytes:
    """The challenge of a verifier (S256). Source: RFC 7636, section 4.2."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
