"""What a store of files' bytes can, whichever it is."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, cast

from charter.core.files.model import (
    Body,
    FileUpload,
    NamedPart,
    Stored,
    StoredPart,
)
from charter.kernel.errors import Unavailable
from charter.kernel.platform import Platform


class FilesAway(Unavailable):
    """The store did not answer, or not as it should."""

    code = "files_away"
    message = "The file store is not available. Try again in a moment."


class Received(Protocol):
    """Bytes that have come and are kept nowhere yet."""

    @property
    def size_bytes(self) -> int:
        """How many there are."""

    @property
    def etag(self) -> str:
        """Their MD5, in quotes."""

    @property
    def sha256(self) -> bytes | None:
        """Their SHA-256, where it was asked for."""


class Store(Protocol):
    """Where the bytes of files are, under names of ours: instance, organization, one of its own."""

    @property
    def signs(self) -> bool:
        """Whether clients read and write at the store itself, by addresses that it has signed."""

    async def sign_write(
        self, upload: FileUpload, seconds: int, now: datetime
    ) -> tuple[str, Mapping[str, str]]:
        """The address that takes a whole file, and what has to be sent with it."""

    async def sign_part(
        self, upload: FileUpload, part_number: int, seconds: int, now: datetime
    ) -> tuple[str, Mapping[str, str]]:
        """The same for a part."""

    async def sign_read(
        self, name: str, disposition: str, content_type: str, seconds: int, now: datetime
    ) -> str:
        """The address that gives a file."""

    async def begin(self, name: str, content_type: str) -> str | None:
        """Make room for parts. Returns: what the store calls them, if it does."""

    async def parts(self, upload: FileUpload, after: int, limit: int) -> Sequence[StoredPart]:
        """Parts that have arrived, by number, those behind `after`."""

    async def complete(self, upload: FileUpload, parts: Sequence[NamedPart]) -> Stored:
        """Join parts to what was promised; doing it again gives the same.

        Raises: PartInvalid, PartTooSmall, FileUploadNotFound: nothing is changed then;
            FileBodyInvalid, where they are joined and are not what was promised.
        """

    async def abort(self, name: str, store_upload_id: str | None) -> None:
        """Forget the parts that have come for a name; none there is fine."""

    async def look(self, name: str) -> Stored | None:
        """What is kept under a name."""

    async def delete(self, name: str) -> None:
        """Forget the bytes under a name; nothing there is fine."""

    async def delete_below(self, folder: str) -> None:
        """Forget all bytes and parts of an organization, or of an instance."""


class OwnStore(Store, Protocol):
    """A store that this server itself reads and writes."""

    def receive(
        self, body: Body, most_bytes: int, *, with_sha256: bool
    ) -> AbstractAsyncContextManager[Received]:
        """Take in bytes; what is not kept within the block is forgotten.

        Raises: FileBodyInvalid, at the first byte beyond `most_bytes`.
        """

    async def keep(self, received: Received, name: str) -> None:
        """Keep what came as a file of its own, whole or not at all."""

    async def keep_part(
        self, received: Received, upload: FileUpload, part_number: int, nonce: str
    ) -> None:
        """Keep what came as a part, in place of what was there.

        Raises: FileUploadState, where the upload takes none; SignedUrlInvalid, for a nonce that
            has written already.
        """

    def read(self, name: str, start: int, length: int) -> AsyncIterator[bytes]:
        """The bytes from a place on. Raises: FileNotFound, before the first of them."""

    async def sweep(self, before: datetime) -> None:
        """Forget what began to come before a moment and never ended."""


def store_of(platform: Platform) -> Store:
    """The store of a platform. Raises: FilesAway, where there is none."""
    if platform.files is None:
        raise FilesAway
    return cast("Store", platform.files)


def own_store_of(platform: Platform) -> OwnStore:
    """The store, where the server itself reads and writes it. Raises: FilesAway."""
    store = store_of(platform)
    if store.signs:
        raise FilesAway
    return cast("OwnStore", store)
