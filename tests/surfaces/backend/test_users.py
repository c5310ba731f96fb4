"""Users on the wire of the Backend API."""


async def test_an_unknown_user_is_not_found(world):
    answer = await world.get("/users/user_2aaaaaaaaaaaaaaaaaaaaaaaaaa")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "resource_not_found"


async def test_a_request_without_a_key_is_refused(http):
    answer = await http.get("/v1/users/user_x")
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "authentication_invalid"
