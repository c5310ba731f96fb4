"""What the instances of a server for everybody may not look at from inside its network."""

from dataclasses import replace

import pytest

from charter.core.webhooks import operations as webhooks
from charter.core.webhooks.model import NewWebhookEndpoint
from charter.kernel.errors import InvalidInput
from tests.hooks import attempts, deliver, make_endpoint, told


@pytest.fixture
def shared(world):
    """The platform of a server whose network is not the developer's own."""
    return replace(world.platform, private_addresses=False)


@pytest.mark.security("L1")
async def test_a_development_instance_there_names_no_address_without_tls(world, shared):
    new = NewWebhookEndpoint(url="http://127.0.0.1:8080/hooks")
    with pytest.raises(InvalidInput):
        await world.call(None, webhooks.create_endpoint, platform=shared, new=new)


@pytest.mark.security("L1")
async def test_a_development_instance_there_posts_nothing_into_its_network(world, shared, sink):
    made = await make_endpoint(world, sink.url)
    await world.user("ann")
    await told(world)
    await deliver(world, shared)
    assert sink.taken == []
    (attempt,) = await attempts(world, endpoint_id=made.endpoint.id)
    assert (attempt.status, attempt.is_success) == (None, False)
