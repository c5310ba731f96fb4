"""The command `charter`; each of its commands lies in a module that is loaded when it is used."""

import difflib
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, NamedTuple

import click

from charter.problems import Problem


class Place(NamedTuple):
    """Where a command is, and what `charter --help` says of it in at most 67 letters."""

    module: str
    name: str
    sentence: str


# The sentences are here so that `charter --help` has not to load the whole server for them.
COMMANDS = {
    "dev": Place("dev", "dev", "Run everything here: PostgreSQL, every door, and the worker."),
    "env": Place("env", "env", "Print the KEY=value lines that a client or an example needs."),
    "seed": Place("seed", "seed_command", "Fill the development instance with a lively demo."),
    "reset": Place("seed", "reset", "Empty the development instance, but for keys and settings."),
    "serve": Place("serve", "serve", "Serve every door in production."),
    "worker": Place("serve", "worker", "Run jobs and deliver events in production."),
    "migrate": Place("database", "migrate", "Bring the database to the tables of this version."),
    "instances": Place("instances", "instances", "The instances of this server."),
    "keys": Place("keys", "keys", "Encryption keys, signing keys and secret keys."),
    "providers": Place("providers", "providers", "Identity providers that people sign in with."),
    "clients": Place("clients", "clients", "Clients of the Accounts API."),
    "webhooks": Place("webhooks", "webhooks", "What happens here, posted to an app's servers."),
    "export": Place("transfers", "export_command", "Write an instance into a sealed file."),
    "import": Place("transfers", "import_command", "Read an export or a file of users."),
    "billing": Place("billing", "billing", "Plans, discounts and payments."),
    "scripts": Place("scripts", "scripts", "The browser scripts that this server hands out."),
    "audit": Place("audit", "audit", "The audit log."),
    "openapi": Place("openapi", "openapi", "Write the OpenAPI document of a door."),
    "doctor": Place("doctor", "doctor", "Look for what is wrong, and say how to mend it."),
    "version": Place("version", "version", "Print the version."),
}

EXIT_CODES = """\
\b
Exit codes:
  0  done
  1  failed, for a reason that is printed
  2  the command line was not understood
  3  a setting is missing, malformed, or too weak for production
  4  the machine refuses something: a port in use, an unwritable folder
  5  the database cannot be reached or does not start
  6  the data were written by a newer version
  7  `charter doctor` found something wrong
"""


@contextmanager
def _uncollected() -> Iterator[None]:
    """Import without looking for garbage, which takes a fifth of the time; what came stays."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class Commands(click.Group):
    """The commands of `charter`; a problem in one becomes its sentence and its exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names, in the order in which one meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Load a command."""
        if cmd_name not in COMMANDS:
            return None
        place = COMMANDS[cmd_name]
        with _uncollected():
            module = import_module(f"{__name__}.{place.module}")
        command: click.Command = getattr(module, place.name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, place.sentence) for name, place in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of a line, or name the one that was probably meant."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except Problem as problem:
            for sentence in str(problem).splitlines():
                click.echo(f"charter: {sentence}", err=True)
            ctx.exit(int(problem.exit))


@click.command(
    cls=Commands, epilog=EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]}
)
def main() -> None:
    """Charter: users, organizations, sessions and tokens, on your own machine.

    Start with `charter dev`.
    """
