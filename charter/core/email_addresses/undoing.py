"""Lets who holds an address that was primary take back that another took its place.

The link goes to that address alone. Whoever has got into an account can change its address, but
not read what is sent to the old one.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from charter.core.email_addresses.model import EmailAddress, EmailAddressTaken
from charter.core.email_addresses.normal_form import address_key
from charter.core.email_addresses.queries import ROWS
from charter.core.email_addresses.shutting_out import shut_out
from charter.core.grants import granting
from charter.core.grants import queries as grant_queries
from charter.core.grants.model import GRANT_ERRORS, Grant, Purpose
from charter.core.identifiers.rows import chosen, fresh, proven
from charter.core.instances.origins import frontend_base
from charter.core.keys.lookup import instance_of
from charter.core.links.model import LinkInvalid
from charter.core.users import queries as user_queries
from charter.core.users.model import User, UserNotFound
from charter.core.users.notices import tell
from charter.core.verification import Strategy
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation
from charter.kernel.secrets import digest, new_secret

LIFETIME = timedelta(days=7)
"""How long a change can be undone; what was added so shortly before it goes as well."""
NONCE = bytes(12)


@dataclass(frozen=True, slots=True)
class Undo:
    """A change that can be undone, or was: the address that is primary again."""

    address: str
    token: str = field(repr=False)


async def undo_url(ctx: Context, user: User, old: EmailAddress) -> str | None:
    """Make the link by which a locked user's old primary address becomes primary again.

    None while an earlier change can still be undone: whoever made that one could otherwise take
    back what the person does to repair it.
    """
    newest = await grant_queries.find_newest(ctx.db, Purpose.ADDRESS_UNDO, user.id)
    if newest is not None and granting.is_usable(newest, ctx.now):
        return None
    secret = new_secret("", 20)
    await granting.issue(
        ctx,
        Purpose.ADDRESS_UNDO,
        user.id,
        expires_at=ctx.now + LIFETIME,
        secret=secret,
        facts={"address": _sealed(secret, old.address)},
    )
    base = frontend_base(await instance_of(ctx), ctx.platform.addresses)
    return f"{base}/undo?{urlencode({'token': secret})}"


@operation(
    "email_addresses.look_at_undo",
    permission=Permission.PUBLIC,
    raises=(LinkInvalid,),
    writes=False,
)
async def look(ctx: Context, token: str) -> Undo:
    """Look at a link that undoes a change of address. It stays as good as it was.

    Raises: LinkInvalid, for one that cannot be used.
    """
    await ctx.allow()
    grant = await _usable(ctx, token)
    return Undo(_opened(token, grant.facts["address"]), token)


@operation(
    "email_addresses.undo_change",
    permission=Permission.PUBLIC,
    raises=(EmailAddressTaken, LinkInvalid),
)
async def undo(ctx: Context, token: str) -> Undo:
    """Make the old address primary again, and shut out who changed it.

    The password is forgotten, and whatever leads in and was added since, or in the week before, is
    removed: addresses, numbers, second factors, passkeys, accounts elsewhere, API keys and what
    applications may do. What they signed up with stays. Every session ends: the person signs in by
    their address.
    Raises: LinkInvalid, for one that cannot be used; EmailAddressTaken, when another user has
        proven the address meanwhile.
    Announces: UserUpdated, and what `shut_out` does.
    """
    await ctx.allow()
    found = await _usable(ctx, token)
    address = _opened(token, found.facts["address"])
    try:
        user = await user_queries.lock_user(ctx.db, found.subject_id)
        grant = await granting.spend(ctx, Purpose.ADDRESS_UNDO, token)
    except (UserNotFound, *GRANT_ERRORS) as gone:
        raise LinkInvalid from gone
    if await ROWS.is_held_by_another(ctx.db, address_key(address), user.id):
        raise EmailAddressTaken("token")
    # What is as old as the account came with the person.
    since = max(grant.created_at - LIFETIME, user.created_at + timedelta(microseconds=1))
    left = await shut_out(ctx, user, since)
    after = await ROWS.save(ctx, left, _restored(ctx, left, grant, address, since))
    await tell(
        ctx,
        after,
        "The change of your email address was undone",
        f"{address} is the primary email address of your account again. Everybody was signed"
        " out, the password was forgotten, and what was added in the last days to sign in with"
        " was removed.",
        "Sign in by your address, set a new password, and look through your account.",
    )
    return Undo(address, token)


async def _usable(ctx: Context, token: str) -> Grant:
    """What a link was made for, read before any transaction. Raises: LinkInvalid."""
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    value = digest(token)
    grant = await grant_queries.find_by_secret(reading, Purpose.ADDRESS_UNDO, value, None)
    if grant is None or not granting.is_usable(grant, ctx.now):
        raise LinkInvalid
    return grant


def _restored(
    ctx: Context, user: User, grant: Grant, address: str, since: datetime
) -> tuple[EmailAddress, ...]:
    """The user's addresses with the old one as the primary, without those added lately."""
    key = address_key(address)
    held = next((row for row in user.email_addresses if row.address_key == key), None)
    row = held or EmailAddress(address=address, address_key=key, **fresh(ctx, user.id))
    if not row.is_verified:
        # Who has the link reads what is sent to the address.
        row = replace(row, verification_expires_at=grant.expires_at)
        row = proven(row, Strategy.EMAIL_LINK, ctx.now)
    others = [
        each for each in user.email_addresses if each.id != row.id and each.created_at < since
    ]
    return chosen([*others, row], row.id, ctx.now)


def _sealed(secret: str, address: str) -> str:
    """The address, readable with the link alone: what lies in the database tells nobody of it."""
    # A key is used once, so its nonce need not differ.
    return base64.b64encode(AESGCM(_key(secret)).encrypt(NONCE, address.encode(), None)).decode()


def _opened(secret: str, sealed: str) -> str:
    return AESGCM(_key(secret)).decrypt(NONCE, base64.b64decode(sealed), None).decode()


def _key(secret: str) -> bytes:
    return hmac.new(secret.encode(), b"address", hashlib.sha256).digest()
