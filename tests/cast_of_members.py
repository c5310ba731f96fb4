"""Members of the organizations of a cast who have several roles, or are disabled."""

from typing import TYPE_CHECKING

from charter.core.memberships import operations as memberships
from charter.core.memberships.model import NewMembership

if TYPE_CHECKING:
    from tests.cast import Cast


async def fill(cast: "Cast") -> None:
    """Give each organization a member of two roles, and one of two roles who is disabled."""
    world = cast.world
    for ids, place in ((cast.ids, "acme"), (cast.twin, "globex")):
        here = {"organization_id": ids["organization"]}
        for name in (f"both-{place}", f"resting-{place}"):
            user = await world.user(name)
            new = NewMembership(user.id, "org:member", further_roles=("org:viewer",))
            await world.call(None, memberships.create, membership=new, **here)
        await world.call(None, memberships.disable, user_id=f"resting-{place}", **here)
        ids["resting"] = world.people[f"resting-{place}"]
