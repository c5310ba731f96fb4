"""The account clients of a cast: the app's own and an organization's, each with keys."""

from typing import TYPE_CHECKING

from charter.core.account_clients import key_operations
from charter.core.account_clients.model import DEVICE_CODE, AuthMethod
from tests.logging_in import app_client, client_of, login

if TYPE_CHECKING:
    from tests.cast import Cast


async def fill(cast: "Cast") -> None:
    """Make a client of the app and one of the organization, with a key that waits to sign."""
    world = cast.world
    cast.facts["app_client"] = await app_client(world)
    organization = type("Organization", (), {"id": cast["organization"]})
    made = await client_of(world, organization, "owner")
    client_id = made.application.id
    waiting = await world.call("owner", key_operations.create, client_id=client_id)
    cast.facts["account_client"] = made
    cast.facts["account_tokens"] = await login(world, cast.facts["app_client"].application, "owner")
    cast.facts["device_client"] = await app_client(
        world, auth_method=AuthMethod.NONE, grant_types=[DEVICE_CODE]
    )
    cast.ids |= {"account_client": client_id, "client_key": waiting.id}
