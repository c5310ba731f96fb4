"""Pictures: drawn for those who have none, and uploaded ones under keys that never change."""

import dataclasses

import httpx
import pytest

from charter.kernel.ids import new_id
from charter.outside.blobs import BlobsAway
from charter.server import create_app

KEY = "users/user_1/0f.png"


async def test_the_initials_of_a_user_are_drawn(world, http):
    user = await world.user("ann", first_name="Ann", last_name="Bell")
    answer = await http.get(f"/images/users/{world.instance_id}/{user.id}.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert ">AB</text>" in answer.text


async def test_pages_of_every_app_may_show_a_picture(world, http):
    user = await world.user("ann", first_name="Ann", last_name="Bell")
    answer = await http.get(f"/images/users/{world.instance_id}/{user.id}.svg")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


async def test_the_initials_of_an_organization_are_drawn(world, http):
    acme = await world.organization(name="rocket works inc")
    answer = await http.get(f"/images/organizations/{world.instance_id}/{acme.id}.svg")
    assert ">RW</text>" in answer.text


@pytest.mark.security("G1")
async def test_a_picture_does_not_tell_who_exists(world, other_world, http):
    user = await world.user("ann", first_name="Ann")
    foreign = await http.get(f"/images/users/{other_world.instance_id}/{user.id}.svg")
    unknown = await http.get(f"/images/users/{world.instance_id}/{new_id('user_')}.svg")
    for answer in (foreign, unknown):
        assert answer.status_code == 200
        assert "<text" not in answer.text


async def test_the_address_that_the_api_gives_leads_to_the_picture(world, http):
    user = await world.user("ann", first_name="Ann")
    url = (await world.get(f"/users/{user.id}")).json()["image_url"]
    answer = await http.get(url.removeprefix("http://auth.test"))
    assert ">A</text>" in answer.text


@pytest.mark.parametrize("path", ["users/x/user_y.svg", "users/%00/%00.svg", "cats/a/b.svg"])
async def test_an_id_that_can_be_none_has_no_picture(http, path):
    assert (await http.get(f"/images/{path}")).status_code == 404


@pytest.mark.security("K3")
async def test_an_uploaded_picture_is_served_harmless_and_for_long(world, http):
    await world.platform.blobs.put(KEY, b"png", "image/png")
    answer = await http.get(f"/images/files/{KEY}")
    assert (answer.content, answer.headers["content-type"]) == (b"png", "image/png")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


@pytest.mark.parametrize(
    "key",
    [
        "users/none.png",
        "users/../exports/a.png",
        "users/%2e%2e/a.png",
        "/users/a.png",
        "users/a.unknown",
        "users/%00.png",
    ],
)
async def test_what_is_not_there_is_not_found(http, key):
    assert (await http.get(f"/images/files/{key}")).status_code == 404


async def test_other_files_of_the_store_are_nobodys_business(world, http):
    for key, kind in (("exports/a.png", "image/png"), ("users/a.csv", "text/csv")):
        await world.platform.blobs.put(key, b"secret", kind)
        assert (await http.get(f"/images/files/{key}")).status_code == 404


async def test_a_store_that_is_away_is_said_to_be(settings, platform):
    class Away:
        async def get(self, key):
            raise BlobsAway

    app = create_app(settings, platform=dataclasses.replace(platform, blobs=Away()))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        answer = await client.get(f"/images/files/{KEY}")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
