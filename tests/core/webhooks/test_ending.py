"""An endpoint is disabled once, and only for what still holds at that moment."""

from charter.core.webhooks import operations as webhooks
from charter.core.webhooks.ending import disable_endpoint
from tests.hooks import make_endpoint, tell
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
