"""Every SQL statement about files and their uploads."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Integer,
    LargeBinary,
    Text,
    any_,
    bindparam,
    delete,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from charter.core.files.model import RUNNING, File, FileUpload, FileUploadNotFound
from charter.core.files.tables import file_uploads, file_usages, files
from charter.core.organizations.model import OrganizationNotFound
from charter.core.statements import NOW, columns, inserting_new, word
from charter.kernel.db import INSTANCE, Db, Statement, inserting

_organization_id = bindparam("organization_id", type_=Text)
_key = bindparam("key", type_=Text)
_upload_id = bindparam("upload_id", type_=Text)
_file = columns(File, files, status=word("available"))
_upload = columns(FileUpload, file_uploads)
_file_of_key = (
    files.c.instance_id == INSTANCE,
    files.c.organization_id == _organization_id,
    files.c.key == _key,
)
_own_upload = (file_uploads.c.instance_id == INSTANCE, file_uploads.c.id == _upload_id)
_runs = file_uploads.c.state.in_([word(state) for state in RUNNING])
_is_gone = {
    "fk_file_usages_instance_id_organization_id": lambda: OrganizationNotFound("organization_id")
}

# The row is what everybody who changes an organization's files waits for.
LOCK_USAGE = Statement[int](
    insert(file_usages)
    .values(instance_id=INSTANCE, organization_id=_organization_id, used_bytes=0)
    .on_conflict_do_update(
        index_elements=["instance_id", "organization_id"],
        set_={"used_bytes": file_usages.c.used_bytes},
    )
    .returning(file_usages.c.used_bytes),
    violates=_is_gone,
)
CHANGE_USAGE = Statement[None](
    update(file_usages)
    .where(file_usages.c.instance_id == INSTANCE, file_usages.c.organization_id == _organization_id)
    .values(
        used_bytes=func.greatest(
            0, file_usages.c.used_bytes + bindparam("more_bytes", type_=BigInteger)
        )
    )
)
FILE = Statement(select(*_file).where(*_file_of_key), File)
FILE_BY_ID = Statement(
    select(*_file).where(
        files.c.instance_id == INSTANCE, files.c.id == bindparam("file_id", type_=Text)
    ),
    File,
)
FILES = Statement(
    select(*_file)
    .where(
        files.c.instance_id == INSTANCE,
        files.c.organization_id == _organization_id,
        files.c.key == any_(bindparam("keys", type_=ARRAY(Text))),
    )
    .order_by(files.c.key),
    File,
)
PAGE = Statement(
    select(*_file)
    .where(
        files.c.instance_id == INSTANCE,
        files.c.organization_id == _organization_id,
        files.c.key >= bindparam("start", type_=Text),
        files.c.key.op("^@")(bindparam("prefix", type_=Text)),
    )
    .order_by(files.c.key)
    .limit(bindparam("limit", type_=Integer)),
    File,
)
# Goes from one entry to the next, whatever is below a folder: where it has been it starts behind
# the last key of all that begin so, which is the same with the character after the delimiter's.
ENTRIES = Statement[Any](
    text("""
WITH RECURSIVE walk (entry, is_folder, n) AS (
    SELECT NULL::text COLLATE "C", false, 0
    UNION ALL
    SELECT found.entry, found.is_folder, walk.n + 1
    FROM walk CROSS JOIN LATERAL (
        SELECT CASE WHEN place.at > 0
                    THEN left(first.key, length(:prefix) + place.at + length(:delimiter) - 1)
                    ELSE first.key END COLLATE "C" AS entry,
               place.at > 0 AS is_folder
        FROM (
            SELECT files.key FROM files
            WHERE files.instance_id = :instance_id
              AND files.organization_id = :organization_id
              AND files.key ^@ CAST(:prefix AS text)
              AND files.key >= CASE
                  WHEN walk.entry IS NULL THEN CAST(:start AS text)
                  WHEN walk.is_folder THEN left(walk.entry, -1) || CAST(:behind AS text)
                  ELSE walk.entry || chr(1) END
            ORDER BY files.key LIMIT 1
        ) AS first
        CROSS JOIN LATERAL (
            SELECT position(CAST(:delimiter AS text) IN substr(first.key, length(:prefix) + 1))
        ) AS place (at)
    ) AS found
    WHERE walk.n < CAST(:limit AS integer)
)
SELECT walk.entry, walk.is_folder FROM walk WHERE walk.n > 0 ORDER BY walk.n
"""),
    across_instances="it names the instance where it reads files; the rest of it is its own walk",
)
KEEPING = Statement[Any](
    select(file_usages.c.organization_id).where(file_usages.c.instance_id == INSTANCE)
)
INSERT_FILE = inserting_new(files, "organization_id", "key")
REPLACE_FILE = Statement[None](
    update(files)
    .where(*_file_of_key)
    .values(
        {
            name: bindparam(name, type_=files.c[name].type)
            for name in (
                "size_bytes",
                "content_type",
                "etag",
                "checksum_sha256",
                "metadata",
                "created_by",
                "object_name",
                "updated_at",
            )
        }
    )
)
DELETE_FILES = Statement(
    delete(files)
    .where(
        files.c.instance_id == INSTANCE,
        files.c.organization_id == _organization_id,
        files.c.key == any_(bindparam("keys", type_=ARRAY(Text))),
    )
    .returning(*_file),
    File,
)
INSERT_UPLOAD = inserting(file_uploads)
UPLOAD = Statement(select(*_upload).where(*_own_upload), FileUpload)
LOCKED_UPLOAD = Statement(select(*_upload).where(*_own_upload).with_for_update(), FileUpload)
# Committed by itself: what joins the parts may take longer than a transaction may be open.
BEGIN_COMPLETING = Statement(
    update(file_uploads)
    .where(
        *_own_upload,
        or_(
            file_uploads.c.state == word("open"),
            file_uploads.c.parts_digest == bindparam("parts_digest", type_=LargeBinary),
        ),
        _runs,
    )
    .values(
        state=word("completing"),
        parts_digest=bindparam("parts_digest", type_=LargeBinary),
        updated_at=NOW,
    )
    .returning(*_upload),
    FileUpload,
)
REOPEN = Statement[None](
    update(file_uploads)
    .where(*_own_upload, file_uploads.c.state == word("completing"))
    .values(state=word("open"), parts_digest=None, updated_at=NOW)
)
GIVE_UP = Statement[None](
    update(file_uploads)
    .where(*_own_upload, file_uploads.c.state == word("completing"))
    .values(expires_at=NOW)
)
END_UPLOAD = Statement[None](
    update(file_uploads)
    .where(*_own_upload)
    .values(
        state=bindparam("state", type_=Text),
        file_id=bindparam("file_id", type_=Text),
        etag=bindparam("etag", type_=Text),
        updated_at=NOW,
    )
)
RUNNING_OF_KEY = Statement(
    select(*_upload)
    .where(
        file_uploads.c.instance_id == INSTANCE,
        file_uploads.c.organization_id == _organization_id,
        file_uploads.c.key == _key,
        file_uploads.c.part_size_bytes.is_(None),
        file_uploads.c.state == word("open"),
    )
    .order_by(file_uploads.c.created_at, file_uploads.c.id)
    .limit(20),
    FileUpload,
)
OVERDUE = Statement[Any](
    select(file_uploads.c.instance_id, file_uploads.c.id)
    .where(
        _runs,
        file_uploads.c.expires_at < bindparam("open_before", type_=DateTime(timezone=True)),
        or_(
            file_uploads.c.state == word("open"),
            file_uploads.c.expires_at < bindparam("joining_before", type_=DateTime(timezone=True)),
        ),
    )
    .order_by(file_uploads.c.expires_at)
    .limit(100),
    across_instances="the worker ends the uploads of all instances",
)
CLEAR = Statement[None](
    delete(file_uploads).where(
        ~_runs, file_uploads.c.updated_at < bindparam("before", type_=DateTime(timezone=True))
    ),
    across_instances="the worker clears the uploads of all instances",
)


async def lock_usage(db: Db, organization_id: str) -> int:
    """What an organization's files take, nobody else changing them until the transaction ends.

    Raises: OrganizationNotFound.
    """
    return int(await db.value(LOCK_USAGE, organization_id=organization_id))


async def change_usage(db: Db, organization_id: str, more_bytes: int) -> None:
    """Count more, or less, as used by an organization."""
    if more_bytes:
        await db.run(CHANGE_USAGE, organization_id=organization_id, more_bytes=more_bytes)


async def find_file(db: Db, organization_id: str, key: str) -> File | None:
    """The file with a key."""
    return await db.find(FILE, organization_id=organization_id, key=key)


async def get_upload(db: Db, upload_id: str) -> FileUpload:
    """The upload. Raises: FileUploadNotFound."""
    return await db.one(UPLOAD, missing=FileUploadNotFound(), upload_id=upload_id)


async def lock_upload(db: Db, upload_id: str) -> FileUpload:
    """The upload, locked until the transaction ends. Raises: FileUploadNotFound."""
    return await db.one(LOCKED_UPLOAD, missing=FileUploadNotFound(), upload_id=upload_id)


async def end_upload(
    db: Db,
    upload: FileUpload,
    state: str,
    now: datetime,
    *,
    file_id: str | None = None,
    etag: str | None = None,
) -> None:
    """Write how an upload ended."""
    await db.run(END_UPLOAD, upload_id=upload.id, state=state, now=now, file_id=file_id, etag=etag)


async def search_entries(
    db: Db,
    organization_id: str,
    *,
    prefix: str,
    delimiter: str | None,
    after: str | None,
    limit: int,
) -> list[File | str]:
    """Files, and beginnings that several keys may share, in the order of their bytes."""
    start = prefix
    if after is not None:
        is_folder = delimiter is not None and delimiter in after.removeprefix(prefix)
        # Behind a key stands nothing before itself and a character that no key has.
        start = max(prefix, _behind(after) if is_folder else after + "\x01", key=str.encode)
    where = {"organization_id": organization_id, "prefix": prefix, "start": start}
    if delimiter is None:
        return [*await db.all(PAGE, **where, limit=limit)]
    walked = await db.all(
        ENTRIES, **where, delimiter=delimiter, behind=_next(delimiter[-1]), limit=limit
    )
    wanted = [row["entry"] for row in walked if not row["is_folder"]]
    found = {
        file.key: file for file in await db.all(FILES, organization_id=organization_id, keys=wanted)
    }
    # A file that went between the two statements is left out.
    entries = [row["entry"] if row["is_folder"] else found.get(row["entry"]) for row in walked]
    return [each for each in entries if each is not None]


def _behind(folder: str) -> str:
    """The least text behind all that begin with a folder."""
    return folder[:-1] + _next(folder[-1])


def _next(character: str) -> str:
    """The character after one, in the order of UTF-8, which has no surrogates."""
    number = min(ord(character) + 1, 0x10FFFF)
    return chr(0xE000 if 0xD800 <= number < 0xE000 else number)


FILE_COLUMNS = tuple(column.name for column in files.columns if column.name != "instance_id")
"""What a row of a file is written from."""
