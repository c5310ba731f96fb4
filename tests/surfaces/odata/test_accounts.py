"""Accounts on the wire of the OData door."""

import unicodedata

import pytest

from tests.surfaces.odata.asking import ROOT, refused


async def test_an_account_is_made_for_the_caller_and_read_by_number_and_by_name(ann):
    made = await ann.post("/accounts", name="Acme", description="Pumps", primaryContact="a@acme.io")
    assert made.status_code == 201, made.text
    assert set(made.json()) == {"id", "name", "createdAt"}
    assert made.json()["createdAt"].endswith("Z")
    by_number = await ann.get(f"/accounts/{made.json()['id']}")
    assert by_number.headers["odata-version"] == "4.01"
    assert by_number.json() | {"createdAt": "", "updatedAt": ""} == {
        "id": made.json()["id"],
        "name": "Acme",
        "description": "Pumps",
        "status": "active",
        "primaryContact": "a@acme.io",
        "country": None,
        "createdAt": "",
        "updatedAt": "",
    }
    assert (await ann.get("/accounts/Acme")).json() == by_number.json()


async def test_what_is_written_as_a_number_is_never_a_name(ann):
    number = await ann.account("Acme")
    for name in (number + 1000, 2**63 - 1, 2**63, "9" * 300):
        assert refused(await ann.get(f"/accounts/{name}")) == (404, "ACCOUNT_NOT_FOUND")
    for name in ("0", "007", "-1", "+1", "1.0", "1e3", "\uff11\uff12", f"0{number}"):
        assert refused(await ann.get(f"/accounts/{name}")) == (404, "ACCOUNT_NOT_FOUND")


@pytest.mark.parametrize(
    "name", ["123", "signup", "$count", ".", "..", "", " ", "a/b", "a\tb", "x" * 257]
)
async def test_names_that_no_address_could_hold_are_refused(ann, name):
    answer = await ann.post("/accounts", name=name)
    assert refused(answer) == (400, "VALIDATION_ERROR")
    assert answer.json()["error"]["target"] == "name"


async def test_a_name_is_found_however_it_is_composed_and_in_its_own_case_alone(ann):
    composed = unicodedata.normalize("NFC", "Café")
    number = await ann.account(unicodedata.normalize("NFD", composed))
    assert (await ann.get(f"/accounts/{composed}")).json()["id"] == number
    assert refused(await ann.get("/accounts/CAFÉ")) == (404, "ACCOUNT_NOT_FOUND")


async def test_a_name_belongs_to_one_account(ann, zoe):
    await ann.account("Acme")
    for name in ("Acme", "ACME"):
        assert refused(await zoe.post("/accounts", name=name)) == (409, "ACCOUNT_ALREADY_EXISTS")
    other = await zoe.account("Brick")
    taken = await zoe.put(f"/accounts/{other}", name="acme")
    assert refused(taken) == (409, "ACCOUNT_ALREADY_EXISTS")


async def test_an_update_changes_what_it_names(ann):
    number = await ann.account("Acme", description="Pumps")
    changed = await ann.put(f"/accounts/{number}", name="Brick")
    assert set(changed.json()) == {"id", "name", "updatedAt"}
    read = (await ann.get(f"/accounts/{number}")).json()
    assert (read["name"], read["description"]) == ("Brick", "Pumps")
    assert (await ann.put(f"/accounts/{number}", description=None)).is_success
    assert (await ann.get("/accounts/Brick")).json()["description"] is None
    assert refused(await ann.put(f"/accounts/{number}", name=None)) == (400, "VALIDATION_ERROR")
    assert refused(await ann.put(f"/accounts/{number}", status="gone")) == (400, "VALIDATION_ERROR")
    assert refused(await ann.put(f"/accounts/{number}", id=7)) == (400, "VALIDATION_ERROR")


async def test_who_manages_an_account_may_rest_it_and_wake_it(ann):
    number = await ann.account()
    assert (await ann.put(f"/accounts/{number}", status="suspended")).is_success
    assert (await ann.get(f"/accounts/{number}")).json()["status"] == "suspended"
    assert (await ann.put(f"/accounts/{number}", status="active")).is_success


async def test_what_the_operator_has_suspended_only_the_operator_wakes(ann, as_person):
    server = await as_person()
    number = await ann.account()
    assert (await server.put(f"/accounts/{number}", status="suspended")).is_success
    answer = await ann.put(f"/accounts/{number}", status="active")
    assert refused(answer) == (403, "UNAUTHORIZED")
    assert (await server.put(f"/accounts/{number}", status="active")).is_success


async def test_strangers_learn_nothing_and_members_need_the_right(world, ann, zoe, as_person):
    number = await ann.account()
    organization = await world.sql("SELECT id FROM organizations WHERE number = $1", number)
    vic = await as_person("vic")
    acme = type("Acme", (), {"id": organization[0]["id"]})
    await world.member(acme, "vic", "org:viewer")
    calls = [
        ("GET", f"/accounts/{number}", {}, 200),
        ("PUT", f"/accounts/{number}", {"json": {"name": "Mine"}}, 403),
        ("DELETE", f"/accounts/{number}", {}, 403),
    ]
    for method, path, options, status in calls:
        assert refused(await zoe.ask(method, path, **options)) == (404, "ACCOUNT_NOT_FOUND")
        answer = await vic.ask(method, path, **options)
        assert answer.status_code == status
        if status == 403:
            assert refused(answer) == (403, "UNAUTHORIZED")


async def test_an_account_is_deleted_by_its_owner_alone(world, ann, as_person):
    number = await ann.account()
    row = await world.sql("SELECT id FROM organizations WHERE number = $1", number)
    max_ = await as_person("max")
    await world.member(type("Acme", (), {"id": row[0]["id"]}), "max", "org:manager")
    assert refused(await max_.delete(f"/accounts/{number}")) == (403, "UNAUTHORIZED")
    deleted = await ann.delete(f"/accounts/{number}")
    assert deleted.json() == {"success": True, "message": "The account has been deleted."}
    assert refused(await ann.get(f"/accounts/{number}")) == (404, "ACCOUNT_NOT_FOUND")


async def test_without_a_credential_nothing_is_told(world, ann):
    number = await ann.account()
    for path in ("/accounts", f"/accounts/{number}", "/accounts/Acme"):
        answer = await world.client.get(ROOT + path, headers={"authorization": ""})
        assert refused(answer) == (401, "UNAUTHENTICATED")
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_session_token_and_an_api_key_of_a_user_let_them_in(world, ann):
    number = await ann.account()
    key = await world.post("/api_keys", {"name": "Tool", "subject": world.people["ann"]})
    for credential in (await world.token("ann"), key.json()["secret"]):
        headers = {"authorization": f"Bearer {credential}", "host": world_host(world)}
        answer = await world.client.get(f"{ROOT}/accounts/{number}", headers=headers)
        assert answer.status_code == 200, answer.text
    revoked = await world.post(f"/api_keys/{key.json()['id']}/revoke", {})
    assert revoked.is_success
    answer = await world.client.get(f"{ROOT}/accounts/{number}", headers=headers)
    assert refused(answer) == (401, "UNAUTHENTICATED")


async def test_an_api_key_of_an_organization_is_nobody_here(world, ann):
    acme = await world.organization("Acme", owner="ann")
    key = await world.post("/api_keys", {"name": "Tool", "subject": acme.id})
    headers = {"authorization": f"Bearer {key.json()['secret']}", "host": world_host(world)}
    answer = await world.client.get(f"{ROOT}/accounts", headers=headers)
    assert refused(answer) == (401, "UNAUTHENTICATED")


def world_host(world):
    import base64

    mark = world.keys.publishable_key.rpartition("_")[2]
    return base64.b64decode(mark + "==").decode().rstrip("$")


async def test_signing_up_makes_a_user_and_their_account_together(world):
    body = {
        "email": "nina@example.com",
        "password": "a long walk at dusk",
        "firstName": "Nina",
        "lastName": "Ray",
        "accountName": "Nina's",
        "country": "US",
    }
    headers = {"authorization": "", "host": world_host(world)}
    answer = await world.client.post(f"{ROOT}/accounts/signup", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert set(made) == {
        *("id", "email", "accountId", "accountName", "createdAt"),
        *("emailAddressId", "verificationId"),
    }
    assert (made["email"], made["accountName"]) == ("nina@example.com", "Nina's")
    members = await world.sql(
        "SELECT r.key FROM memberships m JOIN roles r ON r.id = m.role_id AND r.instance_id = "
        "m.instance_id JOIN users u ON u.id = m.user_id WHERE u.number = $1 AND m.instance_id = $2",
        made["id"],
        world.instance_id,
    )
    assert [row["key"] for row in members] == ["org:admin"]
    await world.user("ann")
    for change, code in {
        ("accountName", "nina's"): (409, "ACCOUNT_ALREADY_EXISTS"),
        ("email", "ann@example.com"): (409, "USER_ALREADY_EXISTS"),
        ("password", "x"): (400, "VALIDATION_ERROR"),
        ("country", "XX"): (400, "VALIDATION_ERROR"),
        ("email", "nobody"): (400, "VALIDATION_ERROR"),
    }.items():
        other = {**body, "email": "olga@example.com", "accountName": "Other", change[0]: change[1]}
        again = await world.client.post(f"{ROOT}/accounts/signup", json=other, headers=headers)
        assert refused(again) == code
