"""The mistakes that everybody makes once are answered with what to do about them."""

import pytest

JSON = {"content-type": "application/json"}
KEY = "sk_test_" + "1" * 49


def said(answer) -> str:
    body = answer.json()
    return body["message"] if "message" in body else body["errors"][0]["long_message"]


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        ({}, "Authorization: Bearer sk_"),
        ({"authorization": KEY}, "Authorization: Bearer sk_"),
        ({"authorization": f"Bearer {KEY}"}, "no secret key of this server"),
        ({"authorization": f"Bearer {KEY}", "origin": "https://app.example"}, "Origin"),
    ],
)
async def test_a_refused_credential_says_how_to_mend_it(http, headers, told):
    for method, path in (("GET", "/v1/users"), ("POST", "/rpc/v1/organizations/list")):
        answer = await http.request(method, path, headers=headers)
        assert answer.status_code == 401
        assert told.removesuffix(" sk_") in said(answer)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/users"),
        ("POST", "/rpc/v1/organizations/list"),
        ("GET", "/odata/api/accounts"),
        ("GET", "/accounts/accounts"),
    ],
)
async def test_a_publishable_key_in_place_of_a_credential_is_told_so(http, method, path):
    headers = {"authorization": "Bearer pk_test_YXV0aC50ZXN0JA"}
    answer = await http.request(method, path, headers=headers)
    assert answer.status_code == 401
    assert "a publishable key, which is for pages" in answer.text


@pytest.mark.parametrize("path", ["/v1/users/", "/v1/users/count/", "/v1/nothing/"])
async def test_a_path_with_a_slash_too_many_is_told_so(world, path):
    answer = await world.client.get(path)
    assert answer.status_code == 404
    assert "do not end with a slash" in said(answer)


async def test_a_secret_key_without_an_acting_user_is_told_the_header(world):
    answer = await world.client.post("/rpc/v1/organizations/list", json={})
    assert "Charter-Acting-User" in said(answer)
    stranger = {"charter-acting-user": "user_none"}
    answer = await world.client.post("/rpc/v1/organizations/list", json={}, headers=stranger)
    assert "names no user" in said(answer)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"first_name": "Ann",}', "trailing comma"),
        (b'{"first_nam": "Ann"}', "perhaps first_name is meant"),
        (b'{"planet": "Mars"}', "there is none of this name"),
        (b'{"email_address": "ann@example.com"}', "got `string`"),
    ],
)
async def test_a_body_says_where_it_is_wrong(world, body, told):
    answer = await world.client.post("/v1/users", content=body, headers=JSON)
    assert told in said(answer)


async def test_a_wrong_method_and_a_wrong_path_are_told_apart(world):
    answer = await world.client.put("/v1/users", json={})
    assert (answer.status_code, said(answer)) == (405, "This path takes GET, POST, not PUT.")
    answer = await world.client.get("/rpc/v1/organizations/list")
    assert (answer.status_code, answer.json()["error"]) == (405, "method_not_allowed")
    for path, door in (("/v1/user", "backend"), ("/rpc/v1/organizations/lists", "rpc")):
        answer = await world.client.get(path)
        assert answer.status_code == 404
        assert f"charter openapi {door}" in said(answer)


@pytest.mark.parametrize("path", ["/users", "/rpc/v1/list", "/v2/users"])
async def test_a_path_outside_of_every_door_names_the_doors(http, path):
    answer = await http.get(path)
    assert answer.status_code == 404
    assert "/v1, /rpc/v1/organizations" in answer.json()["description"]
