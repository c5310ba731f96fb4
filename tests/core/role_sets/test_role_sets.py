"""Role sets: made, changed, found."""

import pytest

from charter.core.memberships.model import LastOwner
from charter.core.role_sets import operations as role_sets
from charter.core.role_sets.model import (
    RoleNotInSet,
    RoleSetKeyTaken,
    RoleSetNotFound,
    RoleSetPatch,
    RoleSetType,
)
from charter.core.roles import operations as roles
from charter.core.roles.model import CREATOR_NEEDS, MissingCreatorPermissions, RoleNotFound
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Search
from tests.core.role_sets.sets import DEFAULT, make_set
from tests.core.roles.test_roles import make, permission_ids
from tests.waiting import after_open
from tests.world import all_at_once


async def update(world, role_set=DEFAULT, **fields):
    patch = RoleSetPatch(**fields)
    return await world.call(None, role_sets.update, role_set=role_set, patch=patch)


async def initial_sets(world):
    found = await world.call(None, role_sets.search, search=Search())
    return [each.key for each in found.items if each.type is RoleSetType.INITIAL]


async def second_owner_role(world):
    return await make(world, "org:boss", permissions=await permission_ids(world, *CREATOR_NEEDS))


async def test_a_set_has_its_roles_and_a_key_from_its_name(world):
    made = await make_set(world, "Small Ünits & Co")
    assert (made.key, made.type) == ("role_set:small_nits_co", RoleSetType.CUSTOM)
    assert {role.key for role in made.roles} == {"org:admin", "org:viewer"}
    assert made.role(made.default_role_id).key == "org:viewer"
    assert made.role(made.creator_role_id).key == "org:admin"
    for key_or_id in (made.id, made.key):
        assert await world.call(None, role_sets.get, role_set=key_or_id) == made
    again = await make_set(world, "Small Ünits & Co")
    assert again.key.startswith(made.key + "_")
    assert len(await world.events("roleSet.created")) == 2


async def test_a_given_key_is_kept_and_unique(world):
    made = await make_set(world, key="role_set:mine")
    assert made.key == "role_set:mine"
    with pytest.raises(RoleSetKeyTaken):
        await make_set(world, key="role_set:mine")
    for key in ("mine", "role_set:", "role_set:A", "org:mine"):
        with pytest.raises(InvalidInput):
            await make_set(world, key=key)


async def test_a_set_has_one_to_ten_roles_with_the_default_and_the_creators_among_them(world):
    for fields, error in (
        ({"roles": []}, InvalidInput),
        ({"roles": [f"org:r{n}" for n in range(11)]}, InvalidInput),
        ({"default_role_key": "org:member"}, RoleNotInSet),
        ({"creator_role_key": "org:member"}, RoleNotInSet),
        ({"roles": ["org:admin", "org:none"]}, RoleNotFound),
        ({"creator_role_key": "org:viewer"}, MissingCreatorPermissions),
    ):
        with pytest.raises(error):
            await make_set(world, **{"roles": ("org:admin", "org:viewer"), **fields})


async def test_one_set_is_initial(world):
    made = await make_set(world, type=RoleSetType.INITIAL)
    assert await initial_sets(world) == [made.key]
    await update(world, type=RoleSetType.INITIAL)
    assert await initial_sets(world) == [DEFAULT]


async def test_of_many_that_become_initial_at_once_one_is_in_the_end(world):
    others = [await make_set(world, f"Set {number}") for number in range(3)]
    results = await all_at_once(
        *(update(world, each.key, type=RoleSetType.INITIAL) for each in others),
        *(make_set(world, f"New {number}", type=RoleSetType.INITIAL) for number in range(3)),
    )
    assert [result for result in results if isinstance(result, Exception)] == []
    assert len(await initial_sets(world)) == 1


async def test_an_update_changes_what_is_named_alone(world):
    made = await make_set(world, description="For few")
    after = await update(world, made.id, name="Tiny", key=None, default_role_key="org:admin")
    assert (after.name, after.key, after.description) == ("Tiny", made.key, "For few")
    assert after.default_role_id == after.creator_role_id == made.creator_role_id
    assert (await update(world, made.id, description=None)).description is None
    (event, _) = await world.events("roleSet.updated")
    assert event["before"]["name"] == "Small"


async def test_an_update_refuses_what_does_not_fit(world):
    made = await make_set(world)
    for role_set, fields, error in (
        ("role_set:none", {"name": "x"}, RoleSetNotFound),
        (made.id, {"key": DEFAULT}, RoleSetKeyTaken),
        (made.id, {"key": "tiny"}, InvalidInput),
        (made.id, {"default_role_key": "org:member"}, RoleNotInSet),
        (made.id, {"default_role_key": "org:none"}, RoleNotFound),
        (made.id, {"creator_role_key": "org:viewer"}, MissingCreatorPermissions),
        (DEFAULT, {"type": RoleSetType.CUSTOM}, InvalidInput),
    ):
        with pytest.raises(error):
            await update(world, role_set, **fields)


async def test_another_creators_role_leaves_no_organization_without_an_owner(world):
    await second_owner_role(world)
    acme = await world.organization(owner="ann")
    await world.call(None, role_sets.add_roles, role_set=DEFAULT, role_keys=["org:boss"])
    with pytest.raises(LastOwner):
        await update(world, creator_role_key="org:boss")
    await world.member(acme, "ben", "org:boss")
    after = await update(world, creator_role_key="org:boss")
    assert after.role(after.creator_role_id).key == "org:boss"


async def test_roles_are_added_once_and_may_become_the_default_and_the_creators(world):
    await second_owner_role(world)
    made = await make_set(world)
    after = await world.call(
        None,
        role_sets.add_roles,
        role_set=made.key,
        role_keys=["org:boss", "org:member", "org:viewer"],
        default_role_key="org:member",
        creator_role_key="org:boss",
    )
    assert len(after.roles) == 4
    assert after.role(after.default_role_id).key == "org:member"
    assert after.role(after.creator_role_id).key == "org:boss"


async def test_roles_that_do_not_fit_are_not_added(world):
    made = await make_set(world)
    for fields, error in (
        ({"role_set": "role_set:none", "role_keys": ["org:member"]}, RoleSetNotFound),
        ({"role_keys": []}, InvalidInput),
        ({"role_keys": ["org:none"]}, RoleNotFound),
        ({"role_keys": ["org:member"], "default_role_key": "org:manager"}, RoleNotInSet),
        (
            {"role_keys": ["org:member"], "creator_role_key": "org:member"},
            MissingCreatorPermissions,
        ),
    ):
        with pytest.raises(error):
            await world.call(None, role_sets.add_roles, **{"role_set": made.id, **fields})
    assert await world.call(None, role_sets.get, role_set=made.id) == made


async def test_a_creators_role_becomes_one_only_while_it_holds_enough(world):
    boss = await second_owner_role(world)
    await world.call(None, role_sets.add_roles, role_set=DEFAULT, role_keys=["org:boss"])
    (needed,) = await permission_ids(world, "org:sys_profile:delete")
    results = await all_at_once(
        update(world, creator_role_key="org:boss"),
        world.call(None, roles.remove_permission, role_id=boss.id, permission_id=needed),
    )
    refused = [isinstance(result, MissingCreatorPermissions) for result in results]
    assert sorted(refused) == [False, True]


async def test_a_set_counts_the_members_of_its_own_organizations(world):
    other = await make_set(world)
    acme = await world.organization("Acme", owner="ann")
    await world.member(acme, "ben", "org:viewer")
    await world.organization("Small", owner="cat", role_set_key=other.key)
    found = {
        each.key: {role.key: role.members_count for role in each.roles}
        for each in (await world.call(None, role_sets.search, search=Search())).items
    }
    assert found[DEFAULT] == {
        "org:admin": 1,
        "org:manager": 0,
        "org:member": 0,
        "org:viewer": 1,
    }
    assert found[other.key] == {"org:admin": 1, "org:viewer": 0}


async def test_a_search_finds_whole_ids_and_parts_of_names_and_keys(world):
    made = await make_set(world, "Tiny", key="role_set:few")
    for query in (made.id, "tin", ":few"):
        found = await world.call(None, role_sets.search, search=Search(), query=query)
        assert [each.id for each in found.items] == [made.id], query
    with pytest.raises(RoleSetNotFound):
        await world.call(None, role_sets.get, role_set="role_set:none")


async def test_an_update_keeps_what_another_changes_meanwhile(world):
    small = await make_set(world)
    naming = ("UPDATE role_sets SET name = 'Other' WHERE id = $1", small.id)
    updated = await after_open(world, update(world, small.key, description="Few"), naming)
    assert (updated.name, updated.description) == ("Other", "Few")


@pytest.mark.security("G6")
async def test_another_creators_role_waits_for_its_holders_who_are_leaving(world):
    await second_owner_role(world)
    await world.call(None, role_sets.add_roles, role_set=DEFAULT, role_keys=["org:boss"])
    acme = await world.organization(owner="ann")
    await world.member(acme, "ben", "org:boss")
    with pytest.raises(LastOwner):
        await after_open(
            world,
            update(world, creator_role_key="org:boss"),
            ("SELECT id FROM organizations WHERE id = $1 FOR UPDATE", acme.id),
            ("DELETE FROM memberships WHERE user_id = $1", world.people["ben"]),
        )
