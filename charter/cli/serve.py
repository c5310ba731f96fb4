"""The commands `serve` and `worker`: production, over a database of its own."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path
from typing import Any

import click
import uvloop
from uvicorn import Server
from uvicorn.supervisors import Multiprocess

from charter import worker as jobs
from charter.bootstrap import all_instances, check_keys, opened
from charter.cli import options
from charter.cli.dev import server_config
from charter.cli.lifetime import end_with_parent
from charter.cli.listening import bind
from charter.core.keys.model import NoActiveSigningKey
from charter.kernel.errors import Unavailable
from charter.migrate import require_current
from charter.problems import DatabaseProblem
from charter.server import create_app, open_rates
from charter.settings import Settings, check_production, misspelt
from charter.settings.load import CONFIG_VARIABLE

REQUESTS_STOP_SECONDS = 25
"""How long requests may still take after SIGTERM; those who run containers kill after 30 s."""


def production(config: Path | None, **given: Any) -> Settings:
    """Settings that production may start with, and a database of this version.

    What they name is opened once: what is wrong is told before there are processes.

    Raises: SettingsProblem, DatabaseProblem, NewerDataProblem.
    """
    settings = options.read(config=config, mode="production", **given)
    for sentence in misspelt():
        click.echo(f"charter: {sentence}", err=True)
    check_production(settings)
    open_rates(settings)
    require_current(settings.database_url or "")
    asyncio.run(_open_once(settings))
    return settings


async def _open_once(settings: Settings) -> None:
    """Open the parts, and the first and the last instance's key; `charter doctor` looks at all.

    Raises: SettingsProblem, DatabaseProblem.
    """
    try:
        async with opened(settings) as platform:
            instances = await all_instances(platform)
            for instance in {each.id: each for each in (*instances[:1], *instances[-1:])}.values():
                with contextlib.suppress(NoActiveSigningKey):
                    await check_keys(platform, instance)
    except Unavailable as away:
        raise DatabaseProblem(f"The database does not answer: {away.__cause__}.") from away


@click.command()
@options.listen_options
@click.option("--workers", type=click.IntRange(1, 256), help="Processes [default: the cores].")
def serve(config: Path | None, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve every door in production, over the database of DATABASE_URL.

    Jobs run in `charter worker`, beside it. Weak, example and development values are refused.
    """
    settings = production(config, host=host, port=port, workers=workers)
    listener = bind(settings.host, settings.port)
    if config is not None:
        os.environ[CONFIG_VARIABLE] = str(config.absolute())  # for the processes to come
    app = "charter.cli.serve:application"
    plan = server_config(
        app, stop_seconds=REQUESTS_STOP_SECONDS, factory=True, workers=settings.workers
    )
    click.echo(f"Serving on {settings.host}:{settings.port} as {settings.api_url}.", err=True)
    with listener:
        if settings.workers == 1:
            Server(plan).run(sockets=[listener])
        else:
            Multiprocess(plan, sockets=[listener]).run()


def application() -> Any:
    """The application of one process of `charter serve`."""
    end_with_parent()
    return create_app(options.read(mode="production"))


@click.command()
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A TOML file with settings [default: charter.toml, if there is one].",
)
def worker(config: Path | None) -> None:
    """Run jobs and deliver events in production, beside `charter serve`."""
    uvloop.run(_work(production(config)))


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await jobs.run(settings, stop)
