"""Sign-in tokens on the wire of the Backend API."""

import pytest


def code_of(answer):
    return answer.json()["errors"][0]["code"]


async def test_a_ticket_is_made_shown_once_and_revoked_once(world):
    ann = await world.user("ann")
    made = (await world.post("/sign_in_tokens", {"user_id": ann.id})).json()
    assert (made["object"], made["status"], made["user_id"]) == ("sign_in_token", "pending", ann.id)
    assert made["token"] in made["url"]
    path = f"/sign_in_tokens/{made['id']}/revoke"
    revoked = (await world.post(path)).json()
    assert revoked["status"] == "revoked"
    assert "token" not in revoked
    again = await world.post(path)
    assert (again.status_code, code_of(again)) == (400, "sign_in_token_cannot_be_revoked_code")


async def test_a_ticket_may_name_an_organization_and_a_life(world):
    acme = await world.organization(owner="ann")
    body = {"user_id": world.people["ann"], "org_id": acme.id, "expires_in_seconds": 60.0}
    assert (await world.post("/sign_in_tokens", body)).status_code == 200
    body = {"user_id": world.people["ann"], "org_id": None, "expires_in_seconds": None}
    assert (await world.post("/sign_in_tokens", body)).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "parameter"),
    [
        ({"user_id": "user_none"}, 404, None),
        ({}, 422, "user_id"),
        ({"user_id": "ANN", "expires_in_seconds": 0}, 422, "expires_in_seconds"),
        ({"user_id": "ANN", "org_id": "org_none"}, 404, None),
    ],
)
async def test_a_ticket_that_cannot_be_is_refused(world, body, status, parameter):
    ann = await world.user("ann")
    if body.get("user_id") == "ANN":
        body = {**body, "user_id": ann.id}
    answer = await world.post("/sign_in_tokens", body)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["meta"].get("param_name") == parameter


async def test_an_unknown_ticket_is_not_found(world):
    answer = await world.post("/sign_in_tokens/sit_none/revoke")
    assert (answer.status_code, code_of(answer)) == (404, "resource_not_found")
