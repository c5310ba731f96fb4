"""The waitlist on the wire of the Backend API."""

import pytest


def refusal(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


async def put(world, name="new", **fields):
    body = {"email_address": f"{name}@example.com", **fields}
    return (await world.post("/waitlist_entries", body)).json()


async def letters(world):
    rows = await world.sql(
        "SELECT kind, to_address FROM messages WHERE instance_id = $1 ORDER BY to_address, kind",
        world.instance_id,
    )
    return [tuple(row) for row in rows]


async def test_an_address_is_put_on_the_list_and_told(world):
    made = await put(world)
    assert (made["object"], made["status"]) == ("waitlist_entry", "pending")
    assert (made["email_address"], made["invitation"]) == ("new@example.com", None)
    assert await put(world, "NEW") == made
    await put(world, "quiet", notify=False)
    await put(world, "told", notify=None)
    assert await letters(world) == [
        ("waitlist_confirmation", "new@example.com"),
        ("waitlist_confirmation", "told@example.com"),
    ]


async def test_an_address_is_invited_once_unless_existing_ones_are_ignored(world):
    made = await put(world, notify=False)
    path = f"/waitlist_entries/{made['id']}/invite"
    invited = (await world.post(path)).json()
    assert invited["status"] == "invited"
    assert invited["invitation"]["email_address"] == "new@example.com"
    assert "url" not in invited["invitation"]
    assert refusal(await world.post(path, {"ignore_existing": None})) == (
        409,
        "waitlist_entry_already_invited",
    )
    again = (await world.post(path, {"ignore_existing": True})).json()
    assert again["invitation"]["id"] != invited["invitation"]["id"]
    assert await letters(world) == [("waitlist_invitation", "new@example.com")] * 2


async def test_an_address_is_turned_down_and_taken_off_the_list(world):
    made = await put(world)
    path = f"/waitlist_entries/{made['id']}"
    gone = await put(world, "gone")
    deleted = (await world.delete(f"/waitlist_entries/{gone['id']}")).json()
    assert deleted == {"object": "waitlist_entry", "id": gone["id"], "deleted": True}
    assert (await world.post(f"{path}/reject")).json()["status"] == "rejected"
    rejected = (409, "waitlist_entry_already_rejected")
    assert refusal(await world.post(f"{path}/reject")) == rejected
    assert refusal(await world.delete(path)) == rejected
    await world.user("new")
    for answer in (
        await world.post(f"{path}/invite"),
        await world.post(f"{path}/reject"),
        await world.delete(path),
    ):
        assert refusal(answer) == (409, "waitlist_entry_already_completed")


async def test_an_unknown_entry_is_not_found(world, other_world):
    theirs = await put(other_world)
    for entry_id in ("wle_none", theirs["id"]):
        path = f"/waitlist_entries/{entry_id}"
        for answer in (
            await world.post(f"{path}/invite"),
            await world.post(f"{path}/reject"),
            await world.delete(path),
        ):
            assert refusal(answer) == (404, "resource_not_found")


async def test_the_address_of_a_user_or_of_an_invited_one_is_not_invited(world):
    await world.user("ann")
    taken = await put(world, "ann")
    answer = await world.post(f"/waitlist_entries/{taken['id']}/invite")
    assert refusal(answer) == (422, "form_identifier_exists")
    await world.post("/invitations", {"email_address": "ben@example.com"})
    asked = await put(world, "ben")
    answer = await world.post(f"/waitlist_entries/{asked['id']}/invite")
    assert refusal(answer) == (400, "duplicate_record")


@pytest.mark.parametrize(
    ("body", "code", "parameter"),
    [
        ({}, "form_param_missing", "email_address"),
        ({"email_address": "nobody"}, "form_param_format_invalid", "email_address"),
        ({"email_address": "a@example.com", "notify": "no"}, "form_param_value_invalid", "notify"),
        ({"email_address": "a@example.com", "role": "x"}, "form_param_unknown", "role"),
    ],
)
async def test_what_does_not_fit_is_refused_by_name(world, body, code, parameter):
    refused = await world.post("/waitlist_entries", body)
    assert refusal(refused) == (422, code)
    assert refused.json()["errors"][0]["meta"]["param_name"] == parameter


async def test_of_several_all_are_put_there_or_none(world):
    async def several(*entries):
        return await world.post("/waitlist_entries/bulk", list(entries))

    ann, ben = ({"email_address": f"{name}@example.com"} for name in ("ann", "ben"))
    for mistaken in ([ann, {"email_address": "x"}], [ann, ben, ann], [], [ann] * 51):
        assert (await several(*mistaken)).status_code == 422
    assert (await world.get("/waitlist_entries")).json() == {"data": [], "total_count": 0}
    made = (await several(ben, {**ann, "notify": False})).json()
    assert [each["email_address"] for each in made] == ["ben@example.com", "ann@example.com"]
    assert await letters(world) == [("waitlist_confirmation", "ben@example.com")]


async def test_the_list_is_filtered_ordered_and_paged(world):
    made = {name: await put(world, name) for name in ("ann", "ben", "cid")}
    for name in ("cid", "ann"):
        await world.post(f"/waitlist_entries/{made[name]['id']}/invite")

    async def found(**query):
        page = (await world.get("/waitlist_entries", params=query)).json()
        return [row["email_address"].partition("@")[0] for row in page["data"]]

    assert await found() == ["cid", "ben", "ann"]
    assert await found(status="invited", order_by="-invited_at") == ["ann", "cid"]
    assert await found(status="invited", order_by="+invited_at") == ["cid", "ann"]
    assert await found(order_by="email_address", limit=1, offset=1) == ["ben"]
    assert await found(query="BEN@") == ["ben"]
    assert await found(query=made["cid"]["id"]) == ["cid"]
    assert await found(status="rejected") == []
    for query in ({"status": "open"}, {"order_by": "status"}, {"limit": 0}):
        assert (await world.get("/waitlist_entries", params=query)).status_code == 422
