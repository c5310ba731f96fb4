"""An endpoint is disabled once, and only for what still holds at that moment."""

import dataclasses

from charter.core.webhooks import operations as webhooks
from charter.core.webhooks.ending import disable_endpoint, note_parked
from tests.hooks import make_endpoint, tell, told
from tests.sent import sent
from tests.world import all_at_once


async def endpoint_of(world, made):
    return await world.call(None, webhooks.get_endpoint, endpoint_id=made.endpoint.id)


async def test_one_that_is_found_gone_several_times_at_once_is_disabled_once(world, sink):
    made = await make_endpoint(world, sink.url)
    gone = {"endpoint_id": made.endpoint.id, "is_gone": True}
    results = await all_at_once(*(world.call(None, disable_endpoint, **gone) for _ in range(4)))
    assert sorted(results) == [False, False, False, True]
    assert len(await world.events("webhookEndpoint.disabled")) == 1


async def test_one_that_took_something_meanwhile_and_fails_anew_is_not_disabled(world, sink):
    made = await make_endpoint(world, sink.url)
    sink.status = 500
    await world.user("ann")
    await tell(world)
    assert (await endpoint_of(world, made)).failing_since is not None
    failing = {"endpoint_id": made.endpoint.id, "is_gone": False}
    assert await world.call(None, disable_endpoint, **failing) is False
    assert (await endpoint_of(world, made)).disabled_at is None


async def test_the_operator_hears_of_the_first_message_that_is_given_up_alone(world, sink):
    platform = dataclasses.replace(world.platform, operator_mail="operator@example.com")
    made = await make_endpoint(world, sink.url)
    await world.user("ann")
    await told(world)
    given_up = {"endpoint_id": made.endpoint.id, "message_ids": ["msg_x"], "platform": platform}
    park = "UPDATE webhook_deliveries SET state = 'parked' WHERE endpoint_id = $1"
    for _ in range(2):
        await world.call(None, note_parked, **given_up)
        await world.sql(park, made.endpoint.id)
    assert len(await world.events("webhookMessage.parked")) == 2
    assert len(await sent(world)) == 1
