"""Versions: an update that names a version fails when somebody was faster."""

import asyncio

import pytest

pytestmark = pytest.mark.security("O2")


async def test_the_answer_names_its_version(world):
    ann = await world.user("ann")
    read = await world.get(f"/users/{ann.id}")
    assert read.headers["etag"].startswith('"')


async def test_an_update_of_the_current_version_succeeds_and_gives_a_new_one(world):
    ann = await world.user("ann")
    read = await world.get(f"/users/{ann.id}")
    headers = {"if-match": read.headers["etag"]}
    written = await world.patch(f"/users/{ann.id}", {"first_name": "Ann"}, headers=headers)
    assert written.status_code == 200
    assert written.headers["etag"] != read.headers["etag"]


async def test_an_update_of_an_older_version_changes_nothing(world):
    ann = await world.user("ann")
    read = await world.get(f"/users/{ann.id}")
    headers = {"if-match": read.headers["etag"]}
    await world.patch(f"/users/{ann.id}", {"first_name": "Ann"})
    late = await world.patch(f"/users/{ann.id}", {"first_name": "Lost"}, headers=headers)
    assert late.status_code == 412
    assert late.json()["errors"][0]["code"] == "version_conflict"
    assert (await world.get(f"/users/{ann.id}")).json()["first_name"] == "Ann"


@pytest.mark.parametrize("noun", ["users", "organizations"])
async def test_of_two_writers_at_once_one_is_told(world, noun):
    made = await (world.user("ann") if noun == "users" else world.organization())
    field = "first_name" if noun == "users" else "name"
    read = await world.get(f"/{noun}/{made.id}")
    headers = {"if-match": read.headers["etag"]}
    answers = await asyncio.gather(
        *(world.patch(f"/{noun}/{made.id}", {field: f"W{n}"}, headers=headers) for n in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]
