"""Applications: instances, by the callers that may enter them."""

from charter.kernel.actor import Actor
from charter.kernel.errors import NotFound
from charter.kernel.platform import Platform
from charter.surfaces.accounts import ids


async def entered(_platform: Platform, actor: Actor, application_id: str) -> Actor:
    """The caller as they stand in an application. Raises: NotFound, to strangers."""
    if ids.instance_id(application_id) != actor.instance_id:
        raise NotFound("application_id")
    return actor


APPLICATION = {"application_id": entered}
"""For calls whose path names the application in which they are run."""
