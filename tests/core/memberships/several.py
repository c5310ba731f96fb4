"""Ways to roles and to disabled members that several tests go."""

from charter.core.memberships import operations as memberships
from charter.core.memberships.queries import find_standing
from charter.core.permissions import operations as permissions
from charter.core.role_sets import operations as role_sets
from charter.core.roles import operations as roles
from charter.core.roles.model import NewRole

DEFAULT = "role_set:default"
FURTHER = " JOIN {} f ON (f.instance_id, f.membership_id) = (m.instance_id, m.id)"


async def make_role(world, key, *permission_keys, role_set=DEFAULT):
    """A role of an app's own in a role set, with permissions of the app's own."""
    held = [
        (await world.call(None, permissions.create, name=each, key=each)).id
        for each in permission_keys
    ]
    new = NewRole(name=key, key=key, permissions=held)
    made = await world.call(None, roles.create, new=new)
    if role_set is not None:
        await world.call(None, role_sets.add_roles, role_set=role_set, role_keys=[key])
    return made


async def set_roles(world, acme, user, *keys, who=None):
    return await world.call(
        who, memberships.set_roles, organization_id=acme.id, user_id=user, roles=keys
    )


async def disable(world, acme, user, who=None):
    return await world.call(who, memberships.disable, organization_id=acme.id, user_id=user)


async def enable(world, acme, user, who=None):
    return await world.call(who, memberships.enable, organization_id=acme.id, user_id=user)


async def remove(world, acme, user, who=None):
    return await world.call(who, memberships.remove, organization_id=acme.id, user_id=user)


async def standing(world, acme, name):
    """What somebody is in the organization, for the core."""
    db = world.platform.database.reading(world.instance_id)
    return await find_standing(db, acme.id, world.people[name])


async def roles_held(world, acme, name):
    """The keys of all roles in the database, of a member or a disabled one, sorted."""
    held = " UNION ALL ".join(
        f"SELECT m.instance_id, {of}.role_id, organization_id, user_id FROM {table} m{join}"
        for table, further in (
            ("memberships", "membership_roles"),
            ("disabled_memberships", "disabled_membership_roles"),
        )
        for of, join in (("m", ""), ("f", FURTHER.format(further)))
    )
    rows = await world.sql(
        f"SELECT r.key FROM roles r JOIN ({held}) h"
        " ON (h.instance_id, h.role_id) = (r.instance_id, r.id)"
        " WHERE organization_id = $1 AND user_id = $2 ORDER BY r.key",
        acme.id,
        world.people[name],
    )
    return [row["key"] for row in rows]


async def members(world, acme):
    """The first names of those who are members, in the database."""
    rows = await world.sql("SELECT user_id FROM memberships WHERE organization_id = $1", acme.id)
    names = {user_id: name for name, user_id in world.people.items()}
    return sorted(names[row["user_id"]] for row in rows)
