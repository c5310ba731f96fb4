"""What can be done with an organization's files, beside writing them in parts."""

from collections.abc import Sequence
from datetime import timedelta

from charter.core.files import addresses, cursors, freeing, keys, naming, publishing, queries
from charter.core.files.model import (
    LONGEST_URL_SECONDS,
    MOST_DELETED_AT_ONCE,
    USUAL_URL_SECONDS,
    Deleted,
    File,
    FileCursorInvalid,
    FileDeleted,
    FileExists,
    FileNotArrived,
    FileNotFound,
    FileQuotaReached,
    FileStatus,
    FileTooLarge,
    FileUpload,
    FileUploadState,
    Listed,
    NewFile,
    Refused,
    SignedUrl,
    SignedWrite,
)
from charter.core.files.stores import store_of
from charter.core.files.sweeping import look_soon
from charter.core.organization_domains.claiming import allow_apart
from charter.core.organizations.model import OrganizationNotFound
from charter.core.organizations.queries import get_organization
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context, operation

MOST_ON_A_PAGE = 100
LONGEST_DELIMITER = 16
LAST_CHARACTER = "\U0010ffff"
"""Nothing comes behind what ends with it, so no folder can."""


@operation(
    "files.search",
    permission=Permission.ORGANIZATION_VIEW,
    raises=(FileCursorInvalid, OrganizationNotFound),
    writes=False,
)
async def search(
    ctx: Context,
    organization_id: str,
    *,
    prefix: str = "",
    delimiter: str | None = None,
    limit: int = 20,
    cursor: str | None = None,
) -> Listed:
    """List the files of an organization by their keys, in the order of their bytes.

    prefix: how the keys begin, byte for byte. delimiter: what ends a folder, 1 to 16 characters;
    of keys with it behind the prefix only the beginning is listed, once. limit: entries of either
    sort, 1 to 100.
    Raises: InvalidInput; FileCursorInvalid; OrganizationNotFound.
    """
    await ctx.allow(organization_id)
    keys.check_text(prefix, "prefix")
    if not 1 <= limit <= MOST_ON_A_PAGE:
        raise InvalidInput("limit", reason=f"it must be from 1 to {MOST_ON_A_PAGE}")
    if delimiter is not None:
        keys.check_text(delimiter, "delimiter")
        if not 1 <= len(delimiter) <= LONGEST_DELIMITER:
            reason = f"it must have 1 to {LONGEST_DELIMITER} characters"
            raise InvalidInput("delimiter", reason=reason)
        if delimiter[-1] == LAST_CHARACTER:
            raise InvalidInput("delimiter", reason="it must end with another character")
    bound = (organization_id, prefix, delimiter)
    after = cursors.read(ctx, bound, cursor)
    entries = await queries.search_entries(
        ctx.db,
        organization_id,
        prefix=prefix,
        delimiter=delimiter,
        after=after,
        limit=limit + 1,
    )
    if not entries:
        await get_organization(ctx.db, organization_id)
    page = entries[:limit]
    return Listed(
        tuple(each for each in page if isinstance(each, File)),
        tuple(each for each in page if isinstance(each, str)),
        cursors.write(ctx, bound, naming.entry(page[-1])) if len(entries) > limit else None,
    )


@operation(
    "files.presign_write",
    permission=Permission.FILES_MANAGE,
    raises=(FileExists, FileQuotaReached, FileTooLarge, OrganizationNotFound),
)
async def presign_write(
    ctx: Context, organization_id: str, new: NewFile, expires_in: int = USUAL_URL_SECONDS
) -> SignedWrite:
    """Give an address that takes a whole file of up to 5 GiB, once.

    expires_in: seconds until it holds no more, 1 to 3600.
    Raises: InvalidInput; FileTooLarge; FileExists; FileQuotaReached; OrganizationNotFound.
    Announces: FileUploadBegun.
    """
    keys.check_new(new, in_parts=False)
    _check_seconds(expires_in)
    await ctx.allow(organization_id)
    upload = await publishing.begin(
        ctx, organization_id, new, lifetime=timedelta(seconds=expires_in)
    )
    store = store_of(ctx.platform)
    if store.signs:
        url, headers = await store.sign_write(upload, expires_in, ctx.now)
        signed = SignedUrl("PUT", url, headers, upload.expires_at)
        look_soon(ctx, upload)
    else:
        signed = addresses.sign_whole(ctx, upload, expires_in)
    return SignedWrite(signed, upload.id, publishing.as_file(upload, FileStatus.PENDING))


@operation(
    "files.presign_read",
    permission=Permission.ORGANIZATION_VIEW,
    raises=(FileNotFound,),
    writes=False,
)
async def presign_read(
    ctx: Context, organization_id: str, key: str, expires_in: int = USUAL_URL_SECONDS
) -> SignedUrl:
    """Give an address that a file can be read from, as it is now, always as an attachment.

    expires_in: seconds until it holds no more, 1 to 3600.
    Raises: InvalidInput; FileNotFound.
    """
    keys.check_key(key)
    _check_seconds(expires_in)
    await ctx.allow(organization_id)
    file = await queries.find_file(ctx.db, organization_id, key)
    if file is None:
        raise FileNotFound
    store = store_of(ctx.platform)
    if not store.signs:
        return addresses.sign_read(ctx, file, expires_in)
    disposition = naming.disposition(file.key)
    url = await store.sign_read(
        file.object_name, disposition, file.content_type, expires_in, ctx.now
    )
    return SignedUrl("GET", url, {}, ctx.now + timedelta(seconds=expires_in))


@operation(
    "files.confirm",
    permission=Permission.FILES_MANAGE,
    raises=(FileExists, FileNotArrived, FileUploadState, OrganizationNotFound),
)
async def confirm(ctx: Context, organization_id: str, key: str) -> File:
    """Say that the bytes of a file are in the store, which is asked at once.

    A store of others tells nobody what came to it; without this it is asked within minutes.
    Returns: the file, also where it was there already.
    Raises: InvalidInput; FileNotArrived; FileExists; FileUploadState; OrganizationNotFound.
    Announces: FileCreated or FileReplaced, where it was not known yet.
    """
    keys.check_key(key)
    await allow_apart(ctx, organization_id)
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    known = await queries.find_file(reading, organization_id, key)
    running: Sequence[FileUpload] = ()
    if store_of(ctx.platform).signs:
        running = await reading.all(
            queries.RUNNING_OF_KEY, organization_id=organization_id, key=key
        )
    # The first that was begun wins, unless a later one may replace it.
    for upload in running:
        if known is None or upload.overwrites:
            settled = await publishing.settle(ctx, upload)
            known = settled or known
    if known is None:
        await get_organization(reading, organization_id)
        raise FileNotArrived
    return known


@operation(
    "files.delete_several", permission=Permission.FILES_MANAGE, raises=(OrganizationNotFound,)
)
async def delete_several(ctx: Context, organization_id: str, file_keys: Sequence[str]) -> Deleted:
    """Delete files at once, for good. What cannot be deleted keeps none of the others.

    file_keys: 1 to 1000 keys.
    Returns: which are gone, and which were refused: there was none, or it can be no key.
    Raises: InvalidInput; OrganizationNotFound.
    Announces: FileDeleted, for each.
    """
    if not 1 <= len(file_keys) <= MOST_DELETED_AT_ONCE:
        raise InvalidInput("keys", reason=f"1 to {MOST_DELETED_AT_ONCE}")
    await ctx.allow(organization_id)
    refused: dict[str, Refused] = {}
    asked = list(dict.fromkeys(file_keys))
    for key in asked:
        try:
            keys.check_key(key)
        except InvalidInput as invalid:
            refused[key] = Refused(naming.readable(key), invalid.code)
    wanted = [key for key in asked if key not in refused]
    await queries.lock_usage(ctx.db, organization_id)
    gone = {
        file.key: file
        for file in await ctx.db.all(
            queries.DELETE_FILES, organization_id=organization_id, keys=wanted
        )
    }
    freed = sum(file.size_bytes for file in gone.values())
    await queries.change_usage(ctx.db, organization_id, -freed)
    freeing.free(ctx, [file.object_name for file in gone.values()])
    for key in wanted:
        if key in gone:
            ctx.announce(FileDeleted(before=gone[key]))
        else:
            refused[key] = Refused(key, FileNotFound.code)
    return Deleted(
        tuple(key for key in asked if key in gone),
        tuple(refused[key] for key in asked if key in refused),
    )


def _check_seconds(seconds: int) -> None:
    if not 1 <= seconds <= LONGEST_URL_SECONDS:
        raise InvalidInput("expires_in", reason=f"it must be from 1 to {LONGEST_URL_SECONDS}")
