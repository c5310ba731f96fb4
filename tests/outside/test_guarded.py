"""The one way out to addresses that somebody else chose."""

import asyncio
import socket

import pytest
from aiohttp import web

from charter.outside import guarded
from charter.outside.guarded import Asked, Refused, fetch, is_allowed

INSIDE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",  # an address to be refused
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "no address",
]


@pytest.mark.security("L1")
@pytest.mark.parametrize("address", INSIDE)
def test_addresses_of_our_own_networks_are_not_allowed(address):
    assert not is_allowed(address, may_be_private=False)


@pytest.mark.security("L1")
@pytest.mark.parametrize("address", ["169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1"])
def test_not_even_in_development_may_a_link_be_asked(address):
    assert not is_allowed(address, may_be_private=True)


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:4700:4700::1111"])
def test_public_addresses_are_allowed(address):
    assert is_allowed(address, may_be_private=False)


@pytest.mark.security("L1")
@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "[::ffff:7f00:1]",
        "169.254.169.254",
        "localhost",
        "①②⑦.0.0.1",
    ],
)
async def test_every_spelling_of_an_inner_address_is_refused(host):
    with pytest.raises(Refused, match="not public"):
        await fetch(Asked(f"https://{host}/"))


@pytest.mark.security("L1")
@pytest.mark.parametrize(
    "url", ["http://example.com/", "ftp://example.com/", "https://ann@example.com/", "nothing"]
)
async def test_only_https_without_a_name_is_asked(url):
    with pytest.raises(Refused):
        await fetch(Asked(url))


@pytest.mark.security("L1")
async def test_one_inner_address_spoils_a_name(monkeypatch):
    async def both(_self, host, port, **_options):
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port)),
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", port)),
        ]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", both)
    with pytest.raises(Refused, match="not public"):
        await fetch(Asked("https://rebinding.test/"))


class Site:
    """A site on this machine, which answers as a test says."""

    def __init__(self, runner):
        self.runner = runner
        self.asked = []

    @property
    def url(self):
        return f"http://127.0.0.1:{self.runner.addresses[0][1]}"


@pytest.fixture
async def site():
    found = None

    async def answer(request):
        found.asked.append(request)
        kind = request.path
        if kind == "/away":
            return web.Response(status=302, headers={"location": "http://169.254.169.254/"})
        if kind == "/long":
            return web.Response(body=b"x" * (guarded.MAX_BYTES + 1))
        if kind == "/packed":
            return web.Response(body=b"x", headers={"content-encoding": "gzip"})
        if kind == "/endless":
            stream = web.StreamResponse()
            await stream.prepare(request)
            while True:
                await stream.write(b"x")
                await asyncio.sleep(0.05)
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found = Site(runner)
    yield found
    await runner.cleanup()


async def test_in_development_this_machine_answers(site):
    fetched = await fetch(Asked(site.url), may_be_private=True)
    assert (fetched.status, fetched.body) == (200, b"hello")


@pytest.mark.security("L1")
async def test_in_production_this_machine_is_not_asked(site):
    with pytest.raises(Refused):
        await fetch(Asked(site.url.replace("http:", "https:")))
    assert site.asked == []


@pytest.mark.security("L1")
async def test_a_redirect_is_not_followed(site):
    with pytest.raises(Refused, match="redirects"):
        await fetch(Asked(f"{site.url}/away"), may_be_private=True)
    assert len(site.asked) == 1


@pytest.mark.security("L1")
@pytest.mark.parametrize("path", ["/long", "/packed"])
async def test_an_answer_is_bounded(site, path):
    with pytest.raises(Refused):
        await fetch(Asked(site.url + path), may_be_private=True)


@pytest.mark.security("L1")
async def test_an_answer_that_does_not_end_is_given_up(site, monkeypatch):
    monkeypatch.setattr(guarded, "TIMEOUT_SECONDS", 0.5)
    with pytest.raises(Refused):
        await fetch(Asked(f"{site.url}/endless"), may_be_private=True)


async def test_what_the_environment_says_of_proxies_does_not_count(site, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert (await fetch(Asked(site.url), may_be_private=True)).status == 200
