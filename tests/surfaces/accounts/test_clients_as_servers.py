"""Tokens of an application's own client: for SCIM by their scope, and where its server may go."""

from tests.logging_in import app_client, bearing, posted, shown_as
from tests.surfaces.accounts.asking import refused

SCIM = "/accounts/scim/v2/Users"


async def token(world, scope):
    grants = ["client_credentials"]
    made = await app_client(world, grant_types=grants, allowed_scope="scim read")
    form = {"grant_type": "client_credentials", "scope": scope, **shown_as(made)}
    answer = await posted(world, "/token", **form)
    assert answer.status_code == 200, answer.text
    return bearing(answer.json()["access_token"])


async def test_a_client_provisions_by_scim_if_its_token_is_for_that(world):
    answer = await world.client.get(SCIM, headers=await token(world, "scim"))
    assert answer.status_code == 200, answer.text
    answer = await world.client.get(SCIM, headers=await token(world, "read"))
    assert answer.status_code == 403


async def test_a_client_of_the_owner_enters_the_application_that_it_owns(server, world):
    one = await server.account()
    made = await server.post(f"{one}/applications", name="Below")
    assert made.status_code == 201, made.text
    inside = f"/accounts/api/applications/{made.json()['id']}/accounts"
    answer = await world.client.get(inside, headers=await token(world, "read"))
    assert answer.json()["items"] == []
    nowhere = await world.client.get(
        "/accounts/api/applications/app_none/accounts", headers=await token(world, "read")
    )
    assert refused(nowhere) == (404, "not_found")
