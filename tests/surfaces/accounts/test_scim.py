"""SCIM: users are made, read, found, replaced and erased by a directory."""

import pytest

from tests.surfaces.accounts.directory import PATCH, USER, Directory, refused

BEA = {
    "externalId": "hr-7",
    "name": {"givenName": "Bea", "familyName": "Jensen"},
    "displayName": "Bea J.",
    "preferredLanguage": "fr-FR, en;q=0.5",
    "locale": "fr-FR",
    "timezone": "Europe/Paris",
    "emails": [
        {"value": "bea@work.example", "type": "work", "primary": True},
        {"value": "bea@home.example", "type": "home", "primary": False},
    ],
    "photos": [{"value": "https://pictures.example/bea.png", "type": "photo"}],
}


@pytest.fixture
def directory(world):
    return Directory(world)


async def test_a_user_is_kept_as_it_came(directory):
    made = await directory.make("bea", **BEA, active=True)
    assert {name: made[name] for name in BEA} == BEA
    assert (made["userName"], made["active"], made["schemas"]) == ("bea", True, [USER])
    answer = await directory.ask("GET", f"/Users/{made['id']}")
    assert answer.json() == made
    assert answer.headers["etag"] == made["meta"]["version"]
    assert made["meta"]["location"].endswith(f"/accounts/scim/v2/Users/{made['id']}")
    again = await directory.ask(
        "GET", f"/Users/{made['id']}", **{"if-none-match": made["meta"]["version"]}
    )
    assert again.status_code == 304


async def test_names_of_attributes_come_in_any_case_and_what_is_not_kept_is_left_out(directory):
    made = await directory.make(
        DISPLAYNAME="Bea", title="Boss", NickName="B", phoneNumbers=[{"value": "1"}], id="own"
    )
    assert made["displayName"] == "Bea"
    assert made["id"].startswith("uid_")
    assert not {"title", "nickName", "NickName", "phoneNumbers"} & made.keys()


async def test_a_user_name_that_is_an_address_signs_in(directory):
    made = await directory.make("bea@example.com", password="correct horse battery")
    assert "password" not in made
    assert [each["value"] for each in made["emails"]] == ["bea@example.com"]
    user = (await directory.world.get(f"/users/{await directory.core_id(made)}")).json()
    assert user["password_enabled"] is True
    assert user["email_addresses"][0]["verification"]["status"] == "verified"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"userName": "bea"}, {"userName": "BEA"}),
        ({"userName": "a", "externalId": "1"}, {"userName": "b", "externalId": "1"}),
        (
            {"userName": "a", "emails": [{"value": "x@example.com"}]},
            {"userName": "b", "emails": [{"value": "X@example.com"}]},
        ),
        ({"userName": "a@example.com"}, {"userName": "b", "emails": [{"value": "a@example.com"}]}),
    ],
)
async def test_what_another_has_is_taken(directory, first, second):
    await directory.make(first["userName"], **first)
    assert refused(await directory.ask("POST", "/Users", second)) == (409, "uniqueness")


async def test_who_came_by_another_door_is_named_by_their_address(directory):
    await directory.world.user("ann")
    assert await directory.named('userName eq "ANN@example.com"') == ["ann@example.com"]
    taken = await directory.ask("POST", "/Users", {"userName": "ann@example.com"})
    assert refused(taken) == (409, "uniqueness")


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "invalidValue"),
        ([], "invalidValue"),
        ({"userName": ""}, "invalidValue"),
        ({"userName": 7}, "invalidValue"),
        ({"userName": "x" * 300}, "invalidValue"),
        ({"userName": "a\x00b"}, "invalidValue"),
        ({"userName": "a", "active": "maybe"}, "invalidValue"),
        ({"userName": "a", "name": "Bea"}, "invalidValue"),
        ({"userName": "a", "emails": [1]}, "invalidValue"),
        ({"userName": "a", "emails": [{"value": "a@b.co", "type": "a\x00"}]}, "invalidValue"),
        ({"userName": "a", "emails": [{"value": "a@b.co", "type": "x" * 65}]}, "invalidValue"),
        ({"userName": "a", "emails": [{}]}, "invalidValue"),
        ({"userName": "a", "emails": [{"value": "no address"}]}, "invalidValue"),
        (
            {
                "userName": "a",
                "emails": [
                    {"value": "a@b.co", "primary": True},
                    {"value": "b@b.co", "primary": True},
                ],
            },
            "invalidValue",
        ),
        ({"userName": "a", "emails": [{"value": "a@b.co"}, {"value": "A@b.co"}]}, "invalidValue"),
        ({"userName": "a", "timezone": "Nowhere/City"}, "invalidValue"),
        ({"userName": "a", "photos": [{"value": "javascript:x"}]}, "invalidValue"),
        ({"userName": "a@example.com", "password": "short"}, "invalidValue"),
    ],
)
async def test_what_is_no_user_is_refused(directory, body, word):
    assert refused(await directory.ask("POST", "/Users", body)) == (400, word)
    assert (await directory.ask("GET", "/Users")).json()["totalResults"] == 0


async def test_a_body_is_json_of_a_known_kind(directory):
    for options in (
        {"content": b"{", "headers": {"content-type": "application/scim+json"}},
        {"content": b"[" * 90000, "headers": {"content-type": "application/json"}},
        {"content": b"{}", "headers": {"content-type": "text/plain"}},
        {"content": b"\xff", "headers": {"content-type": "application/scim+json"}},
    ):
        answer = await directory.world.client.post("/accounts/scim/v2/Users", **options)
        assert refused(answer) == (400, "invalidSyntax")
    large = await directory.ask("POST", "/Users", {"userName": "x" * 300_000})
    assert refused(large) == (413, None)


async def test_a_replacement_clears_what_it_does_not_name(directory):
    made = await directory.make("bea", **BEA)
    answer = await directory.ask(
        "PUT", f"/Users/{made['id']}", {"userName": "bea2", "displayName": "B"}
    )
    kept = {"schemas", "id", "userName", "displayName", "active", "meta"}
    assert answer.json().keys() == kept
    assert (answer.json()["userName"], answer.json()["displayName"]) == ("bea2", "B")


async def test_versions_are_compared(directory):
    made = await directory.make()
    path, old = f"/Users/{made['id']}", made["meta"]["version"]
    body = {"userName": "bea@example.com", "displayName": "B"}
    changed = await directory.ask("PUT", path, body, **{"if-match": old})
    assert changed.status_code == 200
    operation = {"op": "replace", "path": "displayName", "value": "C"}
    for answer in (
        await directory.ask("PUT", path, body, **{"if-match": old}),
        await directory.patch(made, operation, **{"if-match": old}),
        await directory.ask("DELETE", path, **{"if-match": old}),
    ):
        assert refused(answer) == (412, None)
    assert (await directory.ask("GET", path)).json()["displayName"] == "B"
    assert (await directory.patch(made, operation, **{"if-match": "*"})).status_code == 200


async def test_who_is_deleted_never_was_and_may_be_made_again(directory):
    made = await directory.make()
    path = f"/Users/{made['id']}"
    assert (await directory.ask("DELETE", path)).status_code == 204
    for method in ("GET", "DELETE"):
        assert refused(await directory.ask(method, path)) == (404, None)
    assert refused(await directory.ask("PUT", path, {"userName": "x"})) == (404, None)
    gone = await directory.patch(made, {"op": "add", "path": "active", "value": True})
    assert refused(gone) == (404, None)
    assert (await directory.ask("GET", "/Users")).json()["totalResults"] == 0
    assert await directory.status(made) == "deleted"
    assert (await directory.make())["id"] != made["id"]


async def test_the_last_owner_is_not_deleted(directory):
    made = await directory.make()
    fields = {"name": "Acme", "created_by": await directory.core_id(made)}
    assert (await directory.world.post("/organizations", fields)).is_success
    assert refused(await directory.ask("DELETE", f"/Users/{made['id']}")) == (409, None)


@pytest.mark.security("G1")
async def test_another_application_has_other_users(directory, other_world):
    made = await directory.make()
    elsewhere = Directory(other_world)
    path = f"/Users/{made['id']}"
    assert (await elsewhere.ask("GET", "/Users")).json()["totalResults"] == 0
    for answer in (
        await elsewhere.ask("GET", path),
        await elsewhere.ask("PUT", path, {"userName": "x"}),
        await elsewhere.ask("DELETE", path),
        await elsewhere.patch(made, {"op": "replace", "path": "active", "value": False}),
    ):
        assert refused(answer) == (404, None)
    assert await elsewhere.make()
    assert (await directory.ask("GET", path)).json() == made


@pytest.mark.security("G4")
@pytest.mark.parametrize(
    "path", ["/Users", "/Users/x", "/Schemas", "/ServiceProviderConfig", "/Groups", "/Groups/x"]
)
async def test_nobody_asks_without_the_applications_own_key(directory, http, path):
    session = await directory.world.token("ann")
    for headers in ({}, {"authorization": "Bearer x"}, {"authorization": "Bearer sk_test_x"}):
        answer = await http.get("/accounts/scim/v2" + path, headers=headers)
        assert refused(answer) == (401, None)
        assert answer.headers["www-authenticate"].startswith("Bearer")
    own = await http.get("/accounts/scim/v2" + path, headers={"authorization": f"Bearer {session}"})
    assert refused(own) == (403, None)
    acting = {"charter-acting-user": directory.world.people["ann"]}
    assert refused(await directory.ask("GET", path, **acting)) == (403, None)


async def test_the_server_says_what_it_can(directory):
    provider = (await directory.ask("GET", "/ServiceProviderConfig")).json()
    assert provider["patch"]["supported"]
    assert (await directory.ask("GET", "/ResourceTypes/User")).json()["endpoint"] == "/Users"
    (schema,) = (await directory.ask("GET", "/Schemas")).json()["Resources"]
    assert (await directory.ask("GET", f"/Schemas/{schema['id']}")).json() == schema
    assert refused(await directory.ask("GET", "/Schemas?filter=id%20pr")) == (403, None)
    assert refused(await directory.ask("GET", "/Groups")) == (404, None)
    assert PATCH.endswith("PatchOp")
