"""PATCH in the words of the standard and of the directories that there are."""

import pytest

from charter.core.users import restrictions
from tests.surfaces.accounts.directory import ENTERPRISE, USER, Directory, refused
from tests.world import all_at_once


@pytest.fixture
def directory(world):
    return Directory(world)


@pytest.fixture
async def bea(directory):
    return await directory.make(
        "bea",
        name={"givenName": "Bea", "familyName": "Moe"},
        emails=[{"value": "bea@acme.test", "type": "work", "primary": True}],
    )


def replace(path, value):
    return {"op": "replace", "path": path, "value": value}


@pytest.mark.parametrize(
    ("operations", "wanted"),
    [
        ([replace("displayName", "B")], {"displayName": "B"}),
        ([{"op": "Replace", "path": "DISPLAYNAME", "value": "B"}], {"displayName": "B"}),
        ([{"op": "add", "path": "externalId", "value": "7"}], {"externalId": "7"}),
        (
            [{"op": "replace", "value": {"displayName": "B", "name.givenName": "Be"}}],
            {"displayName": "B", "name": {"givenName": "Be", "familyName": "Moe"}},
        ),
        (
            [{"op": "Add", "value": {"name": {"givenName": "Be"}}}],
            {"name": {"givenName": "Be", "familyName": "Moe"}},
        ),
        ([replace("name.familyName", "Poe")], {"name": {"givenName": "Bea", "familyName": "Poe"}}),
        ([{"op": "remove", "path": "name.familyName"}], {"name": {"givenName": "Bea"}}),
        ([{"op": "remove", "path": "name"}], {"name": None}),
        ([replace(f"{USER}:userName", "bea2")], {"userName": "bea2"}),
        ([replace("title", "Boss"), replace("displayName", "B")], {"displayName": "B"}),
        ([replace(f"{ENTERPRISE}:department", "X")], {"displayName": None}),
        (
            [replace("name.formatted", "Bea Moe")],
            {"name": {"givenName": "Bea", "familyName": "Moe"}},
        ),
        ([replace("active", False)], {"active": False}),
        ([replace("active", "False")], {"active": False}),
        ([{"op": "Replace", "value": {"active": "false"}}], {"active": False}),
        (
            [replace("displayName", "B"), {"op": "remove", "path": "displayName"}],
            {"displayName": None},
        ),
    ],
)
async def test_a_user_is_changed_as_directories_write_it(directory, bea, operations, wanted):
    answer = await directory.patch(bea, *operations)
    assert answer.status_code == 200, answer.text
    assert {name: answer.json().get(name) for name in wanted} == wanted
    assert (await directory.ask("GET", f"/Users/{bea['id']}")).json() == answer.json()


HOME = {"value": "bea@home.test", "type": "home"}


@pytest.mark.parametrize(
    ("operations", "wanted"),
    [
        ([replace('emails[type eq "work"].value', "b@acme.test")], [("b@acme.test", "work", True)]),
        (
            [{"op": "Add", "path": 'emails[type eq "home"].value', "value": "bea@home.test"}],
            [("bea@acme.test", "work", True), ("bea@home.test", "home", False)],
        ),
        (
            [{"op": "add", "path": "emails", "value": [HOME]}],
            [("bea@acme.test", "work", True), ("bea@home.test", "home", False)],
        ),
        (
            [{"op": "add", "path": "emails", "value": {**HOME, "primary": True}}],
            [("bea@acme.test", "work", False), ("bea@home.test", "home", True)],
        ),
        ([replace("emails", [HOME])], [("bea@home.test", "home", True)]),
        (
            [
                {"op": "add", "value": {"emails": [HOME]}},
                {"op": "remove", "path": 'emails[type eq "work"]'},
            ],
            [("bea@home.test", "home", True)],
        ),
        (
            [
                {"op": "add", "path": "emails", "value": [HOME]},
                replace('emails[value eq "bea@home.test"].primary', "true"),
            ],
            [("bea@acme.test", "work", False), ("bea@home.test", "home", True)],
        ),
        ([{"op": "remove", "path": "emails"}], []),
        ([{"op": "remove", "path": "emails", "value": [{"value": "bea@acme.test"}]}], []),
    ],
)
async def test_addresses_are_changed_by_what_they_are(directory, bea, operations, wanted):
    answer = await directory.patch(bea, *operations)
    assert answer.status_code == 200, answer.text
    found = answer.json().get("emails", [])
    assert [(each["value"], each["type"], each["primary"]) for each in found] == wanted


@pytest.mark.parametrize(
    ("operations", "word"),
    [
        ([], "invalidValue"),
        ([1], "invalidValue"),
        ([{"op": "copy", "path": "active", "value": True}], "invalidValue"),
        ([{"path": "active", "value": True}], "invalidValue"),
        ([{"op": "replace", "path": "active"}], "invalidValue"),
        ([{"op": "remove"}], "noTarget"),
        ([{"op": "remove", "path": 'emails[type eq "home"]'}], "noTarget"),
        ([replace('emails[type ne "work"].value', "x@b.co")], "noTarget"),
        ([replace("colour", "red")], "invalidPath"),
        ([replace("name.colour", "red")], "invalidPath"),
        ([replace("emails[", "x")], "invalidPath"),
        ([replace('name[a eq "x"]', "x")], "invalidPath"),
        ([replace(5, "x")], "invalidPath"),
        ([replace("id", "x")], "mutability"),
        ([replace("meta.created", "x")], "mutability"),
        ([replace("active", "maybe")], "invalidValue"),
        ([replace("userName", None)], "invalidValue"),
        ([{"op": "remove", "path": "userName"}], "invalidValue"),
        ([replace("displayName", 5)], "invalidValue"),
        ([replace("emails", "x")], "invalidValue"),
        ([replace("name", "Bea")], "invalidValue"),
        ([{"op": "add", "value": "x"}], "invalidValue"),
        ([replace("active", True)] * 101, "invalidValue"),
        ([replace("displayName", "B"), replace("timezone", "Nowhere/City")], "invalidValue"),
    ],
)
async def test_a_patch_with_a_mistake_changes_nothing(directory, bea, operations, word):
    assert refused(await directory.patch(bea, *operations)) == (400, word)
    assert (await directory.ask("GET", f"/Users/{bea['id']}")).json() == bea


async def test_a_patch_names_its_schema(directory, bea):
    path = f"/Users/{bea['id']}"
    for body in ({"Operations": [replace("active", False)]}, [], "x", None):
        answer = await directory.ask("PATCH", path, body)
        assert refused(answer)[0] == 400


async def test_who_is_deprovisioned_is_disabled_and_comes_back(directory):
    made = await directory.make("bea@example.com")
    user_id = await directory.core_id(made)
    directory.world.people["bea"] = user_id
    token = await directory.world.token("bea")
    assert (await directory.patch(made, replace("active", "False"))).json()["active"] is False
    assert await directory.status(made) == "disabled"
    headers = {"authorization": f"Bearer {token}"}
    answer = await directory.world.client.get(f"/accounts/api/users/{made['id']}", headers=headers)
    assert answer.status_code == 401
    assert (await directory.patch(made, replace("active", True))).json()["active"] is True
    assert await directory.status(made) == "active"


async def test_whom_an_administrator_suspended_no_directory_lets_in(directory):
    made = await directory.make("bea@example.com")
    user_id = await directory.core_id(made)
    await directory.world.call(None, restrictions.ban, user_id=user_id)
    path = f"/Users/{made['id']}"
    for answer in (
        await directory.patch(made, replace("active", True)),
        await directory.patch(made, replace("active", False)),
        await directory.patch(made, replace("active", True)),
        await directory.ask("PUT", path, {"userName": "bea@example.com", "active": True}),
    ):
        assert answer.json()["active"] is False
        assert await directory.status(made) == "suspended"
    await directory.world.call(None, restrictions.unban, user_id=user_id)
    assert (await directory.ask("GET", path)).json()["active"] is True


async def test_patches_at_once_all_count(directory, bea):
    answers = await all_at_once(
        directory.patch(bea, replace("displayName", "B")),
        directory.patch(bea, replace("locale", "fr-FR")),
        directory.patch(bea, replace("name.givenName", "Be")),
    )
    assert [each.status_code for each in answers] == [200] * 3
    found = (await directory.ask("GET", f"/Users/{bea['id']}")).json()
    assert (found["displayName"], found["locale"], found["name"]["givenName"]) == (
        "B",
        "fr-FR",
        "Be",
    )


async def test_addresses_that_are_added_at_once_all_stay(directory, bea):
    new = [f"bea{number}@home.test" for number in range(3)]
    answers = await all_at_once(
        *(
            directory.patch(bea, {"op": "add", "path": "emails", "value": [{"value": each}]})
            for each in new
        )
    )
    assert [each.status_code for each in answers] == [200] * 3
    found = (await directory.ask("GET", f"/Users/{bea['id']}")).json()["emails"]
    assert {each["value"] for each in found} == {"bea@acme.test", *new}


async def test_of_several_who_take_one_name_at_once_one_does(directory):
    body = {"userName": "dup"}
    answers = await all_at_once(*(directory.ask("POST", "/Users", body) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
    others = [await directory.make(f"other{number}") for number in range(3)]
    answers = await all_at_once(
        *(directory.patch(each, replace("userName", "Same")) for each in others)
    )
    assert sorted(each.status_code for each in answers) == [200, 409, 409]
