"""Organizations on the wire of the Organizations RPC."""


async def test_create_makes_an_organization_of_the_acting_user(world):
    await world.organization(owner="ann")
    answer = await world.rpc("ann", "/create", {"name": "Brick"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["organization"]["name"] == "Brick"


async def test_create_without_an_acting_user_is_refused(world):
    answer = await world.client.post("/rpc/v1/organizations/create", json={"name": "Brick"})
    assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
