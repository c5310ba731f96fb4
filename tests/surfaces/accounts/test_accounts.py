"""Accounts through the Accounts door: a tree, patched by RFC 7396, deleted with what is below."""

import pytest

from charter.surfaces.accounts import asking
from tests.surfaces.accounts.asking import refused


async def test_an_account_is_read_with_its_place_and_how_it_pays(ann):
    one = await ann.account()
    found = await ann.get(one)
    assert found.status_code == 200
    body = found.json()
    assert body["parent_id"] == ann.application.rpartition("/")[2]
    assert (body["status"], body["paid_until"], body["avatar_url"]) == ("active", None, None)
    assert found.headers["etag"]


async def test_strangers_are_told_that_there_is_no_account(ann, zoe):
    one = await ann.account()
    for asked in (zoe.get(one), zoe.patch(one, name="Mine"), zoe.delete(one)):
        assert refused(await asked) == (404, "not_found")


async def test_children_are_made_and_listed_below(ann):
    one = await ann.account()
    made = await ann.post(f"{one}/accounts", name="Child")
    assert made.status_code == 201, made.text
    assert made.headers["location"] == f"/accounts/api/accounts/{made.json()['id']}"
    assert f"/accounts/{made.json()['parent_id']}" == one
    listed = (await ann.get(f"{one}/accounts")).json()
    assert [each["name"] for each in listed["items"]] == ["Child"]
    assert listed["next_cursor"] is None
    # To own what stands above is to be a stranger below.
    assert refused(await ann.get(f"/accounts/{made.json()['id']}")) == (404, "not_found")


async def test_an_owner_does_not_say_how_accounts_pay_and_the_server_does(ann, server):
    one = await ann.account()
    for change in (
        {"status": "closed"},
        {"status": "trial"},
        {"paid_until": "2027-01-01T00:00:00Z"},
    ):
        assert refused(await ann.patch(one, **change)) == (403, "insufficient_role")
    child = await ann.post(f"{one}/accounts", name="Child", status="trial")
    assert refused(child) == (403, "insufficient_role")
    change = {"status": "past_due", "paid_until": "2027-01-01T00:00:00Z"}
    paying = await server.patch(one, **change)
    assert {name: paying.json()[name] for name in change} == change
    assert refused(await ann.patch(one, status="active")) == (403, "insufficient_role")
    assert (await ann.patch(one, name="Still mine")).status_code == 200


async def test_acceptance_07_null_clears_nothing_does_nothing_and_ids_do_not_change(ann):
    one = await ann.account()
    await ann.patch(one, avatar_url="https://pictures.example/a.png")
    before = (await ann.patch(one)).json()
    assert before["avatar_url"] == "https://pictures.example/a.png"
    assert (await ann.patch(one, avatar_url=None)).json()["avatar_url"] is None
    answer = await ann.patch(one, id="acc_other")
    assert refused(answer) == (400, "validation_error")
    assert answer.json()["invalid_params"] == [
        {"in": "body", "path": "id", "type": "read_only", "expected": "there is none of this name"}
    ]
    assert refused(await ann.patch(one, colour="red")) == (400, "unknown_field")
    assert refused(await ann.patch(one, name=None)) == (400, "validation_error")


async def test_a_patch_may_be_called_one_and_nothing_else(ann):
    one = await ann.account()
    for media in ("application/json", "application/merge-patch+json"):
        headers = {"content-type": media}
        answer = await ann.ask("PATCH", one, content=b'{"name": "Brick"}', headers=headers)
        assert answer.json()["name"] == "Brick"
    headers = {"content-type": "text/plain"}
    answer = await ann.ask("PATCH", one, content=b'{"name": "x"}', headers=headers)
    assert refused(answer) == (415, "unsupported_media_type")
    for body in (b"[]", b'"x"', b"null"):
        headers = {"content-type": "application/json"}
        answer = await ann.ask("PATCH", one, content=body, headers=headers)
        assert refused(answer) == (400, "validation_error")


async def test_a_patch_of_another_version_is_refused(ann):
    one = await ann.account()
    first = (await ann.get(one)).headers["etag"]
    await ann.patch(one, name="Brick")
    answer = await ann.ask("PATCH", one, json={"name": "Late"}, headers={"if-match": first})
    assert refused(answer) == (412, "precondition_failed")


async def test_an_account_with_others_below_is_deleted_with_them_or_not_at_all(ann, server):
    one = await ann.account()
    child = (await ann.post(f"{one}/accounts", name="Child")).json()["id"]
    grandchild = await server.post(f"/accounts/{child}/accounts", name="Grandchild")
    assert refused(await ann.delete(one)) == (409, "has_children")
    answer = await ann.delete(one, cascade="true")
    assert (answer.status_code, answer.content) == (204, b"")
    for account in (child, grandchild.json()["id"]):
        assert refused(await server.get(f"/accounts/{account}")) == (404, "not_found")


async def test_nothing_is_put_below_a_closed_account(server):
    one = await server.account()
    await server.patch(one, status="closed")
    answer = await server.post(f"{one}/accounts", name="Child")
    assert refused(answer) == (409, "account_closed")


async def test_a_tree_is_listed_to_a_depth(server):
    one = path = await server.account()
    for number in range(4):
        made = await server.post(f"{path}/accounts", name=f"Level {number}")
        path = f"/accounts/{made.json()['id']}"
    listed = (await server.get(f"{one}/accounts", depth=3)).json()["items"]
    assert sorted(each["name"] for each in listed) == ["Level 0", "Level 1", "Level 2"]
    assert refused(await server.get(f"{one}/accounts", depth=21)) == (400, "validation_error")


async def test_pages_follow_one_another_and_outlive_their_last_row(server):
    one = await server.account()
    for number in range(5):
        await server.post(f"{one}/accounts", name=f"Child {number}")
    first = await server.get(f"{one}/accounts", limit=2)
    names = [each["name"] for each in first.json()["items"]]
    assert names == ["Child 4", "Child 3"]
    # The next page starts where the row stood, though it is gone.
    await server.delete(f"/accounts/{first.json()['items'][1]['id']}")
    link = first.headers["link"]
    assert link.endswith('>; rel="next"')
    second = await server.ask("GET", link[1 : link.index(">")].removeprefix("/accounts/api"))
    assert [each["name"] for each in second.json()["items"]] == ["Child 2", "Child 1"]
    last = await server.get(f"{one}/accounts", limit=2, cursor=second.json()["next_cursor"])
    assert [each["name"] for each in last.json()["items"]] == ["Child 0"]
    assert last.json()["next_cursor"] is None


async def test_a_cursor_opens_its_own_list_alone(server):
    one, other = await server.account(), await server.account("Other")
    for number in range(3):
        await server.post(f"{one}/accounts", name=f"Child {number}")
    cursor = (await server.get(f"{one}/accounts", limit=1)).json()["next_cursor"]
    for path, given in (
        (f"{other}/accounts", cursor),
        (f"{one}/accounts", cursor[:-1] + ("A" if cursor[-1] != "A" else "B")),
        (f"{one}/accounts", "x" * 80),
        (f"{one}/accounts", ""),
        (f"{one}/accounts", "é"),
    ):
        answer = await server.get(path, cursor=given, limit=1)
        assert refused(answer) == (400, "invalid_cursor")
    assert refused(await server.get(f"{one}/accounts", limit=0)) == (400, "validation_error")


async def test_accounts_of_an_application_are_searched(ann, server):
    one = await server.account("Acme Tools")
    await server.account("Brick")
    child = (await server.post(f"{one}/accounts", name="acme child")).json()["id"]
    await server.patch(one, status="trial")
    search = f"{server.application}/accounts/search"

    async def found(query, **more):
        answer = await server.post(search, query=query, **more)
        assert answer.status_code == 200, answer.text
        return [each["name"] for each in answer.json()["items"]]

    assert await found("name:ACME*", sort="name") == ["Acme Tools", "acme child"]
    assert await found("status:trial") == ["Acme Tools"]
    assert await found(f"parent_id:{one.rpartition('/')[2]}") == ["acme child"]
    assert await found(f"id:{child} OR name:brick") == ["acme child", "Brick"]
    top = server.application.rpartition("/")[2]
    assert await found(f"parent_id:{top}", sort="-name") == ["Brick", "Acme Tools"]
    assert await found("parent_id:* AND NOT status:trial AND tool*") == []
    assert await found("tools") == ["Acme Tools"]
    assert await found("paid_until:*") == []
    assert refused(await ann.post(search, query="brick")) == (403, "insufficient_role")


async def test_the_first_page_of_a_search_says_how_many_there_are(monkeypatch, server):
    for number in range(4):
        await server.account(f"Total {number}")
    search = f"{server.application}/accounts/search"

    async def page(**more):
        return (await server.post(search, query="name:total*", limit=2, **more)).json()

    first = await page()
    assert first["total"] == 4
    second = await page(cursor=first["next_cursor"])
    assert len(second["items"]) == 2
    assert "total" not in second
    whole = await server.post(search, query="name:total*")
    assert whole.json()["total"] == 4
    monkeypatch.setattr(asking, "MOST_COUNTED", 3)
    assert "total" not in await page()
    assert "total" not in (await server.get(f"{server.application}/accounts", limit=2)).json()


@pytest.mark.parametrize(
    "query", ["", "nmae:x", "status:nothing", "(a", 'name:"a', "name:a name:b", "a" * 2000]
)
async def test_a_query_that_cannot_be_read_says_where(server, query):
    answer = await server.post(f"{server.application}/accounts/search", query=query)
    assert refused(answer) == (400, "invalid_query")
    (wrong,) = answer.json()["invalid_params"]
    assert (wrong["in"], wrong["path"]) == ("body", "query")
    assert wrong["expected"].startswith("position ")


async def test_the_type_of_a_problem_leads_to_what_it_means(ann, world):
    answer = await ann.get("/accounts/acc_none")
    page = await world.client.get(answer.json()["type"])
    assert page.status_code == 200
    assert page.text.startswith("not_found (404): There is no such thing")
    assert (await world.client.get("/accounts/problems/nothing")).status_code == 404


async def test_another_application_is_not_there(server, other_world):
    path = server.application.replace(server.world.instance_id[4:], other_world.instance_id[4:])
    assert refused(await server.get(f"{path}/accounts")) == (404, "not_found")
