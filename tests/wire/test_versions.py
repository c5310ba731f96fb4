"""Versions: an update that names a version fails when somebody was faster."""

import asyncio

import pytest

from charter.kernel.operation import version

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


@pytest.mark.parametrize("noun", ["memberships", "membership", "role_sets", "roles", "permissions"])
async def test_every_change_of_what_has_a_version_honours_it(world, noun):
    acme = await world.organization(owner=["ann", "olga"])
    path, body = {
        "memberships": (f"/organizations/{acme.id}/memberships/{world.people['olga']}", None),
        "membership": (
            f"/organizations/{acme.id}/memberships/{world.people['olga']}",
            {"role": "org:member"},
        ),
        "role_sets": ("/role_sets/role_set:default", {"name": "Mine"}),
        "roles": (f"/organization_roles/{await made(world, 'roles')}", {"name": "Mine"}),
        "permissions": (
            f"/organization_permissions/{await made(world, 'permissions')}",
            {"name": "Mine"},
        ),
    }[noun]
    method = "PATCH" if body else "DELETE"
    stale = await world.client.request(method, "/v1" + path, json=body, headers={"if-match": '"0"'})
    assert stale.status_code == 412, stale.text
    current = {"if-match": await version_of(world, noun, acme)}
    done = await world.client.request(method, "/v1" + path, json=body, headers=current)
    assert done.status_code == 200, done.text


async def made(world, noun):
    body = {"key": "org:x" if noun == "roles" else "org:x:y", "name": "X", "description": "x"}
    return (await world.post(f"/organization_{noun}", body)).json()["id"]


async def version_of(world, noun, acme):
    """The version of the row that a change is about, straight from its table."""
    conditions = {
        "memberships": f"organization_id = '{acme.id}' AND user_id = '{world.people['olga']}'",
        "role_sets": "type = 'initial'",
        "roles": "key = 'org:x'",
        "permissions": "key = 'org:x:y'",
    }
    table = "memberships" if noun == "membership" else noun
    (row,) = await world.sql(
        f"SELECT updated_at FROM {table} WHERE instance_id = $1 AND {conditions[table]}",
        world.instance_id,
    )
    return version(row["updated_at"])


async def test_a_call_that_compares_no_version_refuses_one_and_does_nothing(world):
    answer = await world.post("/organizations", {"name": "Acme"}, headers={"if-match": '"0"'})
    assert answer.status_code == 412
    assert answer.json()["errors"][0]["code"] == "version_not_compared"
    assert (await world.get("/organizations")).json()["total_count"] == 0
