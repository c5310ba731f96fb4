"""Mailed links: made for one client and one address of a user, found again by their token."""

from dataclasses import dataclass, field

from charter.core.account_logins.admitting import client_of
from charter.core.account_logins.model import LIFETIMES, LinkKind, LoginLinkInvalid
from charter.core.checks.codes import inbox_of
from charter.core.email_addresses.model import EmailAddress
from charter.core.grants import granting
from charter.core.grants import queries as grant_queries
from charter.core.grants.model import GRANT_ERRORS, Purpose
from charter.core.grants.queries import hold
from charter.core.oauth_applications.model import OauthApplication
from charter.core.proving import check_rate
from charter.core.users.model import User, UserNotFound
from charter.core.users.queries import get_user
from charter.kernel.db import Db
from charter.kernel.operation import Context
from charter.kernel.secrets import digest, new_secret

PURPOSES = {
    LinkKind.SIGN_IN: Purpose.ACCOUNT_SIGN_IN,
    LinkKind.RESET: Purpose.ACCOUNT_RESET,
    LinkKind.PROVE: Purpose.ACCOUNT_PROOF,
}
TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class Link:
    """A link that could be used a moment ago, as it was read; it is still to be spent."""

    kind: LinkKind
    client: OauthApplication
    user: User
    address: EmailAddress
    token: str = field(repr=False)


async def issue(
    ctx: Context, kind: LinkKind, client_id: str, user_id: str, address: EmailAddress
) -> str:
    """A token for an address of a user, at a client; the ones before it end.

    Raises: TooManyCodes: counted by where it goes, lest many requests flood one inbox.
    """
    purpose, inbox = PURPOSES[kind], inbox_of(ctx, address.address_key)
    await hold(ctx.db, inbox)
    await check_rate(ctx, purpose, inbox)
    await granting.revoke(ctx, purpose, inbox)
    issued = await granting.issue(
        ctx,
        purpose,
        inbox,
        expires_at=ctx.now + LIFETIMES[kind],
        facts={
            "application_id": client_id,
            "user_id": user_id,
            "address_id": address.id,
            "address": inbox,
        },
        secret=new_secret("", TOKEN_BYTES),
    )
    return issued.secret


async def link_of(ctx: Context, kind: LinkKind, token: str, client_id: str | None) -> Link:
    """The link of a token, read before any transaction.

    client_id: at which it is used; None: at the one that it was made for.
    Raises: LoginLinkInvalid; what `client_of` raises of that one.
    """
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    seen = await grant_queries.find_by_secret(reading, PURPOSES[kind], digest(token), None)
    if seen is None or not granting.is_usable(seen, ctx.now):
        raise LoginLinkInvalid
    if client_id is not None and client_id != seen.facts["application_id"]:
        raise LoginLinkInvalid
    client = await client_of(ctx, seen.facts["application_id"])
    user, address = await _held(reading, seen.facts["user_id"], seen.facts["address_id"])
    if inbox_of(ctx, address.address_key) != seen.facts["address"]:
        raise LoginLinkInvalid
    return Link(kind, client, user, address, token)


async def spend(ctx: Context, link: Link) -> None:
    """Use a link, by one atomic statement: of two uses at once, one fails.

    Raises: LoginLinkInvalid.
    """
    try:
        await granting.spend(ctx, PURPOSES[link.kind], link.token)
    except GRANT_ERRORS as unusable:
        raise LoginLinkInvalid from unusable


async def forget(ctx: Context, kind: LinkKind, address: EmailAddress) -> None:
    """Take back all links of a kind that went to an address."""
    await granting.revoke(ctx, PURPOSES[kind], inbox_of(ctx, address.address_key))


def still_held(link: Link, user: User) -> EmailAddress:
    """The address of a link, if the user, who is locked, holds it still.

    Raises: LoginLinkInvalid.
    """
    found = (each for each in user.email_addresses if each.id == link.address.id)
    address = next(found, None)
    if address is None or address.address_key != link.address.address_key:
        raise LoginLinkInvalid
    return address


async def _held(db: Db, user_id: str, address_id: str) -> tuple[User, EmailAddress]:
    try:
        user = await get_user(db, user_id)
    except UserNotFound as gone:
        raise LoginLinkInvalid from gone
    address = next((each for each in user.email_addresses if each.id == address_id), None)
    if address is None:
        raise LoginLinkInvalid
    return user, address
