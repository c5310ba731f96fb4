"""Organizations on the wire of the Organizations RPC."""

import pytest


def code(answer):
    return answer.status_code, answer.json()["error"]


async def test_create_makes_an_organization_of_the_acting_user(world):
    await world.user("ann")
    answer = await world.rpc("ann", "/create", {"name": "Brick"})
    assert answer.status_code == 200, answer.text
    made = answer.json()["organization"]
    assert set(made) == {"id", "name", "createdAt", "updatedAt"}
    assert (made["name"], made["createdAt"][-1]) == ("Brick", "Z")
    listed = (await world.rpc("ann", "/list")).json()
    assert listed == {"organizations": [{**made, "role": "owner"}]}


async def test_create_refuses_a_bad_name_and_more_than_a_name(world):
    await world.user("ann")
    for body in ({"name": " "}, {"name": "x" * 257}, {}, {"name": "X", "slug": "x"}):
        assert code(await world.rpc("ann", "/create", body)) == (400, "invalid_input")


async def test_create_and_list_need_an_acting_user(world):
    for path, body in (("/create", {"name": "Brick"}), ("/list", {})):
        answer = await world.client.post("/rpc/v1/organizations" + path, json=body)
        assert code(answer) == (401, "unauthorized")


@pytest.mark.security("G4")
@pytest.mark.parametrize("nobody", ["", " ", "user_none", "ann"])
async def test_a_connector_that_names_nobody_does_not_act_as_the_server(world, nobody):
    acme = await world.organization("Acme", owner="ann")
    answer = await world.client.post(
        "/rpc/v1/organizations/get",
        json={"organizationId": acme.id},
        headers={"charter-acting-user": nobody},
    )
    assert code(answer) == (401, "unauthorized")


async def test_get_answers_members_and_hides_from_others(world):
    acme = await world.organization("Acme", owner="ann")
    await world.user("zoe")
    found = await world.rpc("ann", "/get", {"organizationId": acme.id})
    assert found.json()["organization"]["id"] == acme.id
    for organization_id in (acme.id, "org_none", "acme"):
        hidden = await world.rpc("zoe", "/get", {"organizationId": organization_id})
        assert code(hidden) == (404, "organization_not_found")


async def test_get_without_an_organization_is_refused(world):
    await world.organization("Acme", owner="ann")
    refused = await world.rpc("ann", "/get")
    assert code(refused) == (400, "invalid_input")
    assert refused.json()["parameter"] == "organizationId"


async def test_update_renames_for_those_who_may(world):
    acme = await world.organization("Acme", owner="ann")
    for name, role in (("max", "org:manager"), ("mia", "org:member"), ("vic", "org:viewer")):
        await world.member(acme, name, role)
    body = {"organizationId": acme.id, "name": "Brick"}
    assert (await world.rpc("max", "/update", body)).json() == {"ok": True}
    for name in ("mia", "vic"):
        assert code(await world.rpc(name, "/update", body)) == (403, "forbidden")
    read = await world.rpc("vic", "/get", {"organizationId": acme.id})
    assert read.json()["organization"]["name"] == "Brick"
    too_much = {**body, "max_allowed_memberships": 0}
    assert code(await world.rpc("ann", "/update", too_much)) == (400, "invalid_input")


async def test_list_gives_the_organizations_of_the_acting_user_the_last_joined_first(world):
    first = await world.organization("First", owner="ann")
    second = await world.organization("Second", owner="ben")
    await world.organization("Third", owner="ben")
    await world.member(second, "ann", "org:viewer")
    listed = (await world.rpc("ann", "/list")).json()["organizations"]
    assert [(each["id"], each["role"]) for each in listed] == [
        (second.id, "viewer"),
        (first.id, "owner"),
    ]
    assert code(await world.rpc("ann", "/list", {"userId": "x"})) == (400, "invalid_input")
