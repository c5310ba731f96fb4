"""Roles, permissions and role sets on the wire of the Backend API."""

import pytest

ROLES, PERMISSIONS, SETS = "/organization_roles", "/organization_permissions", "/role_sets"
DEFAULT = SETS + "/role_set:default"


def code(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


def parameter(answer):
    return answer.json()["errors"][0]["meta"]["param_name"]


async def make_role(world, key="org:clerk", **fields):
    answer = await world.post(ROLES, {"name": "Clerk", "key": key, **fields})
    return answer.json()


async def make_permission(world, key="org:bills:read"):
    answer = await world.post(PERMISSIONS, {"name": "Read bills", "key": key})
    return answer.json()


async def role(world, key):
    answer = await world.get(ROLES, params={"query": key})
    return answer.json()["data"][0]


async def permission(world, key):
    answer = await world.get(PERMISSIONS, params={"query": key})
    return answer.json()["data"][0]


async def test_permissions_live_on_the_wire(world):
    made = await make_permission(world)
    assert (made["object"], made["type"], made["description"]) == ("permission", "user", "")
    one = f"{PERMISSIONS}/{made['id']}"
    assert (await world.get(one)).json() == made
    changed = await world.patch(one, {"description": "Only look"})
    assert changed.json()["description"] == "Only look"
    assert code(await world.post(PERMISSIONS, {"name": "x", "key": made["key"]})) == (
        422,
        "form_identifier_exists",
    )
    assert (await world.delete(one)).json() == {
        "object": "permission",
        "id": made["id"],
        "deleted": True,
    }
    for answer in (await world.get(one), await world.patch(one, {}), await world.delete(one)):
        assert code(answer) == (404, "resource_not_found")


async def test_lists_are_found_ordered_and_cut(world):
    for path in (ROLES, PERMISSIONS, SETS):
        answer = await world.get(path, params={"order_by": "-key", "limit": "1"})
        page = answer.json()
        assert len(page["data"]) == 1
        assert page["total_count"] == {ROLES: 4, PERMISSIONS: 12, SETS: 1}[path]
        refused = await world.get(path, params={"order_by": "updated_at"})
        assert code(refused) == (422, "form_param_value_invalid")
        assert (await world.get(path, params={"query": "nothing"})).json()["data"] == []


async def test_system_permissions_are_not_modifiable(world):
    one = f"{PERMISSIONS}/{(await permission(world, 'org:sys_profile:delete'))['id']}"
    for answer in (await world.patch(one, {"name": "x"}), await world.delete(one)):
        assert code(answer) == (403, "organization_system_permission_not_modifiable")
    refused = await world.post(PERMISSIONS, {"name": "x", "key": "org:sys_a:b"})
    assert (code(refused)[1], parameter(refused)) == ("form_param_value_invalid", "key")


async def test_roles_live_on_the_wire(world):
    held = await make_permission(world)
    made = await make_role(world, permissions=[held["id"]], include_in_initial_role_set=True)
    assert made["permissions"] == [held]
    assert (made["object"], made["is_creator_eligible"]) == ("role", False)
    one = f"{ROLES}/{made['id']}"
    assert (await world.get(one)).json() == made
    changed = await world.patch(one, {"name": "Scribe", "permissions": []})
    assert (changed.json()["name"], changed.json()["permissions"]) == ("Scribe", [])
    assert (await world.delete(one)).json()["object"] == "role"
    for answer in (await world.get(one), await world.patch(one, {}), await world.delete(one)):
        assert code(answer) == (404, "resource_not_found")
    refused = await world.post(ROLES, {"name": "x", "key": "clerk"})
    assert (code(refused), parameter(refused)) == ((422, "form_param_value_invalid"), "key")


async def test_assignments_conflict_and_removals_miss(world):
    held, made = await make_permission(world), await make_role(world)
    one = f"{ROLES}/{made['id']}/permissions/{held['id']}"
    assert (await world.post(one)).json()["permissions"] == [held]
    assert code(await world.post(one)) == (
        409,
        "organization_role_permission_association_exists",
    )
    assert (await world.delete(one)).json()["permissions"] == []
    assert code(await world.delete(one)) == (
        404,
        "organization_role_permission_association_not_found",
    )


async def test_the_creators_role_keeps_what_it_needs(world):
    admin = await role(world, "org:admin")
    needed = await permission(world, "org:sys_profile:delete")
    answer = await world.delete(f"{ROLES}/{admin['id']}/permissions/{needed['id']}")
    assert code(answer) == (422, "organization_missing_creator_role_permissions")


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("org:admin", "organization_role_default_creator_role"),
        ("org:member", "organization_role_domain_default_role"),
        ("org:viewer", "organization_role_assigned_members"),
    ],
)
async def test_a_role_in_use_is_not_deleted(world, key, expected):
    await world.member(await world.organization(), "ben", "org:viewer")
    answer = await world.delete(f"{ROLES}/{(await role(world, key))['id']}")
    assert code(answer) == (422, expected)


async def test_role_sets_live_on_the_wire(world):
    made = await world.post(
        SETS,
        {
            "name": "Small",
            "default_role_key": "org:viewer",
            "creator_role_key": "org:admin",
            "roles": ["org:admin", "org:viewer"],
        },
    )
    small = made.json()
    assert (small["key"], small["type"]) == ("role_set:small", "custom")
    assert small["default_role"]["key"] == "org:viewer"
    changed = await world.patch(f"{SETS}/{small['id']}", {"type": "initial"})
    assert changed.json()["type"] == "initial"
    refused = await world.patch(f"{SETS}/{small['id']}", {"type": "custom"})
    assert code(refused) == (422, "form_param_value_invalid")
    grown = await world.post(f"{SETS}/{small['key']}/roles", {"role_keys": ["org:member"]})
    assert len(grown.json()["roles"]) == 3
    assert code(await world.get(SETS + "/role_set:none")) == (404, "resource_not_found")


async def test_replacing_tells_what_is_missing_and_what_moved(world):
    await world.member(await world.organization(), "ben", "org:viewer")
    replaced = await world.post(
        DEFAULT + "/roles/replace", {"role_key": "org:viewer", "to_role_key": "org:member"}
    )
    migration = replaced.json()["role_set_migration"]
    assert (migration["migrated_members"], migration["status"]) == (1, "completed")
    await world.post(
        SETS,
        {
            "name": "Small",
            "default_role_key": "org:admin",
            "creator_role_key": "org:admin",
            "roles": ["org:admin"],
        },
    )
    body = {"dest_role_set_key": "role_set:small"}
    refused = await world.post(DEFAULT + "/replace", body)
    assert code(refused) == (422, "organization_role_set_reassignment_mappings_missing")
    assert refused.json()["errors"][0]["meta"]["role_keys"] == ["org:member"]
    wrong = await world.post(
        DEFAULT + "/replace", {**body, "reassignment_mappings": {"org:member": "org:none"}}
    )
    assert code(wrong) == (422, "organization_role_set_reassignment_mappings_invalid")
    done = await world.post(
        DEFAULT + "/replace", {**body, "reassignment_mappings": {"org:member": "org:admin"}}
    )
    assert (done.json()["object"], done.json()["deleted"]) == ("role_set", True)
