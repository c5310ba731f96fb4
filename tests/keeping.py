"""Files of a world: how they are written and read by their addresses, as a client does."""

import hashlib

from charter.core.files import multipart, operations
from charter.core.files.model import NamedPart, NewFile

MIB = 1024**2


def new_file(key="a.txt", size=5, content_type="text/plain", **more):
    return NewFile(key=key, size=size, content_type=content_type, **more)


async def presign(world, acme, who="ann", expires_in=900, **more):
    return await world.call(
        who,
        operations.presign_write,
        organization_id=acme.id,
        new=new_file(**more),
        expires_in=expires_in,
    )


async def send(world, signed, data, **headers):
    """PUT bytes to a signed address, as it says."""
    return await world.client.put(
        signed.url, content=data, headers={**signed.headers, **headers, "authorization": ""}
    )


async def write(world, acme, key="a.txt", data=b"hello", who="ann", **more):
    """A file that has arrived."""
    made = await presign(world, acme, who, key=key, size=len(data), **more)
    answer = await send(world, made.signed, data)
    assert answer.status_code == 200, answer.text
    return made


async def read_url(world, acme, key="a.txt", who="ann", **more):
    made = await world.call(who, operations.presign_read, organization_id=acme.id, key=key, **more)
    return made.url


async def read(world, acme, key="a.txt", who="ann", **headers):
    return await world.client.get(await read_url(world, acme, key, who), headers=headers)


async def listed(world, acme, who="ann", **more):
    return await world.call(who, operations.search, organization_id=acme.id, **more)


async def begin(world, acme, size, key="big.bin", who="ann", **more):
    """An upload in parts."""
    new = new_file(key, size, "application/octet-stream", **more)
    return await world.call(who, multipart.create_upload, organization_id=acme.id, new=new)


async def sign_parts(world, upload, *numbers, who="ann", **more):
    return await world.call(
        who,
        multipart.presign_parts,
        organization_id=upload.organization_id,
        upload_id=upload.id,
        key=upload.key,
        part_numbers=list(numbers),
        **more,
    )


async def send_part(world, upload, number, data, who="ann"):
    """Send a part; gives it as it is named when all are joined."""
    (part,) = await sign_parts(world, upload, number, who=who)
    answer = await send(world, part.signed, data)
    assert answer.status_code == 200, answer.text
    return NamedPart(number, answer.headers["etag"])


async def complete(world, upload, parts, who="ann"):
    return await world.call(
        who,
        multipart.complete_upload,
        organization_id=upload.organization_id,
        upload_id=upload.id,
        key=upload.key,
        parts=parts,
    )


async def abort(world, upload, who="ann"):
    return await world.call(
        who,
        multipart.abort_upload,
        organization_id=upload.organization_id,
        upload_id=upload.id,
        key=upload.key,
    )


async def parts_of(world, upload, who="ann", **more):
    return await world.call(
        who,
        multipart.list_parts,
        organization_id=upload.organization_id,
        upload_id=upload.id,
        key=upload.key,
        **more,
    )


def joined_etag(*datas):
    """What an S3 service answers for parts that are joined."""
    md5s = b"".join(hashlib.md5(data).digest() for data in datas)
    return f'"{hashlib.md5(md5s).hexdigest()}-{len(datas)}"'


async def used(world, acme):
    rows = await world.sql("SELECT used_bytes FROM file_usages WHERE organization_id = $1", acme.id)
    return rows[0]["used_bytes"] if rows else 0
