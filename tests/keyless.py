"""Keyless starts: an app's SDK that has no key, and the instance that is made for it."""

import random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from charter.bootstrap import InstanceKeys
from charter.core.accountless_applications import operations as accountless
from charter.core.accountless_applications.model import AccountlessKeys
from charter.core.keys.model import publishable_key
from charter.kernel.actor import Actor, ActorKind, RequestFacts
from charter.kernel.ids import new_id
from charter.kernel.operation import run
from charter.kernel.platform import Platform
from tests.world import World


def somewhere() -> str:
    """An address from where nothing was asked yet."""
    return f"2001:db8:{random.randrange(65536):x}:{random.randrange(65536):x}::1"


async def start(
    platform: Platform, source: str | None = "nextjs", address: str | None = None
) -> AccountlessKeys:
    """What an SDK gets that starts without keys."""
    actor = Actor(ActorKind.ANONYMOUS, new_id("ins_"))
    facts = RequestFacts("trace", address or somewhere(), "test")
    made: AccountlessKeys = await run(
        platform, actor, accountless.create, facts, arguments={"source": source}
    )
    return made


def claim(platform: Platform, made: AccountlessKeys, token: str | None = None) -> Any:
    """Claim it, as whoever holds the token of its link."""
    actor = Actor(ActorKind.ANONYMOUS, made.instance.id)
    given = {"token": made.claim_token if token is None else token}
    return run(platform, actor, accountless.claim, arguments=given)


def look(platform: Platform, made: AccountlessKeys, token: str | None = None) -> Any:
    """Look at what would be claimed."""
    actor = Actor(ActorKind.ANONYMOUS, made.instance.id)
    given = {"token": made.claim_token if token is None else token}
    return run(platform, actor, accountless.look, arguments=given)


def world_of(platform: Platform, app: Any, made: AccountlessKeys) -> World:
    """The instance as a world, with a client that holds its secret key."""
    host = made.instance.frontend_host
    keys = InstanceKeys(made.instance.id, made.secret_key or "", publishable_key("test", host), "")
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://api.test",
        headers={"authorization": f"Bearer {made.secret_key}"},
    )
    return World(platform, keys, client)


def visitor(app: Any, address: str | None = None) -> httpx.AsyncClient:
    """A client without credentials, from an address of its own."""
    transport = httpx.ASGITransport(app=app, client=(address or somewhere(), 50000))
    return httpx.AsyncClient(transport=transport, base_url="http://api.test")


def token_in(url: str) -> str:
    """The claim token in a link."""
    return parse_qs(urlsplit(url).query)["token"][0]
