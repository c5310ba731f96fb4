"""Delivery: signed, at least once, retried as planned, and given up in the end."""

from tests.hooks import make_endpoint, tell


async def test_what_happens_is_posted_to_an_endpoint(world, sink):
    await make_endpoint(world, sink.url)
    ann = await world.user("ann")
    await tell(world)
    assert [each.message["data"]["id"] for each in sink.of("user.created")] == [ann.id]
