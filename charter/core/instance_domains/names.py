"""Reads names of domains and addresses of apps and proxies, as browsers read them."""

import re
from functools import cache, lru_cache

from ada_url import URL
from publicsuffixlist import PublicSuffixList

from charter.core.instance_domains.model import (
    HostingDomain,
    InstanceDomainInvalid,
    ProxyConfigurationInvalid,
)
from charter.core.instances.origins import parsed

LONGEST_NAME = 253
LONGEST_URL = 2048
SATELLITE_LABEL = "clerk"
"""The label under which browsers' clients look for the Frontend API of a satellite."""
_GIVEN = re.compile(r"[^\s/\\?#@:%\[\]\x00-\x1f]+(?::[0-9]{1,5})?")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z][a-z0-9-]*[a-z0-9])")


@lru_cache(maxsize=1024)
def registrable(host: str) -> str | None:
    """The domain that a host's owner has, whose cookies all of its hosts share; None where none is.

    Browsers' scripts find the same by trying. Source: Public Suffix List; RFC 6265, section 5.3.
    """
    is_address = host.rpartition(".")[2].isdigit() or ":" in host
    return None if is_address else _all().privatesuffix(host)


def development_name(text: str) -> str:
    """A domain of a development instance: any host of the machine, with a port where it has one.

    Raises: InstanceDomainInvalid.
    """
    return str(_read(text).host)


def production_name(text: str, *, is_significant: bool, parameter: str = "name") -> str:
    """A domain of a production instance, which the app's owner can set records of.

    is_significant: whether what stands before the registrable domain belongs to the name.
    Raises: InstanceDomainInvalid; HostingDomain.
    """
    found = _read(text, parameter)
    name = str(found.hostname)
    if ":" in text or not _HOST.fullmatch(name) or len(name) > LONGEST_NAME:
        reason = "must be a domain such as example.com"
        raise InstanceDomainInvalid(parameter, reason=reason)
    owned = registrable(name)
    # Under a hoster's domain everybody is somebody else; what is given there are pages, no records.
    if owned is None or _official().privatesuffix(name) != owned:
        raise HostingDomain(parameter)
    return name if is_significant else owned


def home_of(home_url: str) -> URL:
    """The address of an app in production. Raises: InstanceDomainInvalid."""
    found = parsed(home_url) if len(home_url) <= LONGEST_URL else None
    if found is None or found.protocol != "https:" or found.port:
        reason = "must be an address such as https://www.example.com"
        raise InstanceDomainInvalid("home_url", reason=reason)
    return found


def checked_proxy_url(text: str, *, may_be_plain: bool = False) -> str:
    """The address of a proxy, without a slash at its end. Raises: ProxyConfigurationInvalid."""
    found = parsed(text) if len(text) <= LONGEST_URL else None
    is_fitting = found is not None and (found.protocol == "https:" or may_be_plain)
    if found is None or not is_fitting or found.search or found.hash:
        reason = "must be an address such as https://example.com/__clerk"
        raise ProxyConfigurationInvalid(reason=reason)
    return str(found.href).rstrip("/")


def satellite_host(name: str) -> str:
    """Where the Frontend API of a satellite is reached in production."""
    return f"{SATELLITE_LABEL}.{name}"


def moved_host(frontend_host: str, name: str) -> str:
    """The host of a primary domain under another name: its first label stays."""
    return f"{frontend_host.partition('.')[0]}.{name}"


def name_of_host(frontend_host: str, *, is_development: bool) -> str:
    """The name of a new instance's primary domain: its host, in production without its label."""
    rest = frontend_host.partition(":")[0].partition(".")[2]
    return rest if "." in rest and not is_development else frontend_host


def _read(text: str, parameter: str = "name") -> URL:
    trimmed = text.strip().rstrip(".")
    if len(text) > LONGEST_NAME + len(":65535") or not _GIVEN.fullmatch(trimmed):
        reason = "must be a domain, without a scheme and a path"
        raise InstanceDomainInvalid(parameter, reason=reason)
    try:
        return URL(f"http://{trimmed}")
    except ValueError:
        raise InstanceDomainInvalid(parameter, reason="must be a domain") from None


@cache
def _all() -> PublicSuffixList:
    return PublicSuffixList()


@cache
def _official() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)
