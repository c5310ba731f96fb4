"""Looking passwords up among those from breaches."""

import hashlib

import pytest
from aiohttp import web

from charter.outside.breaches import RangeSearch, SortedFile

KNOWN, PADDED, UNKNOWN = "password of a thousand", "only padding", "nobody has this one"


def sha1(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


@pytest.fixture
async def service():
    """A range service on loopback; what it was asked for is in `asked`."""
    asked = []

    async def answer(request: web.Request) -> web.Response:
        prefix = request.match_info["prefix"]
        asked.append(prefix)
        lines = [
            f"{digest[5:]}:{count}"
            for digest, count in ((sha1(KNOWN), 7), (sha1(PADDED), 0))
            if digest.startswith(prefix)
        ]
        return web.Response(text="\r\n".join(lines))

    app = web.Application()
    app.router.add_get("/range/{prefix}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield f"http://127.0.0.1:{port}/range/", asked
    await runner.cleanup()


async def test_five_digits_are_told_and_the_rest_is_compared_here(service):
    url, asked = service
    search = RangeSearch(url)
    assert await search.is_known(KNOWN)
    assert not await search.is_known(PADDED)
    assert not await search.is_known(UNKNOWN)
    assert asked == [sha1(each)[:5] for each in (KNOWN, PADDED, UNKNOWN)]


async def test_a_service_that_is_away_blocks_nobody():
    assert not await RangeSearch("http://127.0.0.1:9/range/").is_known(KNOWN)


@pytest.mark.parametrize("number", [1, 2, 3, 100, 1000])
async def test_a_sorted_file_is_searched_to_its_ends(tmp_path, number):
    words = [f"word {each}" for each in range(number)]
    path = tmp_path / "digests.txt"
    path.write_text("".join(f"{each}:1\n" for each in sorted(map(sha1, words))))
    found = SortedFile(path)
    assert all([await found.is_known(word) for word in words])
    assert not any([await found.is_known(f"other {each}") for each in range(20)])
