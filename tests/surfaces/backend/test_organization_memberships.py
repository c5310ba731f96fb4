"""Memberships on the wire of the Backend API; lists are in tests/core/memberships."""


def code(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


async def test_a_membership_is_made_changed_described_and_ended(world):
    acme = await world.organization(owner="ann")
    ben = await world.user("ben", first_name="Ben")
    path = f"/organizations/{acme.id}/memberships"
    made = await world.post(
        path, {"user_id": ben.id, "role": "org:member", "public_metadata": {"desk": {"row": 1}}}
    )
    assert made.status_code == 200, made.text
    assert made.json()["public_user_data"]["identifier"] == "ben@example.com"
    assert made.json()["role_name"] == "Member"
    one = f"{path}/{ben.id}"
    changed = await world.patch(one, {"role": "org:manager"})
    assert changed.json()["role"] == "org:manager"
    merged = await world.patch(
        one + "/metadata",
        {"public_metadata": {"desk": {"row": None}}, "private_metadata": {"a": 1}},
    )
    assert merged.json()["public_metadata"] == {"desk": {}}
    assert merged.json()["private_metadata"] == {"a": 1}
    ended = await world.delete(one)
    assert ended.json()["id"] == made.json()["id"]
    assert code(await world.delete(one)) == (404, "resource_not_found")


async def test_refusals_have_the_codes_that_clients_know(world):
    acme = await world.organization(owner="ann", max_allowed_memberships=1)
    ben = await world.user("ben")
    path = f"/organizations/{acme.id}/memberships"
    full = await world.post(path, {"user_id": ben.id, "role": "org:member"})
    assert code(full) == (403, "organization_membership_quota_exceeded")
    await world.patch(f"/organizations/{acme.id}", {"max_allowed_memberships": 0})
    twice = await world.post(path, {"user_id": acme.created_by, "role": "org:member"})
    assert code(twice) == (400, "already_a_member_in_organization")
    unknown = await world.post(path, {"user_id": ben.id, "role": "org:none"})
    assert code(unknown) == (404, "resource_not_found")
    last = await world.patch(f"{path}/{acme.created_by}", {"role": "org:member"})
    assert code(last) == (422, "organization_minimum_permissions_needed")
    assert code(await world.delete(f"{path}/{acme.created_by}"))[0] == 422
    assert code(await world.patch(f"{path}/{ben.id}/metadata", {}))[0] == 404


async def test_lists_of_what_is_not_there_are_not_found(world):
    assert code(await world.get("/organizations/org_no/memberships"))[0] == 404
    assert code(await world.get("/users/user_no/organization_memberships"))[0] == 404
    answer = await world.get("/organization_memberships", params={"order_by": "role"})
    assert code(answer) == (422, "form_param_value_invalid")
