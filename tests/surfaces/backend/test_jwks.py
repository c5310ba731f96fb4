"""The key set on the wire of the Backend API."""


async def test_the_keys_are_those_of_the_secret_keys_instance(world, other_world):
    mine = (await world.get("/jwks")).json()["keys"]
    assert all(key["kid"].startswith(world.instance_id) for key in mine)
    assert len(mine) == 2
    others = (await other_world.get("/jwks")).json()["keys"]
    assert not {key["kid"] for key in mine} & {key["kid"] for key in others}


async def test_the_backends_key_set_needs_a_secret_key(http):
    assert (await http.get("/v1/jwks")).status_code == 401
