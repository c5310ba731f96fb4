"""Which sites belong to an instance: their pages may call it, and people are sent back to them.

Addresses are parsed as browsers parse them: what was checked is what a browser opens.
Source: WHATWG URL.
"""

import re
from collections.abc import Iterator
from typing import Protocol

from ada_url import URL

from charter.core.instances.model import Environment, Instance
from charter.core.instances.settings import InstanceSettings
from charter.kernel.errors import InvalidInput
from charter.kernel.platform import Addresses

LONGEST_ORIGIN = 300
WEB = frozenset({"http:", "https:"})
OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "[::1]"})
OWN_SCHEME = re.compile(
    r"(?!(?:https?|wss?|ftp|file|data|blob|javascript)://)"
    r"[a-z][a-z0-9+.-]{1,50}://[0-9a-zA-Z._-]{1,200}(?::[0-9]{1,5})?"
)
"""An origin of an extension of a browser, or of an app for phones; nothing of it is folded."""
LONGEST_ADDRESS = 1024


class AppPlace(Protocol):
    """What tells where an app is: its instance, or as much of it as was read."""

    @property
    def environment(self) -> Environment:
        """Whether it is for real."""

    @property
    def frontend_host(self) -> str:
        """The host of its publishable key."""

    @property
    def home_origin(self) -> str | None:
        """Where it is, as far as somebody said so."""

    @property
    def settings(self) -> InstanceSettings:
        """Its own settings."""


def parsed(url: str) -> URL | None:
    """An absolute http or https address without a name or password in it; None for another."""
    try:
        found = URL(url)
    except ValueError:
        return None
    is_web = found.protocol in WEB and not found.username and not found.password
    return found if is_web else None


def origin_of(url: str) -> str | None:
    """The origin of an http or https address; None for what has none."""
    found = parsed(url)
    return None if found is None else str(found.origin)


def checked_origin(text: str) -> str | None:
    """An origin that an owner may allow, as browsers send it; None for what is none."""
    if OWN_SCHEME.fullmatch(text):
        return text
    found = parsed(text) if len(text) <= LONGEST_ORIGIN else None
    if found is None or found.pathname != "/" or found.search or found.hash:
        return None
    return str(found.origin)


def origins(instance: Instance, addresses: Addresses) -> frozenset[str]:
    """The origins of an instance: the app's, this server's, and those that its owner allows."""
    given = (
        addresses.app_url,
        app_url(instance, addresses),
        addresses.frontend_url,
        instance.issuer,
        instance.settings.development_origin or "",
        *_domains(instance),
        *instance.settings.allowed_origins,
    )
    return frozenset(origin for url in given if (origin := origin_of(url)) is not None)


def app_url(place: AppPlace, addresses: Addresses) -> str:
    """Where the app's own pages are, for who is to go on and did not say where.

    The server's setting tells it of the instance whose Frontend API is the server's own. That of
    another is where its domain is, until somebody says where exactly.
    """
    if place.environment is Environment.DEVELOPMENT:
        return place.settings.development_origin or addresses.app_url
    if place.home_origin is not None:
        return place.home_origin
    domain, own = app_domain(place), URL(addresses.frontend_url).host
    if domain is None or own == place.frontend_host or _is_at(addresses.app_url, domain):
        return addresses.app_url
    return f"https://{domain}"


def app_domain(place: AppPlace) -> str | None:
    """The domain of an app in production, one label above its Frontend API.

    None where nothing is left that a page could have.
    """
    rest = place.frontend_host.partition(":")[0].partition(".")[2]
    is_none = place.environment is Environment.DEVELOPMENT or "." not in rest
    return None if is_none else rest


def _is_at(url: str, domain: str) -> bool:
    host = str(URL(url).hostname)
    return host == domain or host.endswith("." + domain)


def _domains(instance: Instance) -> Iterator[str]:
    """The sites of an instance's domains: its proxy's, and those of satellites."""
    if instance.proxy_url is not None:
        yield instance.proxy_url
    for each in instance.satellites:
        yield f"https://{each.name}"
        if instance.is_development:
            yield f"http://{each.name}"
            continue
        yield f"https://www.{each.name}"
        yield f"https://{each.frontend_host}"
        if each.proxy_url is not None:
            yield each.proxy_url


def frontend_base(instance: Instance, addresses: Addresses) -> str:
    """Where an instance's Frontend API is reached, for links: on the host of its cookies.

    An app that forwards to it is where its cookies are.
    """
    if instance.is_development:
        return f"{addresses.frontend_url}/frontend/i/{instance.id}/v1"
    return f"{instance.proxy_url or instance.issuer}/v1"


def is_own(instance: Instance, addresses: Addresses, url: URL) -> bool:
    """Whether a parsed address lies within an instance's sites.

    In development the machine itself is one, on whatever port.
    """
    if instance.is_development and url.hostname in OWN_MACHINE:
        return True
    return url.origin in origins(instance, addresses)


def is_allowed_origin(instance: Instance, addresses: Addresses, origin: str) -> bool:
    """Whether pages of this origin may call the instance. `null` is nobody's.

    origin: as a browser sends it; any other spelling of an allowed one is not allowed.
    """
    if OWN_SCHEME.fullmatch(origin):
        return origin in instance.settings.allowed_origins
    found = parsed(origin)
    return found is not None and found.origin == origin and is_own(instance, addresses, found)


def address_elsewhere(instance: Instance, name: str, url: str, *, is_kept: bool = False) -> str:
    """An https address of an identity provider; in development http is fine too.

    name: of the input. is_kept: as it was given, for it is compared as text.
    Raises: InvalidInput.
    """
    found = parsed(url) if len(url) <= LONGEST_ADDRESS else None
    schemes = ("https:", "http:") if instance.is_development else ("https:",)
    if found is None or found.protocol not in schemes:
        raise InvalidInput(name, reason="it must be an absolute https address")
    return url if is_kept else str(found.href)
