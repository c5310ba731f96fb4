"""The keys by which clients sign: made off the event loop, sealed at rest, one at work."""

from datetime import timedelta

from charter.core.account_clients import queries
from charter.core.account_clients.model import (
    KEY_SET_SECONDS,
    ClientKeyCreated,
    ClientKeyFacts,
    ClientKeyRow,
    KeyState,
)
from charter.core.account_clients.settings import seconds_of
from charter.core.oauth_applications.model import OauthApplication
from charter.kernel.operation import Context
from charter.kernel.tokens import SigningKey

SEALED_AS = "oauth_application_key:{id}"
MOST_READ = 1024

_read: dict[bytes, SigningKey] = {}


async def new_key(ctx: Context, client: OauthApplication, state: KeyState) -> ClientKeyRow:
    """A new RSA key of a client, inserted; its private half sealed.

    Announces: ClientKeyCreated.
    """
    key_id = ctx.new_id("key_")
    key = await ctx.work.run(ctx.platform.new_signing_key, key_id)
    sealed = ctx.platform.vault.seal(key.to_pem().encode(), SEALED_AS.format(id=key_id))
    row = ClientKeyRow(
        id=key_id,
        application_id=client.id,
        state=state,
        public_pem=key.public_pem(),
        sealed_private_pem=sealed,
        tokens_until=None,
        created_at=ctx.now,
    )
    await queries.insert_key(ctx.db, row)
    ctx.announce(ClientKeyCreated(ClientKeyFacts(key_id, client.id, client.organization_id)))
    return row


async def signing_key(ctx: Context, client: OauthApplication) -> SigningKey:
    """The key with which tokens of a client are signed, in the caller's transaction.

    One that was made elsewhere than here gets its first key now, under a lock.
    Raises: OauthApplicationNotFound, for a client that was deleted at this moment.
    """
    kept = await queries.find_signing(ctx.db, client.id)
    if kept is None:
        await queries.lock_keys(ctx.db, client.id)
        kept = await queries.find_signing(ctx.db, client.id)
    if kept is None:
        row = await new_key(ctx, client, KeyState.SIGNING)
        return _opened(ctx, row.id, row.sealed_private_pem)
    return _opened(ctx, kept.id, kept.sealed_private_pem)


async def keep_tokens(ctx: Context, client: OauthApplication) -> None:
    """Note on the signing key until when what it has signed by now may be shown."""
    seconds = seconds_of(client, "access") + KEY_SET_SECONDS
    await queries.keep_until(ctx.db, client.id, ctx.now + timedelta(seconds=seconds))


def _opened(ctx: Context, key_id: str, sealed: bytes) -> SigningKey:
    """A private key, read once: that costs milliseconds."""
    found = _read.get(sealed)
    if found is None:
        pem = ctx.platform.vault.open(sealed, SEALED_AS.format(id=key_id))
        found = SigningKey.from_pem(key_id, pem.decode())
        if len(_read) >= MOST_READ:
            _read.clear()
        _read[sealed] = found
    return found
