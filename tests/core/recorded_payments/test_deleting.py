"""What a query deletes: what it names, of the organization alone, and nothing that it only may."""

import pytest

from charter.core.credits.model import Source
from charter.core.limits.limiting import TooManyAttempts
from charter.core.query_deletions.model import Deletion, MatchCountDiffers, QueryNamesNothing
from charter.core.recorded_payments import operations as recorded_payments
from charter.core.recorded_payments.model import Means, RecordedStatus
from charter.kernel.errors import InvalidInput, NotPermitted
from charter.kernel.filters.tree import FilterSyntax, FilterType
from charter.kernel.lists import Search
from tests.core.recorded_payments.test_recording import paid, record
from tests.costs import cost_of_awaiting
from tests.world import all_at_once


async def delete(world, organization, query, who=None, **fields):
    return await world.call(
        who,
        recorded_payments.delete_by_query,
        organization_id=organization.id,
        deletion=Deletion(query=query, **fields),
    )


async def left(world, organization):
    found = await world.call(
        None, recorded_payments.search, organization_id=organization.id, search=Search(limit=1000)
    )
    return {each.external_id for each in found.items}


@pytest.fixture
async def acme(world):
    made = await world.organization()
    for name in ("in_1", "in_2", "inX1", "wire_1"):
        await record(world, made, external_id=name, external_customer_id="cus_A")
    return made


async def test_a_wildcard_is_no_character(world, acme):
    result = await delete(world, acme, "external_id:in_*")
    assert {each.external_id for each in result.items} == {"in_1", "in_2"}
    assert (result.matched, result.deleted, result.truncated) == (2, 2, False)
    assert await left(world, acme) == {"inX1", "wire_1"}


async def test_an_organization_is_not_asked_to_delete_again_and_again(world, acme):
    await world.configure(limits_addresses=True)
    other = await world.organization("Other")
    for _ in range(10):
        await delete(world, acme, "external_id:in_1", dry_run=True)
    with pytest.raises(TooManyAttempts):
        await delete(world, acme, "external_id:in_1")
    assert "in_1" in await left(world, acme)
    assert (await delete(world, other, "external_id:in_1")).matched == 0


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("external_id:in_1", {"in_1"}),
        ('external_id:"in_1"', {"in_1"}),
        ('external_id:"in_*"', set()),
        ("external_id:*1", {"in_1", "inX1", "wire_1"}),
        ("external_id:IN_1", set()),
        ("external_id:in%", set()),
        ("external_id:i*X*", {"inX1"}),
        ("external_customer_id:cus_A AND external_id:wire*", {"wire_1"}),
        ("external_id:wire_1 OR external_id:in_2 AND status:failed", {"wire_1"}),
        ("external_id:(in_1 OR in_2)", {"in_1", "in_2"}),
        ("currency:uSd AND external_id:*_2", {"in_2"}),
        ("status:succeeded AND currency:*", {"in_1", "in_2", "inX1", "wire_1"}),
        ("status:pending", set()),
        ("payment_method:card", set()),
    ],
)
async def test_a_query_names_what_it_says(world, acme, query, names):
    tried = await delete(world, acme, query, dry_run=True)
    assert {each.external_id for each in tried.items} == names
    assert tried.deleted == 0
    assert len(await left(world, acme)) == 4
    done = await delete(world, acme, query)
    assert done.items == tried.items
    assert await left(world, acme) == {"in_1", "in_2", "inX1", "wire_1"} - names


@pytest.mark.parametrize(
    "query",
    [
        "status:*",
        "external_id:*",
        "external_id:** AND status:*",
        "external_id:in_1 OR status:*",
        "external_id:in_1 OR (status:* AND currency:*)",
        "external_id:(in_1 OR *)",
        'external_id:""',
    ],
)
async def test_a_query_with_a_way_that_names_nothing_is_refused(world, acme, query):
    with pytest.raises(QueryNamesNothing):
        await delete(world, acme, query)
    assert len(await left(world, acme)) == 4


@pytest.mark.parametrize(
    "query",
    [
        "",
        "in_1",
        "NOT external_id:in_1",
        "-external_id:in_1",
        "external_id:in_1 AND NOT status:failed",
        "external_id:[a TO b]",
        "external_id:{a TO *]",
        "external_id:in_1 external_id:in_2",
        "external_id:in_1 and external_id:in_2",
        "external_id:in_?",
        "external_id:(in_1",
        'external_id:"in_1',
        "external_id:/in.*/",
        "external_id:in~2",
        "external_id:in_1^2",
        "amount:5",
        "organization_id:org_1",
        "payer_id:x",
        "id:pay_1",
        "metadata.plan:pro",
        "status:paid",
        "status:succ*",
        "status:SUCCEEDED",
        "payment_method:cash",
        "external_id:in_1 AND status:done",
        "created_at:2026-01-01T00:00:00Z",
    ],
)
async def test_a_query_that_is_none_is_refused(world, acme, query):
    with pytest.raises((FilterSyntax, FilterType)) as refused:
        await delete(world, acme, query)
    assert "position" in refused.value.meta
    assert len(await left(world, acme)) == 4


HOSTILE = {
    "deep": "(" * 500 + "external_id:a" + ")" * 500,
    "deeper than taken": "(" * 9 + "external_id:a" + ")" * 9,
    "long": "external_id:" + "a" * 2000,
    "many clauses": " OR ".join(f"external_id:a{number}" for number in range(33)),
    "many wildcards": "external_id:" + "a*" * 9,
    "huge": "external_id:a OR " * 50_000,
    "nothing but quotes": '"' * 1000,
    "nothing but stars": "*" * 1000,
    "controls": "external_id:\x00\x01",
    "a surrogate": "external_id:\ud800",
    "backslashes": "external_id:" + "\\" * 999,
    "colons": "a:" * 500,
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_query_ends_soon_in_a_refusal(world, acme, name):
    async def refused():
        with pytest.raises(InvalidInput):
            await delete(world, acme, HOSTILE[name])

    assert await cost_of_awaiting(refused) < 0.1


async def test_an_organization_without_payments_refuses_the_same(world):
    empty = await world.organization()
    for query in ("status:*", "nonsense:1", "status:paid", "(("):
        with pytest.raises(InvalidInput):
            await delete(world, empty, query)
    assert (await delete(world, empty, "external_id:a")).matched == 0
    with pytest.raises(MatchCountDiffers):
        await delete(world, empty, "external_id:a", expected_count=1)


@pytest.mark.security("G1")
async def test_no_query_reaches_another_organization(world, acme):
    globex = await world.organization("Globex", "ben")
    await record(world, globex, external_id="in_9", external_customer_id="cus_A")
    for query in (
        "external_customer_id:cus_A",
        "external_id:in_9 OR status:succeeded",
        "status:succeeded OR status:refunded OR status:failed OR status:pending",
        "currency:usd) OR (currency:usd",
    ):
        try:
            result = await delete(world, acme, query)
        except FilterSyntax:
            continue
        assert "in_9" not in {each.external_id for each in result.items}
    assert await left(world, globex) == {"in_9"}
    assert await left(world, acme) == set()


async def test_the_oldest_go_first_and_as_many_as_may(world, acme):
    result = await delete(world, acme, "external_customer_id:cus_A", limit=3)
    assert [each.external_id for each in result.items] == ["in_1", "in_2", "inX1"]
    assert (result.matched, result.deleted, result.limit, result.truncated) == (4, 3, 3, True)
    assert await left(world, acme) == {"wire_1"}


@pytest.mark.parametrize("fields", [{"limit": 0}, {"limit": 1001}, {"expected_count": -1}])
async def test_limits_have_limits(world, acme, fields):
    with pytest.raises(InvalidInput):
        await delete(world, acme, "external_id:in_1", **fields)


async def test_who_expects_another_number_deletes_nothing(world, acme):
    with pytest.raises(MatchCountDiffers) as refused:
        await delete(world, acme, "external_id:in_*", expected_count=3)
    assert refused.value.meta == {"matched": 2}
    assert len(await left(world, acme)) == 4
    assert (await delete(world, acme, "external_id:in_*", expected_count=2)).deleted == 2


async def test_what_stands_in_the_ledger_is_taken_back_by_entries(world, acme):
    await record(world, acme, 500, external_id="in_3", status=RecordedStatus.PENDING)
    await record(world, acme, 500, external_id="in_4", status=RecordedStatus.REFUNDED)
    await delete(world, acme, "external_id:in_*")
    assert await paid(world, acme) == {"USD": 4000}
    rows = await world.sql(
        "SELECT source_type FROM ledger_transactions WHERE instance_id = $1", world.instance_id
    )
    found = [row["source_type"] for row in rows]
    assert found.count(Source.RECORDED) == 4
    assert found.count(Source.RECORD_DELETED) == 2


async def test_one_entry_of_the_stream_tells_of_it(world, acme):
    result = await delete(world, acme, "external_id:in_*")
    (event,) = await world.events("recordedPayment.deletedByQuery")
    assert event["subject_id"] == acme.id
    assert event["organization_id"] == acme.id
    told = event["after"]
    assert told["query"] == "external_id:in_*"
    assert told["ids"] == [each.id for each in result.items]
    await delete(world, acme, "external_id:wire*", dry_run=True)
    await delete(world, acme, "external_id:nothing")
    assert len(await world.events("recordedPayment.deletedByQuery")) == 1


@pytest.mark.security("L2")
async def test_of_many_deletions_at_once_each_payment_goes_once(world, acme):
    results = await all_at_once(*[delete(world, acme, "external_id:in_*") for _ in range(6)])
    assert sum(each.deleted for each in results) == 2
    assert await paid(world, acme) == {"USD": 4000}


async def test_only_the_apps_server_deletes(world, acme):
    with pytest.raises(NotPermitted):
        await delete(world, acme, "external_id:in_*", who="ann")


async def test_what_was_deleted_can_be_recorded_again_by_hand(world, acme):
    await delete(world, acme, "external_id:in_1")
    await record(world, acme, external_id="in_1", payment_method=Means.WIRE)
    rows = await world.sql("SELECT 1 FROM tombstones WHERE instance_id = $1", world.instance_id)
    assert rows == []
