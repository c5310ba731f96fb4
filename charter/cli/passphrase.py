"""The passphrase of a sealed file."""

from pathlib import Path

import click

from charter.problems import Problem

LEAST_CHARACTERS = 12


def passphrase_of(path: Path | None, *, is_new: bool) -> str:
    """The first line of a file, or what is typed. is_new: it has to be a good one.

    Raises: Problem.
    """
    if path is not None:
        try:
            with path.open(encoding="utf-8") as lines:
                found = lines.readline().rstrip("\r\n")
        except (OSError, ValueError) as error:
            raise Problem(f"The passphrase cannot be read from {path}.") from error
    else:
        found = click.prompt("Passphrase", hide_input=True, confirmation_prompt=is_new, err=True)
    if is_new and len(found) < LEAST_CHARACTERS:
        raise Problem(f"A passphrase must have at least {LEAST_CHARACTERS} characters.")
    return found
