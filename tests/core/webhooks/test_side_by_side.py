"""Endpoints do not wait for one another, and the events of a subject keep their order."""

import asyncio
import random

import pytest

from charter.core.users import operations as users
from charter.core.users.model import UserPatch
from charter.core.webhook_deliveries import delivering
from charter.core.webhook_deliveries.delivering import Deliverer
from charter.outside import guarded
from tests.hooks import attempts, deliver, deliveries, make_endpoint, sinking, tell, told
from tests.world import all_at_once, later


async def rename(world, name, times):
    for number in range(times):
        patch = UserPatch(first_name=f"Name {number}")
        await world.call(None, users.update, user_id=name, patch=patch)


@pytest.mark.security("L4")
async def test_of_many_endpoints_one_that_hangs_delays_none_of_the_others(world, sink):
    async with sinking() as hanging:
        hanging.gate = asyncio.Event()
        await make_endpoint(world, hanging.url)
        for number in range(60):
            await make_endpoint(world, f"{sink.url}/{number}")
        await world.user("ann")
        await rename(world, "ann", 9)
        await told(world)
        deliverer = Deliverer(world.platform)
        started = asyncio.get_running_loop().time()
        await deliverer.begin()
        while len(sink.taken) < 600:
            await asyncio.sleep(0.05)
            assert asyncio.get_running_loop().time() - started < 8, "they wait for it"
        assert len(hanging.taken) == 1
        await rename(world, "ann", 1)
        await told(world)
        await deliverer.begin()
        while len(sink.taken) < 660:
            await asyncio.sleep(0.05)
            assert asyncio.get_running_loop().time() - started < 9, "they wait for it"
        await deliverer.end()


@pytest.mark.security("L4")
async def test_an_answer_that_does_not_come_is_given_up(world, sink, monkeypatch):
    monkeypatch.setattr(guarded, "TIMEOUT_SECONDS", 0.3)
    made = await make_endpoint(world, sink.url)
    sink.gate = asyncio.Event()
    await world.user("ann")
    await tell(world)
    (attempt,) = await attempts(world, endpoint_id=made.endpoint.id)
    assert (attempt.status, attempt.error) == (None, "TimeoutError")
    assert attempt.duration_ms >= 300


async def test_so_many_messages_are_on_their_way_to_an_endpoint_and_no_more(world, sink):
    await make_endpoint(world, sink.url)
    for number in range(20):
        await world.user(f"user-{number}")
    await told(world)
    sink.gate = asyncio.Event()
    deliverer = Deliverer(world.platform)
    await deliverer.begin()
    await asyncio.sleep(0.5)
    assert len(sink.taken) == delivering.AT_ONCE
    sink.gate.set()
    await deliverer.settle()
    assert len(sink.of("user.created")) == 20


async def test_the_events_of_one_subject_come_in_order(world, sink):
    await make_endpoint(world, sink.url)
    for name in ("ann", "ben"):
        await world.user(name)
    await all_at_once(rename(world, "ann", 30), rename(world, "ben", 30))
    moments = random.Random(3)
    sink.pause = lambda: moments.uniform(0, 0.03)
    await tell(world)
    for name in ("ann", "ben"):
        own = [each for each in sink.done if each.message["data"]["id"] == world.people[name]]
        numbers = [each.message["event_attributes"]["sequence"] for each in own]
        assert numbers == sorted(set(numbers))
        assert [each.message["data"]["first_name"] for each in own] == [
            None,
            *(f"Name {number}" for number in range(30)),
        ]


async def test_many_workers_at_once_deliver_each_message_once(world, sink):
    made = await make_endpoint(world, sink.url)
    await make_endpoint(world, f"{sink.url}/other")
    for number in range(20):
        await world.user(f"user-{number}")
    await all_at_once(*(told(world) for _ in range(4)))
    await all_at_once(*(deliver(world) for _ in range(6)))
    await deliver(world)
    assert len(sink.taken) == 40
    assert len({(each.path, each.id) for each in sink.taken}) == 40
    assert len(await attempts(world, endpoint_id=made.endpoint.id)) == 20


async def test_a_worker_whose_lease_ran_out_stops_and_leaves_it_to_whom_it_is_now(
    world, sink, monkeypatch
):
    monkeypatch.setattr(delivering, "BATCH", 1)
    await make_endpoint(world, sink.url)
    for name in ("ann", "ben", "cat"):
        await world.user(name)
    await told(world)
    after = later(world.platform, seconds=delivering.LEASE.total_seconds() + 1)
    slow, fast, third = (Deliverer(each) for each in (world.platform, after, world.platform))
    sink.gate = first = asyncio.Event()
    await slow.begin()
    await sink.until(1)
    sink.gate = asyncio.Event()
    await fast.begin()
    await sink.until(2)
    first.set()
    await asyncio.wait_for(slow.settle(), 5)
    await third.begin()
    await asyncio.wait_for(third.settle(), 5)
    assert len(sink.taken) == 2
    sink.gate.set()
    await fast.settle()
    assert len({each.id for each in sink.taken}) == 3


async def test_a_lease_is_renewed_before_much_is_begun_under_it(world, sink, monkeypatch):
    monkeypatch.setattr(delivering, "BEGIN_SECONDS", 0.1)
    sink.pause = lambda: 0.2
    made = await make_endpoint(world, sink.url)
    await world.user("ann")
    await rename(world, "ann", 2)
    await told(world)
    deliverer, ends = Deliverer(world.platform), []
    await deliverer.begin()
    for count in (1, 2, 3):
        await sink.until(count)
        query = "SELECT leased_until FROM webhook_endpoints WHERE id = $1"
        ends.append((await world.sql(query, made.endpoint.id))[0][0])
    await deliverer.settle()
    assert ends[0] < ends[1] < ends[2]


async def test_an_endpoint_deleted_while_it_is_served_ends_quietly(world, sink):
    from charter.core.webhooks import operations as webhooks

    made = await make_endpoint(world, sink.url)
    await world.user("ann")
    await told(world)
    sink.gate = asyncio.Event()
    deliverer = Deliverer(world.platform)
    await deliverer.begin()
    await sink.until(1)
    await world.call(None, webhooks.delete_endpoint, endpoint_id=made.endpoint.id)
    sink.gate.set()
    await deliverer.settle()
    assert await deliveries(world, made.endpoint.id) == []
    await deliver(world, later(world.platform, days=1))
    assert len(sink.taken) == 1


async def test_a_disabled_endpoint_is_not_sent_what_is_left_of_its_batch(world, sink, monkeypatch):
    from charter.core.webhooks import operations as webhooks
    from charter.core.webhooks.model import WebhookEndpointPatch

    monkeypatch.setattr(delivering, "BATCH", 2)
    made = await make_endpoint(world, sink.url)
    for number in range(6):
        await world.user(f"user-{number}")
    await told(world)
    sink.gate = asyncio.Event()
    deliverer = Deliverer(world.platform)
    await deliverer.begin()
    await sink.until(2)
    patch = WebhookEndpointPatch(is_enabled=False)
    await world.call(None, webhooks.update_endpoint, endpoint_id=made.endpoint.id, patch=patch)
    sink.gate.set()
    await deliverer.settle()
    assert len(sink.taken) == 2
