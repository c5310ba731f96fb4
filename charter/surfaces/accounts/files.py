"""Files of an account: what is there, and the addresses to write, read and join it by."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.files import model, multipart, operations
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.shapes import Moment, moment
from charter.wire.call import Call, In, Out, View


class FileOut(Out):
    """A file. checksum_sha256: in base64; created_by: the user who asked for its address."""

    key: str
    size: int
    content_type: str
    etag: str | None
    checksum_sha256: str | None
    status: str
    metadata: dict[str, str]
    created_by: str | None
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, row: model.File, _view: View) -> "FileOut":
        """As this API writes it."""
        return cls(
            key=row.key,
            size=row.size_bytes,
            content_type=row.content_type,
            etag=row.etag,
            checksum_sha256=row.checksum_sha256,
            status=row.status.value,
            metadata=row.metadata,
            created_by=None if row.created_by is None else ids.uid(row.created_by),
            created_at=moment(row.created_at),
            updated_at=moment(row.updated_at),
        )


class FilesOut(Out):
    """A page of files, and of the beginnings that the keys of others share."""

    items: list[FileOut]
    common_prefixes: list[str]
    next_cursor: str | None

    @classmethod
    def of(cls, found: model.Listed, view: View) -> "FilesOut":
        """As this API writes it."""
        return cls(
            items=[FileOut.of(each, view) for each in found.items],
            common_prefixes=list(found.common_prefixes),
            next_cursor=found.next_cursor,
        )


class SignedOut(Out):
    """An address that does one thing. headers: to be sent exactly so."""

    method: str
    url: str
    headers: Mapping[str, str]
    expires_at: Moment

    @classmethod
    def of(cls, row: model.SignedUrl, _view: View) -> "SignedOut":
        """As this API writes it."""
        return cls(
            method=row.method, url=row.url, headers=row.headers, expires_at=moment(row.expires_at)
        )


class SignedWriteOut(SignedOut):
    """An address that takes a file, and the file that will be there."""

    file: FileOut

    @classmethod
    def of(cls, row: Any, view: View) -> "SignedWriteOut":
        """As this API writes a SignedWrite."""
        signed = msgspec.structs.asdict(SignedOut.of(row.signed, view))
        return cls(**signed, file=FileOut.of(row.file, view))


class SignedPartOut(SignedOut):
    """An address that takes a part."""

    part_number: int

    @classmethod
    def of(cls, row: Any, view: View) -> "SignedPartOut":
        """As this API writes a SignedPart."""
        signed = msgspec.structs.asdict(SignedOut.of(row.signed, view))
        return cls(**signed, part_number=row.part_number)


class SignedPartsOut(Out):
    """Addresses of parts."""

    parts: list[SignedPartOut]

    @classmethod
    def of(cls, rows: tuple[model.SignedPart, ...], view: View) -> "SignedPartsOut":
        """As this API writes them."""
        return cls(parts=[SignedPartOut.of(each, view) for each in rows])


class UploadOut(Out):
    """An upload in parts."""

    upload_id: str
    key: str
    part_size: int
    part_count: int
    expires_at: Moment

    @classmethod
    def of(cls, row: model.FileUpload, _view: View) -> "UploadOut":
        """As this API writes it."""
        return cls(
            upload_id=row.id,
            key=row.key,
            part_size=row.part_size_bytes or 0,
            part_count=row.part_count or 0,
            expires_at=moment(row.expires_at),
        )


class PartOut(Out):
    """A part that has arrived."""

    part_number: int
    size: int
    etag: str
    uploaded_at: Moment


class PartsOut(Out):
    """A page of the parts that have arrived."""

    items: list[PartOut]
    next_cursor: str | None

    @classmethod
    def of(cls, found: model.PartsListed, _view: View) -> "PartsOut":
        """As this API writes it."""
        items = [
            PartOut(
                part_number=each.part_number,
                size=each.size_bytes,
                etag=each.etag,
                uploaded_at=moment(each.uploaded_at),
            )
            for each in found.items
        ]
        return cls(items=items, next_cursor=found.next_cursor)


class RefusedOut(Out):
    """A key that was not deleted."""

    key: str
    code: str


class DeletedOut(Out):
    """What became of each key."""

    deleted: list[str]
    errors: list[RefusedOut]

    @classmethod
    def of(cls, row: model.Deleted, _view: View) -> "DeletedOut":
        """As this API writes it."""
        codes = {model.FileNotFound.code: "not_found"}
        return cls(
            deleted=list(row.deleted),
            errors=[
                RefusedOut(key=each.key, code=codes.get(each.code, "validation_error"))
                for each in row.errors
            ],
        )


class FilesQuery(In):
    """Which files. prefix: how their keys begin; delimiter: what ends a folder."""

    prefix: str | UnsetType = UNSET
    delimiter: str | UnsetType = UNSET
    limit: int | UnsetType = UNSET
    cursor: str | UnsetType = UNSET


class NewFileIn(In, kw_only=True):
    """What is to be written. checksum_sha256: of all of it, in base64."""

    key: str
    content_type: str
    size: int
    checksum_sha256: str | None = None
    metadata: dict[str, str] = msgspec.field(default_factory=dict)
    overwrite: bool = False


class PresignIn(NewFileIn, kw_only=True):
    """The same, and for how many seconds the address is to hold."""

    expires_in: int | UnsetType = UNSET


class ReadIn(In, kw_only=True):
    """Which file to read, and for how many seconds the address is to hold."""

    key: str
    expires_in: int | UnsetType = UNSET


class KeyIn(In, kw_only=True):
    """Which file."""

    key: str


class KeysIn(In, kw_only=True):
    """Which files, 1 to 1000."""

    keys: list[str]


class UploadIn(In, kw_only=True):
    """Which upload."""

    upload_id: str
    key: str


class PartsIn(UploadIn, kw_only=True):
    """Which page of its parts."""

    limit: int | UnsetType = UNSET
    cursor: str | UnsetType | None = UNSET


class PresignPartsIn(UploadIn, kw_only=True):
    """Which of its parts, up to 100, and for how many seconds the addresses are to hold."""

    part_numbers: list[int]
    expires_in: int | UnsetType = UNSET


class PartIn(In, kw_only=True):
    """A part, with the etag that it was answered with."""

    part_number: int
    etag: str


class CompleteIn(UploadIn, kw_only=True):
    """All of its parts, in order."""

    parts: list[PartIn]


def named_parts(parts: list[PartIn]) -> list[model.NamedPart]:
    """Parts as the core takes them."""
    return [model.NamedPart(each.part_number, each.etag) for each in parts]


NAMES = {"account_id": "organization_id"}
ACCOUNT = {"account_id": ids.organization_id}
FILES = "/api/accounts/{account_id}/files"


def _post(path: str, operation: Any, out: Any, body: Any, **more: Any) -> Call:
    """A call about files of an account, asked for in the body."""
    names = {**NAMES, **more.pop("names", {})}
    reads = {**ACCOUNT, **more.pop("reads", {})}
    return Call("POST", FILES + path, operation, out, body=body, names=names, reads=reads, **more)


CALLS = [
    Call(
        "DELETE",
        FILES,
        operations.delete_several,
        DeletedOut,
        body=KeysIn,
        names={**NAMES, "keys": "file_keys"},
        reads=ACCOUNT,
    ),
    # Some programs between drop the body of a DELETE.
    _post("/delete", operations.delete_several, DeletedOut, KeysIn, names={"keys": "file_keys"}),
    Call(
        "GET",
        FILES,
        operations.search,
        FilesOut,
        query=FilesQuery,
        names=NAMES,
        reads=ACCOUNT,
    ),
    _post("/presign", operations.presign_write, SignedWriteOut, PresignIn),
    _post("/presign-read", operations.presign_read, SignedOut, ReadIn),
    _post("/confirm", operations.confirm, FileOut, KeyIn),
    _post("/multipart/create", multipart.create_upload, UploadOut, NewFileIn, status=201),
    _post("/multipart/parts", multipart.list_parts, PartsOut, PartsIn),
    _post("/multipart/presign", multipart.presign_parts, SignedPartsOut, PresignPartsIn),
    _post(
        "/multipart/complete",
        multipart.complete_upload,
        FileOut,
        CompleteIn,
        reads={"parts": named_parts},
    ),
    _post("/multipart/abort", multipart.abort_upload, None, UploadIn, status=204),
]
