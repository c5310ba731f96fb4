"""The command `charter`; each of its commands lies in a module that is loaded when it is used."""

import difflib
from importlib import import_module
from typing import Any

import click

from charter.problems import Problem

# Command -> module and name in it. Loading on use keeps `charter env` from importing a server.
COMMANDS = {
    "dev": "charter.cli.dev:dev",
    "env": "charter.cli.env:env",
    "seed": "charter.cli.seed:seed_command",
    "reset": "charter.cli.seed:reset",
    "serve": "charter.cli.serve:serve",
    "worker": "charter.cli.serve:worker",
    "migrate": "charter.cli.database:migrate",
    "instances": "charter.cli.instances:instances",
    "keys": "charter.cli.keys:keys",
    "providers": "charter.cli.providers:providers",
    "clients": "charter.cli.clients:clients",
    "webhooks": "charter.cli.webhooks:webhooks",
    "export": "charter.cli.transfers:export_command",
    "import": "charter.cli.transfers:import_command",
    "billing": "charter.cli.billing:billing",
    "scripts": "charter.cli.scripts:scripts",
    "audit": "charter.cli.audit:audit",
    "openapi": "charter.cli.openapi:openapi",
    "doctor": "charter.cli.doctor:doctor",
    "version": "charter.cli.version:version",
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


class Commands(click.Group):
    """The commands of `charter`; a problem in one becomes its sentence and its exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """All names, in the order in which one meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

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
