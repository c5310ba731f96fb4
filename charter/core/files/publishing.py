"""How bytes that have arrived become a file, and how an upload is begun and ends without one."""

import secrets
from datetime import datetime, timedelta

from charter.core.files import freeing, queries
from charter.core.files.model import (
    RUNNING,
    File,
    FileCreated,
    FileExists,
    FileQuotaReached,
    FileReplaced,
    FileStatus,
    FileUpload,
    FileUploadBegun,
    FileUploadEnded,
    FileUploadNotFound,
    FileUploadState,
    NewFile,
    Stored,
    UploadState,
)
from charter.core.files.stores import store_of
from charter.core.keys.lookup import instance_of
from charter.kernel.operation import Context


async def begin(
    ctx: Context,
    organization_id: str,
    new: NewFile,
    *,
    lifetime: timedelta,
    part_size_bytes: int | None = None,
) -> FileUpload:
    """Promise room for a file, and keep that it may be written.

    Raises: OrganizationNotFound; FileExists; FileQuotaReached.
    Announces: FileUploadBegun.
    """
    quota = (await instance_of(ctx)).settings.files.quota_bytes
    name = f"{ctx.actor.instance_id}/{organization_id}/{secrets.token_hex(16)}"
    store_upload_id = None
    if part_size_bytes is not None:
        store_upload_id = await store_of(ctx.platform).begin(name, new.content_type)
    used = await queries.lock_usage(ctx.db, organization_id)
    if not new.overwrite and await queries.find_file(ctx.db, organization_id, new.key):
        raise FileExists
    if used + new.size > quota:
        raise FileQuotaReached(limit=quota)
    await queries.change_usage(ctx.db, organization_id, new.size)
    upload = FileUpload(
        id=ctx.new_id("upl_"),
        organization_id=organization_id,
        key=new.key,
        size_bytes=new.size,
        content_type=new.content_type,
        checksum_sha256=new.checksum_sha256,
        metadata=dict(new.metadata),
        overwrites=new.overwrite,
        state=UploadState.OPEN,
        part_size_bytes=part_size_bytes,
        part_count=-(-new.size // part_size_bytes) if part_size_bytes else None,
        store_upload_id=store_upload_id,
        object_name=name,
        parts_digest=None,
        file_id=None,
        etag=None,
        created_by=ctx.actor.user_id,
        expires_at=ctx.now + lifetime,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    ctx.db.insert_later(queries.INSERT_UPLOAD, upload)
    ctx.announce(FileUploadBegun(upload))
    return upload


def as_file(upload: FileUpload, status: FileStatus) -> File:
    """The file that an upload is to become, or became."""
    return File(
        id=upload.file_id or upload.id,
        organization_id=upload.organization_id,
        key=upload.key,
        size_bytes=upload.size_bytes,
        content_type=upload.content_type,
        etag=upload.etag,
        checksum_sha256=upload.checksum_sha256,
        metadata=upload.metadata,
        created_by=upload.created_by,
        object_name=upload.object_name,
        created_at=upload.created_at,
        updated_at=upload.updated_at,
        status=status,
    )


def check_runs(upload: FileUpload, now: datetime) -> None:
    """Refuse an upload that has ended, or should have. Raises: FileUploadState."""
    if upload.state not in RUNNING:
        raise FileUploadState(state=upload.state.value)
    if upload.expires_at <= now:
        raise FileUploadState(state=UploadState.EXPIRED.value)


async def hold(ctx: Context, upload: FileUpload) -> FileUpload:
    """The upload as it is now, with the organization's files, until the transaction ends.

    Raises: OrganizationNotFound; FileUploadNotFound.
    """
    await queries.lock_usage(ctx.db, upload.organization_id)
    held = await queries.lock_upload(ctx.db, upload.id)
    if held.organization_id != upload.organization_id:
        raise FileUploadNotFound
    return held


async def publish(ctx: Context, upload: FileUpload, stored: Stored) -> File:
    """Make a file of the bytes of an upload that is held.

    Raises: FileExists, where another was faster and is not to be replaced.
    Announces: FileCreated or FileReplaced.
    """
    before = await queries.find_file(ctx.db, upload.organization_id, upload.key)
    if before is not None and not upload.overwrites:
        raise FileExists
    file = File(
        id=before.id if before else ctx.new_id("fil_"),
        organization_id=upload.organization_id,
        key=upload.key,
        size_bytes=upload.size_bytes,
        content_type=upload.content_type,
        etag=stored.etag,
        checksum_sha256=upload.checksum_sha256,
        metadata=upload.metadata,
        created_by=upload.created_by,
        object_name=upload.object_name,
        created_at=before.created_at if before else ctx.now,
        updated_at=ctx.now,
    )
    values = {name: getattr(file, name) for name in queries.FILE_COLUMNS}
    if before is None:
        await ctx.db.run(queries.INSERT_FILE, **values)
        ctx.announce(FileCreated(file))
    else:
        await ctx.db.run(queries.REPLACE_FILE, **values)
        await queries.change_usage(ctx.db, upload.organization_id, -before.size_bytes)
        freeing.free(ctx, [before.object_name], after=freeing.STILL_READ_FOR)
        ctx.announce(FileReplaced(file, before=before))
    await queries.end_upload(
        ctx.db, upload, UploadState.COMPLETED, ctx.now, file_id=file.id, etag=stored.etag
    )
    return file


async def end(ctx: Context, upload: FileUpload, state: UploadState) -> None:
    """End an upload that is held, without a file. Announces: FileUploadEnded."""
    await queries.end_upload(ctx.db, upload, state, ctx.now)
    await queries.change_usage(ctx.db, upload.organization_id, -upload.size_bytes)
    freeing.free_upload(ctx, upload)
    ctx.announce(FileUploadEnded(before=upload))


async def settle(ctx: Context, upload: FileUpload) -> File | None:
    """Make a file of what has come to a store that takes it by itself, if it is there.

    To be called before the transaction begins. Raises: FileExists; FilesAway.
    """
    stored = await store_of(ctx.platform).look(upload.object_name)
    if stored is None or stored.size_bytes != upload.size_bytes:
        return None
    held = await hold(ctx, upload)
    if held.state is UploadState.COMPLETED:
        return as_file(held, FileStatus.AVAILABLE)
    if held.state is not UploadState.OPEN:
        raise FileUploadState(state=held.state.value)
    return await publish(ctx, held, stored)
