"""The role matrix on the wire of the Organizations RPC."""


async def test_the_matrix_names_roles_and_permissions_as_this_door_does(world):
    await world.organization(owner="ann")
    answer = await world.rpc("ann", "/roles")
    assert answer.json() == {
        "roles": {
            "owner": ["org:view", "org:manage", "members:view", "members:manage"],
            "admin": ["org:view", "org:manage", "members:view", "members:manage"],
            "member": ["org:view", "members:view"],
            "viewer": ["org:view"],
        },
        "permissions": ["org:view", "org:manage", "members:view", "members:manage"],
    }


async def test_the_matrix_needs_credentials_but_no_user(world, http):
    assert (await world.client.post("/rpc/v1/organizations/roles")).status_code == 200
    assert (await http.post("/rpc/v1/organizations/roles")).status_code == 401
