"""Tickets: a grant's secret in a signed token, the form in which links carry it."""

from datetime import datetime

from charter.core.grants.model import GrantExpired, GrantInvalid, IssuedGrant, Purpose
from charter.core.keys.lookup import lookup
from charter.kernel.operation import Context
from charter.kernel.tokens import Reason, TokenRefused, Typ, sign, verify


async def ticket(ctx: Context, purpose: Purpose, issued: IssuedGrant, expires_at: datetime) -> str:
    """Sign a token that carries a grant's secret, as hard to forge as the secret is to guess.

    Raises: NoActiveSigningKey.
    """
    instance_id = ctx.actor.instance_id
    keys = await lookup(ctx.platform).signing_keys(instance_id)
    instance = await lookup(ctx.platform).instance(instance_id)
    claims = {
        "iss": instance.issuer,
        "iid": instance_id,
        "st": purpose.value,
        "grant": issued.secret,
        "iat": int(ctx.now.timestamp()),
        "exp": int(expires_at.timestamp()),
    }
    return sign(keys.active, claims, typ=Typ.TICKET)


async def read_ticket(ctx: Context, ticket: str, purpose: Purpose) -> str:
    """The secret that a ticket of ours for this purpose carries. It is still to be spent.

    Raises: GrantInvalid, for all that we did not sign for this purpose in this instance;
        GrantExpired.
    """
    instance_id = ctx.actor.instance_id
    keys = await lookup(ctx.platform).signing_keys(instance_id)
    instance = await lookup(ctx.platform).instance(instance_id)
    try:
        claims = verify(ticket, keys.public, typ=Typ.TICKET, issuer=instance.issuer, now=ctx.now)
    except TokenRefused as refused:
        if refused.reason is Reason.EXPIRED:
            raise GrantExpired from refused
        raise GrantInvalid from refused
    secret = claims.get("grant")
    if (claims.get("iid"), claims.get("st")) != (instance_id, purpose.value):
        raise GrantInvalid
    if not isinstance(secret, str):
        raise GrantInvalid
    return secret


def is_ticket(text: str) -> bool:
    """Whether a text has the form of a ticket rather than that of a bare secret."""
    return text.count(".") == 2
