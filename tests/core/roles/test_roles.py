"""Roles: made, changed, found."""

import pytest

from charter.core.permissions import operations as permissions
from charter.core.permissions.model import PermissionNotFound
from charter.core.role_sets import operations as role_sets
from charter.core.roles import operations as roles
from charter.core.roles.model import (
    CREATOR_NEEDS,
    MissingCreatorPermissions,
    NewRole,
    PermissionHeld,
    PermissionNotHeld,
    RoleKeyTaken,
    RoleNotFound,
    RolePatch,
)
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Search
from tests.world import all_at_once


async def make(world, key="org:clerk", **fields):
    return await world.call(None, roles.create, new=NewRole(name="Clerk", key=key, **fields))


async def role_of(world, key):
    found = await world.call(None, roles.search, search=Search(), query=key)
    return found.items[0]


async def permission_ids(world, *keys):
    found = await world.call(None, permissions.search, search=Search(limit=100))
    return [each.id for each in found.items if each.key in keys]


async def test_a_role_holds_what_it_is_given(world):
    ids = await permission_ids(world, "org:sys_profile:manage", "org:sys_memberships:read")
    made = await make(world, permissions=ids, description="Writes")
    assert made.permission_keys == {"org:sys_profile:manage", "org:sys_memberships:read"}
    assert (made.description, made.is_creator_eligible) == ("Writes", False)
    assert await world.call(None, roles.get, role_id=made.id) == made
    (event,) = await world.events("role.created")
    assert event["after"]["key"] == "org:clerk"


async def test_a_role_with_all_that_creators_need_is_eligible(world):
    made = await make(world, permissions=await permission_ids(world, *CREATOR_NEEDS))
    assert made.is_creator_eligible


@pytest.mark.parametrize("key", ["clerk", "org:", "org:Clerk", "org:a b", "org:a:b", "org:é"])
async def test_a_key_of_another_form_is_refused(world, key):
    with pytest.raises(InvalidInput) as refused:
        await make(world, key)
    assert refused.value.parameter == "key"


async def test_of_two_with_one_key_at_once_one_is_made(world):
    results = await all_at_once(make(world), make(world))
    assert sum(isinstance(result, RoleKeyTaken) for result in results) == 1


async def test_a_role_of_an_unknown_permission_is_not_made(world, other_world):
    (foreign,) = await permission_ids(other_world, "org:sys_profile:manage")
    with pytest.raises(PermissionNotFound):
        await make(world, permissions=[foreign])
    with pytest.raises(RoleNotFound):
        await world.call(None, roles.get, role_id="role_x")
    assert await world.events("role.created") == []


async def test_a_role_may_join_the_initial_set_as_it_is_made(world):
    made = await make(world, include_in_initial_role_set=True)
    initial = await world.call(None, role_sets.get, role_set="role_set:default")
    assert initial.role(made.id) is not None
    other = await make(world, "org:other")
    initial = await world.call(None, role_sets.get, role_set="role_set:default")
    assert initial.role(other.id) is None


async def test_an_update_replaces_permissions_and_clears_a_description(world):
    (first,) = await permission_ids(world, "org:sys_profile:manage")
    (second,) = await permission_ids(world, "org:sys_domains:read")
    made = await make(world, permissions=[first], description="Writes")
    patch = RolePatch(name=None, key="org:scribe", description=None, permissions=[second])
    after = await world.call(None, roles.update, role_id=made.id, patch=patch)
    assert (after.name, after.key, after.description) == ("Clerk", "org:scribe", None)
    assert after.permission_keys == {"org:sys_domains:read"}
    kept = await world.call(
        None, roles.update, role_id=made.id, patch=RolePatch(permissions=None, name="New")
    )
    assert (kept.permission_keys, kept.name) == (after.permission_keys, "New")
    assert len(await world.events("role.updated")) == 2


async def test_an_update_to_a_taken_key_or_an_unknown_role_is_refused(world):
    made = await make(world)
    for role_id, patch, error in (
        (made.id, RolePatch(key="org:member"), RoleKeyTaken),
        (made.id, RolePatch(key="member"), InvalidInput),
        (made.id, RolePatch(permissions=["perm_x"]), PermissionNotFound),
        ("role_x", RolePatch(name="x"), RoleNotFound),
    ):
        with pytest.raises(error):
            await world.call(None, roles.update, role_id=role_id, patch=patch)


async def test_the_creators_role_keeps_what_creators_need(world):
    admin = await role_of(world, "org:admin")
    (needed,) = await permission_ids(world, "org:sys_profile:delete")
    (spare,) = await permission_ids(world, "org:sys_billing:read")
    with pytest.raises(MissingCreatorPermissions):
        await world.call(None, roles.remove_permission, role_id=admin.id, permission_id=needed)
    with pytest.raises(MissingCreatorPermissions):
        await world.call(None, roles.update, role_id=admin.id, patch=RolePatch(permissions=[]))
    after = await world.call(None, roles.remove_permission, role_id=admin.id, permission_id=spare)
    assert after.permission_keys == admin.permission_keys - {"org:sys_billing:read"}


async def test_a_permission_is_assigned_once_and_removed_once(world):
    made = await make(world)
    (permission_id,) = await permission_ids(world, "org:sys_domains:read")
    ref = {"role_id": made.id, "permission_id": permission_id}
    after = await world.call(None, roles.assign_permission, **ref)
    assert after.permission_keys == {"org:sys_domains:read"}
    with pytest.raises(PermissionHeld):
        await world.call(None, roles.assign_permission, **ref)
    assert (await world.call(None, roles.remove_permission, **ref)).permissions == ()
    with pytest.raises(PermissionNotHeld):
        await world.call(None, roles.remove_permission, **ref)
    for operation in (roles.assign_permission, roles.remove_permission):
        with pytest.raises(RoleNotFound):
            await world.call(None, operation, role_id="role_x", permission_id=permission_id)
        with pytest.raises(PermissionNotFound):
            await world.call(None, operation, role_id=made.id, permission_id="perm_x")


async def test_of_two_assignments_at_once_one_conflicts(world):
    made = await make(world)
    (permission_id,) = await permission_ids(world, "org:sys_domains:read")
    ref = {"role_id": made.id, "permission_id": permission_id}
    results = await all_at_once(
        *(world.call(None, roles.assign_permission, **ref) for _ in range(2))
    )
    assert sum(isinstance(result, PermissionHeld) for result in results) == 1


async def test_everybody_may_read_the_matrix(world):
    await world.organization(owner="ann")
    found = await world.call("ann", roles.matrix)
    assert [role.key for role in found] == ["org:admin", "org:manager", "org:member", "org:viewer"]
    assert "org:sys_profile:delete" in found[0].permission_keys
