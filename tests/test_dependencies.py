"""What is installed is pinned by hash, few, and runs nothing while it is installed."""

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.markers import Marker

ROOT = Path(__file__).parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
INSTALLING = ("Makefile", "tools/install_sdks.sh", ".ci/run")
ENTRY = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==(\S+)(.*?)(?=^[A-Za-z]|\Z)", re.MULTILINE | re.DOTALL
)
MOST_DIRECT = 40
MOST_AT_RUN_TIME = 75


def locked(lock: Path) -> list[tuple[str, str]]:
    """Each package of a lock file, with the rest of what the lock says of it.

    One may stand there more than once: in a version for each sort of Python.
    """
    lines = [line for line in lock.read_text().splitlines() if not line.lstrip().startswith("#")]
    return [(name.lower(), rest) for name, _, rest in ENTRY.findall("\n".join(lines))]


def entries(lock: Path) -> set[str]:
    """The packages of a lock file."""
    return {name for name, _ in locked(lock)}


@pytest.mark.security("P1")
@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_is_pinned_with_its_hashes(lock):
    lines = [line for line in lock.read_text().splitlines() if line and line[0].isalpha()]
    found = locked(lock)
    assert len(found) == len(lines) > 0
    assert [name for name, rest in found if "--hash=sha256:" not in rest] == []


@pytest.mark.security("P1")
def test_every_package_that_is_asked_for_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = {re.split(r"[\[<>=]", line)[0].lower() for line in project["project"]["dependencies"]}
    assert asked <= entries(ROOT / "requirements/runtime.txt")
    tools = project["dependency-groups"]["dev"]
    wanted = {re.split(r"[\[<>=]", line)[0].lower() for line in tools}
    assert wanted <= entries(ROOT / "requirements/dev.txt")


@pytest.mark.security("P1")
def test_packages_are_few():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert len(project["dependencies"]) <= MOST_DIRECT
    assert len(entries(ROOT / "requirements/runtime.txt")) <= MOST_AT_RUN_TIME


@pytest.mark.security("P1")
@pytest.mark.parametrize("file", INSTALLING)
def test_lock_files_are_installed_by_hash_and_from_wheels_alone(file):
    text = (ROOT / file).read_text().replace("\\\n", " ")
    locked = re.search(r"^LOCKED := (.*)$", text, re.MULTILINE)
    text = text.replace("$(LOCKED)", locked[1] if locked else "")
    for line in text.splitlines():
        if re.search(r"(pip|PIP\)) .*install .*--requirement", line):
            assert "--require-hashes" in line
            assert "--only-binary :all:" in line


@pytest.mark.security("P1")
def test_every_package_came_as_a_wheel():
    for name, rest in locked(ROOT / "requirements/runtime.txt"):
        marker = re.match(r" ; (.*?) \\", rest)
        if marker and not Marker(marker[1]).evaluate():  # for another system or version alone
            continue
        assert distribution(name).read_text("WHEEL"), name
