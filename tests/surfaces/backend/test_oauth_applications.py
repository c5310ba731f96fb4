"""OAuth applications and their tokens in the Backend API."""

import pytest

from tests.cast import PICTURE
from tests.consenting import CALLBACK, Program, present


async def make(world, **fields):
    answer = await world.post("/oauth_applications", {"name": "Planner", **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def tokens_of(world, made):
    planner = Program(world, made["id"], made["client_id"], made["client_secret"])
    return await planner.tokens(await present(world, "ann"))


async def test_an_application_is_made_listed_changed_and_deleted(world):
    made = await make(world, callback_url=CALLBACK, pkce_required=True, scopes="email")
    assert made["client_secret"].startswith("ocs_")
    assert (made["callback_url"], made["redirect_uris"]) == (CALLBACK, [CALLBACK])
    assert (made["scopes"], made["pkce_required"], made["public"]) == ("email", True, False)
    issuer = made["discovery_url"].removesuffix("/.well-known/openid-configuration")
    assert made["authorize_url"] == issuer + "/oauth/authorize"
    path = f"/oauth_applications/{made['id']}"
    listed = (await world.get("/oauth_applications", params={"order_by": "-name"})).json()
    assert (listed["total_count"], listed["data"][0]["id"]) == (1, made["id"])
    assert "client_secret" not in listed["data"][0]
    changed = (await world.patch(path, {"name": "Plans", "public": None})).json()
    assert (changed["name"], changed["public"]) == ("Plans", False)
    assert (await world.get(path)).json() == changed
    rotated = (await world.post(path + "/rotate_secret")).json()
    assert rotated["client_secret"] not in ("", made["client_secret"])
    gone = (await world.delete(path)).json()
    assert gone == {"object": "oauth_application", "id": made["id"], "deleted": True}
    for answer in (await world.get(path), await world.post(path + "/rotate_secret")):
        assert answer.status_code == 404


async def test_a_public_one_has_no_secret(world):
    made = await make(world, public=True)
    assert (made["client_secret"], made["pkce_required"]) == ("", True)
    answer = await world.post(f"/oauth_applications/{made['id']}/rotate_secret")
    assert answer.status_code == 403


async def test_a_logo_is_shown(world):
    made = await make(world)
    path = f"/oauth_applications/{made['id']}/logo"
    answer = await world.put(path, None, files={"file": ("logo.png", PICTURE, "image/png")})
    url = answer.json()["client_image_url"]
    assert "/images/files/oauth_applications/" in url
    place = url.partition("/images/")[2]
    assert (await world.client.get(f"/images/{place}")).status_code == 200
    answer = await world.put(path, None, files={"file": ("x.png", b"no", "image/png")})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"name": 1}, 422),
        ({"name": "x", "redirect_uris": "https://a.test/"}, 422),
        ({"name": "x", "redirect_uris": ["http://a.test/"]}, 422),
        ({"name": "x", "scopes": "admin"}, 422),
        ({"name": "x", "unknown": 1}, 422),
    ],
)
async def test_what_makes_no_application_is_refused(world, body, status):
    assert (await world.post("/oauth_applications", body)).status_code == status


async def test_a_token_is_verified_under_both_mounts_and_both_names(world):
    made = await make(world, callback_url=CALLBACK)
    tokens = await tokens_of(world, made)
    path = "/oauth_applications/access_tokens/verify"
    for mount in ("/v1", ""):
        for name in ("access_token", "secret"):
            answer = await world.client.post(mount + path, json={name: tokens.access_token})
            found = answer.json()
            assert found["object"] == "clerk_idp_oauth_access_token"
            assert (found["client_id"], found["subject"]) == (
                made["client_id"],
                world.people["ann"],
            )
            assert (found["revoked"], found["expired"]) == (False, False)
    for body, status in (
        ({"access_token": "oat_unknown"}, 404),
        ({"access_token": ""}, 404),
        ({"access_token": "x" * 20_000}, 404),
        ({"access_token": tokens.refresh_token}, 404),
        ({}, 422),
        ({"access_token": "x", "secret": "x"}, 422),
    ):
        assert (await world.post(path, body)).status_code == status
    anonymous = {"authorization": ""}
    answer = await world.post(path, {"access_token": tokens.access_token}, headers=anonymous)
    assert answer.status_code == 401


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
async def test_a_token_is_revoked_by_either_of_both(world, which):
    made, other = await make(world, callback_url=CALLBACK), await make(world)
    tokens = await tokens_of(world, made)
    body = {"token": getattr(tokens, which)}
    answer = await world.post(f"/oauth_applications/{other['id']}/revoke_token", body)
    assert answer.status_code == 404
    path = f"/oauth_applications/{made['id']}/revoke_token"
    for _ in range(2):
        answer = await world.post(path, body)
        assert (answer.status_code, answer.content) == (204, b"")
    verified = await world.post(
        "/oauth_applications/access_tokens/verify", {"access_token": tokens.access_token}
    )
    assert verified.status_code == 404
    assert (await world.post(path, {"token": "x"})).status_code == 404


async def test_a_signed_token_is_not_revoked_by_itself(world):
    await world.configure(oauth_jwt_access_tokens=True)
    made = await make(world, callback_url=CALLBACK)
    tokens = await tokens_of(world, made)
    path = f"/oauth_applications/{made['id']}/revoke_token"
    assert (await world.post(path, {"token": tokens.access_token})).status_code == 400
    assert (await world.post(path, {"token": tokens.refresh_token})).status_code == 204
