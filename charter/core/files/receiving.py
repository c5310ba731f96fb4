"""What a signed address of ours does: it takes a file, or a part, or gives one."""

from charter.core.files import addresses, publishing, queries
from charter.core.files.keys import read_checksum
from charter.core.files.model import (
    MOST_PARTS,
    Body,
    File,
    FileBodyInvalid,
    FileExists,
    FileLost,
    FileNotFound,
    FileUpload,
    FileUploadNotFound,
    FileUploadState,
    SignedRequest,
    SignedUrlExpired,
    SignedUrlInvalid,
    Stored,
    UploadState,
)
from charter.core.files.stores import own_store_of
from charter.core.organizations.model import OrganizationNotFound
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation

REFUSALS = (
    FileBodyInvalid,
    FileUploadNotFound,
    FileUploadState,
    OrganizationNotFound,
    SignedUrlExpired,
    SignedUrlInvalid,
)


@operation(
    "files.receive_whole", permission=Permission.PUBLIC, raises=(*REFUSALS, FileExists, FileLost)
)
async def receive_whole(ctx: Context, request: SignedRequest, body: Body) -> File:
    """Take a whole file at its signed address; nothing of it is kept unless all of it comes.

    Raises: SignedUrlExpired; SignedUrlInvalid; FileUploadNotFound; FileUploadState, for a second
        one at the same address; FileBodyInvalid; FileLost, where another writer was faster.
    Announces: FileCreated or FileReplaced.
    """
    upload = await _upload(ctx, request)
    if not upload.is_whole or request.path != addresses.path_of(upload.organization_id, upload.key):
        raise SignedUrlInvalid
    checksum = upload.checksum_sha256
    store = own_store_of(ctx.platform)
    async with store.receive(body, upload.size_bytes, with_sha256=checksum is not None) as received:
        if received.size_bytes != upload.size_bytes:
            raise FileBodyInvalid(reason=f"{upload.size_bytes} bytes were said")
        if checksum is not None and received.sha256 != read_checksum(checksum):
            raise FileBodyInvalid(reason="they have another checksum")
        held = await publishing.hold(ctx, upload)
        if held.state is not UploadState.OPEN:
            raise FileUploadState(state=held.state.value)
        if not held.overwrites and await queries.find_file(ctx.db, held.organization_id, held.key):
            raise FileLost
        await store.keep(received, held.object_name)
        return await publishing.publish(ctx, held, Stored(received.size_bytes, received.etag))


@operation("files.receive_part", permission=Permission.PUBLIC, raises=REFUSALS, writes=False)
async def receive_part(ctx: Context, request: SignedRequest, body: Body) -> str:
    """Take a part at its signed address, in place of what was sent for it before.

    Returns: its etag.
    Raises: SignedUrlExpired; SignedUrlInvalid, also for a second one at the same address;
        FileUploadNotFound; FileUploadState; FileBodyInvalid.
    """
    upload = await _upload(ctx, request)
    number = _part_number(request.path, upload)
    assert upload.part_size_bytes is not None  # noqa: S101  # _part_number has seen to it
    if request.content_length is None:
        # Without it nobody could tell a part from what came of it before a line broke.
        raise FileBodyInvalid(reason="say in Content-Length how many there are")
    store = own_store_of(ctx.platform)
    checksum = read_checksum(request.checksum_sha256) if request.checksum_sha256 else None
    async with store.receive(
        body, upload.part_size_bytes, with_sha256=checksum is not None
    ) as received:
        if request.content_length != received.size_bytes or not received.size_bytes:
            raise FileBodyInvalid(reason="they ended early")
        if checksum is not None and received.sha256 != checksum:
            raise FileBodyInvalid(reason="they have another checksum")
        nonce = request.query["nonce"].rpartition(".")[2]
        await store.keep_part(received, upload, number, nonce)
        return received.etag


@operation(
    "files.open",
    permission=Permission.PUBLIC,
    raises=(FileNotFound, SignedUrlExpired, SignedUrlInvalid),
    writes=False,
)
async def open_file(ctx: Context, request: SignedRequest) -> File:
    """Find the file that a signed address gives.

    Raises: SignedUrlExpired; SignedUrlInvalid; FileNotFound, also where it was replaced since.
    """
    await ctx.allow()
    meant = addresses.meaning(ctx.platform, request, ctx.now)
    if meant.instance_id != ctx.actor.instance_id:
        raise SignedUrlInvalid
    file = await ctx.db.one(queries.FILE_BY_ID, missing=FileNotFound(), file_id=meant.subject)
    if file.object_name.rpartition("/")[2] != meant.nonce:
        raise FileNotFound
    if request.path != addresses.path_of(file.organization_id, file.key):
        raise SignedUrlInvalid
    return file


async def _upload(ctx: Context, request: SignedRequest) -> FileUpload:
    """The open upload that a signed address writes. Raises: REFUSALS."""
    await ctx.allow()
    meant = addresses.meaning(ctx.platform, request, ctx.now)
    if meant.instance_id != ctx.actor.instance_id:
        raise SignedUrlInvalid
    # Read apart: a body may take an hour, and no transaction stays open for it.
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    upload = await queries.get_upload(reading, meant.subject)
    if upload.state is not UploadState.OPEN:
        raise FileUploadState(state=upload.state.value)
    return upload


def _part_number(path: str, upload: FileUpload) -> int:
    number = path.rpartition("/")[2]
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:6]) <= MOST_PARTS):
        raise SignedUrlInvalid
    if upload.is_whole or path != addresses.part_path_of(upload.id, int(number)):
        raise SignedUrlInvalid
    return int(number)
