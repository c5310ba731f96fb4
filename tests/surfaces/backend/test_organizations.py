"""Organizations on the wire of the Backend API."""

import io

from PIL import Image


def code(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


def picture():
    written = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(written, "PNG")
    return {"file": ("logo.png", written.getvalue(), "image/png")}


async def test_create_answers_the_organization(world):
    acme = await world.organization(owner="ann")
    answer = await world.post(
        "/organizations",
        {
            "name": "Brick",
            "created_by": acme.created_by,
            "slug": "brick-1",
            "max_allowed_memberships": 7.0,
            "created_at": "2012-10-20T07:15:20.902Z",
            "public_metadata": None,
            "role_set_key": None,
        },
    )
    assert answer.status_code == 200, answer.text
    made = answer.json()
    assert (made["slug"], made["created_by"]) == ("brick-1", acme.created_by)
    assert (made["created_at"], made["max_allowed_memberships"]) == (1350717320902, 7)
    assert made["public_metadata"] == {}


async def test_create_refuses_a_taken_slug_and_a_stranger_as_creator(world):
    await world.organization("Acme")
    answer = await world.post("/organizations", {"name": "Other", "slug": "acme"})
    assert code(answer) == (422, "form_identifier_exists")
    assert answer.json()["errors"][0]["meta"] == {"param_name": "slug"}
    answer = await world.post("/organizations", {"name": "Other", "created_by": "user_no"})
    assert code(answer) == (400, "organization_creator_not_found")


async def test_get_finds_by_id_and_slug_with_counts_where_they_are_asked_for(world):
    acme = await world.organization("Acme", owner=["ann", "ben"])
    plain = (await world.get(f"/organizations/{acme.id}")).json()
    assert "members_count" not in plain
    assert "missing_member_with_elevated_permissions" not in plain
    flags = {
        "include_members_count": "true",
        "include_missing_member_with_elevated_permissions": "true",
    }
    counted = (await world.get("/organizations/acme", params=flags)).json()
    assert (counted["id"], counted["members_count"]) == (acme.id, 2)
    assert counted["pending_invitations_count"] == 0
    assert counted["missing_member_with_elevated_permissions"] is False


async def test_get_of_another_instances_organization_is_not_found(world, other_world):
    acme = await other_world.organization("Acme")
    for name in (acme.id, "acme", "org_%"):
        assert code(await world.get(f"/organizations/{name}")) == (404, "resource_not_found")


async def test_list_filters_orders_and_counts(world):
    acme = await world.organization("Acme", owner=["ann", "ben"])
    brick = await world.organization("Brick", owner="ben")
    await world.organization("Café", owner=[])

    async def names(**query):
        answer = await world.get("/organizations", params=query)
        assert answer.status_code == 200, answer.text
        return [each["name"] for each in answer.json()["data"]]

    assert await names() == ["Café", "Brick", "Acme"]
    assert await names(query="RICK") == ["Brick"]
    assert await names(query=acme.id) == ["Acme"]
    assert await names(user_id=world.people["ann"]) == ["Acme"]
    assert await names(user_id="-" + world.people["ann"]) == ["Café", "Brick"]
    assert await names(organization_id=["+" + acme.id, brick.id]) == ["Brick", "Acme"]
    assert await names(order_by="name") == ["Acme", "Brick", "Café"]
    assert await names(order_by="-members_count", limit=2) == ["Acme", "Brick"]
    answer = await world.get(
        "/organizations",
        params={
            "include_members_count": True,
            "include_missing_member_with_elevated_permissions": True,
            "order_by": "+members_count",
        },
    )
    rows = answer.json()["data"]
    assert [row["members_count"] for row in rows] == [0, 1, 2]
    flags = [row["missing_member_with_elevated_permissions"] for row in rows]
    assert flags == [True, False, False]


async def test_list_refuses_an_unknown_order(world):
    answer = await world.get("/organizations", params={"order_by": "private_metadata"})
    assert code(answer) == (422, "form_param_value_invalid")


async def test_update_takes_a_version_and_refuses_another(world):
    acme = await world.organization("Acme")
    path = f"/organizations/{acme.id}"
    tag = (await world.get(path)).headers["etag"]
    body = {"name": "Brick", "slug": "brick", "admin_delete_enabled": False}
    changed = await world.patch(path, body, headers={"if-match": tag})
    assert changed.status_code == 200, changed.text
    assert changed.json()["name"] == "Brick"
    assert changed.json()["admin_delete_enabled"] is False
    stale = await world.patch(path, {"name": "Other"}, headers={"if-match": tag})
    assert code(stale) == (412, "version_conflict")
    assert code(await world.patch(path, {"status": "closed"})) == (422, "form_param_unknown")


async def test_metadata_is_merged_and_replaced(world):
    acme = await world.organization("Acme", public_metadata={"a": 1, "b": 2})
    path = f"/organizations/{acme.id}/metadata"
    merged = await world.patch(path, {"public_metadata": {"a": None}})
    assert merged.json()["public_metadata"] == {"b": 2}
    replaced = await world.put(path, {"public_metadata": {"c": 3}})
    assert replaced.json()["public_metadata"] == {"c": 3}
    refused = await world.patch(path, {"public_metadata": {"a": "x" * 600_000}})
    assert code(refused) == (413, "request_body_too_large")
    assert code(await world.put("/organizations/org_no/metadata", {}))[0] == 404


async def test_a_logo_is_uploaded_and_deleted(world):
    acme = await world.organization("Acme", owner="ann")
    path = f"/organizations/{acme.id}/logo"
    data = {"uploader_user_id": world.people["ann"]}
    answer = await world.put(path, files=picture(), data=data)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    assert shown["has_image"] is True
    assert shown["logo_url"] == shown["image_url"]
    assert (await world.delete(path)).json()["has_image"] is False
    assert code(await world.delete(path)) == (404, "image_not_found")


async def test_a_form_without_a_file_or_with_another_file_is_refused(world):
    acme = await world.organization("Acme", owner="ann")
    path = f"/organizations/{acme.id}/logo"
    data = {"uploader_user_id": world.people["ann"]}
    missing = await world.put(path, files={"other": ("x", b"y")}, data=data)
    assert code(missing) == (422, "form_param_missing")
    wrong = await world.put(path, files={"file": ("logo.png", b"<svg/>", "image/png")})
    assert wrong.status_code == 422
    unknown = await world.put(path, files=picture(), data={"uploader_user_id": "user_no"})
    assert code(unknown) == (404, "resource_not_found")
    assert code(await world.put(path, {}))[0] == 400


async def test_delete_answers_what_is_gone(world):
    acme = await world.organization("Acme")
    path = f"/organizations/{acme.id}"
    gone = await world.delete(path)
    assert gone.json() == {"object": "organization", "id": acme.id, "deleted": True}
    assert code(await world.delete(path)) == (404, "resource_not_found")
