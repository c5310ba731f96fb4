"""What can be done with files that come in parts."""

import hashlib
from collections.abc import Sequence

from charter.core.files import addresses, cursors, keys, publishing, queries
from charter.core.files.model import (
    LONGEST_URL_SECONDS,
    MIB,
    MOST_PARTS,
    MOST_PARTS_AT_ONCE,
    RUNNING,
    UPLOAD_LIFETIME,
    USUAL_PART_BYTES,
    USUAL_URL_SECONDS,
    File,
    FileBodyInvalid,
    FileCursorInvalid,
    FileExists,
    FileQuotaReached,
    FileStatus,
    FileTooLarge,
    FileUpload,
    FileUploadNotFound,
    FileUploadState,
    NamedPart,
    NewFile,
    PartInvalid,
    PartsListed,
    PartTooSmall,
    SignedPart,
    SignedUrl,
    UploadState,
)
from charter.core.files.stores import store_of
from charter.core.organization_domains.claiming import allow_apart
from charter.core.organizations.model import OrganizationNotFound
from charter.core.vocabulary import Permission
from charter.kernel.db import Db
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context, operation

MOST_LISTED = 100


@operation(
    "files.create_upload",
    permission=Permission.FILES_MANAGE,
    raises=(FileExists, FileQuotaReached, FileTooLarge, OrganizationNotFound),
)
async def create_upload(ctx: Context, organization_id: str, new: NewFile) -> FileUpload:
    """Begin to write a file in parts; there are 24 hours for it.

    A part has 8 MiB, or as many whole MiB as 10000 of them need for the file.
    Raises: InvalidInput; FileTooLarge; FileExists; FileQuotaReached; OrganizationNotFound.
    Announces: FileUploadBegun.
    """
    keys.check_new(new, in_parts=True)
    await allow_apart(ctx, organization_id)
    return await publishing.begin(
        ctx,
        organization_id,
        new,
        lifetime=UPLOAD_LIFETIME,
        part_size_bytes=part_size(new.size),
    )


@operation(
    "files.list_parts",
    permission=Permission.FILES_MANAGE,
    raises=(FileCursorInvalid, FileUploadNotFound),
    writes=False,
)
async def list_parts(
    ctx: Context,
    organization_id: str,
    upload_id: str,
    key: str,
    *,
    limit: int = 20,
    cursor: str | None = None,
) -> PartsListed:
    """List the parts that have arrived, by number; none, once the upload has ended.

    limit: 1 to 100.
    Raises: InvalidInput; FileCursorInvalid; FileUploadNotFound.
    """
    await ctx.allow(organization_id)
    if not 1 <= limit <= MOST_LISTED:
        raise InvalidInput("limit", reason=f"it must be from 1 to {MOST_LISTED}")
    upload = await _of(ctx.db, organization_id, upload_id, key)
    bound = (upload.id,)
    after = int(cursors.read(ctx, bound, cursor) or 0)
    if upload.state is not UploadState.OPEN:
        return PartsListed((), None)
    found = await store_of(ctx.platform).parts(upload, after, limit + 1)
    page = tuple(found[:limit])
    if len(found) <= limit:
        return PartsListed(page, None)
    return PartsListed(page, cursors.write(ctx, bound, str(page[-1].part_number)))


@operation(
    "files.presign_parts",
    permission=Permission.FILES_MANAGE,
    raises=(FileUploadNotFound, FileUploadState),
    writes=False,
)
async def presign_parts(
    ctx: Context,
    organization_id: str,
    upload_id: str,
    key: str,
    part_numbers: Sequence[int],
    *,
    expires_in: int = USUAL_URL_SECONDS,
) -> tuple[SignedPart, ...]:
    """Give addresses that take parts, each once; a part may be sent again to another one.

    part_numbers: 1 to 100 different ones, each from 1 to 10000. expires_in: 1 to 3600 seconds.
    Raises: InvalidInput; FileUploadNotFound; FileUploadState.
    """
    await ctx.allow(organization_id)
    if not 1 <= len(part_numbers) <= MOST_PARTS_AT_ONCE:
        raise InvalidInput("part_numbers", reason=f"1 to {MOST_PARTS_AT_ONCE}")
    if len(set(part_numbers)) != len(part_numbers):
        raise InvalidInput("part_numbers", reason="it must not name one thing twice")
    if not all(1 <= number <= MOST_PARTS for number in part_numbers):
        raise InvalidInput("part_numbers", reason=f"each from 1 to {MOST_PARTS}")
    if not 1 <= expires_in <= LONGEST_URL_SECONDS:
        raise InvalidInput("expires_in", reason=f"it must be from 1 to {LONGEST_URL_SECONDS}")
    upload = await _of(ctx.db, organization_id, upload_id, key)
    publishing.check_runs(upload, ctx.now)
    if upload.state is not UploadState.OPEN:
        raise FileUploadState(state=upload.state.value)
    return tuple([await _sign(ctx, upload, number, expires_in) for number in part_numbers])


@operation(
    "files.complete_upload",
    permission=Permission.FILES_MANAGE,
    raises=(
        FileBodyInvalid,
        FileExists,
        FileUploadNotFound,
        FileUploadState,
        OrganizationNotFound,
        PartInvalid,
        PartTooSmall,
    ),
    costly=True,
)
async def complete_upload(
    ctx: Context, organization_id: str, upload_id: str, key: str, parts: Sequence[NamedPart]
) -> File:
    """Join parts to the file. Asked again with the same parts, it gives the same file.

    parts: 1 to 10000 in ascending order, each with the etag that it was answered with; each but
    the last of 5 MiB or more, all together as large as was said.
    Raises: PartInvalid; PartTooSmall; FileBodyInvalid, where the checksum is another one;
        FileExists; FileUploadNotFound; FileUploadState; OrganizationNotFound.
    Announces: FileCreated or FileReplaced.
    """
    await allow_apart(ctx, organization_id)
    digest = _checked_parts(parts)
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    begun = await _begin_joining(ctx, reading, (organization_id, upload_id, key), digest)
    if begun.state is UploadState.COMPLETED:
        return await _made(reading, begun)
    try:
        stored = await store_of(ctx.platform).complete(begun, parts)
    except (PartInvalid, PartTooSmall):
        await reading.run(queries.REOPEN, upload_id=upload_id, now=ctx.now)
        raise
    except FileBodyInvalid:
        # What a service has joined it takes apart no more: the sweep ends the upload.
        await reading.run(queries.GIVE_UP, upload_id=upload_id, now=ctx.now)
        raise
    held = await publishing.hold(ctx, begun)
    await ctx.confirm(organization_id)
    if held.state is UploadState.COMPLETED:
        return await _made(ctx.db, held)
    if held.state is not UploadState.COMPLETING:
        raise FileUploadState(state=held.state.value)
    return await publishing.publish(ctx, held, stored)


@operation(
    "files.abort_upload",
    permission=Permission.FILES_MANAGE,
    raises=(FileUploadNotFound, FileUploadState, OrganizationNotFound),
)
async def abort_upload(ctx: Context, organization_id: str, upload_id: str, key: str) -> FileUpload:
    """Drop an upload and its parts. Doing it again changes nothing.

    Raises: FileUploadNotFound; FileUploadState, once its parts are being joined;
        OrganizationNotFound.
    Announces: FileUploadEnded, the first time.
    """
    await ctx.allow(organization_id)
    upload = await publishing.hold(ctx, await _of(ctx.db, organization_id, upload_id, key))
    if upload.state in (UploadState.ABORTED, UploadState.EXPIRED):
        return upload
    if upload.state is not UploadState.OPEN:
        raise FileUploadState(state=upload.state.value)
    await publishing.end(ctx, upload, UploadState.ABORTED)
    return upload


def part_size(size_bytes: int) -> int:
    """How many bytes each part of a file has, but the last."""
    least = -(-size_bytes // MOST_PARTS)
    return max(USUAL_PART_BYTES, -(-least // MIB) * MIB)


async def _of(db: Db, organization_id: str, upload_id: str, key: str) -> FileUpload:
    """The upload in parts. Raises: FileUploadNotFound, also for another organization's or key's."""
    upload = await queries.get_upload(db, upload_id)
    if upload.organization_id != organization_id or upload.key != key or upload.is_whole:
        raise FileUploadNotFound
    return upload


async def _begin_joining(
    ctx: Context, reading: Db, named: tuple[str, str, str], digest: bytes
) -> FileUpload:
    """The upload, whose parts nobody joins in another way now; or it is complete with these.

    Raises: FileUploadNotFound; FileUploadState; FileExists.
    """
    upload = await _of(reading, *named)
    if upload.state in RUNNING:
        publishing.check_runs(upload, ctx.now)
        is_taken = not upload.overwrites and await queries.find_file(
            reading, upload.organization_id, upload.key
        )
        if not is_taken:
            begun = await reading.find(
                queries.BEGIN_COMPLETING, upload_id=upload.id, parts_digest=digest, now=ctx.now
            )
            if begun is not None:
                return begun
        # Somebody may have joined the same parts a moment ago.
        upload = await _of(reading, *named)
        if is_taken and upload.state in RUNNING:
            raise FileExists
    if upload.state is not UploadState.COMPLETED or upload.parts_digest != digest:
        raise FileUploadState(state=upload.state.value)
    return upload


async def _sign(ctx: Context, upload: FileUpload, number: int, seconds: int) -> SignedPart:
    store = store_of(ctx.platform)
    if not store.signs:
        return SignedPart(number, addresses.sign_part(ctx, upload, number, seconds))
    url, headers = await store.sign_part(upload, number, seconds, ctx.now)
    expires_at = addresses.end_of(ctx.now, seconds)
    return SignedPart(number, SignedUrl("PUT", url, headers, expires_at))


def _checked_parts(parts: Sequence[NamedPart]) -> bytes:
    """What stands for a list of parts. Raises: PartInvalid."""
    if not 1 <= len(parts) <= MOST_PARTS:
        raise PartInvalid(reason=f"there must be 1 to {MOST_PARTS}")
    numbers = [part.part_number for part in parts]
    if numbers != sorted(set(numbers)) or not 1 <= numbers[0] <= numbers[-1] <= MOST_PARTS:
        raise PartInvalid(reason="they must ascend, each number once")
    text = "\n".join(f"{part.part_number} {part.etag.strip(chr(34))}" for part in parts)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


async def _made(db: Db, upload: FileUpload) -> File:
    """The file that an upload became, also where it is gone or another one since."""
    file = await db.find(queries.FILE_BY_ID, file_id=upload.file_id)
    if file is not None and file.object_name == upload.object_name:
        return file
    return publishing.as_file(upload, FileStatus.AVAILABLE)
