"""Where a request came from: forwarded headers count only as far as proxies are configured."""

from types import SimpleNamespace

import pytest

from charter.core.cache import SIZE, Cache
from charter.core.limits.limiting import limit_key
from charter.wire.client_address import FORWARDED_BY_APP, client_address, normal


def request(remote: str, forwarded: str | None = None, **context):
    headers, context = {"x-forwarded-for": forwarded}, SimpleNamespace(**context)
    return SimpleNamespace(remote_addr=remote, get_header=headers.get, context=context)


@pytest.mark.security("K6")
@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "192.0.2.1"),
        (0, None, "192.0.2.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (2, "203.0.113.9", "192.0.2.1"),
        (1, None, "192.0.2.1"),
        (1, "not an address", None),
    ],
)
def test_only_configured_proxies_are_believed(proxies, forwarded, expected):
    assert client_address(request("192.0.2.1", forwarded), proxies) == expected


@pytest.mark.security("K6")
@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "203.0.113.9", "203.0.113.9"),
        (0, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "198.51.100.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (0, None, "192.0.2.1"),
    ],
)
def test_an_app_that_forwards_is_believed_as_one_proxy_more(proxies, forwarded, expected):
    asked = request("192.0.2.1", forwarded, **{FORWARDED_BY_APP: True})
    assert client_address(asked, proxies) == expected


@pytest.mark.security("K6")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("192.0.2.1:443", "192.0.2.1"),
        ("", None),
        (None, None),
        ("example.com", None),
    ],
)
def test_an_address_has_one_form(text, expected):
    assert normal(text) == expected


@pytest.mark.security("K6")
def test_limits_count_a_whole_network_of_ipv6_as_one():
    assert limit_key("2001:db8::1") == limit_key("2001:db8::ffff:1")
    assert limit_key("2001:db8::1") != limit_key("2001:db8:0:1::1")
    assert limit_key("192.0.2.1") != limit_key("192.0.2.2")


@pytest.mark.security("M4")
async def test_a_flood_of_new_keys_does_not_grow_a_cache():
    async def load(key: int) -> int:
        return key

    cache = Cache(load)
    for key in range(1_000_000):
        await cache.get(key)
    assert len(cache._kept) <= SIZE
    assert normal.cache_info().maxsize is not None


async def test_a_cache_asks_again_after_a_second(monkeypatch):
    asked = []

    async def load(key: str) -> int:
        asked.append(key)
        return len(asked)

    cache = Cache(load)
    assert [await cache.get("a"), await cache.get("a")] == [1, 1]
    kept_at, value = cache._kept["a"]
    cache._kept["a"] = (kept_at - 1.01, value)
    assert await cache.get("a") == 2
