"""An application of an organization, and its instance as a world of its own."""

import httpx

from charter.bootstrap import InstanceKeys
from charter.core.applications import operations as applications
from charter.core.applications.entering import enter
from charter.core.applications.model import ApplicationMade
from charter.kernel.actor import Actor
from tests.world import World


async def applied(world: World, organization, who=None, name: str = "Shop") -> ApplicationMade:
    """An application that an organization owns."""
    made: ApplicationMade = await world.call(
        who, applications.create, organization_id=organization.id, name=name
    )
    return made


def inside(world: World, app, made: ApplicationMade) -> World:
    """The instance of an application, as a world."""
    keys = InstanceKeys(
        instance_id=made.application.id,
        secret_key=made.secret_key,
        publishable_key=made.publishable_key,
        jwt_key="",
    )
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://api.test",
        headers={"authorization": f"Bearer {made.secret_key}"},
    )
    return World(world.platform, keys, client)


async def entered(world: World, who: str | None, inner: World) -> Actor:
    """A person, or the server, of a world in another."""
    actor = world.server if who is None else world.acting(who)
    return await enter(world.platform, actor, inner.instance_id)
