"""M2M tokens that are signed: they say it all, and are stored nowhere."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from charter.core.keys.keeping import keep_until
from charter.core.keys.lookup import instance_of, keys_of
from charter.core.keys.model import TOKEN_OVERLAP
from charter.core.m2m_tokens.model import M2mClaimReserved, M2mToken, M2mTokenInvalid
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context
from charter.kernel.tokens import Category, TokenRefused, Typ, sign, verify

HEADER = {"cat": Category.M2M.value}
RESERVED = ("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scopes")
"""What a token says itself. A machine that could say its scopes could reach any other."""


def check_claims(claims: Any) -> Mapping[str, Any]:
    """The claims that a machine adds. Raises: InvalidInput, M2mClaimReserved."""
    if claims is None:
        return {}
    if not isinstance(claims, Mapping):
        raise InvalidInput("claims", reason="those of a signed token are an object")
    for name in RESERVED:
        if name in claims:
            raise M2mClaimReserved(name=name)
    return claims


async def write(ctx: Context, token: M2mToken) -> str:
    """The token, signed. Asked for before any statement, because it may take a connection.

    Raises: InvalidInput, M2mClaimReserved; NoActiveSigningKey; Unavailable, when the key was
        withdrawn at this moment.
    """
    added = check_claims(token.claims)
    instance, keys = await instance_of(ctx), await keys_of(ctx)
    # Times in a token are whole seconds: it never says that it lives longer than its row would.
    expires_at = token.expires_at.replace(microsecond=0)
    if expires_at - ctx.now > TOKEN_OVERLAP:
        await keep_until(ctx, keys.active.kid, expires_at + timedelta(seconds=1))
    claims = {
        **added,
        "iss": instance.issuer,
        "sub": token.machine_id,
        "aud": list(token.scopes),
        "scopes": " ".join(token.scopes),
        "jti": token.id,
        "iat": int(ctx.now.timestamp()),
        "nbf": int(ctx.now.timestamp()),
        "exp": int(expires_at.timestamp()),
    }
    try:
        return sign(keys.active, claims, typ=Typ.JWT, header=HEADER)
    except ValueError as error:
        raise InvalidInput("claims", reason="a signed token cannot hold that much") from error


async def read(ctx: Context, text: str) -> M2mToken:
    """What a signed token of this instance says. Its machine may be gone.

    Raises: M2mTokenInvalid.
    """
    instance, keys = await instance_of(ctx), await keys_of(ctx)
    try:
        claims = verify(
            text,
            keys.public,
            typ=Typ.JWT,
            issuer=instance.issuer,
            now=ctx.now,
            leeway_seconds=0,
            categories=(Category.M2M.value,),
        )
    except TokenRefused as refused:
        raise M2mTokenInvalid from refused
    made_at = datetime.fromtimestamp(claims["iat"], UTC)
    return M2mToken(
        id=claims["jti"],
        machine_id=claims["sub"],
        claims={name: claims[name] for name in claims if name not in RESERVED} or None,
        scopes=tuple(claims["scopes"].split()),
        expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        revoked_at=None,
        revocation_reason=None,
        last_used_at=None,
        created_at=made_at,
        updated_at=made_at,
    )
