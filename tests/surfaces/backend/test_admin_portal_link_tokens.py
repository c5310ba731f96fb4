"""Links into the admin portal, in the Backend API."""

import re

import pytest

PATTERN = re.compile(r"aplt_[0-9a-f]{32}")


async def test_a_link_is_made_and_taken_back(world):
    acme = await world.organization("Acme")
    body = {
        "organization_id": acme.id,
        "it_contact_id": "carla",
        "scopes": ["admin_portal:read"],
        "seconds_until_expiration": 60,
    }
    answer = await world.post("/admin_portal_link_tokens", body)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert PATTERN.fullmatch(made["id"])
    assert made["admin_portal_link_id"] == f"apl_{acme.id.removeprefix('org_')}"
    assert made["expiration"] - made["created_at"] == 60_000
    assert (made["scopes"], made["it_contact_id"]) == (["admin_portal:read"], "carla")
    assert (made["revoked"], made["expired"]) == (False, False)
    path = f"/admin_portal_link_tokens/{made['id']}/revoke"
    revoked = (await world.post(path, {"revocation_reason": "left"})).json()
    assert (revoked["revoked"], revoked["revocation_reason"]) == (True, "left")
    assert "token" not in revoked
    assert (await world.post(path, {})).json() == revoked


async def test_a_link_may_be_for_no_organization(world):
    made = (await world.post("/admin_portal_link_tokens", {})).json()
    assert (made["organization_id"], made["scopes"]) == (None, None)
    assert made["admin_portal_link_id"] == f"apl_{world.instance_id.removeprefix('ins_')}"
    assert made["expiration"] - made["created_at"] == 3_600_000


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"seconds_until_expiration": 0}, 422),
        ({"seconds_until_expiration": 1e99}, 422),
        ({"scopes": "all"}, 422),
        ({"scopes": [""]}, 422),
        ({"it_contact_id": ""}, 422),
        ({"organization_id": "org_x"}, 404),
        ({"url": "x"}, 422),
    ],
)
async def test_what_makes_no_link_is_refused(world, body, status):
    answer = await world.post("/admin_portal_link_tokens", body)
    assert answer.status_code == status, answer.text


async def test_what_is_not_there_is_not_taken_back(world):
    path = f"/admin_portal_link_tokens/aplt_{'0' * 32}/revoke"
    assert (await world.post(path, {})).status_code == 404
