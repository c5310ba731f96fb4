"""The first instance of a new data folder, and the keys that its clients need."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

from charter.core.instances import operations as instances
from charter.core.instances import queries as instance_queries
from charter.core.instances.model import Environment, Instance
from charter.core.keys import operations as keys
from charter.core.keys.lookup import lookup
from charter.core.keys.model import SecretKey, publishable_key
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.ids import new_id
from charter.kernel.operation import run
from charter.kernel.platform import Platform
from charter.kernel.secrets import SealRefused
from charter.platform import create_platform
from charter.problems import SettingsProblem
from charter.settings import Settings

DEVELOPMENT_HOST = "auth.localhost"
"""The host in a development publishable key: no foreign name is ever contacted."""


@dataclass(frozen=True, slots=True)
class InstanceKeys:
    """What a client of an instance needs. `secret_key` is empty where it is not kept."""

    instance_id: str
    secret_key: str
    publishable_key: str
    jwt_key: str
    is_alone: bool = True
    """Whether the server's own address means this instance; beside others, its path has its id."""

    def under(self, address: str) -> str:
        """Where the instance is found under an address that the server's instances share."""
        return address if self.is_alone else f"{address}/i/{self.instance_id}"


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Platform]:
    """A platform with its pool open, for a command.

    Raises: SettingsProblem, where something was sealed under a key that is not among the settings.
    """
    platform = create_platform(settings)
    await platform.database.open()
    try:
        yield platform
    except SealRefused as refused:
        raise SettingsProblem(
            "What is sealed in this database opens with none of the encryption keys; add the one "
            "that sealed it to CHARTER_SECRET_ENCRYPTION_KEYS (those of a data folder are in "
            f"{settings.key_file})."
        ) from refused
    finally:
        await platform.database.close()
        await platform.work.close()


async def development_instance(platform: Platform) -> InstanceKeys | None:
    """The keys of the oldest development instance, if there is one.

    Those that apps made for themselves are theirs.
    """
    found = [each for each in await all_instances(platform) if not each.is_accountless]
    development = [each for each in found if each.is_development]
    if not development:
        return None
    return replace(await keys_of(platform, development[0]), is_alone=len(found) == 1)


async def first_instance(platform: Platform) -> InstanceKeys:
    """The keys of the oldest development instance; one is made when there is none."""
    found = await development_instance(platform)
    if found is not None:
        return found
    return await new_instance(platform, "My application", Environment.DEVELOPMENT, DEVELOPMENT_HOST)


async def all_instances(platform: Platform) -> tuple[Instance, ...]:
    """Every instance of this server, the oldest first."""
    return await platform.database.reading("").all(instance_queries.ALL_INSTANCES)


async def check_keys(platform: Platform, instance: Instance) -> None:
    """Whether the encryption keys open the key that signs for an instance.

    Raises: SettingsProblem; NoActiveSigningKey.
    """
    try:
        _ = (await lookup(platform).signing_keys(instance.id)).active
    except SealRefused as refused:
        raise SettingsProblem(
            f"The signing key of {instance.id} opens with none of the encryption keys; add the "
            "one that sealed it to CHARTER_SECRET_ENCRYPTION_KEYS."
        ) from refused


async def new_instance(
    platform: Platform, name: str, environment: Environment, frontend_host: str
) -> InstanceKeys:
    """Make an application with an instance; its secret key is shown this once."""
    actor = Actor(ActorKind.OPERATOR, new_id("ins_"))
    made = await run(
        platform,
        actor,
        instances.create,
        arguments={
            "application_name": name,
            "environment": environment,
            "frontend_host": frontend_host,
        },
    )
    return await _keys(platform, made.instance, made.secret_key)


async def keys_of(platform: Platform, instance: Instance) -> InstanceKeys:
    """The keys of an instance, with the newest secret key that is kept."""
    actor = Actor(ActorKind.OPERATOR, instance.id)
    rows = await run(platform, actor, keys.search, arguments={})
    kept = [row for row in rows if row.sealed_secret and row.expires_at is None]
    return await _keys(platform, instance, _open(platform, kept[-1]) if kept else "")


def _open(platform: Platform, row: SecretKey) -> str:
    assert row.sealed_secret is not None  # noqa: S101  # chosen for having one
    return platform.vault.open(row.sealed_secret, f"secret_key:{row.id}").decode()


async def _keys(platform: Platform, instance: Instance, secret: str) -> InstanceKeys:
    signing = await lookup(platform).signing_keys(instance.id)
    return InstanceKeys(
        instance_id=instance.id,
        secret_key=secret,
        publishable_key=publishable_key(instance.environment.mark, instance.frontend_host),
        jwt_key=signing.active.public_pem(),
    )
