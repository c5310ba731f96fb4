"""Lists of memberships."""

from datetime import UTC, datetime

import pytest

from charter.core.memberships import operations as memberships
from charter.core.organizations.model import OrganizationNotFound
from charter.core.users.model import UserNotFound
from charter.kernel.errors import NotFound, NotPermitted
from charter.kernel.lists import Search

PEOPLE = {
    "ann": {"first_name": "Ann", "last_name": "Oak", "username": "annie"},
    "ben": {"first_name": "Ben", "last_name": "Elm", "phone_numbers": ["+15555550100"]},
    "cid": {
        "first_name": "Cid",
        "last_name": "Ash",
        "username": "Cider",
        "created_at": datetime(2020, 1, 1, tzinfo=UTC),
    },
}


async def cast(world):
    """Acme with Ann as its owner, Ben and Cid as members."""
    for name, fields in PEOPLE.items():
        await world.user(name, **fields)
    acme = await world.organization(owner="ann")
    await world.member(acme, "ben")
    await world.member(acme, "cid", "org:viewer")
    await world.sql(
        "UPDATE users SET last_active_at = '2021-01-01Z' WHERE id = $1", world.people["ben"]
    )
    return acme


async def names(world, path, **query):
    """First names in the answer of a list, and its total."""
    answer = await world.get(path, params=query)
    assert answer.status_code == 200, answer.text
    page = answer.json()
    return [each["public_user_data"]["first_name"] for each in page["data"]], page["total_count"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Cid", "Ben", "Ann"]),
        ({"email_address": ["ANN@example.com", "nobody@example.com"]}, ["Ann"]),
        ({"email_address": "no address"}, []),
        ({"phone_number": "+1 555 555 0100"}, ["Ben"]),
        ({"username": ["cider", "ANNIE"]}, ["Cid", "Ann"]),
        ({"web3_wallet": "0x" + "0" * 40}, []),
        ({"role": ["org:viewer", "org:none"]}, ["Cid"]),
        ({"query": "ELM"}, ["Ben"]),
        ({"email_address_query": "BEN@"}, ["Ben"]),
        ({"phone_number_query": "5550100"}, ["Ben"]),
        ({"username_query": "IDE"}, ["Cid"]),
        ({"name_query": "id as"}, ["Cid"]),
        ({"last_active_at_before": 1640995200000}, ["Ben"]),
        ({"last_active_at_after": 1640995200000}, []),
        ({"created_at_before": 1609459200000}, ["Cid"]),
        ({"created_at_after": 1609459200000}, ["Ben", "Ann"]),
        ({"order_by": "first_name"}, ["Ann", "Ben", "Cid"]),
        ({"order_by": "-last_name"}, ["Ann", "Ben", "Cid"]),
        ({"order_by": "+created_at"}, ["Ann", "Ben", "Cid"]),
        ({"order_by": "-email_address"}, ["Cid", "Ben", "Ann"]),
        ({"order_by": "-username"}, ["Cid", "Ann", "Ben"]),
        ({"order_by": "-phone_number", "limit": 1}, ["Ben"]),
    ],
)
async def test_members_are_filtered_and_ordered_as_documented(world, query, found):
    acme = await cast(world)
    listed, total = await names(world, f"/organizations/{acme.id}/memberships", **query)
    assert listed == found
    assert total == (3 if "limit" in query else len(found))


async def test_members_are_included_and_excluded_by_their_ids(world):
    acme = await cast(world)
    path = f"/organizations/{acme.id}/memberships"
    ann, ben = world.people["ann"], world.people["ben"]
    assert (await names(world, path, user_id=[f"+{ann}", ben]))[0] == ["Ben", "Ann"]
    assert (await names(world, path, user_id=f"-{ann}"))[0] == ["Cid", "Ben"]


async def test_memberships_of_the_instance_and_of_a_user_are_listed(world, other_world):
    acme = await cast(world)
    brick = await world.organization("Brick", owner="ben")
    await other_world.organization(owner="zoe")
    listed, total = await names(world, "/organization_memberships", order_by="first_name")
    assert (listed, total) == (["Ann", "Ben", "Ben", "Cid"], 4)
    answer = await world.get(f"/users/{world.people['ben']}/organization_memberships")
    found = [each["organization"]["id"] for each in answer.json()["data"]]
    assert found == [brick.id, acme.id]


async def test_lists_of_what_is_not_there_are_refused_and_not_empty(world, other_world):
    acme = await cast(world)
    with pytest.raises(OrganizationNotFound):
        await other_world.call(None, memberships.search, organization_id=acme.id, search=Search())
    with pytest.raises(UserNotFound):
        await world.call(None, memberships.search_of_user, user_id="user_no", search=Search())


async def test_members_see_each_other_with_the_permission_and_strangers_nothing(world):
    acme = await cast(world)
    await world.user("zoe")
    arguments = {"organization_id": acme.id, "search": Search()}
    assert (await world.call("ben", memberships.search, **arguments)).total == 3
    with pytest.raises(NotPermitted):
        await world.call("cid", memberships.search, **arguments)
    with pytest.raises(NotFound):
        await world.call("zoe", memberships.search, **arguments)
    with pytest.raises(NotPermitted):
        await world.call("ben", memberships.search_all, search=Search())
    ann = world.people["ann"]
    with pytest.raises(NotPermitted):
        await world.call("ben", memberships.search_of_user, user_id=ann, search=Search())
