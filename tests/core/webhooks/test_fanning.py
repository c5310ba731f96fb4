"""The stream is followed in the order of things, whatever order transactions began in."""

import asyncio
import dataclasses

import pytest

from charter.core.roles.model import RoleUpdated
from charter.core.webhook_deliveries import fanning
from charter.core.webhook_deliveries.fanning import fan_out
from charter.kernel import events
from charter.surfaces.webhooks import NAMES, translate
from tests.core.audit.test_sealing import begun
from tests.hooks import deliver, make_endpoint, tell, told
from tests.world import all_at_once


async def renamed(world, db, role, name) -> None:
    event = RoleUpdated(dataclasses.replace(role, name=name), before=role)
    await events.write(db, [events.record(event, {}, {}, world.platform.clock())])


@pytest.mark.security("L3")
async def test_of_two_changes_the_later_one_is_told_later_though_its_transaction_is_older(
    world, sink
):
    from charter.core.roles import operations as roles
    from charter.kernel.lists import Search

    made = await make_endpoint(world, sink.url, event_types=["role.updated"])
    role = (await world.call(None, roles.search, search=Search(limit=1))).items[0]
    old, young = await begun(world), await begun(world)
    await renamed(world, young, role, "first")
    await young.end(commit=True)
    await renamed(world, old, role, "second")
    await old.end(commit=True)
    await tell(world)
    assert [each.message["data"]["name"] for each in sink.taken] == ["first", "second"]
    numbers = [each.message["event_attributes"]["sequence"] for each in sink.taken]
    assert numbers[0] < numbers[1]
    assert made.endpoint.id


@pytest.mark.security("L3", "O4")
async def test_an_event_committed_late_is_not_passed_over(world, sink):
    await make_endpoint(world, sink.url, event_types=["role.updated"])
    from charter.core.roles import operations as roles
    from charter.kernel.lists import Search

    role = (await world.call(None, roles.search, search=Search(limit=1))).items[0]
    open_one = await begun(world)
    await renamed(world, open_one, role, "late")
    await world.user("ann")
    await fan_out(world.platform, NAMES, translate)
    await open_one.end(commit=True)
    await tell(world)
    assert [each.message["data"]["name"] for each in sink.taken] == ["late"]


async def test_many_batches_and_many_workers_write_each_message_once(world, sink, monkeypatch):
    monkeypatch.setattr(fanning, "BATCH", 3)
    await make_endpoint(world, sink.url)
    for number in range(10):
        await world.user(f"user-{number}")
    await all_at_once(*(told(world) for _ in range(4)))
    await deliver(world)
    assert len({each.message["data"]["id"] for each in sink.taken}) == 10
    assert len(sink.taken) == 10


async def test_a_round_that_fails_half_way_leaves_nothing_and_is_done_again(world, sink):
    await make_endpoint(world, sink.url)
    await world.user("ann")

    async def fails(platform, db, instance, sources):
        raise RuntimeError("half way")

    async def follow():
        # What is younger than some transaction that still runs in the cluster is not read yet.
        while True:
            await fan_out(world.platform, NAMES, fails)
            await asyncio.sleep(0.01)

    with pytest.raises(RuntimeError):
        await asyncio.wait_for(follow(), 30)
    count = "SELECT count(*) AS n FROM webhook_messages WHERE instance_id = $1"
    assert (await world.sql(count, world.instance_id))[0]["n"] == 0
    await tell(world)
    assert len(sink.taken) == 1


async def test_an_endpoint_is_not_deleted_while_messages_are_written_for_it(world, sink):
    from charter.core.webhooks import operations as webhooks

    made = await make_endpoint(world, sink.url)
    await world.user("ann")
    begun = []

    async def slowly(platform, db, instance, sources):
        if instance.id == world.instance_id:
            gone = world.call(None, webhooks.delete_endpoint, endpoint_id=made.endpoint.id)
            begun.append(asyncio.ensure_future(gone))
            await asyncio.sleep(0.3)
        return await translate(platform, db, instance, sources)

    async def follow():
        while not begun:
            await fan_out(world.platform, NAMES, slowly)
            await asyncio.sleep(0.01)

    await asyncio.wait_for(follow(), 30)
    assert (await begun[0]).id == made.endpoint.id


@pytest.mark.security("L1")
async def test_in_production_an_endpoint_on_this_machine_is_not_posted_to(platform, app, sink):
    from charter.core.instances.model import Environment
    from tests.hooks import attempts
    from tests.world import new_world

    world = await new_world(platform, app, Environment.PRODUCTION)
    for url in (sink.url, "http://localhost:1/", "http://169.254.169.254/"):
        made = await make_endpoint(world, url.replace("http:", "https:"))
        assert made.endpoint.disabled_at is None
    await world.user("ann")
    await tell(world)
    found = await attempts(world)
    assert len(found) == 3
    assert all("not public" in (each.error or "") for each in found)
    assert sink.taken == []
    await world.close()


@pytest.mark.security("L1")
async def test_an_endless_answer_is_cut_off(world):
    import asyncio

    from tests.hooks import attempts

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        try:
            while True:
                writer.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
                await writer.drain()
        except ConnectionError:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await make_endpoint(world, f"http://127.0.0.1:{port}/")
    await world.user("ann")
    await tell(world)
    (attempt,) = await attempts(world)
    assert (attempt.status, attempt.response_head) == (200, "x" * 1024)
    server.close()
