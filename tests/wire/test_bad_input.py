"""Every malformed request is refused in the form of its door, and changes nothing."""

import json

import pytest

MALFORMED = {
    "not json": b"{",
    "an array": b"[]",
    "bad utf-8": b'{"first_name": "\xff"}',
    "half a surrogate": b'{"first_name": "\\ud800"}',
    "a NUL": b'{"first_name": "a\\u0000b"}',
    "a NUL in metadata": b'{"public_metadata": {"a\\u0000": 1}}',
    "a raw NUL": b'{"first_name": "a\x00b"}',
    "deep nesting": b'{"public_metadata":' + b'{"a":' * 5000 + b"1" + b"}" * 5001,
    "a deep array": b'{"public_metadata": {"a":' + b"[" * 5000 + b"]" * 5000 + b"}}",
    "a wrong type": b'{"first_name": 7}',
    "an unknown field": b'{"is_admin": true}',
    "a huge number": b'{"create_organizations_limit": 1e400}',
    "a number beyond the column": b'{"create_organizations_limit": 99999999999}',
    "a bad time": b'{"created_at": "yesterday"}',
    "a far time": b'{"created_at": "9999-12-31T23:59:59-23:59"}',
    "a time that stands for none": b'{"created_at": "0001-01-01T00:00:00Z"}',
    "two documents": b"{}{}",
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_malformed_body_is_refused_and_makes_nothing(world, body):
    answer = await world.client.post(
        "/v1/users", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code in (400, 413, 422), answer.text
    assert answer.json()["clerk_trace_id"] == answer.headers["x-request-id"]
    assert answer.json()["errors"][0]["code"]
    assert not await world.sql("SELECT 1 FROM users WHERE instance_id = $1", world.instance_id)


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_malformed_rpc_body_is_refused_in_its_own_form(world, body):
    await world.user("ann")
    answer = await world.client.post(
        "/rpc/v1/organizations/create",
        content=body,
        headers={
            "content-type": "application/json",
            "charter-acting-user": world.people["ann"],
        },
    )
    assert answer.status_code == 400, answer.text
    refused = answer.json()
    assert (refused["ok"], refused["traceId"]) == (False, answer.headers["x-request-id"])


@pytest.mark.security("K7")
async def test_no_depth_is_more_than_a_refusal(world):
    """At some depth what reads it runs out of calls within calls: each door is past that too."""
    browser = world.browser()
    json_type = {"content-type": "application/json"}
    for depth in (*range(150, 900, 50), *range(900, 1000, 3)):
        deep = b'{"a":' * depth + b'"\\u0000"' + b"}" * depth
        of_backend = await world.client.post(
            "/v1/users", content=b'{"public_metadata":' + deep + b"}", headers=json_type
        )
        of_browser = await browser.http.post(
            "/client/sign_ups", content=b'{"unsafe_metadata":' + deep + b"}", headers=json_type
        )
        of_form = await browser.post("/client/sign_ups", {"unsafe_metadata": deep.decode()})
        for answer in (of_backend, of_browser, of_form):
            assert answer.status_code in (400, 413, 422), (depth, answer.text)
    await browser.close()


@pytest.mark.security("C7")
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", None])
async def test_a_json_endpoint_refuses_other_content_types(world, content_type):
    headers = {"content-type": content_type} if content_type else {}
    answer = await world.client.post("/v1/users", content=b'{"username":"a"}', headers=headers)
    assert answer.status_code == 400


@pytest.mark.security("K7")
@pytest.mark.parametrize(("size", "status"), [(1024 * 1024, 413), (1024 * 1024 - 200, 422)])
async def test_a_body_is_bounded_at_one_mebibyte(world, size, status):
    body = json.dumps({"public_metadata": {}, "first_name": "x" * size})
    answer = await world.client.post(
        "/v1/users", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == status, answer.text[:300]


@pytest.mark.security("K7")
async def test_a_body_that_does_not_tell_its_size_is_bounded_too(world):
    async def endless():
        for _ in range(64):
            yield b" " * 65536

    answer = await world.client.post(
        "/v1/users", content=endless(), headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "limit=x",
        "limit=1e9",
        "limit=-1",
        "offset=-1",
        "offset=99999999999999999999",
        "order_by=password_digest",
        "query=%00",
        "email_address=%00",
        "banned=maybe",
        "created_at_after=abc",
        "created_at_after=99999999999999999999999",
    ],
)
async def test_an_absurd_query_is_refused_and_names_the_parameter(world, query):
    answer = await world.get(f"/users?{query}")
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["meta"]["param_name"] == query.partition("=")[0]


@pytest.mark.parametrize("query", ["limit=%ff", "query=%ff%fe", "x=%zz", "&&&==", "limit=10.0"])
async def test_an_odd_query_never_fails_the_server(world, query):
    answer = await world.get(f"/users?{query}")
    assert answer.status_code in (200, 400, 422)


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE", "HEAD", "TRACE", "PROPFIND"])
async def test_a_method_that_is_not_served_is_refused(world, method):
    answer = await world.client.request(method, "/v1/users/count")
    assert answer.status_code in (400, 404, 405)


@pytest.mark.parametrize("path", ["/users/%00", "/users/" + "x" * 8000, "/users/%ff", "/users/ "])
async def test_an_odd_id_is_not_found(world, path):
    answer = await world.get(path)
    assert answer.status_code == 404


@pytest.mark.security("N4")
async def test_a_defect_tells_the_client_nothing_but_its_trace_id(world, monkeypatch):
    from charter.core.users import queries

    # A statement that is broken on purpose: the nearest thing to an unknown failure.
    monkeypatch.setattr(queries.USER, "sql", "SELECT secret FROM nowhere")
    answer = await world.get("/users/user_x")
    assert answer.status_code == 500
    assert "nowhere" not in answer.text
    assert answer.json()["errors"][0]["code"] == "internal_error"
    assert answer.json()["clerk_trace_id"] == answer.headers["x-request-id"]
