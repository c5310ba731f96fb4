"""Tickets: a grant's secret in a signed token, the form in which links carry it."""

from dataclasses import dataclass
from datetime import datetime

from charter.core.grants.model import GrantExpired, GrantInvalid, IssuedGrant, Purpose
from charter.core.instances.origins import app_url, frontend_base
from charter.core.keys.lookup import every_public_key, instance_of, keys_of
from charter.kernel.operation import Context
from charter.kernel.tokens import Reason, SigningKey, TokenRefused, Typ, sign, verify

ACCEPT_PATH = "/tickets/accept"


@dataclass(frozen=True, slots=True)
class TicketSigner:
    """Signs the tickets of one operation. app_url: where who has one goes on by default."""

    key: SigningKey
    instance_id: str
    issuer: str
    base: str
    app_url: str
    now: datetime

    def ticket(self, purpose: Purpose, issued: IssuedGrant, expires_at: datetime) -> str:
        """A token that carries a grant's secret, as hard to forge as the secret is to guess."""
        claims = {
            "iss": self.issuer,
            "iid": self.instance_id,
            "st": purpose.value,
            "grant": issued.secret,
            "iat": int(self.now.timestamp()),
            "exp": int(expires_at.timestamp()),
        }
        return sign(self.key, claims, typ=Typ.TICKET)

    def url(self, ticket: str) -> str:
        """The link that carries a ticket, on the host that the operator configured."""
        return f"{self.base}{ACCEPT_PATH}?ticket={ticket}"


async def signer(ctx: Context) -> TicketSigner:
    """What signs tickets; asked for before any statement, because it may take a connection.

    An operation that waits for a second connection while others wait for its lock would hold
    them all.
    Raises: NoActiveSigningKey.
    """
    keys, instance = await keys_of(ctx), await instance_of(ctx)
    addresses = ctx.platform.addresses
    return TicketSigner(
        key=keys.active,
        instance_id=instance.id,
        issuer=instance.issuer,
        base=frontend_base(instance, addresses),
        app_url=app_url(instance, addresses),
        now=ctx.now,
    )


async def read_ticket(ctx: Context, ticket: str, purpose: Purpose) -> str:
    """The secret that a ticket of ours for this purpose carries. It is still to be spent.

    Called before any statement, as `signer` is.
    Raises: GrantInvalid, for all that we did not sign for this purpose in this instance;
        GrantExpired.
    """
    instance = await instance_of(ctx)
    # A ticket outlives the keys of session tokens by weeks; the grant within is what counts.
    keys = await every_public_key(ctx.platform, instance.id)
    try:
        claims = verify(ticket, keys, typ=Typ.TICKET, issuer=instance.issuer, now=ctx.now)
    except TokenRefused as refused:
        if refused.reason is Reason.EXPIRED:
            raise GrantExpired from refused
        raise GrantInvalid from refused
    secret = claims.get("grant")
    if (claims.get("iid"), claims.get("st")) != (instance.id, purpose.value):
        raise GrantInvalid
    if not isinstance(secret, str):
        raise GrantInvalid
    return secret
