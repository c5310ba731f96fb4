"""A piece of a file in a folder: its bytes, and their MD5 behind them."""

import contextlib
import hashlib
import os
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path

READ_BYTES = 1024 * 1024
MD5_BYTES = 16
_SYNCED_EVERY = 16 * READ_BYTES
_MOST_UNSYNCED = 4 * _SYNCED_EVERY
"""What may wait for the disk while it takes what came before."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One that is there."""

    number: int
    path: Path
    size_bytes: int

    def md5(self) -> bytes:
        """What stands behind its bytes."""
        with self.path.open("rb") as file:
            file.seek(self.size_bytes)
            return file.read(MD5_BYTES)


class Arriving:
    """One that comes. Its methods block; they are for threads, each of them one at a time.

    Hashing takes longest, so it has a thread beside that which writes; and so has the disk, which
    may be busy with others. syncing: has threads for that, which are never those of `write`.
    """

    def __init__(self, path: Path, syncing: Executor, *, with_sha256: bool) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.size_bytes = 0
        self._file = path.open("xb", buffering=0)
        # No secret hangs on it: it tells pieces apart, as S3 has it.
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha256 = hashlib.sha256() if with_sha256 else None
        self._syncing = syncing
        self._sync: Future[None] | None = None
        self._unsynced = 0

    @property
    def etag(self) -> str:
        """See `Received.etag`."""
        return f'"{self._md5.hexdigest()}"'

    @property
    def sha256(self) -> bytes | None:
        """See `Received.sha256`."""
        return self._sha256.digest() if self._sha256 else None

    def hash(self, data: bytes) -> None:
        """Take bytes into its digests."""
        self._md5.update(data)
        if self._sha256:
            self._sha256.update(data)

    def write(self, data: bytes) -> None:
        """Add bytes."""
        self._write(data)
        self.size_bytes += len(data)
        self._unsynced += len(data)
        if self._unsynced >= _MOST_UNSYNCED:
            self._end_sync()
        if self._unsynced >= _SYNCED_EVERY and (self._sync is None or self._sync.done()):
            # What waits for the disk stays small, instead of all coming at the end.
            self._end_sync()
            self._sync = self._syncing.submit(os.fdatasync, self._file.fileno())
            self._unsynced = 0

    def end(self, data: bytes) -> None:
        """Add the last bytes, and have all of it on the disk."""
        self.hash(data)
        self.write(data)
        self._write(self._md5.digest())
        self._end_sync()
        os.fsync(self._file.fileno())
        self._file.close()

    def discard(self) -> None:
        """Forget it, unless it was kept."""
        with contextlib.suppress(OSError):
            self._end_sync()
        self._file.close()
        with contextlib.suppress(FileNotFoundError):
            self.path.unlink()

    def _end_sync(self) -> None:
        """Wait for what the disk was given. Raises: OSError, where it did not take it."""
        sync, self._sync = self._sync, None
        if sync is not None:
            sync.result()

    def _write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
