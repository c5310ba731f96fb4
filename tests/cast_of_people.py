"""What a directory knows of the people of a cast."""

from typing import TYPE_CHECKING

from charter.core.people import operations as people
from charter.core.people.model import IdentityPatch, PersonPatch

if TYPE_CHECKING:
    from tests.cast import Cast


async def fill(cast: "Cast") -> None:
    """Say more of the target than signs them in."""
    identity = IdentityPatch(display_name="The target", timezone="Europe/Paris")
    patch = PersonPatch(user_name="target", identity=identity)
    await cast.world.call(None, people.update, user_id=cast.world.people["target"], patch=patch)
