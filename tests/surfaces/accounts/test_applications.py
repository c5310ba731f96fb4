"""Applications through the Accounts door: made by accounts, managed from outside."""

import pytest

from charter.surfaces.accounts import ids
from tests.surfaces.accounts.asking import Asking, refused


async def made(door, account, name="Shop"):
    """A new application of an account."""
    answer = await door.post(f"{account}/applications", name=name)
    assert answer.status_code == 201, answer.text
    return answer.json()


def server_of(application, door):
    """The door as the application's own server sees it."""
    client = door.world.client
    headers = {"authorization": f"Bearer {application['secret_key']}"}

    async def ask(method, path, **body):
        options = {"json": body} if body else {}
        return await client.request(method, "/accounts/api" + path, headers=headers, **options)

    return ask


@pytest.fixture
async def account(ann):
    return await ann.account()


@pytest.fixture
async def shop(ann, account):
    return await made(ann, account)


async def test_an_application_is_made_read_listed_changed_and_ended(ann, account, shop):
    path = f"/applications/{shop['id']}"
    assert shop["id"].startswith("app_")
    assert f"/accounts/{shop['account_id']}" == account
    assert shop["publishable_key"].startswith("pk_test_")
    read = await ann.get(path)
    keys = ("publishable_key", "secret_key")
    assert read.json() == {name: each for name, each in shop.items() if name not in keys}
    assert [each["id"] for each in (await ann.get(f"{account}/applications")).json()["items"]] == [
        shop["id"]
    ]
    changed = await ann.patch(path, name="Store", settings={"lockout_attempts": 7})
    assert (changed.json()["name"], changed.json()["settings"]["lockout_attempts"]) == ("Store", 7)
    back = await ann.patch(path, settings={"lockout_attempts": None})
    assert back.json()["settings"] == shop["settings"]
    assert (await ann.delete(path)).status_code == 204
    assert refused(await ann.get(path)) == (404, "not_found")
    assert (await ann.get(f"{account}/applications")).json()["items"] == []


async def test_applications_are_listed_in_pages(ann, account):
    names = [f"Shop {number}" for number in range(3)]
    for name in names:
        await made(ann, account, name)
    first = (await ann.get(f"{account}/applications", limit=2)).json()
    second = (await ann.get(f"{account}/applications", limit=2, cursor=first["next_cursor"])).json()
    found = [each["name"] for page in (first, second) for each in page["items"]]
    assert found == names[::-1]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "validation_error"),
        ({"name": ""}, "validation_error"),
        ({"name": 1}, "validation_error"),
        ({"name": "x", "colour": "red"}, "unknown_field"),
    ],
)
async def test_what_an_application_is_made_of_is_checked(ann, account, body, code):
    assert refused(await ann.post(f"{account}/applications", **body)) == (400, code)


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        ({"id": "app_x"}, "validation_error", "id"),
        ({"settings": {"max_metadata_bytes": 1}}, "unknown_field", "settings.max_metadata_bytes"),
        ({"settings": {"lockout_attempts": 0}}, "validation_error", "settings.lockout_attempts"),
        ({"settings": []}, "validation_error", "settings"),
        ({"name": None}, "validation_error", "name"),
    ],
)
async def test_a_patch_says_what_is_wrong_with_it(ann, shop, body, code, path):
    answer = await ann.patch(f"/applications/{shop['id']}", **body)
    assert refused(answer) == (400, code)
    assert answer.json()["invalid_params"][0]["path"] == path


async def test_acceptance_12_one_address_signs_up_in_two_applications_as_two_users(ann, account):
    first, second = [await made(ann, account, name) for name in ("One", "Two")]
    found = set()
    for each in (first, second):
        answer = await ann.post(f"/applications/{each['id']}/users", email="eve@example.com")
        assert answer.status_code == 201, answer.text
        assert answer.json()["application_id"] == each["id"]
        found.add(answer.json()["id"])
        again = await ann.post(f"/applications/{each['id']}/users", email="eve@example.com")
        assert refused(again) == (409, "email_taken")
    assert len(found) == 2


async def test_who_owns_an_application_manages_it_and_members_look(ann, zoe, as_person, shop):
    account = shop["account_id"]
    ben = await as_person("ben")
    joined = await ann.post(
        f"/accounts/{account}/members", user_id=ids.uid(ann.world.people["ben"]), role="member"
    )
    assert joined.status_code == 201, joined.text
    inside = f"/applications/{shop['id']}"
    registered = await ann.post(f"{inside}/register", name="Customer", email="cat@example.com")
    assert registered.status_code == 201, registered.text
    assert registered.json()["account"]["parent_id"] == shop["id"]
    for door in (ann, ben):
        for path in (f"{inside}/accounts", f"{inside}/users"):
            assert len((await door.get(path)).json()["items"]) == 1
        searched = await door.post(f"{inside}/users/search", query="email:cat@example.com")
        assert len(searched.json()["items"]) == 1
    assert refused(await ben.post(f"{inside}/users", email="d@example.com")) == (
        403,
        "insufficient_role",
    )
    for path in (inside, f"{inside}/accounts", f"{inside}/users"):
        assert refused(await zoe.get(path)) == (404, "not_found")
    assert refused(await ann.delete(inside)) == (409, "has_children")


@pytest.mark.security("G1")
async def test_the_account_of_a_customer_is_not_the_owners_to_read(ann, shop):
    inside = f"/applications/{shop['id']}"
    registered = await ann.post(f"{inside}/register", name="Customer", email="cat@example.com")
    found = f"/accounts/{registered.json()['account']['id']}"
    assert refused(await ann.get(found)) == (404, "not_found")


async def test_an_account_goes_with_its_applications_only_when_that_is_asked_for(ann, shop):
    account = f"/accounts/{shop['account_id']}"
    await ann.post(f"/applications/{shop['id']}/register", name="C", email="cat@example.com")
    assert refused(await ann.delete(account)) == (409, "has_children")
    assert (await ann.delete(account, cascade=True)).status_code == 204
    instance_id = ids.instance_id(shop["id"])
    assert await ann.world.sql("SELECT 1 FROM instances WHERE id = $1", instance_id) == []
    asked = server_of(shop, ann)
    assert refused(await asked("GET", f"/applications/{shop['id']}"))[0] == 401


async def test_an_applications_own_server_is_at_home_in_it_and_nowhere_else(ann, shop):
    asked = server_of(shop, ann)
    inside = f"/applications/{shop['id']}"
    assert (await asked("GET", inside)).json()["id"] == shop["id"]
    assert (await asked("GET", f"{inside}/users")).json()["items"] == []
    assert refused(await asked("GET", Asking(ann.world).application))[0] == 404
    assert refused(await asked("GET", f"/accounts/{shop['account_id']}/applications"))[0] == 404
