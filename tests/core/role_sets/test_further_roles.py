"""Further roles in role sets that change: reassigned as primary ones, and nobody has one twice."""

import pytest

from charter.core.memberships.model import LastOwner
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationPatch, RolesOutsideSet
from charter.core.role_sets import operations as role_sets
from charter.core.role_sets.model import MappingsMissing, RoleSetPatch
from charter.core.roles import operations as roles
from charter.core.roles.model import RoleHasMembers, RoleNotFound
from tests.core.memberships.several import disable, make_role, roles_held, set_roles
from tests.core.role_sets.sets import DEFAULT, make_set, roles_of
from tests.core.role_sets.test_replace import replace, replace_role
from tests.core.role_sets.test_role_sets import second_owner_role
from tests.waiting import after_open

ALL = ("org:admin", "org:manager", "org:member", "org:viewer")


@pytest.fixture
async def acme(world):
    made = await world.organization(owner="ann")
    for name in ("ben", "cid", "dan"):
        await world.member(made, name, "org:viewer")
    return made


async def second_owner(world):
    """A role beside the first one that a creator could have, in the role set of all."""
    await second_owner_role(world)
    await world.call(None, role_sets.add_roles, role_set=DEFAULT, role_keys=["org:boss"])


async def updated(world):
    """Whose memberships were told to have changed, by first name."""
    names = {user_id: name for name, user_id in world.people.items()}
    events = await world.events("organizationMembership.updated")
    return sorted({names[event["after"]["user_id"]] for event in events})


async def test_members_are_counted_by_every_role_they_hold(world, acme):
    await set_roles(world, acme, "ben", "org:viewer", "org:manager")
    await set_roles(world, acme, "cid", "org:manager")
    await set_roles(world, acme, "dan", "org:viewer", "org:manager")
    await disable(world, acme, "dan")
    found = await world.call(None, role_sets.get, role_set=DEFAULT)
    counts = {role.key: role.members_count for role in found.roles}
    assert counts == {"org:admin": 1, "org:manager": 2, "org:member": 0, "org:viewer": 1}


async def test_a_role_gives_way_to_another_among_further_roles_too(world, acme):
    await set_roles(world, acme, "ben", "org:manager", "org:viewer")
    await set_roles(world, acme, "cid", "org:member", "org:viewer")
    await set_roles(world, acme, "dan", "org:viewer", "org:member")
    made = await replace_role(world, "org:viewer", "org:member")
    assert made.migration.migrated_members == 3
    assert await roles_held(world, acme, "ben") == ["org:manager", "org:member"]
    assert await roles_held(world, acme, "cid") == ["org:member"]
    assert await roles_held(world, acme, "dan") == ["org:member"]
    assert await updated(world) == ["ben", "cid", "dan"]


async def test_two_sets_keep_their_members_apart(world, acme):
    small = await make_set(world, roles=ALL)
    other = await world.organization("Other", owner="eve", role_set_key=small.key)
    await world.member(other, "fay", "org:member")
    await set_roles(world, other, "fay", "org:member", "org:viewer")
    await set_roles(world, acme, "ben", "org:member", "org:viewer")
    made = await replace_role(world, "org:viewer", "org:manager")
    assert made.migration.migrated_members == 3
    assert await roles_held(world, other, "fay") == ["org:member", "org:viewer"]
    assert await roles_held(world, acme, "ben") == ["org:manager", "org:member"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("org:member", "org:viewer"), ["org:manager", "org:viewer"]),
        (("org:viewer", "org:member"), ["org:manager", "org:viewer"]),
        (("org:member", "org:manager"), ["org:manager", "org:viewer"]),
        (("org:viewer", "org:manager"), ["org:manager"]),
        (("org:viewer", "org:member", "org:manager"), ["org:manager", "org:viewer"]),
    ],
)
async def test_mappings_do_not_chain_and_leave_no_role_twice(world, acme, before, after):
    await make_set(world, roles=ALL)
    await set_roles(world, acme, "ben", *before)
    await set_roles(world, acme, "cid", *before)
    await disable(world, acme, "cid")
    await replace(world, member="viewer", viewer="manager")
    assert await roles_held(world, acme, "ben") == after
    assert await roles_held(world, acme, "cid") == after


async def test_a_further_role_without_a_place_stops_it_all(world, acme):
    await make_set(world)
    await set_roles(world, acme, "ben", "org:viewer", "org:manager")
    with pytest.raises(MappingsMissing) as refused:
        await replace(world)
    assert refused.value.meta["role_keys"] == ["org:manager"]
    await disable(world, acme, "ben")
    # Whoever is disabled gets the default role instead, as invitations do.
    await replace(world)
    assert await roles_held(world, acme, "ben") == ["org:viewer"]


@pytest.mark.security("G6")
async def test_the_creators_role_becomes_the_primary_one_of_who_holds_it(world, acme):
    await second_owner(world)
    await set_roles(world, acme, "ben", "org:viewer", "org:boss")
    patch = RoleSetPatch(creator_role_key="org:boss")
    await world.call(None, role_sets.update, role_set=DEFAULT, patch=patch)
    assert (await roles_of(world, acme.id))["ben"] == "org:boss"
    assert await roles_held(world, acme, "ben") == ["org:boss", "org:viewer"]
    assert await updated(world) == ["ben"]
    event = (await world.events("organizationMembership.updated"))[-1]
    assert event["after"]["is_creator_role"] is True
    with pytest.raises(LastOwner):
        await set_roles(world, acme, "ben", "org:viewer")


async def test_a_role_that_gives_way_to_the_creators_role_makes_owners(world, acme):
    await set_roles(world, acme, "ben", "org:viewer", "org:manager")
    await replace_role(world, "org:manager", "org:admin")
    assert (await roles_of(world, acme.id))["ben"] == "org:admin"
    assert await roles_held(world, acme, "ben") == ["org:admin", "org:viewer"]


async def test_a_further_role_keeps_an_organization_from_being_ownerless(world, acme):
    await second_owner(world)
    await make_set(world, roles=("org:boss", "org:viewer"), creator_role_key="org:boss")
    with pytest.raises(LastOwner):
        await replace(world, admin="viewer")
    await set_roles(world, acme, "ben", "org:viewer", "org:boss")
    await replace(world, admin="viewer")
    assert (await roles_of(world, acme.id)) == {
        "ann": "org:viewer",
        "ben": "org:boss",
        "cid": "org:viewer",
        "dan": "org:viewer",
    }
    event = (await world.events("organizationMembership.updated"))[-1]
    assert event["after"]["organization"]["role_set_key"] == "role_set:small"


async def test_an_organization_changes_to_a_set_with_all_roles_alone(world, acme):
    await make_set(world)
    await set_roles(world, acme, "ben", "org:viewer", "org:manager")
    patch = OrganizationPatch(role_set_key="role_set:small")
    with pytest.raises(RolesOutsideSet) as refused:
        await world.call(None, organizations.update, organization_id=acme.id, patch=patch)
    assert refused.value.meta["role_keys"] == ["org:manager"]
    await set_roles(world, acme, "ben", "org:viewer", "org:admin")
    changed = await world.call(None, organizations.update, organization_id=acme.id, patch=patch)
    assert changed.role_set_key == "role_set:small"


async def test_an_organization_gets_owners_by_another_set(world, acme):
    await second_owner(world)
    await make_set(world, roles=("org:boss", *ALL), creator_role_key="org:boss")
    patch = OrganizationPatch(role_set_key="role_set:small")
    with pytest.raises(LastOwner):
        await world.call(None, organizations.update, organization_id=acme.id, patch=patch)
    await set_roles(world, acme, "ben", "org:viewer", "org:boss")
    await world.call(None, organizations.update, organization_id=acme.id, patch=patch)
    assert (await roles_of(world, acme.id))["ben"] == "org:boss"
    assert await roles_held(world, acme, "ben") == ["org:boss", "org:viewer"]


@pytest.mark.parametrize("keys", [("org:clerk",), ("org:viewer", "org:clerk")])
@pytest.mark.parametrize("is_disabled", [False, True])
async def test_a_role_that_anybody_holds_is_not_deleted(world, acme, keys, is_disabled):
    made = await make_role(world, "org:clerk")
    await set_roles(world, acme, "ben", *keys)
    if is_disabled:
        await disable(world, acme, "ben")
    with pytest.raises(RoleHasMembers):
        await world.call(None, roles.delete, role_id=made.id)
    assert "org:clerk" in await roles_held(world, acme, "ben")


FURTHER = (
    "INSERT INTO membership_roles SELECT instance_id, id, $1 FROM memberships WHERE user_id = $2"
)
RESTING = (
    "INSERT INTO disabled_memberships (instance_id, id, organization_id, user_id, role_id,"
    " created_at, updated_at, disabled_at)"
    " SELECT instance_id, id, organization_id, user_id, $1, now(), now(), now()"
    " FROM memberships WHERE user_id = $2"
)
RESTING_FURTHER = (
    "INSERT INTO disabled_membership_roles SELECT instance_id, id, $1 FROM disabled_memberships"
    " WHERE user_id = $2"
)


@pytest.mark.parametrize("statement", [FURTHER, RESTING, RESTING_FURTHER])
async def test_a_role_is_not_deleted_while_it_is_given(world, acme, statement):
    made = await make_role(world, "org:clerk")
    who = "ben"
    if statement == RESTING_FURTHER:
        await disable(world, acme, who)
    giving = after_open(
        world,
        world.call(None, roles.delete, role_id=made.id),
        (statement, made.id, world.people[who]),
    )
    with pytest.raises(RoleHasMembers):
        await giving


async def test_a_role_that_is_deleted_meanwhile_is_not_given(world, acme):
    made = await make_role(world, "org:clerk")
    with pytest.raises(RoleNotFound):
        await after_open(
            world,
            set_roles(world, acme, "ben", "org:viewer", "org:clerk"),
            ("DELETE FROM roles WHERE id = $1", made.id),
        )
    assert await roles_held(world, acme, "ben") == ["org:viewer"]
