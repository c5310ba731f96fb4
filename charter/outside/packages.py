"""Packages from an npm registry or a folder: checked against their pins, and only then unpacked."""

import base64
import hashlib
import hmac
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from charter.problems import EnvironmentProblem, Problem

NOWHERE = "none"
"""Said instead of a registry by those who want nothing fetched."""
REGISTRY_VARIABLES = ("npm_config_registry", "NPM_CONFIG_REGISTRY")
ANSWER_SECONDS = 20
MAX_TARBALL_BYTES = 64 * 1024 * 1024
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
# What a browser asks for lies flat in `dist`; the licence goes with every copy.
_SERVED = re.compile(r"package/(?:dist/([0-9A-Za-z_-][0-9A-Za-z._-]*\.js)|(LICENSE))")


class PackageAway(Problem):
    """A package cannot be had from where it was looked for."""


class PackageRefused(Problem):
    """What came is not the package that is pinned, or would write where it must not."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package in exactly one version. `integrity` is `sha512-` and base64, as npm writes it."""

    name: str
    version: str
    integrity: str

    @property
    def folder_name(self) -> str:
        """Where its files lie: `clerk-js@6.40.0` for a package of that name in any scope."""
        return f"{self.name.rpartition('/')[2]}@{self.version}"

    def __str__(self) -> str:
        """As npm names it."""
        return f"{self.name}@{self.version}"


BROWSER_SCRIPTS = (
    Package(
        "@clerk/clerk-js",
        "6.40.0",
        "sha512-2MnZ/ygvuCmeuqfXQmsxfQaLN/SSJvQbtT2cLXbgr5VKr3KmZFZBVvX977fG3eZ6pprl4J9pO+I2bbe6BvColg==",
    ),
    Package(
        "@clerk/ui",
        "1.36.0",
        "sha512-uI96zYCh5jISLOt1mdpIPy/Y31P0kwFxjUFOxLUwFfTHFmGUcRjbqN6bbb+75tdI2Bz6ARGws3rhspDer+xIfQ==",
    ),
)
"""What browsers load from us; the examples and the browser tests use clients of the same day."""


def registry_of(named: str, environment: Mapping[str, str] = os.environ) -> str | None:
    """Where packages come from: as named, as the environment says, or as npm itself is set up.

    Returns: the registry's address, or None where there is none or it is `none`.
    """
    given = [named, *(environment.get(name, "") for name in REGISTRY_VARIABLES)]
    found = next((text for text in given if text), None) or _registry_of_npm()
    return None if not found or found == NOWHERE else found.rstrip("/")


def download(package: Package, registry: str) -> bytes:
    """Fetch the tarball of a package from a registry.

    Raises: PackageAway.
    """
    about = f"{registry}/{quote(package.name, safe='@')}/{package.version}"
    try:
        tarball = json.loads(_read(about, "application/json"))["dist"]["tarball"]
        return _read(str(tarball), "*/*")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PackageAway(f"{package} could not be fetched from {registry}: {error}") from error


def find(package: Package, folder: Path) -> bytes:
    """Read the tarball of a package from a folder, named as `npm pack` or a registry names it.

    Raises: PackageAway.
    """
    scope, _, short = package.name.removeprefix("@").rpartition("/")
    names = [f"{scope}-{short}-{package.version}.tgz", f"{short}-{package.version}.tgz"]
    for name in names:
        try:
            return (folder / name).read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise PackageAway(f"{folder / name} cannot be read: {error.strerror}.") from error
    raise PackageAway(
        f"{folder} has no {names[0]}; `npm pack {package}` makes it where npm has a registry."
    )


def unpack(package: Package, tarball: bytes, into: Path) -> None:
    """Keep the scripts of a package in its folder within `into`, all of them or none.

    Raises: PackageRefused, when the tarball is not the pinned one or holds a path or a kind of
        entry that a package has no use for; EnvironmentProblem, when nothing can be written.
    """
    _check(package, tarball)
    files = _files(package, tarball)
    try:
        into.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=into, prefix=".unpacking-") as made:
            whole = Path(made) / "whole"
            whole.mkdir()
            for name, data in files.items():
                (whole / name).write_bytes(data)
            target = into / package.folder_name
            if target.exists():
                target.rename(Path(made) / "before")
            whole.rename(target)
    except OSError as error:
        raise EnvironmentProblem(f"The folder {into} cannot be written: {error}.") from error


def is_there(package: Package, into: Path) -> bool:
    """Whether the scripts of a package are kept already."""
    return (into / package.folder_name).is_dir()


def _check(package: Package, tarball: bytes) -> None:
    digest = base64.b64encode(hashlib.sha512(tarball).digest()).decode()
    if not hmac.compare_digest(f"sha512-{digest}", package.integrity):
        raise PackageRefused(f"What came as {package} is not what is pinned; nothing was kept.")


def _files(package: Package, tarball: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    unpacked = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
            for entry in archive:
                unpacked += entry.size
                if not _is_harmless(entry) or unpacked > MAX_UNPACKED_BYTES:
                    raise PackageRefused(f"{package} holds {entry.name!r}, which is refused.")
                match = _SERVED.fullmatch(entry.name)
                opened = archive.extractfile(entry) if match else None
                if match and opened:
                    found[match[1] or match[2]] = opened.read()
    except (tarfile.TarError, EOFError, OSError) as error:
        raise PackageRefused(f"{package} is not a tarball that can be read: {error}.") from error
    return found


def _is_harmless(entry: tarfile.TarInfo) -> bool:
    is_inside = not entry.name.startswith("/") and ".." not in entry.name.split("/")
    return is_inside and "\\" not in entry.name and (entry.isfile() or entry.isdir())


def _registry_of_npm() -> str | None:
    npm = shutil.which("npm")
    if npm is None:
        return None
    try:
        asked = subprocess.run(  # noqa: S603 - found on the PATH, with fixed arguments
            [npm, "config", "get", "registry"],
            capture_output=True,
            text=True,
            timeout=ANSWER_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = asked.stdout.strip()
    return said if said.startswith(("https://", "http://")) else None


def _read(url: str, accept: str) -> bytes:
    if urlsplit(url).scheme not in ("https", "http"):
        raise ValueError(f"{url} is not an address of the web")
    request = urllib.request.Request(url, headers={"Accept": accept})  # noqa: S310 - checked above
    with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
        data: bytes = answer.read(MAX_TARBALL_BYTES + 1)
    if len(data) > MAX_TARBALL_BYTES:
        raise ValueError("it is larger than a package of scripts can be")
    return data
