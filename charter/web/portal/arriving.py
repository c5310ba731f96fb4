"""Finds out who visits a page: their browser, their language, where they came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from falcon.asgi import Request

from charter.core.clients.state import get_own
from charter.core.grants.links import STATUS, TICKET, checked_return_url
from charter.core.instances.model import Environment, Instance
from charter.core.instances.settings import InstanceSettings
from charter.kernel.actor import Actor, ActorKind, RequestFacts
from charter.kernel.operation import run
from charter.kernel.platform import Platform
from charter.web.portal import guarding
from charter.web.portal.visits import Visit
from charter.web.portal.words import choose
from charter.wire.client_cookie import client_digest
from charter.wire.request_facts import facts_of

CARRIED = ("redirect_url", "next", "locale", TICKET, STATUS)
"""What a flow hands on from page to page."""
MAX_CARRIED = 4096


@dataclass(frozen=True)
class Arrival:
    """A visit, and what its answer needs beyond it."""

    visit: Visit
    is_secure: bool
    own_hosts: frozenset[str]
    cookies: tuple[str, ...] = ()

    @classmethod
    def nowhere(cls, platform: Platform, request: Request) -> "Arrival":
        """For a problem that came before anything was known, even the instance."""
        began = datetime(2000, 1, 1, tzinfo=UTC)
        instance = Instance(
            id="",
            application_id="",
            environment=Environment.PRODUCTION,
            frontend_host="",
            settings=InstanceSettings(),
            created_at=began,
            updated_at=began,
            application_name="Charter",
        )
        visit = Visit(
            platform,
            instance,
            Actor(ActorKind.ANONYMOUS, ""),
            None,
            RequestFacts(),
            choose(None, request.get_header("accept-language")),
            "/account",
            "",
            "",
        )
        return cls(visit, is_secure=False, own_hosts=frozenset())


async def arrive(
    platform: Platform,
    instance: Instance,
    request: Request,
    *,
    base: str,
    path: str,
    names: Mapping[str, str],
    trusted_proxies: int,
) -> Arrival:
    """Read all that a visit is made of.

    Raises: ReturnUrlNotAllowed.
    """
    query = _query(request)
    browser = Actor(ActorKind.BROWSER, instance.id, client_digest=client_digest(request))
    facts = facts_of(request, trusted_proxies)
    is_secure = request.scheme == "https" or not instance.is_development
    secret = guarding.read_secret(request, is_secure=is_secure)
    cookies: tuple[str, ...] = ()
    if secret is None:
        secret = guarding.new_secret()
        cookies = (guarding.set_cookie(secret, is_secure=is_secure),)
    state = None
    if browser.client_digest is not None:
        state = await run(platform, browser, get_own, facts, arguments={})
    given_url = query.get("redirect_url")
    visit = Visit(
        platform=platform,
        instance=instance,
        browser=browser,
        state=state,
        facts=facts,
        words=choose(query.get("locale"), request.get_header("accept-language")),
        base=base,
        path=path.format(**names),
        form_token=guarding.form_token(secret, browser.client_digest),
        names=names,
        query=query,
        carried={name: query[name] for name in CARRIED if query.get(name)},
        return_url=(
            checked_return_url(instance, platform.addresses, given_url) if given_url else None
        ),
    )
    return Arrival(visit, is_secure, own_hosts(platform, request), cookies)


def _query(request: Request) -> dict[str, str]:
    found = {}
    for name, value in request.params.items():
        text = value[-1] if isinstance(value, list) else value
        if "\x00" not in text and len(text) <= MAX_CARRIED:
            found[name] = text
    return found


def own_hosts(platform: Platform, request: Request) -> frozenset[str]:
    """The hosts by which a browser reaches our pages, as `check_origin` takes them."""
    configured = urlsplit(platform.addresses.frontend_url).netloc
    return frozenset({(request.get_header("host") or "").lower(), configured.lower()})
