"""Where a request came from: forwarded headers count only as far as proxies are configured."""

import ipaddress
from functools import lru_cache
from typing import Any

FORWARDED_BY_APP = "is_forwarded_by_app"
"""The mark on the context of a request that an app forwards with its secret key."""


def client_address(request: Any, trusted_proxies: int) -> str | None:
    """The caller's address in one normal form, or None.

    trusted_proxies: how many proxies of ours stand in front, 0 for none. Each of them appends
    one entry to X-Forwarded-For, so the caller is that many entries from the end; what stands
    further left the caller wrote and does not count. An app that forwards, and has shown its secret
    key, is one more of them.
    """
    hops = [trusted_proxies]
    if getattr(request.context, FORWARDED_BY_APP, False):
        hops.insert(0, trusted_proxies + 1)
    entries = [entry.strip() for entry in (request.get_header("x-forwarded-for") or "").split(",")]
    for hop in hops:
        if 0 < hop <= len(entries) and entries[-hop]:
            return normal(entries[-hop])
    return normal(request.remote_addr)


@lru_cache(4096)
def normal(text: str | None) -> str | None:
    """An address without port and zone, IPv4 where it is mapped into IPv6; None for no address."""
    if not text:
        return None
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.compressed
