"""Delivers webhooks to a sink, and posts the same bodies there in a bare loop.

`python -m bench.delivering SINK_PORT MESSAGES ROUNDS POSTGRES_PID` with settings in the
environment prints JSON: CPU microseconds of a delivery and of a bare post, by round.
"""

import asyncio
import json
import sys
import time

import aiohttp
import psutil
import uvloop

from bench.processes import cpu_seconds
from charter.bootstrap import new_instance, opened
from charter.core.instances.model import Environment
from charter.core.webhook_deliveries.delivering import AT_ONCE, Deliverer
from charter.core.webhooks.model import NewWebhookEndpoint
from charter.core.webhooks.operations import create_endpoint
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.operation import run
from charter.kernel.platform import Platform
from charter.settings.load import load

BODY = json.dumps({"object": "event", "type": "user.updated", "data": {"text": "x" * 2000}})
MESSAGES = """
WITH made AS (
    INSERT INTO webhook_messages
        (instance_id, id, event_type, sequence, subject_id, body, created_at)
    SELECT $1, $2 || n, 'user.updated', n, 'user_' || n, $3, now() FROM generate_series(1, $4) n
    RETURNING id, sequence, subject_id
)
INSERT INTO webhook_deliveries
    (instance_id, endpoint_id, message_id, sequence, subject_id, state, tries, next_attempt_at)
SELECT $1, $5, id, sequence, subject_id, 'pending', 0, now() FROM made
"""
LEFT = """
SELECT count(*) FROM webhook_deliveries WHERE instance_id = $1 AND state <> 'delivered'
"""


async def main(port: int, count: int, rounds: int, database: psutil.Process) -> None:
    """Measure both, in turn."""
    async with opened(load()) as platform:
        made = await new_instance(
            platform, "Webhooks", Environment.DEVELOPMENT, "webhooks.charter-bench.io"
        )
        actor = Actor(ActorKind.OPERATOR, made.instance_id)
        url = f"http://127.0.0.1:{port}/"
        new = NewWebhookEndpoint(url=url)
        endpoint = (await run(platform, actor, create_endpoint, arguments={"new": new})).endpoint
        found: dict[str, list[float]] = {"ours": [], "bare": []}
        for number in range(-1, rounds):
            given = (made.instance_id, f"msg_{number}_", BODY, count, endpoint.id)
            await platform.database.pool.execute(MESSAGES, *given)
            await platform.database.pool.execute("ANALYZE webhook_deliveries, webhook_messages")
            before = _cpu(database)
            await _deliver(platform)
            between = _cpu(database)
            await _post(url, count)
            after = _cpu(database)
            if left := await platform.database.pool.fetchval(LEFT, made.instance_id):
                raise RuntimeError(f"{left} messages were not delivered")
            if number >= 0:  # the first round warms up
                found["ours"].append((between - before) * 1e6 / count)
                found["bare"].append((after - between) * 1e6 / count)
        print(json.dumps(found))


async def _deliver(platform: Platform) -> None:
    deliverer = Deliverer(platform)
    await deliverer.begin()
    await deliverer.settle()


async def _post(url: str, count: int) -> None:
    """The floor: the same bodies over as many connections, and nothing written down."""
    body, waiting = BODY.encode(), iter(range(count))

    async def post() -> None:
        for _ in waiting:
            async with session.post(url, data=body) as response:
                await response.read()

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(post() for _ in range(AT_ONCE)))


def _cpu(database: psutil.Process) -> float:
    """Of this process and of PostgreSQL."""
    return time.process_time() + cpu_seconds(database)


if __name__ == "__main__":
    port, count, rounds, pid = map(int, sys.argv[1:])
    uvloop.run(main(port, count, rounds, psutil.Process(pid)))
