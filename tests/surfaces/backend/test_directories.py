"""Directories and their older view in the Backend API."""

import pytest

from tests.companies import connect

TWO_NAMES = {"role_id": "x", "scim_group_id": "a", "directory_group_id": "b"}


async def make(world, group="directories", **fields):
    if "enterprise_connection_id" not in fields:
        fields["enterprise_connection_id"] = (await connect(world, "d.test")).id
    answer = await world.post(f"/{group}", {"provider": "okta", **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def admin_role(world):
    listed = (await world.get("/organization_roles", params={"limit": 100})).json()
    return next(each["id"] for each in listed["data"] if each["key"] == "org:admin")


@pytest.mark.parametrize(
    ("group", "kind"), [("directories", "directory"), ("scim_directories", "scim_directory")]
)
async def test_a_directory_is_made_listed_changed_and_deleted(world, group, kind):
    made = await make(world, group, name="People")
    assert (made["object"], made["name"], made["enabled"]) == (kind, "People", True)
    assert made["api_key"].startswith("scim_")
    assert made["endpoint_url"].endswith(f"/scim/v2/{made['id']}")
    path = f"/{group}/{made['id']}"
    seen = (await world.get(path)).json()
    assert seen == made | {"api_key": None}
    listed = (await world.get(f"/{group}")).json()
    assert (listed["total_count"], listed["data"]) == (1, [seen])
    body = {"enabled": False, "attribute_mapping": {"first_name": None, "user_id": "id"}}
    after = (await world.patch(path, body | {"group_role_mapping_enabled": True})).json()
    assert (after["enabled"], after["group_role_mapping_enabled"]) == (False, True)
    assert "first_name" not in after["attribute_mapping"]
    assert after["attribute_mapping"]["user_id"] == "id"
    gone = (await world.delete(path)).json()
    assert gone == {"object": kind, "id": made["id"], "deleted": True}
    assert (await world.get(path)).status_code == 404


async def test_both_views_show_one_directory(world):
    made = await make(world, "scim_directories")
    seen = (await world.get(f"/directories/{made['id']}")).json()
    assert (seen["object"], seen["id"]) == ("directory", made["id"])


async def test_a_key_is_rotated_and_groups_are_listed(world):
    role = await admin_role(world)
    mapping = {"scim_group_id": "g", "scim_group_display_name": "Admins", "role_id": role}
    made = await make(world, "scim_directories", group_role_mappings=[mapping])
    assert made["group_role_mapping_enabled"] is True
    path = f"/scim_directories/{made['id']}"
    rotated = (await world.post(f"{path}/rotate_api_key")).json()
    assert rotated["api_key"].startswith("scim_")
    assert rotated["api_key"] != made["api_key"]
    listed = (await world.get(f"{path}/group_role_mappings")).json()
    (found,) = listed["data"]
    assert (found["scim_group_id"], found["role"]["id"], found["precedence"]) == ("g", role, 1)


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"enterprise_connection_id": "entconn_x"}, 422, "form_param_value_invalid"),
        ({"provider": "no provider"}, 422, "form_param_value_invalid"),
        ({"group_role_mappings": [{"role_id": "x"}]}, 422, "form_param_value_invalid"),
        (
            {
                "group_role_mappings": [
                    {"role_id": "x", "scim_group_id": "a", "directory_group_id": "b"}
                ]
            },
            422,
            "form_param_value_invalid",
        ),
        (
            {"group_role_mappings": [{"role_id": "x", "directory_group_id": "b"}]},
            422,
            "form_param_value_invalid",
        ),
        ({"group_role_mappings": [{"scim_group_id": "x"}]}, 422, "form_param_missing"),
        ({"name": "a\nb"}, 422, "form_param_value_invalid"),
        ({"enabled": True}, 422, "form_param_unknown"),
    ],
)
async def test_what_makes_no_directory_is_refused(world, fields, status, code):
    connection = await connect(world, "d.test")
    body = {"provider": "okta", "enterprise_connection_id": connection.id, **fields}
    answer = await world.post("/directories", body)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)


async def test_a_second_directory_is_refused(world):
    acme = await world.organization("Acme")
    first = await connect(world, "a.test", organization_id=acme.id)
    second = await connect(world, "b.test", organization_id=acme.id)
    await make(world, enterprise_connection_id=first.id)
    for connection, status, code in (
        (first, 422, "scim_directory_enterprise_connection_already_used"),
        (second, 400, "scim_directory_organization_already_used"),
    ):
        body = {"provider": "okta", "enterprise_connection_id": connection.id}
        answer = await world.post("/scim_directories", body)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)
