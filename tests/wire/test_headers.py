"""What every answer carries, and what no answer may carry."""

import pytest


@pytest.mark.security("K8")
@pytest.mark.parametrize("path", ["/v1/users", "/v1/nothing", "/v1/users/user_x"])
async def test_an_answer_with_personal_data_is_not_cached(world, path):
    answer = await world.client.get(path)
    assert answer.headers["cache-control"] == "no-store"


async def test_an_answer_of_the_backend_is_exactly_json(world):
    answer = await world.get("/users")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.security("I4")
async def test_a_secret_key_in_the_query_opens_nothing(http, world):
    answer = await http.get(f"/v1/users?secret_key={world.keys.secret_key}")
    assert answer.status_code == 401
    answer = await http.get(f"/v1/users?access_token={world.keys.secret_key}")
    assert answer.status_code == 401


@pytest.mark.security("I4")
@pytest.mark.parametrize("door", ["/v1/users", "/rpc/v1/organizations/list"])
async def test_a_secret_key_from_a_browser_opens_nothing(world, door):
    method, body = ("GET", None) if door == "/v1/users" else ("POST", {})
    acting = {"charter-acting-user": (await world.user("ann")).id}
    opened = await world.client.request(method, door, json=body, headers=acting)
    assert opened.status_code == 200
    browser = {**acting, "origin": "https://app.example"}
    assert (await world.client.request(method, door, json=body, headers=browser)).status_code == 401


@pytest.mark.security("I4")
async def test_a_publishable_key_opens_nothing(http, world):
    headers = {"authorization": f"Bearer {world.keys.publishable_key}"}
    assert (await http.get("/v1/users", headers=headers)).status_code == 401
    rpc = await http.post("/rpc/v1/organizations/list", headers=headers, json={})
    assert rpc.status_code == 401
