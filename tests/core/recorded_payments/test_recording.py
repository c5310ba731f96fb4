"""What an organization paid outside is recorded once, and stands in the ledger."""

from datetime import timedelta

import pytest

from charter.core.organizations.model import OrganizationNotFound
from charter.core.recorded_payments import operations as recorded_payments
from charter.core.recorded_payments.model import (
    ExternalIdTaken,
    Means,
    NewRecordedPayment,
    RecordedPaymentNotFound,
    RecordedStatus,
)
from charter.kernel.errors import InvalidInput, NotFound, NotPermitted, TooLarge
from charter.kernel.filters.tree import Apply, Name, Op, Text
from charter.kernel.lists import Search
from tests.paying import balances_are_true
from tests.world import all_at_once


async def record(world, organization, amount=2000, **fields):
    new = NewRecordedPayment(amount=amount, currency=fields.pop("currency", "usd"), **fields)
    return await world.call(
        None, recorded_payments.record, organization_id=organization.id, new=new
    )


async def paid(world, organization):
    """What the ledger says that an organization has paid, by currency."""
    rows = await world.sql(
        "SELECT a.currency, a.balance FROM ledger_accounts a JOIN payers p"
        " ON p.instance_id = a.instance_id AND p.id = a.payer_id"
        " WHERE a.kind = 'paid' AND p.organization_id = $1",
        organization.id,
    )
    await balances_are_true(world)
    return {row["currency"]: row["balance"] for row in rows}


async def test_what_succeeded_stands_in_the_ledger(world):
    acme = await world.organization()
    made = await record(world, acme, external_id="wire_1", payment_method=Means.WIRE)
    assert made.currency == "USD"
    assert made.paid_at == made.created_at
    assert await paid(world, acme) == {"USD": 2000}
    await record(world, acme, 500, status=RecordedStatus.PENDING)
    await record(world, acme, 700, status=RecordedStatus.REFUNDED)
    await record(world, acme, 900, currency="kwd")
    assert await paid(world, acme) == {"USD": 2000, "KWD": 900}


async def test_it_gives_no_credits(world):
    acme = await world.organization()
    await record(world, acme)
    rows = await world.sql(
        "SELECT 1 FROM ledger_accounts WHERE kind = 'credits' AND instance_id = $1",
        world.instance_id,
    )
    assert rows == []


async def test_it_is_read_listed_and_filtered_by_members(world):
    acme = await world.organization()
    first = await record(world, acme)
    second = await record(world, acme, status=RecordedStatus.FAILED)
    listed = await world.call(
        "ann", recorded_payments.search, organization_id=acme.id, search=Search()
    )
    assert {each.id for each in listed.items} == {first.id, second.id}
    failed = Search(where=Apply(Op.EQ, (Name("status"), Text("failed"))))
    listed = await world.call(
        "ann", recorded_payments.search, organization_id=acme.id, search=failed
    )
    assert [each.id for each in listed.items] == [second.id]
    assert await world.call("ann", recorded_payments.get, payment_id=first.id) == first


async def test_strangers_and_other_instances_find_nothing(world, other_world):
    acme = await world.organization()
    made = await record(world, acme)
    await world.user("zoe")
    for asked in (made.id, "pay_nothing"):
        with pytest.raises(NotFound) as refused:
            await world.call("zoe", recorded_payments.get, payment_id=asked)
        assert type(refused.value) is NotFound
        with pytest.raises(NotFound):
            await other_world.call(None, recorded_payments.get, payment_id=asked)
    with pytest.raises(RecordedPaymentNotFound):
        await other_world.call(
            None, recorded_payments.merge_metadata, payment_id=made.id, metadata={"a": "b"}
        )
    with pytest.raises(OrganizationNotFound):
        await record(other_world, acme)


@pytest.mark.security("G4")
async def test_nobody_of_an_organization_records_what_it_paid(world):
    acme = await world.organization()
    new = NewRecordedPayment(amount=1, currency="usd")
    with pytest.raises(NotPermitted):
        await world.call("ann", recorded_payments.record, organization_id=acme.id, new=new)
    made = await record(world, acme)
    with pytest.raises(NotPermitted):
        await world.call(
            "ann", recorded_payments.merge_metadata, payment_id=made.id, metadata={"a": "b"}
        )


@pytest.mark.parametrize(
    ("fields", "parameter"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "amount"),
        ({"amount": 10**12 + 1}, "amount"),
        ({"currency": "xyz"}, "currency"),
        ({"currency": "us"}, "currency"),
        ({"external_id": ""}, "external_id"),
        ({"external_id": " a"}, "external_id"),
        ({"external_id": "a\nb"}, "external_id"),
        ({"external_id": "x" * 256}, "external_id"),
        ({"external_customer_id": "x" * 256}, "external_customer_id"),
        ({"metadata": {"a": "x" * 501}}, "metadata"),
        ({"metadata": {"": "x"}}, "metadata"),
        ({"metadata": {str(number): "x" for number in range(51)}}, "metadata"),
        ({"external_data": {"a": float("nan")}}, "external_data"),
    ],
)
async def test_what_is_no_payment_is_refused(world, fields, parameter):
    acme = await world.organization()
    with pytest.raises(InvalidInput) as refused:
        await record(world, acme, **fields)
    assert refused.value.parameter == parameter


async def test_what_is_not_paid_has_no_time_and_nothing_is_paid_later_than_now(world):
    acme = await world.organization()
    now = world.platform.clock()
    with pytest.raises(InvalidInput):
        await record(world, acme, status=RecordedStatus.PENDING, paid_at=now)
    with pytest.raises(InvalidInput):
        await record(world, acme, paid_at=now + timedelta(days=1))
    with pytest.raises(TooLarge):
        await record(world, acme, external_data={"a": "x" * 70_000})


@pytest.mark.security("L2")
async def test_of_many_with_one_external_id_one_is_recorded(world):
    acme, globex = await world.organization(), await world.organization("Globex", "ben")
    results = await all_at_once(
        *[record(world, each, external_id="wire_1") for each in (acme, globex) * 4]
    )
    assert sum(isinstance(each, ExternalIdTaken) for each in results) == 7
    assert (
        sum((await paid(world, acme)).values()) + sum((await paid(world, globex)).values()) == 2000
    )


async def test_an_external_id_is_taken_within_its_instance(world, other_world):
    await record(world, await world.organization(), external_id="wire_1")
    await record(other_world, await other_world.organization(), external_id="wire_1")


async def test_metadata_is_merged(world):
    acme = await world.organization()
    made = await record(world, acme, metadata={"plan": "pro", "order": "7"})
    arguments = {"payment_id": made.id, "metadata": {"plan": "max", "order": None, "by": "x"}}
    after = await world.call(None, recorded_payments.merge_metadata, **arguments)
    assert after.metadata == {"plan": "max", "by": "x"}
    again = await world.call(
        None, recorded_payments.merge_metadata, payment_id=made.id, metadata={}
    )
    assert again == after
    assert len(await world.events("recordedPayment.updated")) == 1
    with pytest.raises(InvalidInput):
        await world.call(
            None, recorded_payments.merge_metadata, payment_id=made.id, metadata={"plan": 7}
        )


async def test_patches_of_one_payment_at_once_are_all_kept(world):
    made = await record(world, await world.organization())
    await all_at_once(
        *[
            world.call(
                None,
                recorded_payments.merge_metadata,
                payment_id=made.id,
                metadata={f"key{number}": "x"},
            )
            for number in range(6)
        ]
    )
    after = await world.call(None, recorded_payments.get, payment_id=made.id)
    assert len(after.metadata) == 6


async def test_the_stream_shows_no_raw_data(world):
    await record(world, await world.organization(), external_data={"iban": "DE00"})
    (event,) = await world.events("recordedPayment.created")
    assert "iban" not in str(dict(event))
