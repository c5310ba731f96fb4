"""Ways to role sets that several tests go."""

from charter.core.role_sets import operations as role_sets
from charter.core.role_sets.model import NewRoleSet

DEFAULT = "role_set:default"


async def make_set(world, name="Small", roles=("org:admin", "org:viewer"), **fields):
    new = NewRoleSet(
        **{
            "name": name,
            "roles": list(roles),
            "default_role_key": next(reversed(roles), "org:none"),
            "creator_role_key": "org:admin",
            **fields,
        }
    )
    return await world.call(None, role_sets.create, new=new)


async def roles_of(world, organization_id):
    """Who holds which role, by first name."""
    rows = await world.sql(
        "SELECT user_id, key FROM memberships m JOIN roles r"
        " ON (r.instance_id, r.id) = (m.instance_id, m.role_id) WHERE organization_id = $1",
        organization_id,
    )
    names = {user_id: name for name, user_id in world.people.items()}
    return {names[row["user_id"]]: row["key"] for row in rows}
