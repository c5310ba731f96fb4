"""The users of an account on the wire of the OData door."""

import asyncio

import pytest

from tests.surfaces.odata.asking import refused


@pytest.fixture
async def acme(ann):
    return await ann.account("Acme")


@pytest.fixture
async def number_of(world):
    async def of(name):
        return (await world.user(name)).number

    return of


async def roles_in(world, account, name):
    """The keys of the roles of somebody, the primary one first; nothing for strangers."""
    rows = await world.sql(
        """
        SELECT r.key, ARRAY(
            SELECT f.key FROM membership_roles x
            JOIN roles f ON f.instance_id = x.instance_id AND f.id = x.role_id
            WHERE x.instance_id = m.instance_id AND x.membership_id = m.id ORDER BY f.key
        ) AS further
        FROM memberships m
        JOIN organizations o ON o.instance_id = m.instance_id AND o.id = m.organization_id
        JOIN roles r ON r.instance_id = m.instance_id AND r.id = m.role_id
        WHERE o.number = $1 AND m.user_id = $2
        """,
        account,
        world.people[name],
    )
    return [row["key"] for row in rows] + [key for row in rows for key in row["further"]]


async def test_a_user_is_attached_with_several_roles_at_once(world, ann, acme, number_of):
    ben = await number_of("ben")
    answer = await ann.post(f"/accounts/{acme}/users/{ben}", roles=["user", "viewer"])
    assert (answer.status_code, answer.json()["success"]) == (200, True)
    assert await roles_in(world, acme, "ben") == ["org:member", "org:viewer"]
    again = await ann.post(f"/accounts/{acme}/users/{ben}", roles=["viewer"])
    assert refused(again) == (409, "USER_ALREADY_IN_ACCOUNT")
    nobody = await ann.post(f"/accounts/{acme}/users/999999999", roles=["viewer"])
    assert refused(nobody) == (404, "USER_NOT_FOUND")


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        ([], (400, "VALIDATION_ERROR")),
        (["user", "user"], (400, "VALIDATION_ERROR")),
        (["user"] * 30, (400, "VALIDATION_ERROR")),
        (["nothing"], (404, "ROLE_NOT_FOUND")),
        ([""], (404, "ROLE_NOT_FOUND")),
    ],
)
async def test_roles_that_are_none_are_refused(world, ann, number_of, roles, code):
    acme = await ann.account("Acme")
    ben = await number_of("ben")
    answer = await ann.post(f"/accounts/{acme}/users/{ben}", roles=roles)
    assert refused(answer) == code
    body = {"email": "nina@example.com", "roles": roles}
    assert refused(await ann.post(f"/accounts/{acme}/users", **body)) == code
    assert await roles_in(world, acme, "ben") == []


async def test_roles_are_replaced_as_a_whole(world, ann, acme, number_of):
    ben = await number_of("ben")
    await ann.post(f"/accounts/{acme}/users/{ben}", roles=["user", "viewer"])
    assert (await ann.put(f"/accounts/{acme}/users/{ben}", roles=["admin"])).is_success
    assert await roles_in(world, acme, "ben") == ["org:manager"]


async def test_a_disabled_user_is_a_stranger_until_they_are_enabled(
    world, ann, acme, number_of, as_person
):
    ben = await as_person("ben")
    one = f"/accounts/{acme}/users/{await number_of('ben')}"
    await ann.post(one, roles=["user", "viewer"])
    assert (await ann.put(one, status="disabled")).is_success
    assert refused(await ben.get(f"/accounts/{acme}")) == (404, "ACCOUNT_NOT_FOUND")
    assert refused(await ann.post(one, roles=["user"])) == (409, "USER_ALREADY_IN_ACCOUNT")
    assert (await ann.put(one, roles=["viewer", "admin"])).is_success
    assert await roles_in(world, acme, "ben") == []
    assert (await ann.put(one, status="active")).is_success
    assert await roles_in(world, acme, "ben") == ["org:viewer", "org:manager"]
    assert (await ann.put(one, status="disabled")).is_success
    assert (await ann.put(one, status="active", roles=["viewer"])).is_success
    assert await roles_in(world, acme, "ben") == ["org:viewer"]
    assert refused(await ann.put(one, status="asleep")) == (400, "VALIDATION_ERROR")


async def test_an_account_keeps_its_owner(world, ann, acme, number_of):
    own = f"/accounts/{acme}/users/{await number_of('ann')}"
    assert refused(await ann.put(own, roles=["viewer"])) == (409, "LAST_OWNER")
    assert refused(await ann.put(own, status="disabled")) == (403, "OWN_MEMBERSHIP")
    assert refused(await ann.put(own, roles=["user"])) == (409, "LAST_OWNER")
    assert refused(await ann.delete(own)) == (409, "LAST_OWNER")
    assert (await ann.put(own, roles=["admin"])).is_success
    assert await roles_in(world, acme, "ann") == ["org:admin"]


async def test_a_user_is_detached(world, ann, acme, number_of):
    one = f"/accounts/{acme}/users/{await number_of('ben')}"
    await ann.post(one, roles=["user"])
    assert (await ann.delete(one)).json()["success"] is True
    assert await roles_in(world, acme, "ben") == []
    assert refused(await ann.delete(one)) == (404, "USER_NOT_IN_ACCOUNT")


async def test_somebody_new_is_made_a_user_and_asked_to_join(world, ann, acme):
    body = {"email": "nina@example.com", "firstName": "Nina", "lastName": "Ray", "roles": ["admin"]}
    made = await ann.post(f"/accounts/{acme}/users", **body)
    assert made.status_code == 201, made.text
    assert made.json() | {"id": 0, "createdAt": ""} == {
        "id": 0,
        "email": "nina@example.com",
        "accountId": acme,
        "roles": ["admin"],
        "createdAt": "",
    }
    assert refused(await ann.post(f"/accounts/{acme}/users", **body)) == (
        409,
        "USER_ALREADY_IN_ACCOUNT",
    )
    users = await world.sql(
        "SELECT first_name FROM users WHERE number = $1 AND instance_id = $2",
        made.json()["id"],
        world.instance_id,
    )
    assert [row["first_name"] for row in users] == ["Nina"]


async def test_an_invitation_is_mailed_again_while_it_waits(world, ann, acme, number_of):
    body = {"email": "nina@example.com", "roles": ["user"]}
    nina = (await ann.post(f"/accounts/{acme}/users", **body)).json()["id"]
    path = f"/accounts/{acme}/users/{nina}/invite"
    too_soon = await ann.ask("PUT", path)
    assert refused(too_soon) == (429, "RATE_LIMITED")
    assert 0 < int(too_soon.headers["retry-after"]) <= 60
    aged = "UPDATE grants SET created_at = created_at - interval '1 hour' WHERE instance_id = $1"
    await world.sql(aged, world.instance_id)
    again = await ann.ask("PUT", path)
    assert (again.status_code, again.json()["success"]) == (200, True)
    ben = await number_of("ben")
    answer = await ann.ask("PUT", f"/accounts/{acme}/users/{ben}/invite")
    assert refused(answer) == (404, "USER_NOT_IN_ACCOUNT")
    await ann.post(f"/accounts/{acme}/users/{ben}", roles=["user"])
    answer = await ann.ask("PUT", f"/accounts/{acme}/users/{ben}/invite")
    assert refused(answer) == (409, "INVITATION_NOT_PENDING")


async def test_only_who_manages_the_account_changes_its_users(ann, acme, zoe, as_person, number_of):
    vic = await as_person("vic")
    one = f"/accounts/{acme}/users/{await number_of('vic')}"
    await ann.post(one, roles=["viewer", "user"])
    calls = [
        ("POST", f"/accounts/{acme}/users", {"email": "x@example.com", "roles": ["user"]}),
        ("POST", f"/accounts/{acme}/users/{await number_of('zoe')}", {"roles": ["user"]}),
        ("PUT", one, {"roles": ["admin"]}),
        ("PUT", f"{one}/invite", None),
        ("DELETE", f"/accounts/{acme}/users/{await number_of('ann')}", None),
    ]
    for method, path, body in calls:
        assert refused(await zoe.ask(method, path, json=body)) == (404, "ACCOUNT_NOT_FOUND")
        assert refused(await vic.ask(method, path, json=body)) == (403, "UNAUTHORIZED")


async def test_of_two_who_set_the_roles_of_one_user_at_once_one_comes_last(
    world, ann, acme, number_of
):
    one = f"/accounts/{acme}/users/{await number_of('ben')}"
    await ann.post(one, roles=["user"])
    several = [["viewer", "user"], ["admin"], ["viewer"], ["user", "admin"]]
    answers = await asyncio.gather(*(ann.put(one, roles=roles) for roles in several))
    assert all(answer.is_success for answer in answers)
    found = await roles_in(world, acme, "ben")
    keys = {"user": "org:member", "admin": "org:manager", "viewer": "org:viewer"}
    assert sorted(found) in [sorted(keys[role] for role in roles) for roles in several]


async def test_the_users_of_an_account_are_listed_with_roles_and_status(
    ann, acme, zoe, as_person, number_of
):
    await as_person("vic")
    for name, roles in (("ben", ["user", "viewer"]), ("vic", ["viewer"])):
        await ann.post(f"/accounts/{acme}/users/{await number_of(name)}", roles=roles)
    await ann.put(f"/accounts/{acme}/users/{await number_of('ben')}", status="disabled")
    listed = await ann.get(f"/accounts/{acme}/users", orderby="email")
    assert listed.json()["count"] == 3
    assert [
        (row["id"], row["email"], row["roles"], row["status"]) for row in listed.json()["value"]
    ] == [
        (await number_of("ann"), "ann@example.com", ["admin"], "active"),
        (await number_of("ben"), "ben@example.com", ["user", "viewer"], "disabled"),
        (await number_of("vic"), "vic@example.com", ["viewer"], "active"),
    ]
    resting = await ann.get(
        f"/accounts/{acme}/users", filter="status eq 'disabled'", select="email"
    )
    assert resting.json() == {"value": [{"email": "ben@example.com"}], "count": 1}
    assert refused(await zoe.get(f"/accounts/{acme}/users")) == (404, "ACCOUNT_NOT_FOUND")
    vic = await as_person("vic")
    assert refused(await vic.get(f"/accounts/{acme}/users")) == (403, "UNAUTHORIZED")


async def test_nobody_gives_a_role_above_their_own(world, ann, acme, as_person, number_of):
    max_ = await as_person("max")
    await ann.post(f"/accounts/{acme}/users/{await number_of('max')}", roles=["admin"])
    one = f"/accounts/{acme}/users/{await number_of('ben')}"
    assert refused(await max_.post(one, roles=["org:admin"])) == (403, "UNAUTHORIZED")
    assert refused(await max_.post(one, roles=["user", "org:admin"])) == (403, "UNAUTHORIZED")
    assert (await max_.post(one, roles=["user"])).is_success
    assert refused(await max_.put(one, roles=["org:admin"])) == (403, "UNAUTHORIZED")
    assert await roles_in(world, acme, "ben") == ["org:member"]


async def test_nobody_is_enabled_in_an_account_that_rests(ann, acme, as_person, number_of):
    server = await as_person()
    one = f"/accounts/{acme}/users/{await number_of('ben')}"
    await ann.post(one, roles=["user"])
    assert (await ann.put(one, status="disabled")).is_success
    assert (await server.put(f"/accounts/{acme}", status="suspended")).is_success
    assert refused(await server.put(one, status="active")) == (403, "ORGANIZATION_INACTIVE")


async def test_of_two_owners_who_demote_each_other_at_once_one_stays(
    world, ann, acme, as_person, number_of
):
    ben = await as_person("ben")
    await ann.post(f"/accounts/{acme}/users/{await number_of('ben')}", roles=["org:admin"])
    for _ in range(5):
        answers = await asyncio.gather(
            ann.put(f"/accounts/{acme}/users/{await number_of('ben')}", roles=["viewer"]),
            ben.put(f"/accounts/{acme}/users/{await number_of('ann')}", roles=["viewer"]),
        )
        assert sorted(answer.is_success for answer in answers) == [False, True]
        held = [await roles_in(world, acme, name) for name in ("ann", "ben")]
        assert sorted(held) == [["org:admin"], ["org:viewer"]]
        winner, loser = (ann, "ben") if answers[0].is_success else (ben, "ann")
        again = f"/accounts/{acme}/users/{await number_of(loser)}"
        assert (await winner.put(again, roles=["org:admin"])).is_success
