"""Lists of files: by the bytes of their keys, below a prefix, folded at a delimiter."""

import random

import pytest

from charter.kernel.errors import InvalidInput, NotFound
from tests.keeping import listed

INSERT = """
INSERT INTO files (instance_id, id, organization_id, key, size_bytes, content_type, etag,
    object_name, created_at, updated_at)
SELECT $1, 'fil_' || md5(key), $2, key, 0, 'text/plain', 'x', 'x', now(), now()
FROM unnest($3::text[]) AS key
"""
KEYS = [
    "a", "a b", "a-b", "a/b", "a/b/c", "a/b/d", "a0", "aa/x", "b/1", "b/2", "b//x"[:3], "A/x",
    "é/1", "é/2", "e\u0301", "z_1", "z%1", "zz", "\U0001f600/x", "\uffee", "~",
]  # fmt: skip


@pytest.fixture
async def acme(world):
    made = await world.organization()
    await world.sql(INSERT, world.instance_id, made.id, sorted(set(KEYS)))
    return made


def folded(prefix, delimiter):
    """What a list has to say, by the bytes of the keys."""
    found = set()
    for key in KEYS:
        if key.encode().startswith(prefix.encode()):
            rest = key[len(prefix) :]
            place = rest.find(delimiter) if delimiter else -1
            found.add(key if place < 0 else prefix + rest[: place + len(delimiter)])
    return sorted(found, key=str.encode)


async def walk(world, acme, limit, **asked):
    found, cursor = [], None
    while True:
        page = await listed(world, acme, limit=limit, cursor=cursor, **asked)
        entries = [*(file.key for file in page.items), *page.common_prefixes]
        assert len(entries) <= limit
        found += sorted(entries, key=str.encode)
        cursor = page.next_cursor
        if cursor is None:
            return found


@pytest.mark.parametrize("limit", [1, 3, 100])
@pytest.mark.parametrize("delimiter", [None, "/", "b", "/b", "_", "%"])
@pytest.mark.parametrize("prefix", ["", "a", "a/", "a/b", "b/", "é", "é/", "z%", "z_", "none"])
async def test_a_list_is_what_the_bytes_of_the_keys_say(world, acme, prefix, delimiter, limit):
    expected = folded(prefix, delimiter)
    assert await walk(world, acme, limit, prefix=prefix, delimiter=delimiter) == expected


async def test_a_folder_of_many_costs_no_more_than_one_of_few(world, acme):
    keys = [f"many/{number:06d}" for number in random.Random(1).sample(range(50_000), 5_000)]
    await world.sql(INSERT, world.instance_id, acme.id, keys)
    page = await listed(world, acme, prefix="m", delimiter="/")
    assert page.common_prefixes == ("many/",)


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": 0},
        {"limit": 101},
        {"prefix": "\ud800"},
        {"prefix": "a\0"},
        {"delimiter": ""},
        {"delimiter": "x" * 17},
        {"delimiter": "\U0010ffff"},
    ],
)
async def test_what_cannot_be_asked_is_refused(world, acme, asked):
    with pytest.raises(InvalidInput):
        await listed(world, acme, **asked)


async def test_an_organization_sees_its_own_alone(world, acme):
    other = await world.organization("Other", owner="ben")
    assert (await listed(world, other, "ben")).items == ()
    with pytest.raises(NotFound):
        await listed(world, acme, "ben")
