"""The words of files."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

MIB = 1024**2
LARGEST_WHOLE_BYTES = 5 * 1024**3
LARGEST_BYTES = 5 * 1024**4
LEAST_PART_BYTES = 5 * MIB
USUAL_PART_BYTES = 8 * MIB
MOST_PARTS = 10_000
MOST_PARTS_AT_ONCE = 100
MOST_DELETED_AT_ONCE = 1000
USUAL_URL_SECONDS = 900
LONGEST_URL_SECONDS = 3600
UPLOAD_LIFETIME = timedelta(hours=24)


class FileStatus(StrEnum):
    """Whether the bytes of a file are there."""

    PENDING = "pending"
    AVAILABLE = "available"


class UploadState(StrEnum):
    """Where an upload is: open → completing → completed, open → aborted, open → expired."""

    OPEN = "open"
    COMPLETING = "completing"
    COMPLETED = "completed"
    ABORTED = "aborted"
    EXPIRED = "expired"


RUNNING = (UploadState.OPEN, UploadState.COMPLETING)


@dataclass(frozen=True, slots=True)
class File:
    """A file of an organization. etag: in quotes; checksum_sha256: in base64."""

    id: str
    organization_id: str
    key: str
    size_bytes: int
    content_type: str
    etag: str | None
    checksum_sha256: str | None
    metadata: dict[str, Any]
    created_by: str | None
    object_name: str
    created_at: datetime
    updated_at: datetime
    status: FileStatus = FileStatus.AVAILABLE


@dataclass(frozen=True, slots=True)
class FileUpload:
    """A writing of a file. part_size_bytes, part_count: None where it comes whole."""

    id: str
    organization_id: str
    key: str
    size_bytes: int
    content_type: str
    checksum_sha256: str | None
    metadata: dict[str, Any]
    overwrites: bool
    state: UploadState
    part_size_bytes: int | None
    part_count: int | None
    store_upload_id: str | None
    object_name: str
    parts_digest: bytes | None
    file_id: str | None
    etag: str | None
    created_by: str | None
    expires_at: datetime
    created_at: datetime
    updated_at: datetime

    @property
    def is_whole(self) -> bool:
        """Whether the file comes in one piece."""
        return self.part_size_bytes is None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """What is to be written.

    key: 1 to 1024 bytes of UTF-8; segments between slashes, none of them empty, `.` or `..`.
    size: bytes. checksum_sha256: of all bytes, in base64. metadata: a map of texts, up to 8 KiB.
    overwrite: whether a file of that key is replaced.
    """

    key: str
    content_type: str
    size: int
    checksum_sha256: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    overwrite: bool = False


@dataclass(frozen=True, slots=True)
class SignedUrl:
    """An address that does one thing until a moment; headers: what has to be sent with it."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SignedWrite:
    """Where a file is to be sent, and the file as it will be."""

    signed: SignedUrl
    upload_id: str
    file: File


@dataclass(frozen=True, slots=True)
class SignedPart:
    """Where a part is to be sent."""

    part_number: int
    signed: SignedUrl


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part that has arrived. etag: its MD5 in quotes."""

    part_number: int
    size_bytes: int
    etag: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class NamedPart:
    """A part as the caller names it."""

    part_number: int
    etag: str


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that are in the store."""

    size_bytes: int
    etag: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list. next_cursor: asks for the next one; None at the end."""

    items: tuple[File, ...]
    common_prefixes: tuple[str, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class PartsListed:
    """A page of the parts of an upload. next_cursor: as of Listed."""

    items: tuple[StoredPart, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A key that was not deleted, and why."""

    key: str
    code: str


@dataclass(frozen=True, slots=True)
class Deleted:
    """Which keys are gone, and which were refused."""

    deleted: tuple[str, ...]
    errors: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request to an address that we have signed, as it was sent.

    path: percent-decoded. query: its parameters, each once. content_length: None where it was not
    said.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(repr=False)
    content_type: str = ""
    content_length: int | None = None
    checksum_sha256: str = ""


Body = AsyncIterator[bytes]


class FileNotFound(DomainError):
    """There is no such file."""

    kind, code = Kind.NOT_FOUND, "file_not_found"
    message = "No file has this key."
    parameter = "key"


class FileExists(DomainError):
    """The key is taken, and nobody asked to replace what it names."""

    kind, code = Kind.CONFLICT, "file_exists"
    message = "A file has this key already."
    parameter = "key"


class FileCursorInvalid(DomainError):
    """No cursor of this list."""

    kind, code = Kind.INVALID, "file_cursor_invalid"
    message = "The cursor is not one of this list, or another one was asked for before."
    parameter = "cursor"


class FileTooLarge(DomainError):
    """More than may be sent in this way."""

    kind, code = Kind.INVALID, "file_too_large"
    message = "A file that is sent so has at most {limit} bytes."
    parameter = "size"


class FileQuotaReached(DomainError):
    """The organization keeps as much as it may."""

    kind, code = Kind.PAYMENT_REQUIRED, "file_quota_reached"
    message = "The organization's files may take {limit} bytes together."
    parameter = "size"


class FileUploadNotFound(DomainError):
    """There is no such upload, or it is another key's."""

    kind, code = Kind.NOT_FOUND, "file_upload_not_found"
    message = "No upload has this id."
    parameter = "upload_id"


class FileUploadState(DomainError):
    """The upload is past that."""

    kind, code = Kind.CONFLICT, "file_upload_state"
    message = "The upload is {state}."
    parameter = "upload_id"


class PartInvalid(DomainError):
    """The parts are not those that arrived, or do not make the file."""

    kind, code = Kind.INVALID, "part_invalid"
    message = "The parts cannot be joined: {reason}."
    parameter = "parts"


class PartTooSmall(DomainError):
    """A part that is not the last one is too small."""

    kind, code = Kind.INVALID, "part_too_small"
    message = "Part {part_number} is smaller than {limit} bytes and not the last one."
    parameter = "parts"


class SignedUrlInvalid(DomainError):
    """Not an address of ours, or not for this request."""

    kind, code = Kind.NOT_PERMITTED, "signed_url_invalid"
    message = "This address is not signed for this request."
    parameter = "sig"


class SignedUrlExpired(DomainError):
    """The address held until a moment that is past."""

    kind, code = Kind.NOT_PERMITTED, "signed_url_expired"
    message = "This address has expired."
    parameter = "exp"


class FileBodyInvalid(DomainError):
    """The bytes are not those that were promised."""

    kind, code = Kind.INVALID, "file_body_invalid"
    message = "The bytes are not what was promised: {reason}."
    parameter = "body"


class FileLost(DomainError):
    """Another writer of the same key was faster (RFC 9110, section 13.1.2)."""

    kind, code = Kind.PRECONDITION, "file_lost"
    message = "Another writer has made a file of this key in the meantime."
    parameter = "key"


class FileNotArrived(DomainError):
    """The store has not got the bytes yet."""

    kind, code = Kind.CONFLICT, "file_not_arrived"
    message = "The bytes of this file have not arrived yet."
    parameter = "key"


class FileCreated(Event):
    """The bytes of a file have arrived."""

    name = "file.created"


class FileReplaced(Event):
    """Other bytes are under a key now."""

    name = "file.replaced"


class FileDeleted(Event):
    """A file was deleted."""

    name = "file.deleted"


class FileUploadBegun(Event):
    """Somebody may write a file."""

    name = "fileUpload.begun"


class FileUploadEnded(Event):
    """An upload has ended without a file."""

    name = "fileUpload.ended"
