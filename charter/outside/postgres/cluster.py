"""The folder of an embedded server: made, checked for its version, and locked by one process."""

import fcntl
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from charter.outside.postgres.account import Account, programs
from charter.problems import DatabaseProblem, EnvironmentProblem, NewerDataProblem

SUPERUSER = "charter"
# As the server sees its folder when root opened it: valid though no parent folder can be entered.
OPENED_FOLDER = "/proc/self/cwd"
CLEAN_ENVIRONMENT = {"LC_ALL": "C", "PATH": "/usr/bin:/bin"}


def seen_folder(folder: Path, account: Account | None) -> str:
    """The path under which the server reaches its folder, which is also its working directory."""
    return str(folder) if account is None else OPENED_FOLDER


def make_cluster(folder: Path, account: Account | None, *, is_durable: bool = True) -> None:
    """Make a database cluster in a folder that does not exist yet.

    It is made beside the folder and renamed, so that a kill in between leaves no half cluster.
    """
    fresh = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    identity: dict[str, int | list[int]] = {}
    if account is not None:
        os.chown(fresh, account.user_id, account.group_id)
        identity = {"user": account.user_id, "group": account.group_id, "extra_groups": []}
    command = [
        *(str(programs(account) / "initdb"), "--pgdata", seen_folder(fresh, account)),
        *("--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C"),
        *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-instructions"),
        *([] if is_durable else ["--no-sync"]),
    ]
    result = subprocess.run(  # type: ignore[call-overload] # noqa: S603 - our own program and paths
        command,
        cwd=fresh,
        env=CLEAN_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        umask=0o077,
        check=False,
        **identity,
    )
    if result.returncode != 0:
        said = result.stdout.decode(errors="replace").strip().splitlines()
        shutil.rmtree(fresh, ignore_errors=True)
        raise DatabaseProblem(f"The database folder {folder} could not be made: {said[-1:]}.")
    fresh.rename(folder)


def check_version(folder: Path, account: Account | None) -> None:
    """Refuse a folder that another major version of PostgreSQL wrote.

    Raises: NewerDataProblem, DatabaseProblem.
    """
    ours = _program_major(account)
    try:
        text = (folder / "PG_VERSION").read_text().strip()
        theirs = int(text)
    except (OSError, ValueError) as error:
        raise DatabaseProblem(
            f"The folder {folder} is not a database folder; move it away or choose another --data."
        ) from error
    if theirs > ours:
        raise NewerDataProblem(
            f"The data folder {folder} was made by PostgreSQL {theirs}, which is newer than the "
            f"{ours} of this version; install the newer version of Charter that made it."
        )
    if theirs < ours:
        raise DatabaseProblem(
            f"The data folder {folder} was made by PostgreSQL {theirs}; dump it with the version "
            f"of Charter that made it and restore the dump into a new folder of version {ours}."
        )


def _program_major(account: Account | None) -> int:
    """The major version of the programs, read where they keep it without running one."""
    catalog = next((programs(account).parent / "share").rglob("postgres.bki"))
    with catalog.open() as lines:  # its first line is "# PostgreSQL 18"
        return int(lines.readline().split()[-1])


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder's lock file, so that one process at a time runs a server over it.

    Raises: EnvironmentProblem, when another process holds it.
    """
    path = lock_path(folder)
    with path.open("a+") as file:
        if not _obtains(file):
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise EnvironmentProblem(
                f"The data folder {folder.parent} is in use by another charter (process {holder}); "
                "stop it or choose another folder with --data."
            )
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _obtains(file: TextIO) -> bool:
    # Tried for a moment, because `is_locked` of another process holds the lock for an instant.
    for _ in range(10):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)
        else:
            return True
    return False


def is_locked(folder: Path) -> bool:
    """Whether some process runs a server over the folder now."""
    try:
        with lock_path(folder).open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except FileNotFoundError:
        return False
    return False


def lock_path(folder: Path) -> Path:
    """The lock file of a database folder; it lies beside it."""
    return folder.with_name(f"{folder.name}.lock")


def log_path(folder: Path) -> Path:
    """The log of the server over a database folder; it lies beside it."""
    return folder.with_name(f"{folder.name}.log")


def prepare_parent(folder: Path) -> None:
    """Make the folder that shall hold the cluster, readable by its owner alone.

    Raises: EnvironmentProblem, when it cannot be made or written.
    """
    parent = folder.parent
    try:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock_path(folder).open("a").close()
    except OSError as error:
        raise EnvironmentProblem(
            f"The data folder {parent} cannot be written ({error.strerror}); "
            "choose another with --data."
        ) from error
