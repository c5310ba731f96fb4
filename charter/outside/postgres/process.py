"""The server process over a database folder: started, watched, stopped, and found when orphaned."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import psutil

from charter.outside.postgres.account import Account, programs
from charter.outside.postgres.cluster import CLEAN_ENVIRONMENT, log_path, seen_folder
from charter.problems import DatabaseProblem

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    # Relative to the server's working directory, its folder: the length of the path is no matter.
    "unix_socket_directories": ".",
    # Local connections need no password, because nobody else can open the socket.
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "jit": "off",  # statements here are short; compiling them costs more than running them
    "max_parallel_workers_per_gather": "0",  # and need no shared memory of a small container
    "random_page_cost": "1.1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "cluster_name": "charter",
}

START_SECONDS = 30.0  # crash recovery after a kill may take some of them
FAST_STOP_SECONDS = 1.2
STOP_SECONDS = 5.0
MAX_LOG_BYTES = 10_000_000

_PR_SET_PDEATHSIG = 1


def spawn(
    folder: Path, account: Account | None, options: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start the server over a made folder; it is not ready yet.

    It gets SIGINT (a fast shutdown) when the thread that calls this ends, so call it from one
    that lives as long as the server shall: the main thread. A terminal's Ctrl-C does not reach it.
    """
    _keep_log_short(log_path(folder))
    command = [str(programs(account) / "postgres"), "-D", seen_folder(folder, account)]
    for name, value in {**SETTINGS, **options}.items():
        command += ["-c", f"{name}={value}"]
    identity: dict[str, int | list[int]] = {}
    if account is not None:
        identity = {"user": account.user_id, "group": account.group_id, "extra_groups": []}
    with log_path(folder).open("ab") as log:
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return] # noqa: S603 - our own program and settings
            command,
            cwd=folder,
            env=CLEAN_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            umask=0o077,
            preexec_fn=_dies_with_parent(),  # noqa: PLW1509 - it takes no lock, see there
            **identity,
        )


def await_ready(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait until the server accepts connections.

    Raises: DatabaseProblem, when it ends instead or takes longer than `START_SECONDS`.
    """
    deadline = time.monotonic() + START_SECONDS
    while not is_ready(folder, process.pid):
        if process.poll() is not None:
            raise DatabaseProblem(f"PostgreSQL did not start: {_last_words(folder)}")
        if time.monotonic() > deadline:
            stop(process)
            raise DatabaseProblem(
                f"PostgreSQL was not ready after {START_SECONDS:.0f} seconds; "
                f"its log is {log_path(folder)}."
            )
        time.sleep(0.01)


def is_ready(folder: Path, pid: int) -> bool:
    """Whether the server of that process says in its pid file that it accepts connections."""
    lines = _pid_file_lines(folder)
    return len(lines) > 7 and lines[0] == str(pid) and lines[7] == "ready"


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop the server: fast, then without a checkpoint, then by force; each is safe for data."""
    for number, seconds in (
        (signal.SIGINT, FAST_STOP_SECONDS),
        (signal.SIGQUIT, STOP_SECONDS),
        (signal.SIGKILL, STOP_SECONDS),
    ):
        if process.poll() is not None:
            return
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)


def stop_orphan(folder: Path) -> None:
    """Stop a server that a killed Charter left over the folder, and remove a stale pid file.

    Only the holder of the folder's lock may call it: then no other Charter uses that server.
    """
    lines = _pid_file_lines(folder)
    if not lines:
        return
    orphan = _server_process(folder, lines[0])
    if orphan is not None:
        for number, seconds in (
            (signal.SIGINT, STOP_SECONDS),
            (signal.SIGQUIT, STOP_SECONDS),
            (signal.SIGKILL, STOP_SECONDS),
        ):
            with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
                orphan.send_signal(number)
                orphan.wait(seconds)
            if not orphan.is_running():
                break
    # Its number may belong to another program by now, which would keep the server from starting.
    (folder / "postmaster.pid").unlink(missing_ok=True)
    _await_backends(folder)


def _server_process(folder: Path, pid_text: str) -> psutil.Process | None:
    try:
        process = psutil.Process(int(pid_text))
        is_ours = process.name() == "postgres" and Path(process.cwd()).samefile(folder)
    except (ValueError, psutil.Error, OSError):
        return None
    return process if is_ours else None


def _await_backends(folder: Path) -> None:
    """Wait for what a killed server's children still do; a new server must not meet them."""
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline:
        left = [p for p in psutil.process_iter(["name"]) if p.info["name"] == "postgres"]
        if not any(_server_process(folder, str(process.pid)) for process in left):
            return
        time.sleep(0.02)


def _pid_file_lines(folder: Path) -> list[str]:
    try:
        return [line.strip() for line in (folder / "postmaster.pid").read_text().splitlines()]
    except OSError:
        return []


def _dies_with_parent() -> Callable[[], None] | None:
    """What the child does before it becomes the server, so that a killed parent leaves none."""
    if not sys.platform.startswith("linux"):
        return None
    # Looked up before the fork: between fork and exec nothing may wait for a lock.
    set_option = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def bind_life() -> None:
        set_option(_PR_SET_PDEATHSIG, signal.SIGINT, 0, 0, 0)
        if os.getppid() != parent:  # it died before the option was set
            os._exit(1)

    return bind_life


def _keep_log_short(path: Path) -> None:
    if path.exists() and path.stat().st_size > MAX_LOG_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))


def _last_words(folder: Path) -> str:
    """The last complaint in the log, and where the log lies."""
    path = log_path(folder)
    lines = path.read_text(errors="replace").splitlines()[-20:]
    complaints = [line for line in lines if "FATAL:" in line or "PANIC:" in line]
    words = (complaints or lines or ["it said nothing"])[-1]
    return f"{words.split('FATAL:')[-1].strip()} (the log is {path})."
