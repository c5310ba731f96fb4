"""The one way out to addresses that somebody else chose: looked up once, checked, then connected.

A name is resolved once; every address it stands for has to be a public one, and the connection
goes to the addresses that were checked. Redirects are not followed, nothing of the environment
(proxies, netrc) takes part, and answers are bounded in size and time.
"""

import asyncio
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import aiohttp
from ada_url import URL
from aiohttp.abc import AbstractResolver, ResolveResult

TIMEOUT_SECONDS = 10
MAX_BYTES = 512 * 1024
_TRANSLATED = tuple(map(ip_network, ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")))
"""IPv6 that carries an IPv4 address, which may be any."""


class Refused(Exception):
    """The address may not be asked, or its answer is none. `reason` is for the log."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. form and json: one of them makes it a POST, and so does is_post."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    json: Mapping[str, str] | None = field(default=None, repr=False)
    is_post: bool = False

    @property
    def method(self) -> str:
        """GET, or POST."""
        has_body = self.form is not None or self.json is not None
        return "POST" if has_body or self.is_post else "GET"


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer."""

    status: int
    body: bytes = field(repr=False)


async def fetch(asked: Asked, *, may_be_private: bool = False) -> Fetched:
    """Ask an address for an answer.

    may_be_private: whether http and addresses of this machine and its networks are fine: in
        development alone. Link-local ones, among them those that tell a cloud's secrets, never are.
    Raises: Refused.
    """
    url = checked(asked.url, may_be_private=may_be_private)
    try:
        async with (
            guarded_session(may_be_private=may_be_private) as session,
            session.request(
                asked.method,
                url,
                headers={"accept-encoding": "identity", **asked.headers},
                data=asked.form,
                json=asked.json,
                allow_redirects=False,
                max_line_size=8190,
                max_field_size=8190,
            ) as response,
        ):
            if 300 <= response.status < 400:
                raise Refused("it redirects")
            return Fetched(response.status, await _bounded(response))
    except FAILURES as failure:
        raise Refused(reason_of(failure)) from failure


FAILURES = (aiohttp.ClientError, OSError, TimeoutError, ValueError)
"""What may come of asking an address for an answer."""


def guarded_session(
    *, may_be_private: bool, keeps_connections: bool = False, limit: int = 4
) -> aiohttp.ClientSession:
    """What connects to checked addresses alone, at most `limit` times at once.

    keeps_connections: whether one is used again for as long as the session is open; it leads to
        the address that was checked, whatever its name has come to stand for.
    """
    connector = aiohttp.TCPConnector(
        resolver=_Resolver(may_be_private=may_be_private),
        use_dns_cache=False,
        force_close=not keeps_connections,
        limit=limit,
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS),
        auto_decompress=False,
        trust_env=False,
    )


def reason_of(failure: BaseException) -> str:
    """Why an address gave no answer, for the log."""
    cause = failure.__cause__ or failure
    return str(cause) if isinstance(cause, _NotPublic) else type(failure).__name__


class _NotPublic(OSError):
    """A name stands for an address that must not be asked."""


class _Resolver(AbstractResolver):
    """Looks a name up once, and gives the addresses that were checked."""

    def __init__(self, *, may_be_private: bool) -> None:
        self._may_be_private = may_be_private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await asyncio.get_running_loop().getaddrinfo(
            host, port, type=socket.SOCK_STREAM, family=family
        )
        results: list[ResolveResult] = []
        for kind, _, protocol, _, address in found:
            text = str(address[0]).partition("%")[0]
            if not is_allowed(text, may_be_private=self._may_be_private):
                # One that is not allowed spoils the name: which is used would be chance.
                raise _NotPublic("it stands for an address that is not public")
            results.append(
                {
                    "hostname": host,
                    "host": text,
                    "port": port,
                    "family": kind,
                    "proto": protocol,
                    "flags": socket.AI_NUMERICHOST,
                }
            )
        return results

    async def close(self) -> None:
        """Nothing is kept."""


def is_allowed(address: str, *, may_be_private: bool) -> bool:
    """Whether an IP address may be connected to."""
    try:
        ip: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif any(ip in network for network in _TRANSLATED):
            return False
    if ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return False
    if ip.is_loopback or ip.is_private:
        return may_be_private
    return ip.is_global and not ip.is_reserved


def checked(text: str, *, may_be_private: bool) -> str:
    """The address in the one form that browsers and we read alike. Raises: Refused."""
    try:
        url = URL(text)
    except ValueError as mistake:
        raise Refused("it is no address") from mistake
    if url.protocol != "https:" and not (may_be_private and url.protocol == "http:"):
        raise Refused("it is not https")
    if url.username or url.password:
        raise Refused("it holds a name")
    host = str(url.hostname).strip("[]")
    # Addresses in figures are looked up nowhere, so they are checked here; parsing has already
    # brought their other spellings (decimal, octal, hexadecimal) into this one.
    is_figures = ":" in host or host.replace(".", "").isdigit()
    if is_figures and not is_allowed(host, may_be_private=may_be_private):
        raise Refused("it is an address that is not public")
    return str(url.href)


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    """The body, as long as it is no longer than MAX_BYTES. Raises: Refused."""
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused("it is compressed")
    parts: list[bytes] = []
    size = 0
    async for part in response.content.iter_chunked(16_384):
        size += len(part)
        if size > MAX_BYTES:
            raise Refused("it is too large")
        parts.append(part)
    return b"".join(parts)
