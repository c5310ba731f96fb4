"""Finds what a key stands for, and an instance's keys, through caches of a second.

Caches belong to a platform, so that two servers in one process do not share them.
"""

from weakref import WeakKeyDictionary

from charter.core.cache import Cache
from charter.core.instances.model import Instance, InstanceNotFound
from charter.core.instances.queries import INSTANCE_BY_ID
from charter.core.keys.model import (
    PUBLISHABLE_PREFIXES,
    NoActiveSigningKey,
    SigningKeyRow,
    SigningKeyState,
)
from charter.core.keys.queries import EVERY_SIGNING_KEY, HOLDER, SIGNING_KEYS, KeyHolder
from charter.core.machines.model import SECRET_PREFIX as MACHINE_PREFIX
from charter.core.machines.queries import HOLDER as MACHINE_HOLDER
from charter.core.machines.queries import MachineHolder
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.db import Database
from charter.kernel.errors import Unauthenticated
from charter.kernel.operation import Context
from charter.kernel.platform import Platform
from charter.kernel.secrets import digest, well_formed
from charter.kernel.tokens import PublicKey, SigningKey

SECRET_PREFIXES = ("sk_test_", "sk_live_")


class SigningKeys:
    """The keys of an instance: the one that signs, and all that tokens are checked by."""

    def __init__(self, platform: Platform, rows: tuple[SigningKeyRow, ...]) -> None:
        self.rows = rows
        self.public = {row.id: PublicKey.from_pem(row.id, row.public_pem) for row in rows}
        active = [row for row in rows if row.state is SigningKeyState.ACTIVE]
        self._active = active[0] if active else None
        self._signing: SigningKey | None = None
        self._platform = platform

    @property
    def active(self) -> SigningKey:
        """The key that signs. Raises: NoActiveSigningKey."""
        if self._active is None:
            raise NoActiveSigningKey
        if self._signing is None:
            pem = self._platform.vault.open(
                self._active.sealed_private_pem, f"signing_key:{self._active.id}"
            )
            self._signing = SigningKey.from_pem(self._active.id, pem.decode())
        return self._signing


class Lookup:
    """The caches of one platform."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._parsed: dict[tuple[str, ...], SigningKeys] = {}
        self._holders: Cache[bytes, KeyHolder | None] = Cache(self._load_holder)
        self._machines: Cache[bytes, MachineHolder | None] = Cache(self._load_machine)
        self._instances: Cache[str, Instance] = Cache(self._load_instance)
        self._signing: Cache[str, SigningKeys] = Cache(self._load_signing_keys)

    async def actor_of(self, secret: str) -> Actor:
        """The actor behind a secret key. Raises: Unauthenticated."""
        name = digest(secret)
        holder = self._holders.fresh(name)
        if holder is None:
            # A mistyped secret costs no database read; a known one not even this check.
            if secret.startswith(PUBLISHABLE_PREFIXES):
                raise Unauthenticated("publishable_key")
            if secret[:8] not in SECRET_PREFIXES or not well_formed(secret[:8], secret):
                raise Unauthenticated("secret_key")
            holder = await self._holders.get(name)
        now = self._platform.clock()
        if holder is None or (holder.expires_at is not None and holder.expires_at <= now):
            raise Unauthenticated("secret_key")
        return Actor(ActorKind.SECRET_KEY, holder.instance_id, holder.key_id)

    async def machine_of(self, secret: str) -> Actor:
        """The actor behind the secret of a machine. Raises: Unauthenticated."""
        if not well_formed(MACHINE_PREFIX, secret):
            raise Unauthenticated("secret_key")
        holder = await self._machines.get(digest(secret))
        now = self._platform.clock()
        if holder is None or (holder.expires_at is not None and holder.expires_at <= now):
            raise Unauthenticated("secret_key")
        return Actor(ActorKind.MACHINE, holder.instance_id, holder.machine_id)

    async def instance(self, instance_id: str) -> Instance:
        """The instance with its settings. Raises: InstanceNotFound."""
        return await self._instances.get(instance_id)

    async def signing_keys(self, instance_id: str) -> SigningKeys:
        """The signing keys of an instance."""
        return await self._signing.get(instance_id)

    def forget(self) -> None:
        """Drop what is remembered, when this process itself has changed it."""
        for cache in (self._holders, self._machines, self._instances, self._signing):
            cache.clear()

    @property
    def _database(self) -> Database:
        return self._platform.database

    async def _load_holder(self, key: bytes) -> KeyHolder | None:
        return await self._database.reading("").find(HOLDER, digest=key, now=self._platform.clock())

    async def _load_machine(self, key: bytes) -> MachineHolder | None:
        db = self._database.reading("")
        return await db.find(MACHINE_HOLDER, digest=key, now=self._platform.clock())

    async def _load_instance(self, instance_id: str) -> Instance:
        return await self._database.reading(instance_id).one(
            INSTANCE_BY_ID, missing=InstanceNotFound("instance_id")
        )

    async def _load_signing_keys(self, instance_id: str) -> SigningKeys:
        rows = await self._database.reading(instance_id).all(
            SIGNING_KEYS, now=self._platform.clock()
        )
        # Reading a private key costs milliseconds; the rows alone are compared each second.
        name = (instance_id, *(f"{row.id}:{row.state}" for row in rows))
        keys = self._parsed.get(name)
        if keys is None:
            keys = SigningKeys(self._platform, rows)
            if len(self._parsed) > 1024:
                self._parsed.clear()
            self._parsed[name] = keys
        return keys


async def every_public_key(platform: Platform, instance_id: str) -> dict[str, PublicKey]:
    """All keys that ever signed for an instance, for what is checked against a row as well."""
    rows = await platform.database.reading(instance_id).all(EVERY_SIGNING_KEY)
    return {row.id: PublicKey.from_pem(row.id, row.public_pem) for row in rows}


_lookups: WeakKeyDictionary[Database, Lookup] = WeakKeyDictionary()


def lookup(platform: Platform) -> Lookup:
    """The lookup of a platform."""
    found = _lookups.get(platform.database)
    if found is None:
        found = _lookups[platform.database] = Lookup(platform)
    return found


async def instance_of(ctx: Context) -> Instance:
    """The instance that an operation is about, with its settings."""
    return await lookup(ctx.platform).instance(ctx.actor.instance_id)


async def keys_of(ctx: Context) -> SigningKeys:
    """The signing keys of the instance that an operation is about."""
    return await lookup(ctx.platform).signing_keys(ctx.actor.instance_id)
