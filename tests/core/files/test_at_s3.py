"""The same files at an S3 service, where clients write and read by themselves."""

import base64
import hashlib

import httpx
import pytest

from charter import worker
from charter.core.files import operations, sweeping
from charter.core.files.model import (
    FileBodyInvalid,
    FileExists,
    FileNotArrived,
    FileUploadState,
    NamedPart,
    PartInvalid,
    PartTooSmall,
)
from charter.core.later import HANDLERS
from charter.core.organizations import operations as organizations
from tests.keeping import (
    MIB,
    abort,
    begin,
    complete,
    joined_etag,
    listed,
    parts_of,
    presign,
    read_url,
    sign_parts,
    used,
)
from tests.world import later

FIRST, LAST = b"a" * (8 * MIB), b"b" * 100
SIZE = len(FIRST) + len(LAST)


async def put(signed, data):
    async with httpx.AsyncClient() as client:
        return await client.put(signed.url, content=data, headers=dict(signed.headers))


async def fetch(url, **headers):
    async with httpx.AsyncClient() as client:
        return await client.get(url, headers=headers)


async def confirm(world, acme, key="a.txt"):
    return await world.call("ann", operations.confirm, organization_id=acme.id, key=key)


async def send_part(world, upload, number, data):
    (part,) = await sign_parts(world, upload, number)
    answer = await put(part.signed, data)
    assert answer.status_code == 200, answer.text
    return NamedPart(number, answer.headers["etag"])


async def both(world, acme, **more):
    upload = await begin(world, acme, SIZE, **more)
    return upload, [
        await send_part(world, upload, 1, FIRST),
        await send_part(world, upload, 2, LAST),
    ]


async def kept(s3_url, world):
    """The keys that are in the bucket for an instance."""
    answer = await fetch(f"{s3_url}/bucket?list-type=2&prefix=some/where/{world.instance_id}")
    return answer.text.count("<Key>")


async def test_a_file_is_written_confirmed_and_read_as_an_attachment(at_s3):
    acme = await at_s3.organization()
    made = await presign(at_s3, acme)
    with pytest.raises(FileNotArrived):
        await confirm(at_s3, acme)
    assert (await put(made.signed, b"hello")).status_code == 200
    file = await confirm(at_s3, acme)
    assert (file.key, file.etag) == ("a.txt", f'"{hashlib.md5(b"hello").hexdigest()}"')
    answer = await fetch(await read_url(at_s3, acme))
    assert answer.content == b"hello"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-type"] == "text/plain"


async def test_an_address_writes_once(at_s3):
    acme = await at_s3.organization()
    made = await presign(at_s3, acme)
    assert made.signed.headers["If-None-Match"] == "*"
    assert (await put(made.signed, b"hello")).status_code == 200
    assert (await put(made.signed, b"other")).status_code == 412


async def test_a_job_finds_what_nobody_confirms(at_s3):
    acme = await at_s3.organization()
    made = await presign(at_s3, acme)
    await put(made.signed, b"hello")
    assert (await listed(at_s3, acme)).items == ()
    while await worker.once(later(at_s3.platform, seconds=20), HANDLERS):
        pass
    assert [file.key for file in (await listed(at_s3, acme)).items] == ["a.txt"]


async def test_of_two_writers_the_first_that_began_wins_and_the_other_is_told(at_s3):
    acme = await at_s3.organization()
    first, second = await presign(at_s3, acme), await presign(at_s3, acme)
    for made, data in ((second, b"other"), (first, b"hello")):
        assert (await put(made.signed, data)).status_code == 200
    await confirm(at_s3, acme)
    assert (await fetch(await read_url(at_s3, acme))).content == b"hello"
    with pytest.raises(FileExists):
        await presign(at_s3, acme)


async def test_parts_are_sent_listed_and_joined_once_and_again(at_s3):
    acme = await at_s3.organization()
    checksum = base64.b64encode(hashlib.sha256(FIRST + LAST).digest()).decode()
    upload, parts = await both(at_s3, acme, checksum_sha256=checksum)
    page = await parts_of(at_s3, upload, limit=1)
    rest = await parts_of(at_s3, upload, limit=1, cursor=page.next_cursor)
    found = [(part.part_number, part.size_bytes) for part in page.items + rest.items]
    assert found == [(1, len(FIRST)), (2, len(LAST))]
    file = await complete(at_s3, upload, parts)
    assert file.etag == joined_etag(FIRST, LAST)
    assert await complete(at_s3, upload, parts) == file
    assert (await fetch(await read_url(at_s3, acme, upload.key))).content == FIRST + LAST


async def test_an_answer_that_was_lost_while_joining_is_made_up_for(at_s3):
    acme = await at_s3.organization()
    upload, parts = await both(at_s3, acme)
    await at_s3.platform.files.complete(upload, parts)
    assert (await complete(at_s3, upload, parts)).etag == joined_etag(FIRST, LAST)


async def test_parts_that_do_not_make_the_file_are_refused(at_s3):
    acme = await at_s3.organization()
    upload, (one, two) = await both(at_s3, acme)
    for wrong in ([one], [one, NamedPart(2, one.etag)], [one, two, NamedPart(3, two.etag)]):
        with pytest.raises(PartInvalid):
            await complete(at_s3, upload, wrong)
    assert await complete(at_s3, upload, [one, two])
    short = await begin(at_s3, acme, SIZE, key="short")
    parts = [await send_part(at_s3, short, 1, LAST), await send_part(at_s3, short, 2, FIRST)]
    with pytest.raises(PartTooSmall):
        await complete(at_s3, short, parts)


async def test_another_checksum_is_told_and_never_a_file(at_s3):
    acme = await at_s3.organization()
    checksum = base64.b64encode(hashlib.sha256(b"else").digest()).decode()
    upload, parts = await both(at_s3, acme, checksum_sha256=checksum)
    with pytest.raises(FileBodyInvalid):
        await complete(at_s3, upload, parts)
    assert (await listed(at_s3, acme)).items == ()


async def test_what_is_dropped_or_overdue_frees_its_room_and_its_bytes(at_s3, s3_url):
    acme = await at_s3.organization()
    upload, parts = await both(at_s3, acme)
    late = await presign(at_s3, acme, key="late", expires_in=1)
    await abort(at_s3, upload)
    with pytest.raises(FileUploadState):
        await complete(at_s3, upload, parts)
    await sweeping.sweep(later(at_s3.platform, minutes=10))
    assert await used(at_s3, acme) == 0
    await put(late.signed, b"hello")
    # One after the other: the service of the tests cannot bear to be asked for the same twice at
    # once.
    for after in ({"minutes": 10}, {"hours": 30}):
        while await worker.once(later(at_s3.platform, **after), HANDLERS):
            pass
    assert await kept(s3_url, at_s3) == 0


async def test_the_bytes_of_an_organization_go_with_it(at_s3, s3_url):
    acme = await at_s3.organization()
    made = await presign(at_s3, acme)
    await put(made.signed, b"hello")
    await confirm(at_s3, acme)
    await both(at_s3, acme)
    assert await kept(s3_url, at_s3) == 1
    await at_s3.call(None, organizations.delete, organization_id=acme.id)
    while await worker.once(at_s3.platform, HANDLERS):
        pass
    assert await kept(s3_url, at_s3) == 0
