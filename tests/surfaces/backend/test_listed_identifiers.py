"""The allow-list and the block-list on the wire of the Backend API."""

import pytest

LISTS = ["allow", "block"]


def refusal(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


async def put(world, name, identifier="ann@acme.test", **more):
    return await world.post(f"/{name}list_identifiers", {"identifier": identifier, **more})


@pytest.mark.parametrize("name", LISTS)
async def test_an_identifier_is_listed_and_taken_off(world, name):
    answer = await put(world, name)
    assert answer.status_code == 200
    made = answer.json()
    assert made["object"] == f"{name}list_identifier"
    assert (made["identifier"], made["identifier_type"]) == ("ann@acme.test", "email_address")
    assert made["instance_id"] == world.instance_id
    assert "invitation_id" not in made
    path = f"/{name}list_identifiers"
    listed = (await world.get(path)).json()
    assert listed == ([made] if name == "allow" else {"data": [made], "total_count": 1})
    gone = (await world.delete(f"{path}/{made['id']}")).json()
    assert gone == {"object": f"{name}list_identifier", "id": made["id"], "deleted": True}
    assert refusal(await world.delete(f"{path}/{made['id']}")) == (404, "resource_not_found")


async def test_the_allow_list_is_paged_on_demand(world):
    for number in range(3):
        await put(world, "allow", f"n{number}@acme.test")
    query = {"paginated": "true", "limit": 1, "offset": 1}
    page = (await world.get("/allowlist_identifiers", params=query)).json()
    assert [each["identifier"] for each in page["data"]] == ["n1@acme.test"]
    assert page["total_count"] == 3


async def test_the_block_list_comes_whole_to_who_does_not_ask_for_a_page(world):
    for number in range(12):
        await put(world, "block", f"n{number}@acme.test")
    page = (await world.get("/blocklist_identifiers")).json()
    assert (len(page["data"]), page["total_count"]) == (12, 12)
    page = (await world.get("/blocklist_identifiers", params={"limit": 1, "offset": 11})).json()
    assert [each["identifier"] for each in page["data"]] == ["n0@acme.test"]


async def test_who_is_allowed_may_be_told(world):
    made = (await put(world, "allow", notify=True)).json()
    (invitation,) = (await world.get("/invitations")).json()
    assert made["invitation_id"] == invitation["id"]
    quiet = (await put(world, "allow", "ben@acme.test", notify=None)).json()
    assert "invitation_id" not in quiet


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "form_param_missing"),
        ({"identifier": "nobody"}, 422, "form_param_format_invalid"),
        ({"identifier": "ANN@acme.test"}, 400, "duplicate_record"),
        ({"identifier": "a@b.test", "kind": "x"}, 422, "form_param_unknown"),
    ],
)
@pytest.mark.parametrize("name", LISTS)
async def test_what_cannot_be_listed_is_refused(world, name, body, status, code):
    await put(world, name)
    answer = await world.post(f"/{name}list_identifiers", body)
    assert refusal(answer) == (status, code)


async def test_a_user_cannot_be_told_to_sign_up(world):
    await world.user("ann")
    answer = await put(world, "allow", "ann@example.com", notify=True)
    assert refusal(answer) == (422, "form_identifier_exists")
    assert (await put(world, "block", notify=True)).status_code == 422


@pytest.mark.security("M2")
async def test_browsers_are_told_what_the_lists_decide(world):
    browser = world.browser()
    await put(world, "block", "*@acme.test")
    form = {"email_address": "new@acme.test", "password": "a long pass phrase of mine"}
    await world.configure(restrictions={"has_blocklist": True})
    restrictions = (await browser.get("/environment")).json()["user_settings"]["restrictions"]
    assert restrictions["blocklist"] == {"enabled": True}
    assert restrictions["allowlist"] == {"enabled": False}
    assert restrictions["allowlist_blocklist_disabled_on_sign_in"] == {"enabled": False}
    answer = await browser.post("/client/sign_ups", form)
    assert refusal(answer) == (403, "not_allowed_access")
    await browser.close()
