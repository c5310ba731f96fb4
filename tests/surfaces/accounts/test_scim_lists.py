"""Lists of SCIM users: filtered, sorted, in pages, with the attributes that were asked for."""

import httpx
import pytest

from tests.surfaces.accounts.directory import Directory, refused


@pytest.fixture
async def directory(world):
    """Three users: Ann and Bea at work, Cyd at home and kept out."""
    made = Directory(world)
    await made.make(
        "ann@acme.test",
        name={"givenName": "Ann", "familyName": "Lee"},
        externalId="1",
        emails=[{"value": "ann@acme.test", "type": "work", "primary": True}],
    )
    await made.make(
        "bea",
        name={"givenName": "Bea", "familyName": "Moe"},
        displayName="100% Bea_",
        emails=[
            {"value": "bea@acme.test", "type": "work"},
            {"value": "bea@home.test", "type": "home", "primary": True},
        ],
    )
    await made.make("cyd", active=False, emails=[{"value": "cyd@home.test", "type": "home"}])
    return made


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        ('userName eq "ANN@acme.test"', ["ann@acme.test"]),
        ('userName ne "bea"', ["ann@acme.test", "cyd"]),
        ('userName sw "ANN"', ["ann@acme.test"]),
        ('urn:ietf:params:scim:schemas:core:2.0:User:userName ew "yd"', ["cyd"]),
        ('externalId eq "1"', ["ann@acme.test"]),
        ("externalId pr", ["ann@acme.test"]),
        ("not (externalId pr)", ["bea", "cyd"]),
        ("externalId eq null", ["bea", "cyd"]),
        ('name.familyName co "o"', ["bea"]),
        ('displayName co "%"', ["bea"]),
        ('displayName co "_"', ["bea"]),
        ('displayName eq "100x bea_"', []),
        ("active eq true", ["ann@acme.test", "bea"]),
        ("active eq false", ["cyd"]),
        ('active eq "False"', ["cyd"]),
        ('emails eq "BEA@home.test"', ["bea"]),
        ('emails.value ew "acme.test"', ["ann@acme.test", "bea"]),
        ('emails[type eq "work" and value ew "home.test"]', []),
        ('emails[type eq "home" and value ew "home.test"]', ["bea", "cyd"]),
        ('emails[type eq "home" and primary eq true]', ["bea", "cyd"]),
        ('emails.type eq "work"', ["ann@acme.test", "bea"]),
        ('meta.created gt "2000-01-01T00:00:00Z" and userName eq "bea"', ["bea"]),
        ('meta.lastModified lt "2000-01-01T00:00:00Z"', []),
        ('userName eq "bea" or userName eq "cyd"', ["bea", "cyd"]),
        ('userName eq "\' OR 1=1 --"', []),
        ('id eq "uid_x"', []),
    ],
)
async def test_a_filter_finds_whom_it_describes(directory, condition, names):
    assert await directory.named(condition) == names


async def test_ids_are_those_of_this_api(directory):
    user = (await directory.ask("GET", "/Users?count=1")).json()["Resources"][0]
    assert await directory.named(f'id eq "{user["id"]}"') == [user["userName"]]


@pytest.mark.security("G10")
@pytest.mark.parametrize(
    "condition",
    [
        "userName",
        'password eq "x"',
        "password pr",
        'search_text co "x"',
        'is_active eq "true"',
        'title eq "x"',
        'userName[value eq "x"]',
        'emails[display eq "x"]',
        "active gt true",
        'active eq "maybe"',
        'meta.created gt "yesterday"',
        "userName eq 5 and",
        "emails[value pr",
        "a" * 5000,
        "(" * 100,
        'userName eq "\x01\ud800"'.encode("utf-8", "replace").decode(),
    ],
)
async def test_what_is_no_filter_is_refused_by_name(directory, condition):
    params = httpx.QueryParams({"filter": condition})
    answer = await directory.ask("GET", f"/Users?{params}")
    if answer.status_code == 200:
        assert answer.json()["totalResults"] == 0
    else:
        assert refused(answer) == (400, "invalidFilter")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"sortBy": "userName"}, ["ann@acme.test", "bea", "cyd"]),
        ({"sortBy": "userName", "sortOrder": "descending"}, ["cyd", "bea", "ann@acme.test"]),
        ({"sortBy": "emails.value", "sortOrder": "descending"}, ["cyd", "bea", "ann@acme.test"]),
        ({"sortBy": "NAME.familyname"}, ["cyd", "ann@acme.test", "bea"]),
        ({"sortBy": "meta.created"}, ["ann@acme.test", "bea", "cyd"]),
        ({"count": "2"}, ["ann@acme.test", "bea"]),
        ({"startIndex": "2", "count": "1"}, ["bea"]),
        ({"startIndex": "-5", "count": "1"}, ["ann@acme.test"]),
        ({"startIndex": "4"}, []),
        ({"startIndex": "99999999999999999999"}, []),
        ({"count": "0"}, []),
        ({"count": "-1"}, []),
    ],
)
async def test_lists_come_sorted_and_in_pages(directory, query, names):
    answer = (await directory.ask("GET", f"/Users?{httpx.QueryParams(query)}")).json()
    assert [each["userName"] for each in answer["Resources"]] == names
    assert answer["totalResults"] == 3
    assert answer["itemsPerPage"] == len(names)
    assert answer["startIndex"] >= 1


@pytest.mark.parametrize(
    "query",
    [
        {"sortBy": "password"},
        {"sortBy": "emails.type"},
        {"sortBy": "userName", "sortOrder": "up"},
        {"count": "x"},
        {"startIndex": "1.5"},
        {"filter": ["a pr", "b pr"]},
        {"attributes": "userName", "excludedAttributes": "name"},
    ],
)
async def test_what_a_list_is_not_asked_by_is_refused(directory, query):
    answer = await directory.ask("GET", f"/Users?{httpx.QueryParams(query)}")
    assert refused(answer)[0] == 400


async def test_only_what_is_asked_for_is_answered(directory):
    async def keys(query):
        answer = await directory.ask("GET", f"/Users?filter=userName%20eq%20%22bea%22&{query}")
        return answer.json()["Resources"][0]

    user = await keys("attributes=userName,name.givenName")
    assert user.keys() == {"schemas", "id", "userName", "name"}
    assert user["name"] == {"givenName": "Bea"}
    user = await keys("excludedAttributes=emails.type,name,id")
    assert "name" not in user
    assert user["id"]
    assert [set(each) for each in user["emails"]] == [{"value", "primary"}] * 2


async def test_a_search_may_be_posted(directory):
    body = {
        "filter": 'emails[type eq "home"]',
        "count": 1,
        "sortBy": "userName",
        "attributes": ["userName"],
    }
    for path in ("/.search", "/Users/.search"):
        answer = (await directory.ask("POST", path, body)).json()
        assert answer["totalResults"] == 2
        assert [each.keys() for each in answer["Resources"]] == [{"schemas", "id", "userName"}]
    assert refused(await directory.ask("POST", "/.search", [])) == (400, "invalidSyntax")
    assert refused(await directory.ask("POST", "/.search", {"filter": 5}))[0] == 400
