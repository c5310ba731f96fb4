"""Lists of users on the wire of the Backend API."""

import pytest

from charter.kernel.ids import new_id


@pytest.fixture
async def people(world):
    """Ann, Ben and Cat, made in that order, a day apart."""
    await world.user(
        "ann",
        first_name="Ann",
        last_name="Archer",
        username="ann_archer",
        external_id="ext-a",
        phone_numbers=["+15555550101"],
        web3_wallets=["0x" + "aa" * 20],
    )
    await world.user("ben", first_name="Ben", last_name="Archer", is_banned=True)
    await world.user("cat", email=None, username="Cat_99")
    for day, name in enumerate(("ann", "ben", "cat"), 1):
        await world.sql(
            "UPDATE users SET created_at = timestamptz '2030-01-01' + $2 * interval '1 day',"
            " last_active_at = timestamptz '2031-01-01' + $2 * interval '1 day',"
            " last_sign_in_at = timestamptz '2032-01-01' + $2 * interval '1 day' WHERE id = $1",
            world.people[name],
            day,
        )
    for name, provider, there in ACCOUNTS:
        await world.sql(
            "INSERT INTO external_accounts (instance_id, id, user_id, identification_id, provider,"
            " issuer, provider_user_id, status, created_at, updated_at)"
            " VALUES ($1, $2, $3, $2, $4, 'https://x.test', $5, 'verified', now(), now())",
            world.instance_id,
            new_id("eac_"),
            world.people[name],
            provider,
            there,
        )
    return {user_id: name for name, user_id in world.people.items()}


def millis(text):
    from datetime import datetime

    return int(datetime.fromisoformat(text + "T00:00:00+00:00").timestamp() * 1000)


ANN, BEN, CAT = ["ann"], ["ben"], ["cat"]
ACCOUNTS = (
    ("ann", "oauth_google", "1"),
    ("ann", "oauth_github", "2"),
    ("ben", "oauth_google", "2"),
)
FILTERS = [
    ("", ["cat", "ben", "ann"]),
    ("email_address=ANN@example.com&email_address=nobody@x.com", ANN),
    ("email_address=nonsense", []),
    ("phone_number=%2B1 555 555 0101", ANN),
    ("external_id=ext-a", ANN),
    ("external_id=-ext-a", ["cat", "ben"]),
    ("username=CAT_99", CAT),
    ("web3_wallet=0x" + "AA" * 20, ANN),
    ("user_id={ann}&user_id=%2B{ben}", ["ben", "ann"]),
    ("user_id=-{ann}", ["cat", "ben"]),
    ("query=archer", ["ben", "ann"]),
    ("query=Ann Archer", ANN),
    ("query={cat}", CAT),
    ("query=5550101", ANN),
    ("query=a_n", []),
    ("query=_9", CAT),
    ("email_address_query=BEN@EX", BEN),
    ("email_address_query=cat", []),
    ("phone_number_query=0101", ANN),
    ("username_query=ARCH", ANN),
    ("name_query=n arch", ["ben", "ann"]),
    ("name_query=an", ANN),
    ("banned=true", BEN),
    ("banned=false", ["cat", "ann"]),
    (f"created_at_before={millis('2030-01-03')}", ANN),
    (f"created_at_after={millis('2030-01-03')}", CAT),
    (f"last_active_at_before={millis('2031-01-03')}", ANN),
    (f"last_active_at_after={millis('2031-01-03')}", CAT),
    (f"last_active_at_since={millis('2031-01-03')}", ["cat", "ben"]),
    (f"last_sign_in_at_before={millis('2032-01-03')}", ANN),
    (f"last_sign_in_at_after={millis('2032-01-03')}", CAT),
    ("provider=oauth_google&provider_user_id=1", ANN),
    # Of one and the same account: Ann is 2 elsewhere.
    ("provider=oauth_google&provider_user_id=2", BEN),
    ("provider=oauth_google&provider_user_id=1&provider_user_id=2&query=ann", ANN),
    ("provider=oauth_google&provider_user_id=3", []),
    ("provider=oauth_x&provider_user_id=1", []),
    ("query=archer&banned=true", BEN),
    ("limit=1&offset=1", BEN),
    ("limit=2.0", ["cat", "ben"]),
    ("starting_after={ben}", ANN),
    ("starting_after={ben}&order_by=%2Bcreated_at", CAT),
    ("starting_after=user_unknown", []),
]


def filled(world, query):
    """The query with names in braces turned into ids."""
    for name, user_id in world.people.items():
        query = query.replace(f"{{{name}}}", user_id)
    return query


@pytest.mark.parametrize(("query", "expected"), FILTERS, ids=[query for query, _ in FILTERS])
async def test_a_filter_finds_those_it_describes(world, people, query, expected):
    query = filled(world, query)
    answer = await world.get(f"/users?{query}")
    assert answer.status_code == 200, answer.text
    assert [people[user["id"]] for user in answer.json()] == expected
    if not any(word in query for word in ("limit", "starting_after")):
        count = await world.get(f"/users/count?{query}")
        assert count.json() == {"object": "total_count", "total_count": len(expected)}


@pytest.mark.parametrize(
    ("query", "missing"),
    [("provider=oauth_google", "provider_user_id"), ("provider_user_id=1", "provider")],
)
@pytest.mark.parametrize("path", ["/users", "/users/count"])
async def test_a_provider_and_an_id_there_are_asked_for_together(world, path, query, missing):
    answer = await world.get(f"{path}?{query}")
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["code"]) == (422, "form_param_missing")
    assert error["meta"]["param_name"] == missing


async def test_organizations_include_and_exclude(world, people):
    acme = await world.organization(owner=["ann"])
    found = await world.get(f"/users?organization_id={acme.id}")
    assert [people[user["id"]] for user in found.json()] == ANN
    found = await world.get(f"/users?organization_id=-{acme.id}")
    assert [people[user["id"]] for user in found.json()] == ["cat", "ben"]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("created_at", ["ann", "ben", "cat"]),
        ("-created_at", ["cat", "ben", "ann"]),
        ("updated_at", ["ann", "ben", "cat"]),
        ("email_address", ["cat", "ann", "ben"]),
        ("-email_address", ["ben", "ann", "cat"]),
        ("-web3wallet", ["ann", "cat", "ben"]),
        ("-first_name", ["ben", "ann", "cat"]),
        ("last_name", ["cat", "ann", "ben"]),
        ("-phone_number", ["ann", "cat", "ben"]),
        ("-username", ["cat", "ann", "ben"]),
        ("-last_active_at", ["cat", "ben", "ann"]),
        ("last_sign_in_at&order_by=created_at", ["ann", "ben", "cat"]),
    ],
)
async def test_a_list_comes_in_the_order_asked_for(world, people, key, expected):
    answer = await world.get(f"/users?order_by={key.replace('+', '%2B')}")
    found = [people[user["id"]] for user in answer.json()]
    # Equal values are told apart by id, which is of no order here.
    tied = {"-web3wallet", "-phone_number", "last_name"}
    assert (found if key not in tied else sorted(found)) == (
        expected if key not in tied else sorted(expected)
    )
    assert found[0] == expected[0]


async def test_a_page_has_a_total_only_when_asked(world, people):
    page = (await world.get("/users?paginated=true&limit=2")).json()
    assert page["total_count"] == 3
    assert len(page["data"]) == 2
    assert isinstance((await world.get("/users?paginated=false")).json(), list)


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("limit=0", "limit"),
        ("limit=501", "limit"),
        ("offset=-1", "offset"),
        ("order_by=password", "order_by"),
        ("banned=perhaps", "banned"),
        ("created_at_after=yesterday", "created_at_after"),
        ("starting_after={ann}&order_by=username", "starting_after"),
        ("starting_after={ann}&offset=1", "starting_after"),
        ("&".join(f"user_id=u{n}" for n in range(101)), "user_id"),
    ],
)
async def test_what_cannot_be_asked_is_named(world, people, query, parameter):
    answer = await world.get(f"/users?{filled(world, query)}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["meta"]["param_name"] == parameter


async def test_no_list_shows_the_users_of_another_instance(world, other_world):
    await world.user("ann")
    assert (await other_world.get("/users?query=ann")).json() == []
    assert (await other_world.get("/users/count")).json()["total_count"] == 0
    assert (await other_world.get(f"/users?user_id={world.people['ann']}")).json() == []
