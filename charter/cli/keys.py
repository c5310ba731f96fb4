"""The commands under `keys`: what is in use, rotation, revocation, sealing anew."""

import asyncio
from pathlib import Path

import click

from charter.bootstrap import all_instances, opened
from charter.cli import options
from charter.cli.database import database, url_of
from charter.core.instances.model import Instance
from charter.core.keys import operations
from charter.core.keys.lookup import lookup
from charter.core.keys.model import (
    NextKeyTooYoung,
    SecretKey,
    SecretKeyNotFound,
    SigningKeyRow,
)
from charter.core.keys.queries import SIGNING_KEYS
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.algorithms import ALGORITHMS, keys_in_use
from charter.kernel.operation import run
from charter.kernel.platform import Platform
from charter.kernel.tokens import PublicKey
from charter.migrate import require_current
from charter.problems import Problem
from charter.settings import Settings, new_key


@click.group()
def keys() -> None:
    """Encryption keys, signing keys and secret keys."""


@keys.command()
def generate() -> None:
    """Print a new encryption key for CHARTER_SECRET_ENCRYPTION_KEYS.

    Put it before the others to rotate: the first key seals, all of them open.
    """
    click.echo(new_key())


@keys.command("list")
@options.data_options
@click.option("--instance", help="Only this instance.")
def list_keys(config: Path | None, data: Path | None, *, instance: str | None) -> None:
    """List every algorithm and key in use, never a secret."""
    with database(options.read(config=config, data=data)) as settings:
        require_current(url_of(settings))
        asyncio.run(_list(settings, instance))


@keys.command()
@options.data_options
@click.option("--instance", help="The instance, by id; needed when there are several.")
@click.option("--signing", "what", flag_value="signing", help="Let the next signing key sign.")
@click.option(
    "--secret", "what", flag_value="secret", help="Make a new secret key, end the others."
)
@click.option(
    "--overlap-seconds",
    type=click.IntRange(0, 604_800),
    default=0,
    show_default=True,
    help="How long the old secret keys still work.",
)
@click.option(
    "--at-once",
    is_flag=True,
    help="A signing key leaked: end the old keys, and their tokens, now.",
)
def rotate(
    config: Path | None,
    data: Path | None,
    *,
    instance: str | None,
    what: str | None,
    overlap_seconds: int,
    at_once: bool,
) -> None:
    """Rotate the signing key or the secret key of an instance.

    Tokens signed before stay valid until they expire, unless it is --at-once.
    """
    if what is None:
        raise click.UsageError("Say which: --signing or --secret.")
    with database(options.read(config=config, data=data)) as settings:
        require_current(url_of(settings))
        if what == "signing":
            asyncio.run(_rotate_signing(settings, instance, at_once=at_once))
        else:
            asyncio.run(_rotate_secret(settings, instance, overlap_seconds))


@keys.command()
@options.data_options
@click.argument("key_id")
@click.option("--instance", help="The instance; needed when there are several.")
def revoke(config: Path | None, data: Path | None, *, key_id: str, instance: str | None) -> None:
    """End one secret key now; `keys list` shows their ids."""
    with database(options.read(config=config, data=data)) as settings:
        require_current(url_of(settings))
        asyncio.run(_revoke(settings, instance, key_id))


@keys.command()
@options.data_options
def reseal(config: Path | None, data: Path | None) -> None:
    """Seal all stored secrets anew under the newest encryption key, without downtime.

    When it is done, and a day later for answers kept for repeated requests, the older keys may
    be taken out of CHARTER_SECRET_ENCRYPTION_KEYS.
    """
    with database(options.read(config=config, data=data)) as settings:
        require_current(url_of(settings))
        asyncio.run(_reseal(settings))


@keys.command()
@options.data_options
def algorithms(config: Path | None, data: Path | None) -> None:
    """Print every algorithm with its parameters and standard, and every key in use by its name."""
    with database(options.read(config=config, data=data)) as settings:
        require_current(url_of(settings))
        asyncio.run(_algorithms(settings))


async def _revoke(settings: Settings, instance_id: str | None, key_id: str) -> None:
    async with opened(settings) as platform:
        instance = await one_instance(platform, instance_id)
        try:
            row = await run(
                platform,
                operator(instance),
                operations.revoke_secret,
                arguments={"key_id": key_id},
            )
        except SecretKeyNotFound as missing:
            raise Problem(f"{missing.sentence()} See `charter keys list`.") from missing
        click.echo(_secret_line(row))


async def _reseal(settings: Settings) -> None:
    async with opened(settings) as platform:
        written = broken = 0
        for instance in await all_instances(platform):
            while True:
                done = await run(platform, operator(instance), operations.reseal, arguments={})
                written += done.written
                if not done.written:
                    broken += done.broken
                    break
        click.echo(f"{written} values sealed anew under {platform.vault.key_ids[0]}.")
        if broken:
            raise Problem(f"{broken} values open under none of the keys; their key is missing.")


async def _algorithms(settings: Settings) -> None:
    for row in ALGORITHMS:
        click.echo(f"{row.purpose}: {row.algorithm}, {row.parameters} ({row.standard})")
    async with opened(settings) as platform:
        published: list[PublicKey] = []
        for instance in await all_instances(platform):
            keys_of = await lookup(platform).signing_keys(instance.id)
            published += keys_of.public.values()
        for key in keys_in_use(platform.vault, published):
            click.echo(f"{key.purpose}: key {key.key_id}, {key.algorithm}, {key.use}")


async def _list(settings: Settings, instance_id: str | None) -> None:
    click.echo("Stored secrets    AES-256-GCM, random nonces")
    for position, (key_id, _) in enumerate(settings.encryption_keys):
        click.echo(f"  {key_id}  {'opens' if position else 'seals and opens'}")
    click.echo("Passwords         argon2id")
    click.echo("Compared secrets  SHA-256")
    async with opened(settings) as platform:
        now = platform.clock()
        for instance in await _chosen(platform, instance_id):
            click.echo(f"Instance {instance.id} ({instance.application_name})")
            for signing in await platform.database.reading(instance.id).all(SIGNING_KEYS, now=now):
                click.echo(f"  {_signing_line(signing)}")
            for secret in await run(platform, operator(instance), operations.search, arguments={}):
                click.echo(f"  {_secret_line(secret)}")


async def _rotate_signing(settings: Settings, instance_id: str | None, *, at_once: bool) -> None:
    async with opened(settings) as platform:
        instance = await one_instance(platform, instance_id)
        try:
            published = await run(
                platform,
                operator(instance),
                operations.rotate_signing,
                arguments={"at_once": at_once},
            )
        except NextKeyTooYoung as young:
            raise Problem(f"{young.sentence()} With --at-once it need not wait.") from young
        for signing in published:
            click.echo(_signing_line(signing))


async def _rotate_secret(settings: Settings, instance_id: str | None, overlap_seconds: int) -> None:
    async with opened(settings) as platform:
        instance = await one_instance(platform, instance_id)
        made = await run(
            platform,
            operator(instance),
            operations.rotate_secret,
            arguments={"overlap_seconds": overlap_seconds},
        )
        click.echo(made.secret)


async def _chosen(platform: Platform, instance_id: str | None) -> list[Instance]:
    """The named instance, or all of them."""
    found = await all_instances(platform)
    chosen = [instance for instance in found if instance_id in (None, instance.id)]
    if instance_id is not None and not chosen:
        raise Problem(f"There is no instance {instance_id}; see `charter instances list`.")
    return chosen


async def one_instance(platform: Platform, instance_id: str | None) -> Instance:
    """The named instance, or the only one."""
    chosen = await _chosen(platform, instance_id)
    if len(chosen) != 1:
        raise Problem(f"There are {len(chosen)} instances; name one with --instance.")
    return chosen[0]


def operator(instance: Instance) -> Actor:
    """Who acts when somebody types a command on the machine itself."""
    return Actor(ActorKind.OPERATOR, instance.id)


def _signing_line(signing: SigningKeyRow) -> str:
    return f"signing key  {signing.id}  {signing.algorithm}  {signing.state}"


def _secret_line(secret: SecretKey) -> str:
    state = "revoked" if secret.revoked_at else "active"
    if secret.expires_at is not None and not secret.revoked_at:
        state = f"until {secret.expires_at:%Y-%m-%d %H:%M} UTC"
    return f"secret key   {secret.id}  …{secret.last_four}  {state}  {secret.name}"
