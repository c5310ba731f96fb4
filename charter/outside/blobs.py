"""Files outside the database: in a folder, in memory, or in an object store named by a URL."""

import asyncio
import re
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import unquote, urlsplit

from obstore.exceptions import BaseError
from obstore.store import LocalStore, MemoryStore, ObjectStore, from_url

from charter.kernel.errors import NotFound, Unavailable

T = TypeVar("T")

# A key's ending gives its type, because a folder has nowhere else to keep it.
CONTENT_TYPES = {
    "csv": "text/csv",
    "gif": "image/gif",
    "gz": "application/gzip",
    "jpg": "image/jpeg",
    "json": "application/json",
    "ndjson": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "webp": "image/webp",
    "zip": "application/zip",
}
MAXIMUM_KEY_LENGTH = 512
# Dots stand before the ending alone: no way up, no hidden file, no folder where a file is.
_KEY = re.compile(r"(?:[0-9A-Za-z_-]{1,128}/)*[0-9A-Za-z_-]{1,128}\.([a-z]{2,8})")
_OBJECT_STORES = frozenset({"s3", "s3a", "gs", "az", "abfs", "abfss"})
# Given to each step as a whole: client options would override the environment's (AWS_ALLOW_HTTP).
_TIMEOUT_SECONDS = 30


class BlobNotFound(NotFound):
    """Nothing is kept under the key."""

    code = "blob_not_found"
    message = "The file was not found."


class BlobsAway(Unavailable):
    """The store did not answer, or not as it should."""

    code = "blobs_unavailable"
    message = "The file store is not available. Try again in a moment."


@dataclass(frozen=True, slots=True)
class Blob:
    """A file as it was kept."""

    data: bytes
    content_type: str


class Blobs(Protocol):
    """Where files are kept.

    A key is made by us, never by a caller: folders of letters, digits, `_` and `-`, then a name
    with one of the endings of `CONTENT_TYPES`, such as `images/user_2x/3f9a.png`.
    """

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Keep `data` under `key`, in place of what was there.

        Raises: ValueError, when the key is malformed or its ending means another type; BlobsAway.
        """

    async def get(self, key: str) -> Blob:
        """What is kept under `key`. Raises: BlobNotFound; BlobsAway; ValueError as `put`."""

    async def delete(self, key: str) -> None:
        """Forget what is kept under `key`; nothing there is fine. Raises as `put`."""


class StoredBlobs:
    """Blobs in one object store, folder or memory."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        # A folder cannot keep a type beside a file; everything else can, for whoever reads there.
        self._keeps_types = not isinstance(store, LocalStore)

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """See `Blobs.put`."""
        if content_type_of(key) != content_type:
            raise ValueError("The ending of a blob's key says what type it has.")
        attributes = {"Content-Type": content_type} if self._keeps_types else None
        await _answer(self._store.put_async(key, data, attributes=attributes))

    async def get(self, key: str) -> Blob:
        """See `Blobs.get`."""
        content_type = content_type_of(key)
        try:
            found = await _answer(self._store.get_async(key))
        except FileNotFoundError:
            raise BlobNotFound from None
        data = await _answer(found.bytes_async())
        return Blob(bytes(data), content_type)

    async def delete(self, key: str) -> None:
        """See `Blobs.delete`."""
        content_type_of(key)
        try:
            await _answer(self._store.delete_async(key))
        except FileNotFoundError:
            return


def open_blobs(url: str) -> StoredBlobs:
    """Open the store that a URL names; a folder is made when it is not there.

    url: `file:///folder`, `memory:///`, `s3://bucket/prefix`, `gs://…` or `az://…`. Credentials,
    region and endpoint of an object store come from its usual environment variables (`AWS_…`).
    Raises: ValueError, when the URL names no store that we know, or the variables lack something;
        OSError, when the folder cannot be made.
    """
    parts = urlsplit(url)
    if parts.scheme == "memory":
        return StoredBlobs(MemoryStore())
    if parts.scheme == "file" and not parts.netloc and parts.path:
        return open_folder(Path(unquote(parts.path)))
    if parts.scheme in _OBJECT_STORES and parts.netloc:
        # The library would retry for three minutes, far longer than anybody waits for an answer.
        retry = timedelta(seconds=10)
        try:
            store = from_url(url, retry_config={"max_retries": 2, "retry_timeout": retry})
        except BaseError as refused:
            raise ValueError(str(refused).partition("\n")[0]) from refused
        return StoredBlobs(store)
    raise ValueError("Blobs are kept at file:///folder, memory:///, s3://, gs:// or az://.")


def open_folder(folder: Path) -> StoredBlobs:
    """Open a folder, made when it is not there. Files appear in it whole or not at all."""
    return StoredBlobs(LocalStore(folder, mkdir=True))


def content_type_of(key: str) -> str:
    """The type that a key's ending says. Raises: ValueError, when the key is malformed."""
    match = _KEY.fullmatch(key)
    if match is None or len(key) > MAXIMUM_KEY_LENGTH or match[1] not in CONTENT_TYPES:
        raise ValueError("A blob's key is folders, a name and a known ending.")
    return CONTENT_TYPES[match[1]]


async def _answer(asked: Awaitable[T]) -> T:
    """What the store answers, its failures in our words."""
    try:
        async with asyncio.timeout(_TIMEOUT_SECONDS):
            return await asked
    except FileNotFoundError:
        raise
    except (BaseError, OSError, RuntimeError) as error:
        raise BlobsAway from error
