"""The options that commands share, and the settings that come of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from charter.settings import Mode, Settings, load

Command = TypeVar("Command", bound=Callable[..., Any])

_CONFIG = click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A TOML file with settings [default: charter.toml, if there is one].",
)
_DATA = click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    help="The data folder [default: .charter]; named here, its own database is used and "
    "DATABASE_URL is not.",
)
_HOST = click.option("--host", help="The address to listen on [default: 127.0.0.1].")
_PORT = click.option(
    "--port", type=click.IntRange(0, 65535), help="The port to listen on [default: 8000]."
)


def data_options(command: Command) -> Command:
    """Add --data and --config."""
    return _DATA(_CONFIG(command))


def listen_options(command: Command) -> Command:
    """Add --host, --port and --config."""
    return _HOST(_PORT(_CONFIG(command)))


def read(
    *,
    config: Path | None = None,
    data: Path | None = None,
    host: str | None = None,
    port: int | None = None,
    workers: int | None = None,
    mode: Mode | None = None,
) -> Settings:
    """The settings of a command; an explicit data folder means its own database.

    Raises: SettingsProblem.
    """
    given = {"data": data, "host": host, "port": port, "workers": workers, "mode": mode}
    if data is not None or mode == "development":
        # A DATABASE_URL that lies around in the shell must not be met by a development server.
        given["database_url"] = ""
        given["mode"] = mode or "development"
    return load(config=config, overrides=given)
