"""The command `openapi`."""

import json
from pathlib import Path

import click

DOORS = ("backend", "frontend", "rpc", "odata", "accounts")


@click.command()
@click.argument("door", type=click.Choice(DOORS))
@click.option(
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="A file to write to [default: print].",
)
def openapi(door: str, output: Path | None) -> None:
    """Write the OpenAPI 3.1 document of a door, generated from its routes."""
    from charter.openapi import document  # noqa: PLC0415 - loads every door

    text = json.dumps(document(door), indent=2, ensure_ascii=False) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
