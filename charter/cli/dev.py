"""The command `dev`: PostgreSQL, migrations, every door and the worker in one process."""

import asyncio
import contextlib
import dataclasses
import shlex
import shutil
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click
import uvicorn
import uvloop

from charter import worker
from charter.bootstrap import InstanceKeys, first_instance, opened
from charter.cli import options
from charter.cli.address import remember_address
from charter.cli.listening import bind, port_of
from charter.cli.protocol import BoundedProtocol
from charter.cli.scripts import fetch_quietly
from charter.migrate import upgrade
from charter.outside.postgres import EmbeddedPostgres, running
from charter.server import create_app
from charter.settings import Settings, development_keys

# Two seconds from Ctrl-C to the end: requests may take one of them, PostgreSQL the other.
REQUESTS_STOP_SECONDS = 1
STOP_SECONDS = 1.5

WELCOME = """
Charter is ready; its data are in {data}.

  Backend API       {api_url}/v1
  Frontend API      {frontend_url}/v1
  Organizations     {api_url}/rpc/v1/organizations
  Accounts (OData)  {api_url}/odata/api
  Accounts          {api_url}/accounts/api
  Sign-in page      {pages_url}/sign-in
  Home page         {api_url}/
  Outbox            {api_url}/dev/outbox

  Secret key        {secret_key}
  Publishable key   {publishable_key}

Try this:
  eval "$({command} env{data_option})" && export CHARTER_API_URL CHARTER_SECRET_KEY
  curl "$CHARTER_API_URL/v1/users" -H "Authorization: Bearer $CHARTER_SECRET_KEY"
  curl "$CHARTER_API_URL/v1/users" -H "Authorization: Bearer $CHARTER_SECRET_KEY" \\
    -H "Content-Type: application/json" -d '{{"email_address": ["ann@example.com"]}}'
  {command} openapi backend   # what else there is

Ctrl-C stops everything.
"""


class QuietServer(uvicorn.Server):
    """A server that leaves the signals to the command, which stops more than a server."""

    def __init__(self, config: uvicorn.Config, welcome: str) -> None:
        super().__init__(config)
        self._welcome = welcome

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so when the first request can be answered."""
        await super().startup(sockets)
        if self.started:
            click.echo(self._welcome)


@click.command()
@options.listen_options
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="The data folder, made at the first start [default: .charter].",
)
def dev(config: Path | None, data: Path | None, host: str | None, port: int | None) -> None:
    """Run everything here: PostgreSQL, every door, and the worker.

    The data folder keeps all there is; a second start finds it again. DATABASE_URL is ignored.
    """
    settings = options.read(config=config, data=data, host=host, port=port, mode="development")
    listener = bind(settings.host, settings.port)
    if settings.port == 0:
        port = port_of(listener)
        settings = options.read(config=config, data=data, host=host, port=port, mode="development")
    signal.signal(signal.SIGTERM, _interrupt)
    with contextlib.suppress(KeyboardInterrupt), listener:
        click.echo(f"Starting PostgreSQL in {settings.postgres_folder} …", err=True)
        with running(settings.postgres_folder) as postgres:
            keys = settings.encryption_keys or development_keys(settings.key_file)
            complete = dataclasses.replace(
                settings, encryption_keys=keys, database_url=postgres.url
            )
            upgrade(postgres.url)
            remember_address(complete)
            # A registry may be slow or away: nothing waits for it, not even the end.
            threading.Thread(target=fetch_quietly, args=(complete,), daemon=True).start()
            uvloop.run(_run(complete, listener, postgres))
            click.echo("Stopping …", err=True)


def _interrupt(*_: object) -> NoReturn:
    """Let SIGTERM unwind the start as Ctrl-C does; later the loop handles both."""
    raise KeyboardInterrupt


async def _run(settings: Settings, listener: socket.socket, postgres: EmbeddedPostgres) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with opened(settings) as platform:
        keys = await first_instance(platform)
    server = QuietServer(
        server_config(create_app(settings, closing=stop)), _welcome(settings, keys)
    )
    serving: asyncio.Task[object] = asyncio.create_task(server.serve(sockets=[listener]))
    working: asyncio.Task[object] = asyncio.create_task(worker.run(settings, stop))
    keeping = asyncio.create_task(postgres.keep_alive())
    waiting = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait(
        {serving, working, keeping, waiting}, return_when=asyncio.FIRST_COMPLETED
    )
    stop.set()
    server.should_exit = True
    keeping.cancel()
    _, late = await asyncio.wait({serving, working}, timeout=STOP_SECONDS)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    for task in done:
        task.result()  # what ended by itself tells why


def server_config(
    app: object, *, stop_seconds: int = REQUESTS_STOP_SECONDS, **settings: object
) -> uvicorn.Config:
    """How uvicorn serves, in development and in production alike.

    stop_seconds: how long requests under way may still take once the server is to stop.
    """
    return uvicorn.Config(
        app,  # type: ignore[arg-type] # an application, or the name of what makes one
        http=BoundedProtocol,
        loop="uvloop",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,  # requests are logged by the server itself, without what they carry
        proxy_headers=False,  # forwarded headers are judged by `trusted_proxies`
        server_header=False,
        timeout_graceful_shutdown=stop_seconds,
        **settings,  # type: ignore[arg-type]
    )


def _welcome(settings: Settings, keys: InstanceKeys) -> str:
    is_usual = settings.data == Path(".charter").absolute()
    return WELCOME.format(
        data=settings.data,
        api_url=settings.api_url,
        frontend_url=keys.under(settings.proxy_url),
        pages_url=keys.under(f"{settings.frontend_url}/account"),
        secret_key=keys.secret_key,
        publishable_key=keys.publishable_key,
        command=_command(),
        data_option="" if is_usual else f" --data {shlex.quote(str(settings.data))}",
    )


def _command() -> str:
    """How the command is called from the working directory."""
    ours = Path(sys.prefix) / "bin" / "charter"
    if shutil.which("charter") == str(ours) or not ours.exists():
        return "charter"
    here = Path.cwd()
    return shlex.quote(str(ours.relative_to(here) if ours.is_relative_to(here) else ours))
