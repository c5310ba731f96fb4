"""Members on the wire of the Organizations RPC."""

import pytest

from charter.core.vocabulary import TOKEN_PERMISSIONS
from charter.kernel.secrets import digest


def code(answer):
    return answer.status_code, answer.json()["error"]


async def cast(world):
    """Acme with two owners, a manager as admin, a member and a viewer; and a stranger."""
    acme = await world.organization("Acme", owner=["ann", "olga"])
    for name, role in (("max", "org:manager"), ("mia", "org:member"), ("vic", "org:viewer")):
        await world.member(acme, name, role)
    await world.user("zoe")
    return acme


async def token_of(world, acme):
    """A client that holds a token of the organization, straight in its table."""
    await world.sql(
        "INSERT INTO organization_tokens (instance_id, id, organization_id, key, name, environment,"
        " permissions, digest, sealed_secret, last_four, created_at)"
        " VALUES ($1, $2, $3, $2, 'Test', 'test', $4, $5, $6, 'cret', now())",
        world.instance_id,
        f"key_{acme.id}",
        acme.id,
        sorted(TOKEN_PERMISSIONS),
        digest("secret"),
        b"",
    )
    return {"authorization": f"Bearer key_{acme.id}:secret"}


async def ask(world, token, path, body):
    return await world.client.post("/rpc/v1/organizations" + path, json=body, headers=token)


async def test_members_are_listed_the_longest_first(world):
    acme = await cast(world)
    answer = await world.rpc("mia", "/members/list", {"organizationId": acme.id})
    assert answer.status_code == 200, answer.text
    members = answer.json()["members"]
    assert [each["role"] for each in members] == ["owner", "owner", "admin", "member", "viewer"]
    assert set(members[0]) == {"userId", "role", "email", "name", "joinedAt"}
    assert members[0]["email"] == "ann@example.com"


async def test_viewers_and_strangers_do_not_list_members(world):
    acme = await cast(world)
    body = {"organizationId": acme.id}
    assert code(await world.rpc("vic", "/members/list", body)) == (403, "forbidden")
    assert code(await world.rpc("zoe", "/members/list", body)) == (404, "organization_not_found")


@pytest.mark.parametrize(
    ("who", "whom", "role", "answer"),
    [
        ("ann", "mia", "admin", (200, None)),
        ("max", "mia", "viewer", (200, None)),
        ("ann", "ann", "owner", (200, None)),
        ("max", "mia", "owner", (403, "forbidden")),
        ("max", "ann", "member", (403, "forbidden")),
        ("mia", "vic", "member", (403, "forbidden")),
        ("zoe", "mia", "viewer", (404, "organization_not_found")),
        ("ann", "zoe", "viewer", (404, "member_not_found")),
        ("ann", "mia", "emperor", (400, "invalid_input")),
        ("ann", "mia", "org:admin", (400, "invalid_input")),
    ],
)
async def test_roles_are_set_within_reach(world, who, whom, role, answer):
    acme = await cast(world)
    body = {"organizationId": acme.id, "userId": world.people[whom], "role": role}
    given = await world.rpc(who, "/members/set-role", body)
    assert (given.status_code, given.json().get("error")) == answer
    if given.status_code == 200:
        assert given.json() == {"ok": True}


async def test_the_last_owner_is_a_conflict(world):
    acme = await world.organization("Acme", owner="ann")
    body = {"organizationId": acme.id, "userId": world.people["ann"]}
    demoted = await world.rpc("ann", "/members/set-role", {**body, "role": "member"})
    assert code(demoted) == (409, "last_owner")
    assert code(await world.rpc("ann", "/members/remove", body)) == (409, "last_owner")


async def test_removing_a_member_twice_succeeds(world):
    acme = await cast(world)
    body = {"organizationId": acme.id, "userId": world.people["mia"]}
    for _ in range(2):
        answer = await world.rpc("max", "/members/remove", body)
        assert (answer.status_code, answer.json()) == (200, {"ok": True})


async def test_removing_is_refused_to_members_and_hidden_from_strangers(world):
    acme = await cast(world)
    body = {"organizationId": acme.id, "userId": world.people["vic"]}
    assert code(await world.rpc("mia", "/members/remove", body)) == (403, "forbidden")
    assert code(await world.rpc("zoe", "/members/remove", body)) == (404, "organization_not_found")
    own = {"organizationId": acme.id, "userId": world.people["zoe"]}
    assert code(await world.rpc("zoe", "/members/remove", own)) == (404, "organization_not_found")


async def test_a_token_of_an_organization_need_not_name_it(world):
    acme = await cast(world)
    other = await world.organization("Other", owner="ann")
    token = await token_of(world, acme)
    listed = await ask(world, token, "/members/list", {})
    assert len(listed.json()["members"]) == 5
    assert (await ask(world, token, "/get", {})).json()["organization"]["id"] == acme.id
    assert (await ask(world, token, "/update", {"name": "Brick"})).json() == {"ok": True}
    mia = {"userId": world.people["mia"]}
    assert (await ask(world, token, "/members/remove", mia)).json() == {"ok": True}
    named = await ask(world, token, "/get", {"organizationId": other.id})
    assert code(named) == (404, "organization_not_found")
    assert code(await ask(world, token, "/create", {"name": "X"})) == (401, "unauthorized")


@pytest.mark.security("G6")
async def test_a_token_does_not_touch_owners_and_ends_with_its_organizations_activity(world):
    acme = await cast(world)
    token = await token_of(world, acme)
    ann = {"userId": world.people["ann"]}
    assert code(await ask(world, token, "/members/remove", ann)) == (403, "forbidden")
    await world.sql("UPDATE organizations SET status = 'suspended' WHERE id = $1", acme.id)
    assert code(await ask(world, token, "/get", {})) == (401, "unauthorized")
