"""A real PostgreSQL in a folder of one's own: nothing installed, no port, no password.

    with running(Path(".charter/postgres")) as postgres:
        connection = await asyncpg.connect(postgres.url)

The server ends with the process that started it, killed or not, and a folder is used by one
process at a time. Other processes reach a running server by `running_url`.
"""

import asyncio
import hashlib
import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from charter.outside.postgres import cluster, process
from charter.outside.postgres.account import Account, server_account
from charter.problems import EnvironmentProblem

# The kernel's limit for a socket's path is 108 bytes with the closing zero.
MAX_SOCKET_PATH_BYTES = 107
SOCKET_NAME = ".s.PGSQL.5432"
NO_OPTIONS: Mapping[str, str] = MappingProxyType({})
DATABASE = "postgres"


class EmbeddedPostgres:
    """A server over a folder; `running` makes it and stops it."""

    def __init__(self, folder: Path, account: Account | None, options: Mapping[str, str]) -> None:
        self._folder = folder
        self._account = account
        self._options = options
        self._host = _socket_host(folder)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """A `postgresql://` URL of its first database, with the folder of its socket as host."""
        return self.url_of(DATABASE)

    def url_of(self, database: str) -> str:
        """The URL of another database of the same server."""
        return _url(self._host, database)

    @property
    def pid(self) -> int:
        """The process id of the server."""
        assert self._process is not None, "the server was not started"  # noqa: S101 - for the type checker
        return self._process.pid

    def start(self) -> None:
        """Start the server and wait until it accepts connections.

        Call it from the main thread: the server ends with the thread that started it.
        Raises: DatabaseProblem.
        """
        process.stop_orphan(self._folder)
        self._process = process.spawn(self._folder, self._account, self._options)
        process.await_ready(self._process, self._folder)

    def stop(self) -> None:
        """Stop the server, within about a second unless it has much to write."""
        if self._process is not None:
            process.stop(self._process)

    async def keep_alive(self) -> None:
        """Start the server again whenever it ends, until cancelled."""
        while True:
            await asyncio.sleep(0.2)
            if self._process is not None and self._process.poll() is not None:
                # All but the spawning happens in threads, so that requests are answered meanwhile.
                await asyncio.to_thread(process.stop_orphan, self._folder)
                self._process = process.spawn(self._folder, self._account, self._options)
                await asyncio.to_thread(process.await_ready, self._process, self._folder)


@contextmanager
def running(folder: Path, *, options: Mapping[str, str] = NO_OPTIONS) -> Iterator[EmbeddedPostgres]:
    """Run PostgreSQL over a folder, made at first use, and stop it at the end.

    `folder` is the database folder itself; its lock (`.lock`) and log (`.log`) lie beside it.
    `options` are server settings by name, above `process.SETTINGS`, such as `{"fsync": "off"}`.
    Call it from the main thread: the server ends with the thread that started it.
    Raises: EnvironmentProblem, when the folder cannot be written or another process uses it;
        NewerDataProblem, when a newer PostgreSQL wrote it; DatabaseProblem, when it does not start.
    """
    folder = folder.absolute()
    account = server_account(folder)
    cluster.prepare_parent(folder)
    with cluster.locked(folder):
        if not folder.exists():
            is_durable = options.get("fsync") != "off"
            cluster.make_cluster(folder, account, is_durable=is_durable)
        cluster.check_version(folder, account)
        server = EmbeddedPostgres(folder, account, options)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def running_url(folder: Path, database: str = DATABASE) -> str | None:
    """The URL of the server that another process runs over the folder, or None without one."""
    folder = folder.absolute()
    if not cluster.is_locked(folder) or not (folder / SOCKET_NAME).exists():
        return None
    return _url(_socket_host(folder), database)


def _url(host: str, database: str) -> str:
    return f"postgresql://{cluster.SUPERUSER}@/{quote(database)}?host={quote(host)}&port=5432"


def _socket_host(folder: Path) -> str:
    """The folder of the socket for clients: a short link to it where its own path is too long.

    Drivers part hosts at commas, so such a path gets a link too.
    """
    path = str(folder)
    if len(os.fsencode(folder / SOCKET_NAME)) <= MAX_SOCKET_PATH_BYTES and "," not in path:
        return path
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    link = Path(tempfile.gettempdir()) / f"charter-{os.geteuid()}-{digest}"
    try:
        link.symlink_to(folder)
    except FileExistsError:
        # The folder of temporary files belongs to everybody: trust no link of another user.
        if link.lstat().st_uid != os.geteuid() or link.readlink() != folder:
            raise EnvironmentProblem(
                f"{link} is in the way; remove it or choose a data folder with a shorter path."
            ) from None
    return str(link)
