"""The same story through every door leaves the same rows."""

from typing import Any

import pytest

ORGANIZATION_TABLES = ("organizations", "memberships")
VOLATILE = {"id", "instance_id", "number", "created_at", "updated_at"}
"""What differs from one telling to the next."""
OF_ONE_DOOR = {"claimed_name"}
"""What one door alone keeps: that nobody else there has this name."""


async def through_backend(world):
    """An app's server tells the story."""
    ann, ben, cid = [world.people[name] for name in ("ann", "ben", "cid")]
    made = await world.post("/organizations", {"name": "Acme", "created_by": ann})
    path = f"/organizations/{made.json()['id']}"
    await joined(world, path, ben, cid)
    assert (await world.patch(f"{path}/memberships/{ben}", {"role": "org:manager"})).is_success
    assert (await world.patch(f"{path}/memberships/{ann}", {"role": "org:admin"})).is_success
    assert (await world.patch(path, {"name": "Brick"})).is_success
    assert (await world.delete(f"{path}/memberships/{cid}")).is_success
    refused = await world.delete(f"{path}/memberships/{ann}")
    assert refused.status_code == 422


async def through_rpc(world):
    """Ann tells the story, through a connector."""
    ann, ben, cid = [world.people[name] for name in ("ann", "ben", "cid")]
    made = await world.rpc("ann", "/create", {"name": "Acme"})
    one = {"organizationId": made.json()["organization"]["id"]}
    # Nobody is added without being asked here; the app's server adds them, as above.
    await joined(world, f"/organizations/{one['organizationId']}", ben, cid)

    async def ask(path, **body):
        return await world.rpc("ann", path, {**one, **body})

    assert (await ask("/members/set-role", userId=ben, role="admin")).is_success
    assert (await ask("/members/set-role", userId=ann, role="owner")).is_success
    assert (await ask("/update", name="Brick")).is_success
    assert (await ask("/members/remove", userId=cid)).is_success
    assert (await ask("/members/remove", userId=ann)).status_code == 409


async def through_odata(world):
    """Ann tells the story in numbers."""
    people = {name: (await world.user(name)).number for name in ("ann", "ben", "cid")}

    async def ask(method, path, body=None):
        headers = {"charter-acting-user": world.people["ann"]}
        return await world.client.request(
            method, "/odata/api/accounts" + path, json=body, headers=headers
        )

    made = await ask("POST", "", {"name": "Acme"})
    one = f"/{made.json()['id']}"
    for name in ("ben", "cid"):
        assert (await ask("POST", f"{one}/users/{people[name]}", {"roles": ["user"]})).is_success
    assert (await ask("PUT", f"{one}/users/{people['ben']}", {"roles": ["admin"]})).is_success
    assert (await ask("PUT", f"{one}/users/{people['ann']}", {"roles": ["admin"]})).is_success
    assert (await ask("PUT", one, {"name": "Brick"})).is_success
    assert (await ask("DELETE", f"{one}/users/{people['cid']}")).is_success
    assert (await ask("DELETE", f"{one}/users/{people['ann']}")).status_code == 409


async def joined(world, path, *people):
    for each in people:
        body = {"user_id": each, "role": "org:member"}
        assert (await world.post(f"{path}/memberships", body)).is_success


async def rows_of(world) -> dict[str, list[dict[str, Any]]]:
    """The rows that a story left, with names for ids."""
    names = {value: name for name, value in world.people.items()}
    for table in ("organizations", "roles", "role_sets"):
        label = "name" if table == "organizations" else "key"
        for row in await world.sql(
            f"SELECT id, {label} AS label FROM {table} WHERE instance_id = $1", world.instance_id
        ):
            names[row["id"]] = row["label"]
    found = {}
    for table in ORGANIZATION_TABLES:
        rows = await world.sql(
            f"SELECT * FROM {table} WHERE instance_id = $1 ORDER BY created_at, id",
            world.instance_id,
        )
        found[table] = [
            {
                name: names.get(value, value) if isinstance(value, str) else value
                for name, value in row.items()
                if name not in VOLATILE | OF_ONE_DOOR
            }
            for row in rows
        ]
    events = await world.events()
    found["events"] = [
        {"name": row["name"], "subject": names.get(row["subject_id"])}
        for row in events
        if row["name"].startswith("organization")
    ]
    return found


@pytest.mark.parametrize("through", [through_rpc, through_odata])
async def test_the_story_of_an_organization_leaves_the_same_rows_through_each_door(
    world, other_world, through
):
    for each in (world, other_world):
        for name in ("ann", "ben", "cid"):
            await each.user(name)
    await through_backend(world)
    await through(other_world)
    told = await rows_of(world)
    assert told == await rows_of(other_world)
    assert [row["role_id"] for row in told["memberships"]] == ["org:admin", "org:manager"]
    assert told["organizations"][0]["search_text"] == "brick\nacme"
