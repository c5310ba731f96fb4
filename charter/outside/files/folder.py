"""Files' bytes in a folder of this server, written and read a piece at a time, in threads.

`objects/NAME/` has the pieces of what is kept, `uploads/NAME/` parts that wait to be joined,
`incoming/` what is on its way. A piece ends with the 16 bytes of its MD5, so that both become
visible in one step. Joining moves the pieces and copies nothing, however large they are.
"""

import asyncio
import contextlib
import os
import re
import secrets
import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from charter.core.files.model import (
    Body,
    FileBodyInvalid,
    FileNotFound,
    FileUpload,
    FileUploadState,
    NamedPart,
    SignedUrlInvalid,
    Stored,
    StoredPart,
    UploadState,
)
from charter.core.files.stores import FilesAway
from charter.outside.files import joining
from charter.outside.files.feeding import Feed
from charter.outside.files.pieces import READ_BYTES, Arriving, Piece, sync_folder

T = TypeVar("T")
THREADS = 8
_NAME = re.compile(r"ins_\w{1,64}(?:/org_\w{1,64}(?:/[0-9a-f]{32})?)?", re.ASCII)


class FolderStore:
    """A store in a folder."""

    signs = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="charter-files")
        self._syncing = ThreadPoolExecutor(THREADS, thread_name_prefix="charter-files-sync")

    @contextlib.asynccontextmanager
    async def receive(
        self, body: Body, most_bytes: int, *, with_sha256: bool
    ) -> AsyncIterator[Arriving]:
        """See `OwnStore.receive`."""
        path = self._folder / "incoming" / secrets.token_hex(16)
        arriving = await self._do(lambda: Arriving(path, self._syncing, with_sha256=with_sha256))
        try:
            await self._fill(arriving, body, most_bytes)
            yield arriving
        finally:
            # Cancelled or not: what was not kept goes.
            await asyncio.shield(self._do(arriving.discard))

    async def keep(self, received: Arriving, name: str) -> None:
        """See `OwnStore.keep`."""
        place = self._place("objects", name)

        def move() -> None:
            # Left by a writer whose transaction did not end; nobody knows of it.
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            received.path.replace(place / "00001")
            sync_folder(place)

        await self._do(move)

    async def keep_part(
        self, received: Arriving, upload: FileUpload, part_number: int, nonce: str
    ) -> None:
        """See `OwnStore.keep_part`."""
        place = self._place("uploads", upload.object_name)

        def move() -> None:
            try:
                (place / f"used-{nonce}").touch(exist_ok=False)
                received.path.replace(place / f"{part_number:05d}")
            except FileExistsError:
                raise SignedUrlInvalid from None
            except FileNotFoundError:
                raise FileUploadState(state=UploadState.COMPLETING.value) from None
            sync_folder(place)

        await self._do(move)

    async def begin(self, name: str, content_type: str) -> str | None:  # noqa: ARG002
        """See `Store.begin`."""
        place = self._place("uploads", name)
        await self._do(lambda: place.mkdir(parents=True, exist_ok=True))
        return None

    async def parts(self, upload: FileUpload, after: int, limit: int) -> Sequence[StoredPart]:
        """See `Store.parts`."""
        place = self._place("uploads", upload.object_name)

        def look() -> list[StoredPart]:
            found = [piece for piece in joining.pieces(place) if piece.number > after][:limit]
            return [
                StoredPart(
                    piece.number,
                    piece.size_bytes,
                    f'"{piece.md5().hex()}"',
                    datetime.fromtimestamp(piece.path.stat().st_mtime, UTC),
                )
                for piece in found
            ]

        return await self._do(look)

    async def complete(self, upload: FileUpload, parts: Sequence[NamedPart]) -> Stored:
        """See `Store.complete`."""
        places = [
            self._place(each, upload.object_name) for each in ("uploads", "joining", "objects")
        ]
        return await self._do(lambda: joining.join(upload, parts, *places))

    async def abort(self, name: str, store_upload_id: str | None) -> None:  # noqa: ARG002
        """See `Store.abort`."""
        await self._remove("uploads", name)
        place = self._place("joining", name)
        await self._do(lambda: joining.forget(place))

    async def look(self, name: str) -> Stored | None:
        """See `Store.look`."""
        place = self._place("objects", name)
        found = await self._do(lambda: joining.pieces(place))
        return await self._do(lambda: joining.stored(found)) if found else None

    async def delete(self, name: str) -> None:
        """See `Store.delete`."""
        await self._remove("objects", name)
        place = self._place("joining", name)
        await self._do(lambda: joining.forget(place))

    async def delete_below(self, folder: str) -> None:
        """See `Store.delete_below`."""
        for each in ("objects", "uploads", "joining"):
            await self._remove(each, folder)

    async def read(self, name: str, start: int, length: int) -> AsyncIterator[bytes]:
        """See `OwnStore.read`."""
        place = self._place("objects", name)
        pieces = await self._do(lambda: joining.pieces(place))
        if not pieces:
            raise FileNotFound
        for piece in pieces:
            if length <= 0:
                return
            if start >= piece.size_bytes:
                start -= piece.size_bytes
                continue
            most = min(length, piece.size_bytes - start)
            async for data in self._read_piece(piece, start, most):
                yield data
            start, length = 0, length - most

    async def sweep(self, before: datetime) -> None:
        """See `OwnStore.sweep`."""

        def forget() -> None:
            for path in (self._folder / "incoming").glob("*"):
                with contextlib.suppress(FileNotFoundError):
                    if path.stat().st_mtime < before.timestamp():
                        path.unlink()

        await self._do(forget)

    async def sign_write(self, *_: object) -> tuple[str, dict[str, str]]:
        """A folder signs nothing."""
        raise FilesAway

    sign_part = sign_write

    async def sign_read(self, *_: object) -> str:
        """A folder signs nothing."""
        raise FilesAway

    async def _fill(self, arriving: Arriving, body: Body, most_bytes: int) -> None:
        """Hash and write what comes while the next of it comes: a few pieces are in memory."""
        feeds = [Feed(self._threads, take) for take in (arriving.hash, arriving.write)]
        batch: list[bytes] = []
        waiting = total = 0
        try:
            try:
                async for data in body:
                    total += len(data)
                    if total > most_bytes:
                        raise FileBodyInvalid(reason=f"there are more than {most_bytes}")
                    batch.append(data)
                    waiting += len(data)
                    if waiting >= READ_BYTES:
                        whole = b"".join(batch)
                        batch, waiting = [], 0
                        for feed in feeds:
                            await feed.give(whole)
            finally:
                for feed in feeds:
                    await feed.end()
        except OSError as error:
            raise FilesAway from error
        await self._do(lambda: arriving.end(b"".join(batch)))

    async def _read_piece(self, piece: Piece, start: int, length: int) -> AsyncIterator[bytes]:
        """The bytes of a piece, the next ones read while those before are sent."""
        descriptor = await self._do(lambda: os.open(piece.path, os.O_RDONLY))
        try:
            end = start + length
            ahead = self._begin(os.pread, descriptor, min(READ_BYTES, length), start)
            while start < end:
                data = await ahead
                if not data:
                    raise FilesAway
                start += len(data)
                if start < end:
                    ahead = self._begin(os.pread, descriptor, min(READ_BYTES, end - start), start)
                yield data
        finally:
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await asyncio.shield(ahead)
            os.close(descriptor)

    async def _remove(self, kind: str, name: str) -> None:
        place = self._place(kind, name)
        await self._do(lambda: shutil.rmtree(place, ignore_errors=True))

    def _place(self, kind: str, name: str) -> Path:
        """Where a name of ours stands. Raises: ValueError, for what is none."""
        if _NAME.fullmatch(name) is None:
            raise ValueError("A stored name is instance, organization and one of its own.")
        return self._folder / kind / name

    def _begin(self, function: Callable[..., T], *arguments: object) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._threads, function, *arguments)

    async def _do(self, function: Callable[[], T]) -> T:
        try:
            return await self._begin(function)
        except OSError as error:
            raise FilesAway from error
