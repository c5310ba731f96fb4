"""People on the wire of the OData door."""

import pytest

from tests.core.organizations.test_registering import code_to
from tests.surfaces.odata.asking import ROOT, refused
from tests.surfaces.odata.test_accounts import world_host


@pytest.fixture
async def server(as_person):
    return await as_person()


async def test_an_app_server_makes_a_user_and_reads_them_by_number_and_by_username(server):
    made = await server.post(
        "/users", email="nina@example.com", firstName="Nina", lastName="Ray", username="nina_ray"
    )
    assert made.status_code == 201, made.text
    assert set(made.json()) == {"id", "email", "firstName", "lastName", "createdAt"}
    read = await server.get(f"/users/{made.json()['id']}")
    assert read.json() | {"createdAt": "", "updatedAt": ""} == {
        "id": made.json()["id"],
        "username": "nina_ray",
        "email": "nina@example.com",
        "firstName": "Nina",
        "lastName": "Ray",
        "status": "active",
        "createdAt": "",
        "updatedAt": "",
    }
    assert (await server.get("/users/NINA_RAY")).json() == read.json()
    again = await server.post("/users", email="nina@example.com")
    assert refused(again) == (409, "USER_ALREADY_EXISTS")


async def test_people_are_found_by_what_others_see_of_them(server):
    for name in ("ann", "ben", "cid"):
        await server.post("/users", email=f"{name}@example.com", firstName=name.title())
    found = await server.get("/users", filter="startswith(email,'b') or firstName eq 'Cid'")
    assert sorted(row["firstName"] for row in found.json()["value"]) == ["Ben", "Cid"]
    ordered = await server.get("/users", orderby="email desc", top="1", select="email")
    assert ordered.json() == {"value": [{"email": "cid@example.com"}], "count": 3}
    counted = await server.get("/users/$count", filter="status eq 'active'")
    assert (counted.text, counted.headers["content-type"]) == ("3", "text/plain")
    assert (await server.get("/users", filter="status eq 'gone'")).json()["count"] == 0
    wrong = await server.get("/users/$count", top="1")
    assert refused(wrong) == (501, "NOT_IMPLEMENTED")


async def test_a_person_knows_themselves_and_whom_they_share_an_account_with(
    world, ann, zoe, as_person
):
    number = await ann.account()
    ben = await as_person("ben")
    ben_number = (await world.user("ben")).number
    await ann.post(f"/accounts/{number}/users/{ben_number}", roles=["user"])
    for person, count in ((ann, 2), (ben, 2), (zoe, 1)):
        assert (await person.get("/users")).json()["count"] == count
    assert (await ann.get(f"/users/{ben_number}")).is_success
    assert refused(await zoe.get(f"/users/{ben_number}")) == (404, "USER_NOT_FOUND")
    for key in ("999999999999", "nobody_here", "0", "%00", "a" * 300):
        assert refused(await zoe.get(f"/users/{key}"))[0] == 404


async def test_names_and_status_are_changed_by_the_app_server_alone(world, server, ann):
    number = (await world.user("ben")).number
    changed = await server.ask(
        "PATCH", f"/users/{number}", json={"firstName": "Benno", "status": "suspended"}
    )
    assert set(changed.json()) == {"id", "firstName", "lastName", "updatedAt"}
    read = (await server.get(f"/users/{number}")).json()
    assert (read["firstName"], read["status"]) == ("Benno", "suspended")
    assert refused(await ann.ask("PATCH", f"/users/{number}", json={"firstName": "X"})) == (
        403,
        "UNAUTHORIZED",
    )
    wrong = await server.ask("PATCH", f"/users/{number}", json={"status": "gone"})
    assert refused(wrong) == (400, "VALIDATION_ERROR")
    assert (await server.ask("PATCH", f"/users/{number}", json={"status": "active"})).is_success


async def test_a_suspended_user_is_signed_out_at_once(world, server, ann):
    token = await world.token("ben")
    number = (await world.user("ben")).number
    headers = {"authorization": f"Bearer {token}"}
    assert (await world.client.get(f"{ROOT}/users/{number}", headers=headers)).is_success
    await server.ask("PATCH", f"/users/{number}", json={"status": "suspended"})
    answer = await world.client.get(f"{ROOT}/users/{number}", headers=headers)
    assert refused(answer) == (401, "UNAUTHENTICATED")
    await server.ask("PATCH", f"/users/{number}", json={"status": "active"})
    answer = await world.client.get(f"{ROOT}/users/{number}", headers=headers)
    assert refused(answer) == (401, "UNAUTHENTICATED")


async def test_somebody_signs_up_without_an_account_and_proves_their_address(world):
    headers = {"authorization": "", "host": world_host(world)}

    async def post(path, **body):
        return await world.client.post(f"{ROOT}/users/{path}", json=body, headers=headers)

    olga = {"email": "olga@example.com", "password": "a long walk at dusk", "firstName": "Olga"}
    made = await post("signup", **olga)
    assert made.status_code == 201, made.text
    ids = {name: made.json()[name] for name in ("emailAddressId", "verificationId")}
    assert set(made.json()) - set(ids) == {"id", "email", "firstName", "lastName", "createdAt"}
    strange = await post("verify", **{**ids, "verificationId": "x"}, code="424242")
    assert refused(strange)[0] == 404
    wrong = await post("verify", **ids, code="000000")
    assert (wrong.status_code, wrong.json()["success"]) == (200, False)
    right = await post("verify", **ids, code=await code_to(world, "olga@example.com"))
    assert right.json()["success"] is True
    assert refused(await post("signup", **olga)) == (409, "USER_ALREADY_EXISTS")
