"""The commands under `webhooks`: who is told what happens, and what was sent."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from charter.bootstrap import opened
from charter.cli import options
from charter.cli.database import database, url_of
from charter.cli.keys import one_instance, operator
from charter.core.instances.model import Instance
from charter.core.webhooks import log, operations
from charter.core.webhooks.model import (
    NewWebhookEndpoint,
    WebhookAttempt,
    WebhookEndpoint,
    WebhookEndpointPatch,
)
from charter.kernel.errors import DomainError
from charter.kernel.filters.tree import Apply, Name, Node, Op, Place, Text
from charter.kernel.lists import Search
from charter.kernel.operation import run
from charter.kernel.platform import Platform
from charter.migrate import require_current
from charter.problems import Problem
from charter.settings import Settings

Done = Callable[[Platform, Instance], Awaitable[None]]
MOST = 1000

_of_instance = click.option(
    "--instance", help="The instance, by id; needed when there are several."
)


@click.group()
def webhooks() -> None:
    """Webhooks: what happens here, posted to an app's servers and signed."""


@webhooks.command("list")
@options.data_options
@_of_instance
def list_endpoints(config: Path | None, data: Path | None, *, instance: str | None) -> None:
    """List the endpoints, with what waits for them and what was given up; never a secret."""

    async def done(platform: Platform, of: Instance) -> None:
        found = await run(
            platform,
            operator(of),
            operations.search_endpoints,
            arguments={"search": Search(limit=MOST)},
        )
        for row in found.items:
            click.echo(_line(row))

    _do(options.read(config=config, data=data), instance, done)


@webhooks.command()
@options.data_options
@_of_instance
@click.argument("url")
@click.option("--description", default="", help="What it is, for people.")
@click.option(
    "--event", "event_types", multiple=True, help="An event to tell it of; without one, all."
)
def create(
    config: Path | None,
    data: Path | None,
    *,
    instance: str | None,
    url: str,
    description: str,
    event_types: tuple[str, ...],
) -> None:
    """Have what happens from now on posted to URL; the secret of its signatures is printed."""
    new = NewWebhookEndpoint(url=url, description=description, event_types=event_types)

    async def done(platform: Platform, of: Instance) -> None:
        made = await run(platform, operator(of), operations.create_endpoint, arguments={"new": new})
        click.echo(_line(made.endpoint))
        click.echo(f"Secret  {made.secret}")

    _do(options.read(config=config, data=data), instance, done)


@webhooks.command()
@options.data_options
@_of_instance
@click.argument("endpoint_id")
@click.option("--enable/--disable", "is_enabled", required=True, help="Whether it is sent to.")
def update(
    config: Path | None,
    data: Path | None,
    *,
    instance: str | None,
    endpoint_id: str,
    is_enabled: bool,
) -> None:
    """Enable or disable an endpoint."""
    patch = WebhookEndpointPatch(is_enabled=is_enabled)

    async def done(platform: Platform, of: Instance) -> None:
        arguments = {"endpoint_id": endpoint_id, "patch": patch}
        row = await run(platform, operator(of), operations.update_endpoint, arguments=arguments)
        click.echo(_line(row))

    _do(options.read(config=config, data=data), instance, done)


@webhooks.command()
@options.data_options
@_of_instance
@click.argument("endpoint_id")
def delete(
    config: Path | None, data: Path | None, *, instance: str | None, endpoint_id: str
) -> None:
    """Delete an endpoint, with what waits for it."""

    async def done(platform: Platform, of: Instance) -> None:
        arguments = {"endpoint_id": endpoint_id}
        row = await run(platform, operator(of), operations.delete_endpoint, arguments=arguments)
        click.echo(f"{row.id} was deleted.")

    _do(options.read(config=config, data=data), instance, done)


@webhooks.command()
@options.data_options
@_of_instance
@click.argument("endpoint_id")
@click.option(
    "--overlap-seconds",
    type=click.IntRange(0, 604_800),
    default=86_400,
    show_default=True,
    help="How long messages are signed with the secret before as well.",
)
def rotate(
    config: Path | None,
    data: Path | None,
    *,
    instance: str | None,
    endpoint_id: str,
    overlap_seconds: int,
) -> None:
    """Give an endpoint another secret, which is printed."""

    async def done(platform: Platform, of: Instance) -> None:
        arguments = {"endpoint_id": endpoint_id, "overlap_seconds": overlap_seconds}
        made = await run(platform, operator(of), operations.rotate_secret, arguments=arguments)
        click.echo(made.secret)

    _do(options.read(config=config, data=data), instance, done)


@webhooks.command("log")
@options.data_options
@_of_instance
@click.option("--endpoint", "endpoint_id", help="Only attempts at this endpoint.")
@click.option("--message", "message_id", help="Only attempts to deliver this message.")
@click.option("--limit", type=click.IntRange(1, MOST), default=20, show_default=True)
def show_log(
    config: Path | None,
    data: Path | None,
    *,
    instance: str | None,
    endpoint_id: str | None,
    message_id: str | None,
    limit: int,
) -> None:
    """List the attempts to deliver, the newest first."""
    search = Search(limit=limit)
    for name, given in (("endpoint_id", endpoint_id), ("message_id", message_id)):
        search = search.narrowed(None if given is None else _equals(name, given))

    async def done(platform: Platform, of: Instance) -> None:
        found = await run(platform, operator(of), log.search_attempts, arguments={"search": search})
        for row in found.items:
            click.echo(_attempt_line(row))

    _do(options.read(config=config, data=data), instance, done)


@webhooks.command()
@options.data_options
@_of_instance
@click.argument("endpoint_id")
@click.option("--message", "message_id", help="This message, whatever came of it.")
@click.option("--hours", type=click.IntRange(1, 720), help="What it missed in so many hours.")
@click.option("--with-delivered", is_flag=True, help="Also what it took in that time.")
def replay(
    config: Path | None,
    data: Path | None,
    *,
    instance: str | None,
    endpoint_id: str,
    message_id: str | None,
    hours: int | None,
    with_delivered: bool,
) -> None:
    """Send an endpoint one message once more, or what it missed of late."""
    if (message_id is None) == (hours is None):
        raise click.UsageError("Say which: --message or --hours.")

    async def done(platform: Platform, of: Instance) -> None:
        if message_id is not None:
            one = {"endpoint_id": endpoint_id, "message_id": message_id}
            sent = await run(platform, operator(of), log.replay_message, arguments=one)
        else:
            span = {
                "endpoint_id": endpoint_id,
                "since": datetime.now(UTC) - timedelta(hours=hours or 0),
                "with_delivered": with_delivered,
            }
            sent = await run(platform, operator(of), log.replay, arguments=span)
        click.echo(f"{sent.count} on their way once more.")

    _do(options.read(config=config, data=data), instance, done)


@webhooks.command()
@options.data_options
@_of_instance
@click.argument("endpoint_id")
@click.option("--event", "event_type", default="user.created", show_default=True)
def test(
    config: Path | None,
    data: Path | None,
    *,
    instance: str | None,
    endpoint_id: str,
    event_type: str,
) -> None:
    """Send an endpoint an example of an event; `webhooks log` shows what came of it."""

    async def done(platform: Platform, of: Instance) -> None:
        arguments = {"endpoint_id": endpoint_id, "event_type": event_type}
        asked = await run(platform, operator(of), log.send_test, arguments=arguments)
        click.echo(f"{asked.event_type} is on its way as {asked.id}.")

    _do(options.read(config=config, data=data), instance, done)


def _do(settings: Settings, instance_id: str | None, done: Done) -> None:
    """Do something for the named instance, or the only one."""
    with database(settings) as complete:
        require_current(url_of(complete))
        asyncio.run(_done(complete, instance_id, done))


async def _done(settings: Settings, instance_id: str | None, done: Done) -> None:
    async with opened(settings) as platform:
        try:
            await done(platform, await one_instance(platform, instance_id))
        except DomainError as error:
            raise Problem(error.sentence()) from error


def _equals(name: str, text: str) -> Node:
    at = Place(name)
    return Apply(Op.EQ, (Name(name, at), Text(text, at)), at)


def _line(row: WebhookEndpoint) -> str:
    if row.disabled_reason is not None:
        state = f"disabled ({row.disabled_reason})"
    elif row.failing_since is not None:
        state = f"failing since {row.failing_since:%Y-%m-%d %H:%M} UTC"
    else:
        state = "enabled"
    events = ",".join(row.event_types) if row.event_types else "all"
    return f"{row.id}  {state}  {row.pending} waiting  {row.parked} parked  {events}  {row.url}"


def _attempt_line(row: WebhookAttempt) -> str:
    outcome = row.error if row.status is None else str(row.status)
    return (
        f"{row.attempted_at:%Y-%m-%d %H:%M:%S}  {row.message_id}  {row.event_type}"
        f"  {row.endpoint_id}  {outcome}  {row.duration_ms} ms"
    )
