"""A file that is written in parts."""

import asyncio
import base64
import hashlib
from dataclasses import replace

import pytest

from charter.core.files.model import (
    FileUploadNotFound,
    FileUploadState,
    NamedPart,
    PartInvalid,
    PartTooSmall,
)
from charter.core.files.multipart import part_size
from charter.kernel.errors import NotFound
from tests.keeping import (
    MIB,
    abort,
    begin,
    complete,
    joined_etag,
    listed,
    parts_of,
    read,
    send,
    send_part,
    sign_parts,
    used,
    write,
)

FIRST, LAST = b"a" * (8 * MIB), b"b" * MIB
SIZE = len(FIRST) + len(LAST)


async def both(world, acme, **more):
    upload = await begin(world, acme, SIZE, **more)
    return upload, [
        await send_part(world, upload, number, data) for number, data in ((1, FIRST), (2, LAST))
    ]


async def sign_first(world, upload, who):
    return await sign_parts(world, upload, 1, who=who)


async def complete_nothing(world, upload, who):
    return await complete(world, upload, [NamedPart(1, "x")], who=who)


def test_a_part_has_8_mib_or_what_ten_thousand_of_them_need():
    assert part_size(1) == part_size(80_000 * MIB) == 8 * MIB
    assert part_size(80_000 * MIB + 1) == 9 * MIB
    assert part_size(5 * MIB * MIB) == 525 * MIB


async def test_parts_become_one_file(world):
    acme = await world.organization()
    upload, parts = await both(world, acme)
    assert (upload.part_size_bytes, upload.part_count) == (8 * MIB, 2)
    assert (await listed(world, acme)).items == ()
    file = await complete(world, upload, parts)
    assert file.etag == joined_etag(FIRST, LAST)
    assert (await read(world, acme, upload.key)).content == FIRST + LAST
    part = await read(world, acme, upload.key, Range=f"bytes={8 * MIB - 2}-{8 * MIB + 1}")
    assert (part.status_code, part.content) == (206, b"aabb")
    assert await used(world, acme) == SIZE


async def test_to_join_the_same_parts_again_gives_the_same_file(world):
    acme = await world.organization()
    upload, parts = await both(world, acme)
    file = await complete(world, upload, parts)
    assert await complete(world, upload, parts) == file
    with pytest.raises(FileUploadState):
        await complete(world, upload, parts[:1])


async def test_of_many_who_join_at_once_all_get_the_one_file(world):
    acme = await world.organization()
    upload, parts = await both(world, acme)
    found = await asyncio.gather(*(complete(world, upload, parts) for _ in range(8)))
    assert len({(file.id, file.etag) for file in found}) == 1
    assert len(await world.events("file.created")) == 1
    assert await used(world, acme) == SIZE


async def test_what_arrived_is_listed_and_may_be_sent_again(world):
    acme = await world.organization()
    upload, parts = await both(world, acme)
    page = await parts_of(world, upload, limit=1)
    assert [part.part_number for part in page.items] == [1]
    (second,) = (await parts_of(world, upload, limit=1, cursor=page.next_cursor)).items
    assert (second.part_number, second.size_bytes, second.etag) == (2, MIB, parts[1].etag)
    again = await send_part(world, upload, 2, b"c" * MIB)
    with pytest.raises(PartInvalid):
        await complete(world, upload, parts)
    file = await complete(world, upload, [parts[0], again])
    assert file.etag == joined_etag(FIRST, b"c" * MIB)


@pytest.mark.parametrize(
    "choose",
    [
        lambda one, two: [],
        lambda one, two: [two, one],
        lambda one, two: [one, one],
        lambda one, two: [one],
        lambda one, two: [one, two, NamedPart(3, two.etag)],
        lambda one, two: [one, NamedPart(2, '"0123"')],
        lambda one, two: [NamedPart(0, one.etag), two],
        lambda one, two: [one, NamedPart(10_001, two.etag)],
        lambda one, two: [one, NamedPart(2, "\ud800")],
    ],
)
async def test_parts_that_do_not_make_the_file_are_refused_and_the_upload_goes_on(world, choose):
    acme = await world.organization()
    upload, parts = await both(world, acme)
    with pytest.raises(PartInvalid):
        await complete(world, upload, choose(*parts))
    assert (await complete(world, upload, parts)).etag == joined_etag(FIRST, LAST)


async def test_a_short_part_in_the_middle_is_refused(world):
    acme = await world.organization()
    upload = await begin(world, acme, SIZE)
    parts = [
        await send_part(world, upload, 1, LAST),
        await send_part(world, upload, 2, FIRST),
    ]
    with pytest.raises(PartTooSmall):
        await complete(world, upload, parts)


async def test_the_checksum_of_the_whole_is_compared(world):
    acme = await world.organization()
    right = base64.b64encode(hashlib.sha256(FIRST + LAST).digest()).decode()
    wrong = base64.b64encode(hashlib.sha256(b"").digest()).decode()
    upload, parts = await both(world, acme, checksum_sha256=right)
    assert (await complete(world, upload, parts)).checksum_sha256 == right
    upload, parts = await both(world, acme, key="other", checksum_sha256=wrong)
    with pytest.raises(PartInvalid):
        await complete(world, upload, parts)


async def test_an_upload_that_is_dropped_is_gone_and_may_be_dropped_again(world):
    acme = await world.organization()
    upload, parts = await both(world, acme)
    (late,) = await sign_parts(world, upload, 3)
    await abort(world, upload)
    await abort(world, upload)
    assert len(await world.events("fileUpload.ended")) == 1
    assert await used(world, acme) == 0
    assert (await parts_of(world, upload)).items == ()
    with pytest.raises(FileUploadState):
        await complete(world, upload, parts)
    with pytest.raises(FileUploadState):
        await sign_parts(world, upload, 3)
    answer = await send(world, late.signed, LAST)
    assert (answer.status_code, answer.json()["code"]) == (409, "upload_state")


async def test_what_is_complete_cannot_be_dropped(world):
    acme = await world.organization()
    upload, parts = await both(world, acme)
    await complete(world, upload, parts)
    with pytest.raises(FileUploadState):
        await abort(world, upload)
    assert (await read(world, acme, upload.key)).status_code == 200


@pytest.mark.parametrize("ask", [parts_of, abort, sign_first, complete_nothing])
async def test_an_upload_is_its_organizations_and_its_keys_alone(world, ask):
    acme, other = await world.organization(), await world.organization("Other", owner="ben")
    upload = await begin(world, acme, SIZE)
    for who, foreign in (
        ("ben", replace(upload, organization_id=other.id)),
        ("ann", replace(upload, key="else")),
        ("ann", replace(upload, id="upl_none")),
    ):
        with pytest.raises(FileUploadNotFound):
            await ask(world, foreign, who=who)
    with pytest.raises(NotFound):
        await ask(world, upload, who="ben")


async def test_a_whole_write_is_no_upload_in_parts(world):
    acme = await world.organization()
    made = await write(world, acme)
    (row,) = await world.sql("SELECT id FROM file_uploads WHERE id = $1", made.upload_id)
    upload = await begin(world, acme, SIZE)
    with pytest.raises(FileUploadNotFound):
        await abort(world, replace(upload, id=row["id"], key="a.txt"))
