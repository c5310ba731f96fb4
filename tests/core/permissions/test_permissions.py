"""Permissions that roles hold: made, changed, found and deleted."""

import pytest

from charter.core.permissions import operations as permissions
from charter.core.permissions.model import (
    PermissionKeyTaken,
    PermissionNotFound,
    PermissionPatch,
    PermissionType,
    SystemPermission,
)
from charter.core.roles import operations as roles
from charter.core.roles.model import NewRole
from charter.kernel.errors import InvalidInput, TooLarge
from charter.kernel.filters.tree import Order
from charter.kernel.lists import Search
from tests.world import all_at_once


async def make(world, key="org:invoices:read", **fields):
    return await world.call(None, permissions.create, **{"name": "Read", "key": key, **fields})


async def system(world):
    found = await world.call(None, permissions.search, search=Search(), query="org:sys_profile")
    return found.items[0]


async def test_a_permission_is_the_apps_own(world):
    made = await make(world, description="Read invoices")
    assert (made.type, made.description) == (PermissionType.USER, "Read invoices")
    assert await world.call(None, permissions.get, permission_id=made.id) == made
    (event,) = await world.events("permission.created")
    assert event["subject_id"] == made.id


@pytest.mark.parametrize(
    "key",
    ["org:sys_profile:manage", "org:sys_x:y", "org:invoices", "org:a:b:c", "org:A:b", "a:b", ""],
)
async def test_a_key_of_another_form_or_of_the_system_is_refused(world, key):
    with pytest.raises(InvalidInput) as refused:
        await make(world, key)
    assert refused.value.parameter == "key"


async def test_names_are_neither_empty_nor_endless(world):
    with pytest.raises(InvalidInput):
        await make(world, name="  ")
    with pytest.raises(TooLarge):
        await make(world, name="x" * 257)


async def test_of_two_with_one_key_at_once_one_is_made(world):
    results = await all_at_once(make(world), make(world))
    assert sum(isinstance(result, PermissionKeyTaken) for result in results) == 1


async def test_an_update_changes_what_is_named_alone(world):
    made = await make(world, description="Read invoices")
    patch = PermissionPatch(key="org:invoices:look")
    after = await world.call(None, permissions.update, permission_id=made.id, patch=patch)
    assert (after.key, after.name, after.description) == (
        "org:invoices:look",
        made.name,
        made.description,
    )
    (event,) = await world.events("permission.updated")
    assert (event["before"]["key"], event["after"]["key"]) == (made.key, after.key)


async def test_an_update_to_a_taken_or_a_system_key_is_refused(world):
    made, other = await make(world), await make(world, "org:invoices:write")
    for key, error in ((other.key, PermissionKeyTaken), ("org:sys_a:b", InvalidInput)):
        with pytest.raises(error):
            await world.call(
                None, permissions.update, permission_id=made.id, patch=PermissionPatch(key=key)
            )


async def test_a_system_permission_stays_as_it_is(world):
    permission_id = (await system(world)).id
    patch = PermissionPatch(name="Mine")
    with pytest.raises(SystemPermission):
        await world.call(None, permissions.update, permission_id=permission_id, patch=patch)
    with pytest.raises(SystemPermission):
        await world.call(None, permissions.delete, permission_id=permission_id)


async def test_a_deleted_permission_is_held_by_no_role(world):
    made = await make(world)
    new = NewRole(name="Clerk", key="org:clerk", permissions=[made.id])
    role = await world.call(None, roles.create, new=new)
    await world.call(None, permissions.delete, permission_id=made.id)
    assert (await world.call(None, roles.get, role_id=role.id)).permissions == ()
    with pytest.raises(PermissionNotFound):
        await world.call(None, permissions.delete, permission_id=made.id)
    assert len(await world.events("permission.deleted")) == 1


async def test_a_search_finds_whole_ids_and_parts_of_names_and_keys(world):
    made = await make(world, name="Read bills")
    for query in (made.id, "BILLS", "voices:re"):
        found = await world.call(None, permissions.search, search=Search(), query=query)
        assert [each.id for each in found.items] == [made.id], query
    found = await world.call(None, permissions.search, search=Search(), query=made.id[:-1])
    assert found.items == ()


async def test_a_search_orders_and_counts(world):
    for name in ("b", "a"):
        await make(world, f"org:{name}:do", name=name)
    search = Search(order=(Order("name"),), limit=1)
    found = await world.call(None, permissions.search, search=search, query=":do")
    assert ([each.name for each in found.items], found.total) == (["a"], 2)
    newest = await world.call(None, permissions.search, search=Search(), query=":do")
    assert [each.name for each in newest.items] == ["a", "b"]


async def test_an_unknown_permission_is_not_found(world, other_world):
    foreign = await make(other_world)
    for permission_id in ("perm_x", foreign.id):
        with pytest.raises(PermissionNotFound):
            await world.call(None, permissions.get, permission_id=permission_id)
        with pytest.raises(PermissionNotFound):
            await world.call(
                None,
                permissions.update,
                permission_id=permission_id,
                patch=PermissionPatch(name="x"),
            )
