"""Files are read whole, in ranges, or not at all where they are known already."""

import pytest

from tests.keeping import MIB, begin, complete, read, send_part, write

TEN = b"0123456789"


@pytest.fixture
async def acme(world):
    made = await world.organization()
    await write(world, made, data=TEN)
    return made


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("bytes=0-3", (206, b"0123", "bytes 0-3/10")),
        ("bytes=8-", (206, b"89", "bytes 8-9/10")),
        ("bytes=-2", (206, b"89", "bytes 8-9/10")),
        ("bytes=-99", (206, TEN, "bytes 0-9/10")),
        ("bytes=4-99", (206, b"456789", "bytes 4-9/10")),
        ("bytes=10-", (416, b"", "bytes */10")),
        ("bytes=-0", (416, b"", "bytes */10")),
        ("bytes=5-4", (200, TEN, None)),
        ("bytes=0-1,3-4", (200, TEN, None)),
        ("lines=0-1", (200, TEN, None)),
        ("bytes=a-b", (200, TEN, None)),
        ("bytes=-", (200, TEN, None)),
    ],
)
async def test_ranges(world, acme, asked, expected):
    answer = await read(world, acme, Range=asked)
    said = answer.headers.get("content-range")
    assert (answer.status_code, answer.content, said) == expected


async def test_a_range_of_another_version_is_all_of_it(world, acme):
    etag = (await read(world, acme)).headers["etag"]
    same = await read(world, acme, **{"Range": "bytes=0-0", "If-Range": etag})
    other = await read(world, acme, **{"Range": "bytes=0-0", "If-Range": '"x"'})
    assert (same.status_code, other.status_code) == (206, 200)


async def test_what_is_known_is_not_sent_again(world, acme):
    etag = (await read(world, acme)).headers["etag"]
    for header in (etag, f'"x", W/{etag}', "*"):
        answer = await read(world, acme, **{"If-None-Match": header})
        assert (answer.status_code, answer.content) == (304, b"")
    assert (await read(world, acme, **{"If-None-Match": '"x"'})).status_code == 200


async def test_an_empty_file_is_one(world, acme):
    await write(world, acme, "empty", b"")
    answer = await read(world, acme, "empty")
    assert (answer.status_code, answer.content) == (200, b"")
    assert (await read(world, acme, "empty", Range="bytes=0-0")).status_code == 416


async def test_a_range_goes_over_parts(world, acme):
    upload = await begin(world, acme, 16 * MIB + 3)
    datas = (b"a" * 8 * MIB, b"b" * 8 * MIB, b"ccc")
    parts = [await send_part(world, upload, n, data) for n, data in enumerate(datas, 1)]
    await complete(world, upload, parts)
    whole = b"".join(datas)
    for start, end in ((0, 0), (8 * MIB - 1, 8 * MIB), (8 * MIB, 16 * MIB), (5, 16 * MIB + 2)):
        answer = await read(world, acme, upload.key, Range=f"bytes={start}-{end}")
        assert answer.content == whole[start : end + 1]
