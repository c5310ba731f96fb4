"""What was sent can be read and sent once more, and an endpoint can be tried out."""

from datetime import timedelta

import pytest

from charter.core.webhooks import log
from charter.core.webhooks import operations as webhooks
from charter.core.webhooks.model import (
    WebhookEndpointNotFound,
    WebhookEndpointPatch,
    WebhookMessageNotFound,
)
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Search
from tests.hooks import attempts, deliver, deliveries, make_endpoint, tell, told
from tests.world import later


async def messages(world, **narrowed):
    found = await world.call(None, log.search_messages, search=Search(limit=100, **narrowed))
    return list(reversed(found.items))


async def replay(world, made, since, until=None, **options):
    done = await world.call(
        None, log.replay, endpoint_id=made.endpoint.id, since=since, until=until, **options
    )
    return done.count


async def test_messages_are_listed_with_their_bodies(world, sink):
    made = await make_endpoint(world, sink.url)
    ann = await world.user("ann")
    await tell(world)
    (message,) = await messages(world)
    assert (message.event_type, message.subject_id) == ("user.created", ann.id)
    assert message.body.encode() == sink.taken[0].body
    assert await world.call(None, log.get_message, message_id=message.id) == message
    await tell(world)
    assert len(await attempts(world, endpoint_id=made.endpoint.id)) == 1


async def test_one_message_is_sent_once_more_under_its_id(world, sink):
    made = await make_endpoint(world, sink.url)
    other = await make_endpoint(world, f"{sink.url}/other", event_types=["user.deleted"])
    await world.user("ann")
    await tell(world)
    (message,) = await messages(world)
    for each in (made, other):
        done = await world.call(
            None, log.replay_message, message_id=message.id, endpoint_id=each.endpoint.id
        )
        assert done.count == 1
    await deliver(world)
    assert sorted(each.path for each in sink.taken) == ["/hooks", "/hooks", "/hooks/other"]
    assert {each.id for each in sink.taken} == {message.id}
    with pytest.raises(WebhookMessageNotFound):
        await world.call(None, log.replay_message, message_id="msg_x", endpoint_id=made.endpoint.id)
    with pytest.raises(WebhookEndpointNotFound):
        await world.call(None, log.replay_message, message_id=message.id, endpoint_id="ep_x")


async def test_what_was_parked_is_tried_as_often_again_when_it_is_replayed(world, sink):
    made = await make_endpoint(world, sink.url)
    sink.status = 500
    await world.user("ann")
    await tell(world)
    for hours in range(11, 11 * 8, 11):
        await deliver(world, later(world.platform, hours=hours))
    assert [each["state"] for each in await deliveries(world, made.endpoint.id)] == ["parked"]
    assert await replay(world, made, world.platform.clock() - timedelta(hours=1)) == 1
    (delivery,) = await deliveries(world, made.endpoint.id)
    assert (delivery["state"], delivery["tries"]) == ("pending", 0)
    sink.status = 200
    await deliver(world)
    assert [each["state"] for each in await deliveries(world, made.endpoint.id)] == ["delivered"]


async def test_a_span_of_time_gives_what_was_missed_and_asked_for(world, sink):
    made = await make_endpoint(world, sink.url, event_types=["user.created"])
    await make_endpoint(world, f"{sink.url}/other")
    patch = WebhookEndpointPatch(is_enabled=False)
    here = {"endpoint_id": made.endpoint.id}
    await world.user("ann")
    await tell(world)
    middle = world.platform.clock()
    await world.call(None, webhooks.update_endpoint, patch=patch, **here)
    await world.user("ben")
    await world.organization(owner="ben")
    await tell(world)
    assert {each.path for each in sink.of("organization.created")} == {"/hooks/other"}
    patch = WebhookEndpointPatch(is_enabled=True)
    await world.call(None, webhooks.update_endpoint, patch=patch, **here)
    start = middle - timedelta(hours=1)
    assert await replay(world, made, start, middle) == 0
    assert await replay(world, made, start) == 1
    assert await replay(world, made, start, with_delivered=True) == 2
    await deliver(world)
    own = [each.message["data"]["id"] for each in sink.taken if each.path == "/hooks"]
    assert own == [world.people["ann"], world.people["ann"], world.people["ben"]]
    with pytest.raises(InvalidInput):
        await replay(world, made, middle, middle)


@pytest.mark.security("L3")
async def test_replayed_while_it_is_on_its_way_it_is_sent_once_more(world, sink):
    import asyncio

    made = await make_endpoint(world, sink.url)
    sink.status = 500
    await world.user("ann")
    await tell(world)
    sink.gate = asyncio.Event()
    delivering = asyncio.ensure_future(deliver(world, later(world.platform, seconds=6)))
    await sink.until(2)
    (message,) = await messages(world)
    await world.call(None, log.replay_message, message_id=message.id, endpoint_id=made.endpoint.id)
    sink.gate.set()
    await delivering
    assert len(sink.taken) == 3
    (delivery,) = await deliveries(world, made.endpoint.id)
    assert (delivery["state"], delivery["tries"]) == ("pending", 1)


async def test_an_example_reaches_the_endpoint_that_is_tried_out_alone(world, sink):
    made = await make_endpoint(world, sink.url, event_types=["role.created"])
    await make_endpoint(world, f"{sink.url}/other")
    asked = await world.call(None, log.send_test, endpoint_id=made.endpoint.id)
    await tell(world)
    assert [(each.id, each.path) for each in sink.taken] == [(asked.id, "/hooks")]
    assert sink.types == ["user.created"]
    one = {"endpoint_id": made.endpoint.id, "event_type": "user.exploded"}
    with pytest.raises(InvalidInput):
        await world.call(None, log.send_test, **one)
    with pytest.raises(WebhookEndpointNotFound):
        await world.call(None, log.send_test, endpoint_id="ep_x")


async def test_another_instance_sees_and_replays_nothing(world, other_world, sink):
    made = await make_endpoint(world, sink.url)
    mine = await make_endpoint(other_world, f"{sink.url}/other")
    await world.user("ann")
    await told(world)
    (message,) = await messages(world)
    assert await messages(other_world) == []
    assert await attempts(other_world) == ()
    with pytest.raises(WebhookMessageNotFound):
        await other_world.call(None, log.get_message, message_id=message.id)
    with pytest.raises(WebhookMessageNotFound):
        await other_world.call(
            None, log.replay_message, message_id=message.id, endpoint_id=mine.endpoint.id
        )
    since = world.platform.clock() - timedelta(hours=1)
    with pytest.raises(WebhookEndpointNotFound):
        await replay(other_world, made, since)
    assert await replay(other_world, mine, since) == 0
