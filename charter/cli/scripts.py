"""The command `scripts`: the browser scripts that this server hands out."""

from collections.abc import Callable
from pathlib import Path

import click

from charter.cli import options
from charter.outside import packages
from charter.outside.packages import BROWSER_SCRIPTS, PackageAway
from charter.problems import Problem
from charter.settings import Settings

NO_REGISTRY = (
    "No npm registry is known: name one with CHARTER_NPM_REGISTRY, or give a folder of tarballs "
    "with --from."
)


@click.group()
def scripts() -> None:
    """The browser scripts that this server hands out under /npm."""


@scripts.command()
@options.data_options
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder with the tarballs, as `npm pack` makes them, instead of a registry.",
)
def fetch(config: Path | None, data: Path | None, source: Path | None) -> None:
    """Fetch the pinned browser scripts once, and keep them in the data folder."""
    settings = options.read(config=config, data=data)
    for line in fetch_missing(settings, source):
        click.echo(line)


def fetch_missing(settings: Settings, source: Path | None = None) -> list[str]:
    """Fetch the scripts that are not kept yet.

    source: a folder of tarballs instead of the registry.
    Returns: a line for each package.
    Raises: PackageAway; PackageRefused; EnvironmentProblem.
    """
    folder = settings.scripts_folder
    missing = [each for each in BROWSER_SCRIPTS if not packages.is_there(each, folder)]
    if not missing:
        return [f"{each} is in {folder}." for each in BROWSER_SCRIPTS]
    read = _reading(settings, source)
    for each in missing:
        packages.unpack(each, read(each), folder)
    return [f"{each} is now in {folder}." for each in missing]


def fetch_quietly(settings: Settings) -> None:
    """Fetch missing scripts if a registry can be reached; if not, one line says what to do."""
    if settings.npm_registry == packages.NOWHERE:
        return
    try:
        if any(not packages.is_there(each, settings.scripts_folder) for each in BROWSER_SCRIPTS):
            fetch_missing(settings)
            click.echo("The browser scripts are here.", err=True)
    except Problem as problem:
        click.echo(f"{problem} Browsers need `charter scripts fetch` first.", err=True)


def _reading(settings: Settings, source: Path | None) -> Callable[[packages.Package], bytes]:
    if source is not None:
        return lambda package: packages.find(package, source)
    registry = packages.registry_of(settings.npm_registry)
    if registry is None:
        raise PackageAway(NO_REGISTRY)
    return lambda package: packages.download(package, registry)
