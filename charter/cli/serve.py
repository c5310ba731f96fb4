"""The commands `serve` and `worker`: production, over a database of its own."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Any

import click
import uvloop
from uvicorn import Server
from uvicorn.supervisors import Multiprocess

from charter import worker as jobs
from charter.cli import options
from charter.cli.dev import server_config
from charter.cli.lifetime import end_with_parent
from charter.cli.listening import bind
from charter.migrate import require_current
from charter.server import create_app, open_rates
from charter.settings import Settings, check_production
from charter.settings.load import CONFIG_VARIABLE

REQUESTS_STOP_SECONDS = 25
"""How long requests may still take after SIGTERM; those who run containers kill after 30 s."""


def production(config: Path | None, **given: Any) -> Settings:
    """Settings that production may start with, and a database of this version.

    Rates are read here too: a wrong one is told before there are processes.

    Raises: SettingsProblem, DatabaseProblem, NewerDataProblem.
    """
    settings = options.read(config=config, mode="production", **given)
    check_production(settings)
    open_rates(settings)
    require_current(settings.database_url or "")
    return settings


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
