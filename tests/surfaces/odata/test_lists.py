"""How lists are asked for at the OData door."""

import httpx
import pytest

from tests.surfaces.odata.asking import ROOT, refused

FILTERS = {
    "name eq 'Acme'": ["Acme"],
    "name ne 'Acme'": ["Brick", "Carrot", "O'Neil"],
    "name eq 'O''Neil'": ["O'Neil"],
    "startswith(name,'B') or endswith(name,'t')": ["Brick", "Carrot"],
    "contains(tolower(name),'AC')": [],
    "contains(tolower(name),'ac')": ["Acme"],
    "description eq null": ["Brick", "Carrot", "O'Neil"],
    "description ne 'x'": ["Acme", "Brick", "Carrot", "O'Neil"],
    "not contains(description,'x')": ["Acme"],
    "status eq 'active' and createdAt lt now()": ["Acme", "Brick", "Carrot", "O'Neil"],
    "name in ('Acme','Carrot')": ["Acme", "Carrot"],
    "length(name) gt 5": ["Carrot", "O'Neil"],
    "name eq 'Acme' or name eq 'Brick' and name eq 'x'": ["Acme"],
    "year(createdAt) lt 2000": [],
}
WRONG = {
    "$filter": [
        ("", 400),
        ("name", 400),
        ("nam eq 'x'", 400),
        ("name eq 'x", 400),
        ("name eq 5", 400),
        ("createdAt gt '2026-01-01'", 400),
        ("not name eq 'x'", 400),
        ("primaryContact eq 'a@acme.io'", 400),
        ("(" * 3000, 400),
        ("id add 1 eq 2", 501),
        ("matchesPattern(name,'x')", 501),
        ("nofunction(name)", 400),
    ],
    "$orderby": [("nam", 400), ("name,name", 400), ("name up", 400), ("length(name)", 501)],
    "$top": [("-1", 400), ("+1", 400), ("1.5", 400), ("", 400), ("201", 400), ("x", 400)],
    "$skip": [("-1", 400), ("", 400), ("99999999999999999999", 400)],
    "$select": [("nam", 400), ("", 400)],
    "$count": [("maybe", 400)],
    "$expand": [("users", 501)],
    "$search": [("x", 501)],
    "$format": [("json", 501)],
    "$nothing": [("x", 400)],
    "nothing": [("x", 400)],
}


@pytest.fixture
async def accounts(ann):
    await ann.account("Acme", description="Pumps")
    for name in ("Brick", "Carrot", "O'Neil"):
        await ann.account(name)
    return ann


async def names(person, **query):
    answer = await person.get("/accounts", **query)
    assert answer.status_code == 200, answer.text
    return [row["name"] for row in answer.json()["value"]]


@pytest.mark.parametrize("text", FILTERS)
async def test_a_filter_finds_what_it_says(accounts, text):
    assert sorted(await names(accounts, filter=text)) == FILTERS[text]


async def test_rows_come_in_the_order_asked_for_and_the_count_is_of_all(accounts):
    assert await names(accounts, orderby="name desc") == ["O'Neil", "Carrot", "Brick", "Acme"]
    assert (await names(accounts, orderby="description,name"))[-1] == "Acme"
    page = await accounts.get("/accounts", orderby="createdAt", top="2", skip="1")
    assert [row["name"] for row in page.json()["value"]] == ["Brick", "Carrot"]
    assert page.json()["count"] == 4
    assert "@odata.nextLink" not in page.json()
    nothing = await accounts.get("/accounts", top="0")
    assert nothing.json() == {"value": [], "count": 4}
    beyond = await accounts.get("/accounts", skip="50")
    assert (beyond.status_code, beyond.json()["value"]) == (200, [])


async def test_select_leaves_the_other_properties_out(accounts):
    answer = await accounts.get("/accounts", select="id,name", top="1", count="true")
    (row,) = answer.json()["value"]
    assert set(row) == {"id", "name"}
    assert answer.json()["@odata.count"] == answer.json()["count"] == 4


async def test_the_dollar_may_be_left_out_and_nothing_comes_twice(accounts):
    plain = await accounts.ask("GET", "/accounts?filter=name%20eq%20%27Acme%27")
    assert [row["name"] for row in plain.json()["value"]] == ["Acme"]
    for twice in ("$top=1&$top=2", "$top=1&top=1"):
        answer = await accounts.ask("GET", f"/accounts?{twice}")
        assert refused(answer) == (400, "INVALID_PAGING")


@pytest.mark.parametrize(
    ("option", "text", "status"),
    [(option, *each) for option, several in WRONG.items() for each in several],
)
async def test_what_is_wrong_with_an_option_is_told_by_its_name(accounts, option, text, status):
    answer = await accounts.ask("GET", "/accounts", params={option: text})
    code = refused(answer)
    assert code[0] == status
    assert (code[1] == "NOT_IMPLEMENTED") == (status == 501)
    assert answer.json()["error"]["target"] == option


async def test_who_asks_for_all_is_told_where_the_next_page_is(accounts):
    for number in range(50):
        await accounts.account(f"More {number}")
    first = await accounts.get("/accounts", filter="contains(name,' ')", orderby="name")
    assert len(first.json()["value"]) == 50
    assert "@odata.nextLink" not in first.json()
    whole = await accounts.get("/accounts", orderby="name desc")
    link = whole.json()["@odata.nextLink"]
    rest = await accounts.ask("GET", f"/{link}")
    assert len(whole.json()["value"]) + len(rest.json()["value"]) == whole.json()["count"] == 54
    assert "@odata.nextLink" not in rest.json()


async def test_a_list_has_the_accounts_of_the_caller_alone(accounts, zoe, as_person):
    assert (await zoe.get("/accounts")).json() == {"value": [], "count": 0}
    assert (await zoe.get("/accounts", filter="name eq 'Acme'")).json()["count"] == 0
    server = await as_person()
    assert (await server.get("/accounts")).json()["count"] == 4


async def test_what_there_is_can_be_read_by_everybody(world):
    headers = {"authorization": ""}
    service = await world.client.get(ROOT + "/", headers=headers)
    assert {"name": "accounts", "kind": "EntitySet", "url": "accounts"} in service.json()["value"]
    assert service.json() == (await world.client.get(ROOT, headers=headers)).json()
    metadata: httpx.Response = await world.client.get(ROOT + "/$metadata", headers=headers)
    assert metadata.headers["content-type"] == "application/xml"
    assert '<Property Name="id" Type="Edm.Int64" Nullable="false" />' in metadata.text
    assert 'Name="createdAt" Type="Edm.DateTimeOffset"' in metadata.text
