"""Changes of users on the wire of the Backend API."""

import dataclasses
import io

import httpx
import pytest
from PIL import Image

from charter.kernel.work import WorkPool
from charter.server import create_app
from tests.observing import observe

RIGHT = "correct horse battery"


def picture():
    written = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 30, 30)).save(written, "PNG")
    return written.getvalue()


def error_of(answer):
    return answer.json()["errors"][0]


async def test_a_change_is_answered_with_the_user(world):
    ann = await world.user("ann")
    changes = {
        "first_name": "Ann",
        "locale": "en-US",
        "delete_self_enabled": False,
        "create_organization_enabled": False,
        "create_organizations_limit": 2,
        "bypass_client_trust": True,
        "legal_accepted_at": "2020-01-02T03:04:05Z",
        "created_at": "2020-01-02T03:04:05Z",
        "private_metadata": {"x": 1},
        "skip_legal_checks": True,
        "profile_image_id": None,
    }
    answer = await world.patch(f"/users/{ann.id}", changes)
    assert answer.status_code == 200, answer.text
    user = answer.json()
    for name in changes.keys() - {"skip_legal_checks", "profile_image_id"}:
        assert user[name] == (1577934245000 if name.endswith("_at") else changes[name]), name


async def test_a_change_of_another_version_is_refused(world):
    ann = await world.user("ann")
    read = await world.get(f"/users/{ann.id}")
    matching = {"headers": {"if-match": read.headers["etag"]}}
    assert (await world.patch(f"/users/{ann.id}", {"first_name": "A"}, **matching)).is_success
    for method, path, body in (
        ("PATCH", "", {"first_name": "B"}),
        ("PATCH", "/metadata", {"public_metadata": {"b": 1}}),
        ("POST", "/ban", None),
        ("DELETE", "", None),
    ):
        answer = await world.client.request(
            method, f"/v1/users/{ann.id}{path}", json=body, **matching
        )
        assert answer.status_code == 412
    assert (await world.get(f"/users/{ann.id}")).json()["first_name"] == "A"


async def test_an_unverified_primary_names_its_parameter(world):
    ann = await world.user("ann", email_addresses=["a@example.com"])
    answer = await world.patch(f"/users/{ann.id}", {"primary_email_address_id": "idn_x"})
    assert answer.status_code == 404


INNER = [
    "id",
    "instance_id",
    "number",
    "username_key",
    "image_key",
    "is_banned",
    "banned",
    "is_locked",
    "locked",
    "locked_until",
    "failed_attempts",
    "can_delete_self",
    "organizations_limit",
    "mfa_enabled_at",
    "last_sign_in_at",
    "updated_at",
    "search_text",
    "email_address",
    "email_addresses",
    "email_address_identification_status",
    "verified",
    "verification_status",
    "verification",
    "role",
    "user_id",
    "userId",
    "has_totp",
    "is_compromised",
]


@pytest.mark.security("G3", "J4")
@pytest.mark.parametrize("name", INNER)
async def test_what_may_not_be_written_is_refused_and_not_ignored(world, name):
    ann = await world.user("ann")
    answer = await world.patch(f"/users/{ann.id}", {"first_name": "A", name: True})
    assert answer.status_code == 422
    assert error_of(answer)["code"] == "form_param_unknown"
    assert await world.user("ann") == ann


@pytest.mark.security("G3", "J4")
@pytest.mark.parametrize("name", sorted({*INNER} - {
    "banned", "locked", "email_address", "email_address_identification_status",
}))  # fmt: skip
async def test_nothing_undeclared_is_written_at_the_making(world, name):
    answer = await world.post("/users", {"username": "good_name", name: True})
    assert answer.status_code == 422
    assert error_of(answer)["code"] == "form_param_unknown"


async def test_metadata_is_merged_and_replaced(world):
    ann = await world.user("ann", public_metadata={"plan": {"name": "free", "seats": 3}})
    path = f"/users/{ann.id}/metadata"
    merged = await world.patch(path, {"public_metadata": {"plan": {"seats": None, "trial": True}}})
    assert merged.json()["public_metadata"] == {"plan": {"name": "free", "trial": True}}
    replaced = await world.put(path, {"unsafe_metadata": {"a": 1}, "public_metadata": {}})
    assert replaced.json()["public_metadata"] == {}
    assert replaced.json()["unsafe_metadata"] == {"a": 1}
    assert (await world.put(path)).json()["unsafe_metadata"] == {"a": 1}


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_metadata_has_limits_and_a_form(world, method):
    ann = await world.user("ann")

    async def send(path, value):
        return await world.client.request(method, f"/v1{path}", json={"public_metadata": value})

    path = f"/users/{ann.id}/metadata"
    assert (await send(path, {"x": "y" * 600_000})).status_code == 413
    assert (await send(path, "text")).status_code == 422
    assert (await send(path, None)).status_code == 422
    assert (await send("/users/user_x/metadata", {})).status_code == 404


async def test_a_picture_is_set_and_taken_away(world):
    ann = await world.user("ann")
    path = f"/users/{ann.id}/profile_image"
    files = {"file": ("me.svg", picture(), "image/svg+xml")}
    first = (await world.client.post(f"/v1{path}", files=files)).json()
    assert first["has_image"]
    key = first["image_url"].partition("/images/files/")[2]
    assert (await world.platform.blobs.get(key)).content_type == "image/jpeg"
    second = (await world.client.post(f"/v1{path}", files=files)).json()
    assert second["image_url"] != first["image_url"]
    jobs = await world.sql("SELECT payload FROM jobs WHERE kind = 'images.forget'")
    assert {"key": key} in [job["payload"] for job in jobs]
    assert not (await world.delete(path)).json()["has_image"]
    again = await world.delete(path)
    assert (again.status_code, error_of(again)["code"]) == (404, "image_not_found")


async def test_what_is_no_picture_is_refused(world):
    ann = await world.user("ann")
    path = f"/v1/users/{ann.id}/profile_image"
    text = await world.client.post(path, files={"file": ("me.png", b"<svg/>", "image/png")})
    assert text.status_code == 422
    nothing = await world.client.post(path, files={"other": ("me.png", picture(), "image/png")})
    assert error_of(nothing)["meta"]["param_name"] == "file"
    nobody = await world.client.post(
        "/v1/users/user_x/profile_image", files={"file": ("me.png", picture(), "image/png")}
    )
    assert nobody.status_code == 404


@pytest.mark.parametrize(
    ("verb", "name", "value"),
    [
        ("ban", "banned", True),
        ("unban", "banned", False),
        ("lock", "locked", True),
        ("unlock", "locked", False),
    ],
)
async def test_a_restriction_is_answered_with_the_user(world, verb, name, value):
    ann = await world.user("ann", is_banned=not value, is_locked=not value)
    user = (await world.post(f"/users/{ann.id}/{verb}")).json()
    assert user[name] is value
    assert (user["lockout_expires_in_seconds"] is not None) is user["locked"]
    assert (await world.post(f"/users/user_x/{verb}")).status_code == 404


@pytest.mark.parametrize(("verb", "value"), [("ban", True), ("unban", False)])
async def test_several_are_restricted_at_once(world, verb, value):
    ids = [(await world.user(name, is_banned=not value)).id for name in ("ann", "ben")]
    answer = await world.post(f"/users/{verb}", {"user_ids": ids})
    assert [user["banned"] for user in answer.json()] == [value, value]
    unknown = await world.post(f"/users/{verb}", {"user_ids": [*ids, "user_x"]})
    assert unknown.status_code == 404
    none = await world.post(f"/users/{verb}", {"user_ids": []})
    assert (none.status_code, error_of(none)["meta"]["param_name"]) == (422, "user_ids")


async def test_a_deleted_user_is_answered_by_their_id(world):
    ann = await world.user("ann")
    answer = await world.delete(f"/users/{ann.id}")
    assert answer.json() == {"object": "user", "id": ann.id, "deleted": True}
    assert (await world.delete(f"/users/{ann.id}")).status_code == 404


async def test_a_password_is_verified_marked_and_removed(world):
    ann = await world.user("ann", password=RIGHT)
    path = f"/users/{ann.id}"
    right = await world.post(f"{path}/verify_password", {"password": RIGHT})
    assert right.json() == {"verified": True}
    wrong = await world.post(f"{path}/verify_password", {"password": "no"})
    assert (wrong.status_code, error_of(wrong)["code"]) == (422, "incorrect_password")
    marked = await world.post(f"{path}/password/set_compromised", {"revoke_all_sessions": None})
    assert marked.json()["password_enabled"]
    assert (await world.post(f"{path}/password/unset_compromised")).json()["password_enabled"]
    gone = await world.post(f"{path}/remove_password")
    assert not gone.json()["password_enabled"]
    for verb in ("verify_password", "password/set_compromised", "password/unset_compromised"):
        none = await world.post(f"{path}/{verb}", {"password": "x"} if "verify" in verb else {})
        assert (none.status_code, error_of(none)["code"]) == (400, "no_password_set")
    assert (await world.post("/users/user_x/remove_password")).status_code == 404


async def test_a_locked_user_is_told_so_at_the_right_password(world):
    ann = await world.user("ann", password=RIGHT, is_locked=True)
    answer = await world.post(f"/users/{ann.id}/verify_password", {"password": RIGHT})
    assert (answer.status_code, error_of(answer)["code"]) == (422, "user_locked")


@pytest.mark.security("A10")
async def test_beyond_the_queue_a_hash_is_refused_with_a_time_to_come_back(world, settings):
    full = WorkPool(1, waiting=0)
    await full.close()
    platform = dataclasses.replace(world.platform, work=full)
    app = create_app(settings, platform=platform, observe=observe)
    headers = {"authorization": f"Bearer {world.keys.secret_key}"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://api.test", headers=headers
    ) as client:
        answer = await client.post("/v1/users", json={"username": "ann_1", "password": RIGHT})
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) >= 1
        assert (await client.get("/v1/users")).json() == []
