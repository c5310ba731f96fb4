"""Users by their ids through the Accounts door."""

import pytest

from charter.core.users import operations as users
from charter.core.users.model import UserPatch
from charter.surfaces.accounts import ids
from tests.surfaces.accounts.asking import refused


def path_of(door, name=None):
    return f"/users/{ids.uid(door.world.people[name or door.who])}"


async def test_people_read_and_change_who_they_are(ann):
    found = await ann.get(path_of(ann))
    body = found.json()
    assert body["id"] == ids.uid(ann.world.people["ann"])
    assert body["application_id"] == ann.application.rpartition("/")[2]
    assert (body["status"], body["preferred_membership_id"]) == ("active", None)
    assert [each["email"] for each in body["credentials"]] == ["ann@example.com"]
    assert body["credentials"][0]["id"].startswith("ecr_")
    identity = {
        "given_name": "Ann",
        "family_name": "Lee",
        "display_name": "Ann L.",
        "avatar_url": "https://pictures.example/ann.png",
        "preferred_language": "fr-FR",
        "locale": "fr-CA",
        "timezone": "Europe/Paris",
    }
    changed = await ann.patch(path_of(ann), identity=identity)
    assert changed.status_code == 200, changed.text
    assert changed.json()["identity"] == {"id": body["id"], "external_id": None, **identity}
    cleared = await ann.patch(path_of(ann), identity={"given_name": None, "avatar_url": None})
    assert cleared.json()["identity"] == {
        **changed.json()["identity"],
        "given_name": None,
        "avatar_url": None,
    }
    assert (await ann.get(path_of(ann))).json() == cleared.json()
    assert (await ann.patch(path_of(ann))).json() == cleared.json()


@pytest.mark.security("G4")
@pytest.mark.parametrize(
    "change",
    [
        {"status": "active"},
        {"status": "suspended"},
        {"preferred_membership_id": None},
        {"identity": {"external_id": "x"}},
        {"identity": {"given_name": "Ann"}, "status": "active"},
    ],
)
async def test_people_change_nothing_else_of_themselves(ann, change):
    before = (await ann.get(path_of(ann))).json()
    assert refused(await ann.patch(path_of(ann), **change)) == (403, "insufficient_role")
    assert (await ann.get(path_of(ann))).json() == before


@pytest.mark.security("G4")
async def test_others_are_not_read_whether_they_are_there_or_not(ann, zoe):
    for path in (path_of(zoe), "/users/uid_nobody", "/users/x"):
        for asked in (ann.get(path), ann.patch(path, identity={}), ann.delete(path)):
            assert refused(await asked) == (403, "insufficient_role")


@pytest.mark.parametrize(
    ("status", "is_let_in"), [("suspended", False), ("disabled", False), ("active", True)]
)
async def test_the_server_says_who_may_sign_in(ann, server, status, is_let_in):
    await ann.world.session("ann")
    answer = await server.patch(path_of(ann), status=status)
    assert answer.json()["status"] == status
    assert (await server.get(path_of(ann))).json()["status"] == status
    user = (await ann.world.get(f"/users/{ann.world.people['ann']}")).json()
    assert user["banned"] is not is_let_in
    assert (await ann.get(path_of(ann))).is_success is is_let_in
    alive = await ann.world.sql(
        "SELECT 1 FROM sessions WHERE instance_id = $1 AND status = 'active'", ann.world.instance_id
    )
    assert bool(alive) is is_let_in


async def test_between_suspended_and_disabled_the_last_word_counts(ann, server):
    for status in ("disabled", "suspended", "disabled", "active", "suspended"):
        assert (await server.patch(path_of(ann), status=status)).json()["status"] == status


@pytest.mark.parametrize("undone_by", ["unban", "patch"])
async def test_a_ban_by_another_door_is_a_suspension(ann, server, undone_by):
    user = f"/users/{ann.world.people['ann']}"
    await server.patch(path_of(ann), status="disabled")
    if undone_by == "unban":
        await ann.world.post(f"{user}/unban")
    else:
        patch = UserPatch(is_banned=False)
        await ann.world.call(None, users.update, user_id="ann", patch=patch)
    assert (await server.get(path_of(ann))).json()["status"] == "active"
    await ann.world.post(f"{user}/ban")
    assert (await server.get(path_of(ann))).json()["status"] == "suspended"


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        ({"status": "deleted"}, "validation_error", "status"),
        ({"status": "x"}, "validation_error", "status"),
        ({"status": None}, "validation_error", "status"),
        ({"id": "uid_x"}, "validation_error", "id"),
        ({"credentials": []}, "validation_error", "credentials"),
        ({"colour": "red"}, "unknown_field", "colour"),
        ({"identity": None}, "validation_error", "identity"),
        ({"identity": {"timezone": "Nowhere/City"}}, "validation_error", "timezone"),
        ({"identity": {"avatar_url": "http://x.example/a.png"}}, "validation_error", "avatar_url"),
        ({"identity": {"avatar_url": "javascript:x"}}, "validation_error", "avatar_url"),
        ({"identity": {"avatar_url": "https://["}}, "validation_error", "avatar_url"),
        ({"identity": {"locale": "no language"}}, "validation_error", "locale"),
        ({"identity": {"display_name": "x" * 257}}, "validation_error", "display_name"),
        ({"identity": {"given_name": "a\nb"}}, "validation_error", "given_name"),
        ({"preferred_membership_id": "mbr_x"}, "membership_not_theirs", None),
    ],
)
async def test_a_patch_is_checked_and_changes_nothing_by_half(ann, server, body, code, path):
    before = (await server.get(path_of(ann))).json()
    answer = await server.patch(path_of(ann), **body)
    assert refused(answer) == (400, code)
    if path is not None:
        assert answer.json()["invalid_params"][0]["path"].rpartition(".")[2] == path
    assert (await server.get(path_of(ann))).json() == before


async def test_a_membership_is_preferred_for_as_long_as_it_lasts(ann, zoe, server):
    account = await ann.account()
    other = await zoe.account("Globex")
    mine, theirs = [
        (await door.get(f"{each}/members")).json()["items"][0]["id"]
        for door, each in ((ann, account), (zoe, other))
    ]
    answer = await server.patch(path_of(ann), preferred_membership_id=mine)
    assert answer.json()["preferred_membership_id"] == mine
    taken = await server.patch(path_of(ann), preferred_membership_id=theirs)
    assert refused(taken) == (400, "membership_not_theirs")
    await server.delete(account)
    assert (await server.get(path_of(ann))).json()["preferred_membership_id"] is None


async def test_acceptance_03_the_last_owner_cannot_leave_nor_be_erased(ann, zoe, server):
    account = await ann.account()
    for door in (ann, server):
        assert refused(await door.delete(path_of(ann))) == (409, "last_owner")
    leaving = f"{account}/members/{ids.uid(ann.world.people['ann'])}"
    assert refused(await ann.delete(leaving)) == (409, "last_owner")
    joined = await ann.post(
        f"{account}/members", user_id=ids.uid(zoe.world.people["zoe"]), role="owner"
    )
    assert joined.is_success
    assert (await ann.delete(path_of(ann))).status_code == 204
    assert refused(await zoe.delete(path_of(zoe))) == (409, "last_owner")


@pytest.mark.security("E1")
async def test_of_who_is_erased_the_id_alone_is_left(ann, server):
    await server.patch(
        path_of(ann), identity={"display_name": "Ann L.", "external_id": "hr-1"}, status="disabled"
    )
    path = path_of(ann)
    assert (await server.delete(path)).status_code == 204
    body = (await server.get(path)).json()
    assert body["status"] == "deleted"
    assert body["credentials"] == []
    assert {name for name, each in body["identity"].items() if each is not None} == {"id"}
    assert refused(await server.patch(path, status="active")) == (404, "not_found")
    assert refused(await server.delete(path)) == (404, "not_found")
    assert (await ann.world.get(f"/users/{ann.world.people['ann']}")).status_code == 404
    assert (await server.get(f"{server.application}/users")).json()["items"] == []
    again = await server.post(f"{server.application}/users", email="ann@example.com")
    assert again.status_code == 201
    assert again.json()["id"] != body["id"]


async def test_who_may_not_erase_themselves_is_told(ann):
    await ann.world.patch(f"/users/{ann.world.people['ann']}", {"delete_self_enabled": False})
    answer = await ann.delete(path_of(ann))
    assert refused(answer) == (403, "self_deletion_not_allowed")


@pytest.mark.security("G1")
async def test_who_owns_an_application_reaches_its_users_by_their_ids_alone(ann, zoe, as_person):
    account = await ann.account()
    ben = await as_person("ben")
    await ann.post(f"{account}/members", user_id=ids.uid(ann.world.people["ben"]), role="viewer")
    shop = (await ann.post(f"{account}/applications", name="Shop")).json()
    user = (await ann.post(f"/applications/{shop['id']}/users", email="eve@example.com")).json()
    path = f"/users/{user['id']}"
    for door in (ann, ben):
        assert (await door.get(path)).json()["application_id"] == shop["id"]
    assert refused(await ben.patch(path, status="suspended")) == (403, "insufficient_role")
    assert (await ann.patch(path, status="suspended")).json()["status"] == "suspended"
    for asked in (zoe.get(path), zoe.patch(path, status="active"), zoe.delete(path)):
        assert refused(await asked) == (403, "insufficient_role")
    assert (await ann.delete(path)).status_code == 204
    assert (await ann.get(path)).json()["status"] == "deleted"
