"""Payments, and deleting by query, through the Accounts door."""

import pytest

from charter.surfaces.accounts import ids
from tests.surfaces.accounts.asking import refused


async def names_of(asking, path, **query):
    found = (await asking.get(path, **query)).json()
    return [each["external_id"] for each in found["items"]]


@pytest.fixture
async def acme(ann):
    return await ann.account()


async def record(server, account, *names, **fields):
    for name in names:
        body = {"amount_cents": 1250, "currency": "EUR", "external_id": name, **fields}
        answer = await server.post(f"{account}/payments", **body)
        assert answer.status_code == 201, answer.text


async def test_the_applications_server_records_a_payment(ann, server, acme):
    made = await server.post(
        f"{acme}/payments",
        amount_cents=1250,
        currency="EUR",
        status="succeeded",
        paid_at="2026-01-05T10:00:00Z",
        payment_method="wire",
        external_id="wire_7",
        external_customer_id="C-9",
        external_data={"iban": ["DE00", 1, None]},
        metadata={"plan": "pro"},
    )
    assert made.status_code == 201, made.text
    body = made.json()
    assert made.headers["location"] == f"/accounts/api/payments/{body['id']}"
    assert body["id"].startswith("pay_")
    assert body["account_id"] == acme.rpartition("/")[2]
    assert (body["amount_cents"], body["currency"]) == (1250, "eur")
    assert body["paid_at"] == "2026-01-05T10:00:00Z"
    assert body["external_data"] == {"iban": ["DE00", 1, None]}
    assert (await ann.get(f"/payments/{body['id']}")).json() == body
    again = await server.post(
        f"{acme}/payments", amount_cents=1, currency="eur", external_id="wire_7"
    )
    assert refused(again) == (409, "external_id_taken")


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_cents": 0},
        {"amount_cents": 12.5},
        {"amount_cents": "much"},
        {"amount_cents": 10**30},
        {"currency": "euro"},
        {"status": "paid"},
        {"payment_method": "cash"},
        {"paid_at": "yesterday"},
        {"paid_at": "2026-01-05T10:00:00"},
        {"paid_at": "0001-01-01T00:00:00+23:59"},
        {"paid_at": "9999-12-31T23:59:59-23:59"},
        {"metadata": {"a": 5}},
        {"metadata": {"a": {"b": "c"}}},
        {"external_id": ""},
    ],
)
async def test_what_is_no_payment_is_refused(server, acme, wrong):
    body = {"amount_cents": 5, "currency": "usd", **wrong}
    answer = await server.post(f"{acme}/payments", **body)
    assert refused(answer) == (400, "validation_error")
    (param,) = answer.json()["invalid_params"]
    assert param["in"] == "body"
    assert param["path"].startswith(next(iter(wrong)))


async def test_who_pays_may_not_say_so(ann, zoe, acme):
    body = {"amount_cents": 5, "currency": "usd"}
    assert refused(await ann.post(f"{acme}/payments", **body)) == (403, "insufficient_role")
    for verb in ("delete", "delete-by-query"):
        answer = await ann.post(f"{acme}/payments/{verb}", query="currency:usd")
        assert refused(answer) == (403, "insufficient_role")
    assert refused(await zoe.get(f"{acme}/payments")) == (404, "not_found")
    # Of strangers none learns whether there is such an account.
    for one in (acme, "/accounts/acc_x"):
        assert refused(await zoe.post(f"{one}/payments", **body)) == (403, "insufficient_role")


async def test_payments_come_in_pages_by_status(ann, server, acme):
    await record(server, acme, "a_1", "a_2", "a_3")
    await record(server, acme, "b_1", status="failed")
    first = (await ann.get(f"{acme}/payments", limit=3)).json()
    assert len(first["items"]) == 3
    rest = (await ann.get(f"{acme}/payments", limit=3, cursor=first["next_cursor"])).json()
    found = [each["external_id"] for each in (*first["items"], *rest["items"])]
    assert sorted(found) == ["a_1", "a_2", "a_3", "b_1"]
    assert rest["next_cursor"] is None
    assert await names_of(ann, f"{acme}/payments", status="failed") == ["b_1"]
    wrong = await ann.get(f"{acme}/payments", status="paid")
    assert wrong.status_code == 400
    other = await ann.get(f"{acme}/payments", limit=3, status="failed", cursor=first["next_cursor"])
    assert refused(other) == (400, "invalid_cursor")


async def test_metadata_is_patched(server, acme):
    await record(server, acme, "a_1", metadata={"plan": "pro", "order": "7"})
    (item,) = (await server.get(f"{acme}/payments")).json()["items"]
    one = f"/payments/{item['id']}"
    same = await server.patch(one)
    assert same.json() == item
    changed = await server.patch(one, metadata={"plan": "max", "order": None})
    assert changed.json()["metadata"] == {"plan": "max"}
    cleared = await server.ask(
        "PATCH",
        one,
        content=b'{"metadata": null}',
        headers={"content-type": "application/merge-patch+json"},
    )
    assert cleared.json()["metadata"] == {}
    assert refused(await server.patch(one, status="failed")) == (400, "validation_error")
    assert refused(await server.patch(one, plan="max")) == (400, "unknown_field")
    assert refused(await server.patch("/payments/pay_x", metadata={})) == (404, "not_found")


@pytest.mark.security("G1")
async def test_a_payment_of_a_stranger_is_as_if_it_were_not_there(zoe, server, acme):
    await record(server, acme, "a_1")
    (item,) = (await server.get(f"{acme}/payments")).json()["items"]
    there, not_there = [
        (await zoe.get(f"/payments/{each}")).json() for each in (item["id"], "pay_x")
    ]
    del there["instance"], not_there["instance"]
    assert there == not_there


async def test_acceptance_04_a_wildcard_takes_no_underscore_for_any_character(server, acme):
    await record(server, acme, "in_1", "inX1")
    result = (await server.post(f"{acme}/payments/delete", query="external_id:in_*")).json()
    assert [each["external_id"] for each in result["items"]] == ["in_1"]
    assert await names_of(server, f"{acme}/payments") == ["inX1"]


async def test_acceptance_05_no_query_reaches_another_account(ann, server, world, acme):
    globex = await ann.account("Globex")
    await record(server, acme, "in_1")
    await record(server, globex, "in_2")
    other = ids.organization_id(globex.rpartition("/")[2])
    for query in (
        "external_id:in_2",
        "external_id:in_* OR currency:eur",
        f"external_id:in_2 OR organization_id:{other}",
        f"account_id:{globex.rpartition('/')[2]} OR external_id:in_*",
        "currency:eur) OR (external_id:in_2",
        "external_id:in_2' OR '1'='1",
        'external_id:"in_2" OR status:succeeded',
    ):
        await server.post(f"{acme}/payments/delete", query=query, limit=1000)
    assert await names_of(server, f"{globex}/payments") == ["in_2"]
    assert await names_of(server, f"{acme}/payments") == []


async def test_acceptance_06_a_dry_run_names_what_the_run_removes(server, acme):
    await record(server, acme, "in_1", "in_2", "in_3", "ch_1")
    query = {"query": "external_id:in_*", "limit": 2}
    tried = (await server.post(f"{acme}/payments/delete", **query, dry_run=True)).json()
    assert len(await names_of(server, f"{acme}/payments")) == 4
    done = (await server.post(f"{acme}/payments/delete-by-query", **query)).json()
    assert tried == {**done, "dry_run": True, "deleted": 0}
    assert (done["matched"], done["deleted"], done["truncated"]) == (3, 2, True)
    assert set(done["items"][0]) == {"id", "external_id", "status", "currency", "amount_cents"}
    assert sorted(await names_of(server, f"{acme}/payments")) == ["ch_1", "in_3"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "validation_error"),
        ({"query": ""}, "invalid_query"),
        ({"query": "status:*"}, "invalid_query"),
        ({"query": "external_id:a OR status:*"}, "invalid_query"),
        ({"query": "NOT status:failed"}, "invalid_query"),
        ({"query": "amount:5"}, "invalid_query"),
        ({"query": "status:done"}, "invalid_query"),
        ({"query": 'external_id:"a'}, "invalid_query"),
        ({"query": "external_id:a external_id:b"}, "invalid_query"),
        ({"query": "external_id:a", "limit": 0}, "validation_error"),
        ({"query": "external_id:a", "limit": 1001}, "validation_error"),
        ({"query": "external_id:a", "dryRun": True}, "unknown_field"),
        ({"query": "external_id:a", "account": "acc_x"}, "unknown_field"),
    ],
)
async def test_a_deletion_that_is_none_is_refused(server, acme, body, code):
    for kind in ("payments", "invoices"):
        answer = await server.post(f"{acme}/{kind}/delete", **body)
        assert refused(answer) == (400, code)
        (param,) = answer.json()["invalid_params"]
        assert param["in"] == "body"
        if code == "invalid_query":
            assert param["path"] == "query"
            assert param["expected"].startswith("position ")


async def test_who_expects_another_number_is_told(server, acme):
    await record(server, acme, "in_1")
    query = {"query": "external_id:in_*", "expected_count": 2}
    answer = await server.post(f"{acme}/payments/delete", **query)
    assert refused(answer) == (409, "precondition_failed")
