"""What a command loads before it does anything: no door that it does not open."""

import subprocess
import sys

import click
import pytest

from charter.cli import COMMANDS, main

OPEN_DOORS = {"dev", "serve"}
"""The modules of the commands that run a server or a worker."""
OTHERS = sorted({place.module for place in COMMANDS.values()} - OPEN_DOORS)


def loaded(program: str) -> set[str]:
    """The modules of the product that Python has loaded after a program."""
    report = "import sys; print(*(m for m in sys.modules if m.startswith('charter')), sep='\\n')"
    result = subprocess.run(
        [sys.executable, "-c", f"{program}\n{report}"], capture_output=True, text=True, check=True
    )
    return {line for line in result.stdout.splitlines() if line.startswith("charter")}


def test_commands_load_no_door_that_they_do_not_open():
    names = loaded("".join(f"import charter.cli.{module}\n" for module in OTHERS))
    assert {f"charter.cli.{module}" for module in OTHERS} <= names
    assert {name for name in names if name.startswith(("charter.server", "charter.surf"))} == set()


def test_the_help_loads_no_command():
    names = loaded("from charter.cli import main\nmain(['--help'], standalone_mode=False)")
    assert {name for name in names if name.startswith("charter.cli.")} == set()


def test_every_command_is_told_on_one_line_of_the_help(charter):
    lines = charter("--help").stdout.splitlines()
    for name, place in COMMANDS.items():
        assert f"  {name:<9}  {place.sentence}" in lines
        assert len(place.sentence) <= 67
        assert place.sentence.endswith(".")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_where_the_table_says(name):
    assert main.get_command(click.Context(main), name).name == name
