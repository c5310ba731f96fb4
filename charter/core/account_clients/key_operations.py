"""What can be done with the keys of clients."""

from charter.core.account_clients import keeping, queries
from charter.core.account_clients.finding import check_may_know, known, locked
from charter.core.account_clients.model import (
    LEAST_KEPT,
    MOST_KEYS,
    ClientKey,
    ClientKeyFacts,
    ClientKeyInUse,
    ClientKeyNotFound,
    ClientKeyRetired,
    ClientKeyRotated,
    KeysRotated,
    KeyState,
    TooManyClientKeys,
)
from charter.core.oauth_applications.model import OauthApplication, OauthApplicationNotFound
from charter.core.oauth_applications.queries import get_application
from charter.core.organizations.model import OrganizationNotFound
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context, operation

MANAGING = (OauthApplicationNotFound, OrganizationNotFound)


@operation(
    "account_client_keys.search",
    permission=Permission.ORGANIZATION_VIEW,
    raises=(OauthApplicationNotFound,),
    writes=False,
)
async def search(ctx: Context, client_id: str) -> tuple[ClientKey, ...]:
    """List the keys of a client, newest first: never their private halves.

    Raises: OauthApplicationNotFound.
    Source: Accounts API, list public keys.
    """
    await known(ctx, client_id)
    return await queries.keys_of(ctx.db, client_id)


@operation(
    "account_client_keys.create",
    permission=Permission.TOKENS_MANAGE,
    raises=(*MANAGING, TooManyClientKeys),
)
async def create(ctx: Context, client_id: str) -> ClientKey:
    """Give a client another key: published from now on, and the next to sign.

    One for a client that has none signs at once.
    Raises: OauthApplicationNotFound; OrganizationNotFound; TooManyClientKeys, at 4.
    Announces: ClientKeyCreated.
    Source: Accounts API, add a key pair.
    """
    client = await locked(ctx, client_id)
    keys = await queries.keys_of(ctx.db, client.id)
    if len(keys) >= MOST_KEYS:
        raise TooManyClientKeys(limit=MOST_KEYS)
    row = await keeping.new_key(ctx, client, KeyState.WAITING if keys else KeyState.SIGNING)
    return await queries.get_key(ctx.db, row.id)


@operation(
    "account_client_keys.rotate",
    permission=Permission.TOKENS_MANAGE,
    raises=(*MANAGING, TooManyClientKeys),
)
async def rotate(ctx: Context, client_id: str, keep: int = LEAST_KEPT) -> KeysRotated:
    """Let another key of a client sign: the one that waits longest, or a new one.

    keep: 2 to 4, how many stay published. One whose tokens may still live stays whatever it says.
    Raises: OauthApplicationNotFound; OrganizationNotFound; InvalidInput; TooManyClientKeys, where
        the tokens of four keys may still live.
    Announces: ClientKeyRotated; ClientKeyCreated and ClientKeyRetired.
    Source: Accounts API, rotate keys; RFC 7517, section 5.
    """
    if not LEAST_KEPT <= keep <= MOST_KEYS:
        raise InvalidInput("keep", reason=f"it must be from {LEAST_KEPT} to {MOST_KEYS}")
    client = await locked(ctx, client_id)
    # Until when the tokens live that the key has signed: noted before it signs no more.
    await keeping.keep_tokens(ctx, client)
    keys = await queries.keys_of(ctx.db, client.id)
    waiting = [each.id for each in keys if each.state is KeyState.WAITING]
    for each in keys:
        if each.state is KeyState.SIGNING:
            await ctx.db.run(queries.SET_STATE, key_id=each.id, state=KeyState.PUBLISHED.value)
    if waiting:
        await ctx.db.run(queries.SET_STATE, key_id=waiting[-1], state=KeyState.SIGNING.value)
        signing_id = waiting[-1]
    else:
        signing_id = (await keeping.new_key(ctx, client, KeyState.SIGNING)).id
    await _forget(ctx, client, keep)
    left = await queries.keys_of(ctx.db, client.id)
    if len(left) > MOST_KEYS:
        raise TooManyClientKeys(limit=MOST_KEYS)
    ctx.announce(ClientKeyRotated(ClientKeyFacts(signing_id, client.id, client.organization_id)))
    return KeysRotated(signing_id, left)


@operation(
    "account_client_keys.retire",
    permission=Permission.TOKENS_MANAGE,
    raises=(*MANAGING, ClientKeyInUse, ClientKeyNotFound),
)
async def retire(ctx: Context, key_id: str) -> ClientKey:
    """Take a key away: it is published no more.

    Returns: the key as it was.
    Raises: ClientKeyNotFound; OauthApplicationNotFound and OrganizationNotFound, where they go
        away at this moment; ClientKeyInUse, for the one that signs, the only one, and one whose
        tokens may still live.
    Announces: ClientKeyRetired.
    Source: Accounts API, retire a key.
    """
    try:
        found = await queries.get_key(ctx.db, key_id)
    except ClientKeyNotFound as missing:
        check_may_know(ctx, missing)
        raise
    client = await locked(ctx, found.application_id)
    keys = await queries.keys_of(ctx.db, client.id)
    key = next((each for each in keys if each.id == key_id), None)
    if key is None:
        raise ClientKeyNotFound("key_id")
    if key.state is KeyState.SIGNING or len(keys) == 1 or _may_live(ctx, key):
        raise ClientKeyInUse("key_id")
    await _retire(ctx, client, key)
    return key


@operation(
    "account_client_keys.publish",
    permission=Permission.PUBLIC,
    raises=(OauthApplicationNotFound,),
)
async def publish(ctx: Context, client_id: str) -> tuple[ClientKey, ...]:
    """Give the keys by which a client's tokens are known, to whoever asks.

    A client without keys gets its first one now, so that who keeps the set knows it.
    Raises: OauthApplicationNotFound.
    Announces: ClientKeyCreated, where there was none.
    Source: RFC 7517, section 5.
    """
    await ctx.allow()
    # Read without a transaction: of the many who ask, one at most makes a key.
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    client = await get_application(reading, client_id)
    keys = await queries.keys_of(reading, client.id)
    if not keys:
        await keeping.signing_key(ctx, client)
        keys = await queries.keys_of(ctx.db, client.id)
    return keys


async def _forget(ctx: Context, client: OauthApplication, keep: int) -> None:
    """Take away the oldest keys beyond those that are kept, unless their tokens may live."""
    keys = await queries.keys_of(ctx.db, client.id)
    over = len(keys) - keep
    for each in reversed(keys):
        if over <= 0:
            return
        if each.state is KeyState.PUBLISHED and not _may_live(ctx, each):
            await _retire(ctx, client, each)
            over -= 1


async def _retire(ctx: Context, client: OauthApplication, key: ClientKey) -> None:
    await ctx.db.run(queries.DELETE_KEY, key_id=key.id)
    ctx.announce(ClientKeyRetired(ClientKeyFacts(key.id, client.id, client.organization_id)))


def _may_live(ctx: Context, key: ClientKey) -> bool:
    """Whether a token that the key signed may still be shown somewhere."""
    return key.tokens_until is not None and key.tokens_until > ctx.now
