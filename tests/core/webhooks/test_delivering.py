"""Delivery: at least once, retried as planned under the same id, and given up in the end."""

import pytest

from charter.core.webhook_deliveries.delivering import Deliverer
from charter.core.webhooks import operations as webhooks
from charter.core.webhooks.model import RETRY_SECONDS, DisabledReason, WebhookEndpointPatch
from charter.worker import clear
from tests.hooks import attempts, deliver, deliveries, make_endpoint, tell, told
from tests.world import later


async def endpoint_of(world, made):
    return await world.call(None, webhooks.get_endpoint, endpoint_id=made.endpoint.id)


async def test_what_happens_is_posted_to_those_who_asked_for_it_once(world, sink):
    every = await make_endpoint(world, f"{sink.url}/every")
    await make_endpoint(world, f"{sink.url}/some", event_types=["user.deleted"])
    await make_endpoint(world, f"{sink.url}/off", is_enabled=False)
    ann = await world.user("ann")
    await tell(world)
    await tell(world)
    assert [(each.path, each.message["data"]["id"]) for each in sink.of("user.created")] == [
        ("/hooks/every", ann.id)
    ]
    (attempt,) = await attempts(world, endpoint_id=every.endpoint.id)
    assert (attempt.status, attempt.error, attempt.response_head) == (200, None, "ok")
    assert attempt.is_success
    assert attempt.message_id == sink.taken[0].id
    assert attempt.event_type == "user.created"
    assert 0 <= attempt.duration_ms < 5000


async def test_what_happened_before_an_endpoint_was_there_is_not_told_to_it(world, sink):
    await world.user("ann")
    await make_endpoint(world, sink.url)
    await tell(world)
    assert sink.taken == []


async def test_the_body_says_who_asked_and_in_what_order_things_happened(world, sink):
    await make_endpoint(world, sink.url)
    await world.user("ann")
    from charter.core.users import operations as users
    from charter.core.users.model import UserPatch

    for name in ("Ann", "Anna", "Anne"):
        await world.call(None, users.update, user_id="ann", patch=UserPatch(first_name=name))
    await tell(world)
    bodies = [each.message for each in sink.taken]
    assert [body["data"]["first_name"] for body in bodies] == [None, "Ann", "Anna", "Anne"]
    numbers = [body["event_attributes"]["sequence"] for body in bodies]
    assert numbers == sorted(set(numbers))
    first = bodies[0]
    assert first["object"] == "event"
    assert first["instance_id"] == world.instance_id
    assert first["timestamp"] == first["data"]["created_at"]
    http = {"client_ip": "192.0.2.1", "user_agent": "test"}
    assert first["event_attributes"]["http_request"] == http


@pytest.mark.security("L3")
async def test_a_failure_is_tried_again_as_planned_under_the_same_id_and_then_parked(world, sink):
    assert RETRY_SECONDS == (5, 300, 1800, 7200, 18_000, 36_000, 36_000)
    assert sum(RETRY_SECONDS) > 24 * 3600
    made = await make_endpoint(world, sink.url)
    sink.status, sink.text = 500, "no\0thing"
    await world.user("ann")
    await tell(world)
    passed = 0
    for seconds in RETRY_SECONDS:
        before = len(sink.taken)
        await deliver(world, later(world.platform, seconds=passed + seconds - 2))
        assert len(sink.taken) == before, "too early"
        passed += seconds + 1
        await deliver(world, later(world.platform, seconds=passed))
        assert len(sink.taken) == before + 1, "it was not tried"
    assert len(sink.taken) == 8
    assert len({each.id for each in sink.taken}) == 1
    assert len({each.body for each in sink.taken}) == 1
    assert len({each.headers["webhook-timestamp"] for each in sink.taken}) == 8
    (delivery,) = await deliveries(world, made.endpoint.id)
    assert (delivery["state"], delivery["tries"]) == ("parked", 8)
    (parked,) = await world.events("webhookMessage.parked")
    assert parked["subject_id"] == sink.taken[0].id
    assert parked["actor"]["kind"] == "system"
    await deliver(world, later(world.platform, days=3))
    assert len(sink.taken) == 8
    assert (await endpoint_of(world, made)).parked == 1
    head = (await attempts(world, endpoint_id=made.endpoint.id))[0].response_head
    assert head == "no\N{REPLACEMENT CHARACTER}thing"


async def test_what_is_taken_at_a_later_attempt_is_done(world, sink):
    made = await make_endpoint(world, sink.url)
    sink.status = 503
    await world.user("ann")
    await tell(world)
    assert (await endpoint_of(world, made)).failing_since is not None
    sink.status = 204
    await deliver(world, later(world.platform, seconds=6))
    await deliver(world, later(world.platform, days=1))
    assert len(sink.taken) == 2
    endpoint = await endpoint_of(world, made)
    assert (endpoint.failing_since, endpoint.pending, endpoint.parked) == (None, 0, 0)


@pytest.mark.security("L1")
@pytest.mark.parametrize("status", [302, 307, 404])
async def test_a_redirect_is_a_failure_and_not_followed(world, sink, status):
    made = await make_endpoint(world, sink.url)
    sink.status = status
    await world.user("ann")
    await tell(world)
    assert len(sink.taken) == 1
    (attempt,) = await attempts(world, endpoint_id=made.endpoint.id)
    assert (attempt.status, attempt.is_success) == (status, False)


async def test_an_endpoint_that_is_gone_is_disabled_at_once(world, sink):
    made = await make_endpoint(world, sink.url)
    sink.status = 410
    await world.user("ann")
    await tell(world)
    endpoint = await endpoint_of(world, made)
    assert endpoint.disabled_reason is DisabledReason.GONE
    await world.user("ben")
    await tell(world)
    await deliver(world, later(world.platform, days=1))
    assert len(sink.taken) == 1


async def test_one_that_fails_for_days_is_disabled_and_told_of(world, sink):
    made = await make_endpoint(world, sink.url)
    sink.status = 500
    await world.user("ann")
    await tell(world)
    await deliver(world, later(world.platform, days=4))
    assert (await endpoint_of(world, made)).disabled_at is None
    await world.user("ben")
    await told(world)
    await deliver(world, later(world.platform, days=6))
    endpoint = await endpoint_of(world, made)
    assert endpoint.disabled_reason is DisabledReason.FAILING
    (event,) = await world.events("webhookEndpoint.disabled")
    assert event["subject_id"] == made.endpoint.id
    count = len(sink.taken)
    await deliver(world, later(world.platform, days=8))
    assert len(sink.taken) == count
    patch = WebhookEndpointPatch(is_enabled=True)
    await world.call(None, webhooks.update_endpoint, endpoint_id=made.endpoint.id, patch=patch)
    await deliver(world, later(world.platform, days=9))
    assert (await endpoint_of(world, made)).disabled_at is None, "it has days again"
    sink.status = 200
    await deliver(world, later(world.platform, days=10))
    assert [state["state"] for state in await deliveries(world, made.endpoint.id)] == [
        "delivered",
        "delivered",
    ]


async def test_the_operator_is_told_by_mail_without_the_whole_address(world, sink):
    import dataclasses

    from charter.core.webhooks import ending

    made = await make_endpoint(world, f"{sink.url}?token=known-to-us")
    told_one = dataclasses.replace(world.platform, operator_mail="operator@example.com")
    here = {"endpoint_id": made.endpoint.id, "platform": told_one}
    await world.call(None, ending.note_parked, message_ids=["msg_x"], **here)
    assert await world.call(None, ending.disable_endpoint, is_gone=True, **here)
    assert not await world.call(None, ending.disable_endpoint, is_gone=True, **here)
    from charter.core.messages.outbox import DatabaseOutbox

    rows = await DatabaseOutbox(world.platform).recent(100)
    mine = [row for row in rows if row.instance_id == world.instance_id]
    assert [row.to_address for row in mine] == ["operator@example.com"] * 2
    assert all(made.endpoint.id in row.text for row in mine)
    assert not any("known-to-us" in row.text for row in mine)


async def test_old_messages_are_cleared_with_their_log(world, sink):
    made = await make_endpoint(world, sink.url)
    await world.user("ann")
    await tell(world)
    await clear(later(world.platform, days=29))
    assert len(await attempts(world, endpoint_id=made.endpoint.id)) == 1
    await clear(later(world.platform, days=31))
    assert await attempts(world, endpoint_id=made.endpoint.id) == ()
    assert await deliveries(world, made.endpoint.id) == []


@pytest.mark.security("L3")
async def test_what_was_taken_and_not_written_down_is_delivered_once_more(world, sink, monkeypatch):
    from charter.core.webhook_deliveries import delivering

    made = await make_endpoint(world, sink.url)
    await world.user("ann")
    await told(world)

    async def dies(_self, _batch):
        raise RuntimeError("the worker was killed")

    with monkeypatch.context() as patched:
        patched.setattr(delivering._Serving, "_record", dies)
        await deliver(world)
    assert len(sink.taken) == 1
    await deliver(world)
    assert len(sink.taken) == 1, "the lease of the killed worker was broken"
    await deliver(world, later(world.platform, seconds=delivering.LEASE.total_seconds()))
    assert [each.id for each in sink.taken] == [sink.taken[0].id] * 2
    (delivery,) = await deliveries(world, made.endpoint.id)
    assert delivery["state"] == "delivered"


async def test_a_worker_that_stops_lets_another_go_on_at_once(world, sink):
    import asyncio

    sink.gate = asyncio.Event()
    made = await make_endpoint(world, sink.url)
    await world.user("ann")
    await told(world)
    deliverer = Deliverer(world.platform)
    await deliverer.begin()
    await sink.until(1)
    await deliverer.end()
    sink.gate.set()
    await deliver(world)
    assert len(sink.taken) == 2
    assert [each["state"] for each in await deliveries(world, made.endpoint.id)] == ["delivered"]
