"""Production instances on domains of their own, and browsers that go from one to another."""

import itertools
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from charter.core.instance_domains import operations as instance_domains
from charter.core.instance_domains.model import InstanceDomain
from charter.core.instances.model import Environment, Instance
from charter.core.keys.lookup import lookup
from tests.world import World, new_world

_numbers = itertools.count()


class Proxies:
    """Proxies of apps, of which those work that the test says."""

    def __init__(self, *working: str) -> None:
        self.working = working
        self.asked: list[str] = []

    async def is_healthy(self, url: str, *, may_be_private: bool) -> bool:
        """Whether the test says so."""
        assert not may_be_private
        self.asked.append(url)
        return url.startswith(self.working) if self.working else False


def fresh_name(word: str = "satellite") -> str:
    """A domain that no other test has."""
    return f"{word}-{next(_numbers)}.test"


async def production(platform: Any, app: Any) -> World:
    """A production instance with its own client."""
    return await new_world(platform, app, Environment.PRODUCTION)


async def satellite(world: World, name: str | None = None, **more: Any) -> InstanceDomain:
    """A satellite of an instance."""
    given = fresh_name() if name is None else name
    made: InstanceDomain = await world.call(
        None, instance_domains.create, name=given, is_satellite=True, **more
    )
    return made


async def instance_of(world: World) -> Instance:
    """The instance, as every request sees it now."""
    return await lookup(world.platform).instance(world.instance_id)


class Visitor:
    """A browser that keeps cookies for each host apart and is sent around by redirects."""

    def __init__(self, world: World) -> None:
        self.http = httpx.AsyncClient(transport=world.client._transport)

    async def go(self, url: str, **options: Any) -> httpx.Response:
        """Open one address, without going on."""
        return await self.http.get(url, follow_redirects=False, **options)

    async def walk(self, url: str, until: str) -> list[str]:
        """The addresses that a browser is sent to, up to one that begins in this way."""
        steps = []
        for _ in range(8):
            answer = await self.go(url)
            assert answer.status_code == 307, answer.text
            url = answer.headers["location"]
            steps.append(url)
            if url.startswith(until):
                return steps
        raise AssertionError(steps)

    async def post(self, url: str, form: dict[str, str], **options: Any) -> httpx.Response:
        """POST a form."""
        return await self.http.post(url, data=form, **options)


def query_of(url: str) -> dict[str, str]:
    """The query of an address."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}
