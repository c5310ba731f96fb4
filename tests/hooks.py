"""Servers of apps that take webhooks, and the worker's part of delivering them."""

import asyncio
import json
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from charter.core.webhook_deliveries.delivering import Deliverer
from charter.core.webhook_deliveries.fanning import fan_out
from charter.core.webhooks import log
from charter.core.webhooks import operations as webhooks
from charter.core.webhooks.model import NewWebhookEndpoint, WebhookAttempt, WebhookEndpointMade
from charter.kernel.filters.tree import Apply, Name, Op, Place, Text
from charter.kernel.lists import Search
from charter.surfaces.webhooks import NAMES, translate

BEHIND = (
    "SELECT e.id FROM events e WHERE e.instance_id = $1 AND (e.transaction_id, e.position) >"
    " (SELECT transaction_id, position FROM stream_cursors WHERE consumer = 'webhooks')"
)


@dataclass
class Taken:
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    @property
    def message(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Sink:
    """A server that takes webhooks, and answers as it is told."""

    runner: web.AppRunner
    taken: list[Taken] = field(default_factory=list)
    status: int = 200
    text: str = "ok"
    gate: asyncio.Event | None = None
    """Requests wait for it."""
    pause: Callable[[], float] | None = None
    """How many seconds the next answer takes."""
    done: list[Taken] = field(default_factory=list)
    """Those that were answered, in this order."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.runner.addresses[0][1]}/hooks"

    @property
    def types(self) -> list[str]:
        return [each.message["type"] for each in self.taken]

    async def until(self, count: int) -> None:
        """Wait for so many requests."""
        for _ in range(2000):
            if len(self.taken) >= count:
                return
            await asyncio.sleep(0.01)
        raise AssertionError(f"{len(self.taken)} came, not {count}")

    def of(self, event_type: str) -> list[Taken]:
        return [each for each in self.taken if each.message["type"] == event_type]


@asynccontextmanager
async def sinking():
    """A sink that is there while the block runs."""
    found: Sink | None = None

    async def take(request: web.Request) -> web.Response:
        assert found is not None
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        taken = Taken(request.path, headers, body)
        found.taken.append(taken)
        if found.pause is not None:
            await asyncio.sleep(found.pause())
        if found.gate is not None:
            await found.gate.wait()
        found.done.append(taken)
        return web.Response(status=found.status, text=found.text)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found = Sink(runner)
    yield found
    if found.gate is not None:
        found.gate.set()
    await runner.cleanup()


async def make_endpoint(world, url: str, **fields: Any) -> WebhookEndpointMade:
    """Make an endpoint."""
    new = NewWebhookEndpoint(url=url, **fields)
    made: WebhookEndpointMade = await world.call(None, webhooks.create_endpoint, new=new)
    return made


async def told(world) -> None:
    """Write messages until nothing of this instance is left in the stream."""
    for _ in range(600):
        while await fan_out(world.platform, NAMES, translate):
            pass
        drafts = await world.sql(
            "SELECT id FROM webhook_drafts WHERE instance_id = $1", world.instance_id
        )
        if not drafts and not await world.sql(BEHIND, world.instance_id):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the stream did not settle")


async def deliver(world, platform=None) -> None:
    """Deliver what is due."""
    deliverer = Deliverer(platform or world.platform)
    await deliverer.begin()
    await deliverer.settle()


async def tell(world) -> None:
    """Write messages for what happened, and deliver them."""
    await told(world)
    await deliver(world)


async def attempts(world, **of: str) -> tuple[WebhookAttempt, ...]:
    """The log, the oldest first."""
    search = Search(limit=1000)
    for name, value in of.items():
        at = Place(name)
        search = search.narrowed(Apply(Op.EQ, (Name(name, at), Text(value, at)), at))
    found = await world.call(None, log.search_attempts, search=search)
    return tuple(reversed(found.items))


async def deliveries(world, endpoint_id: str) -> list[Any]:
    """What is to reach an endpoint, and how that stands."""
    rows: list[Any] = await world.sql(
        "SELECT * FROM webhook_deliveries WHERE instance_id = $1 AND endpoint_id = $2"
        " ORDER BY sequence, message_id",
        world.instance_id,
        endpoint_id,
    )
    return rows


def seconds_between(first: datetime, second: datetime) -> float:
    """How much later the second is."""
    return (second - first).total_seconds()
