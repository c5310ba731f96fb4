"""Credits: a ledger where nothing comes from nowhere."""

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charter.core.credits import operations as credit_operations
from charter.core.credits.model import (
    AdjustmentMismatch,
    CreditAmountInvalid,
    InsufficientCredits,
)
from charter.core.organizations.model import OrganizationNotFound
from charter.core.users.model import UserNotFound
from charter.kernel.errors import InvalidInput, MissingInput
from tests.paying import adjustment, balances_are_true, grant, held
from tests.world import all_at_once


async def test_credits_are_given_and_taken(world):
    assert await held(world) is None
    given_first = await grant(world, 700, note="welcome")
    assert (given_first.amount, given_first.note, given_first.source_type) == (
        700,
        "welcome",
        "grant",
    )
    taken = await grant(world, -200, key="second")
    assert (taken.amount, taken.source_type) == (-200, "deduction")
    assert await held(world) == 500
    await balances_are_true(world)
    moved = [row["name"] for row in await world.events("credits.moved")]
    assert len(moved) == 2


async def test_nobody_holds_less_than_nothing(world):
    with pytest.raises(InsufficientCredits):
        await grant(world, -1)
    await grant(world, 100)
    with pytest.raises(InsufficientCredits):
        await grant(world, -101, key="more")
    assert await held(world) == 100
    with pytest.raises(InsufficientCredits):
        await grant(world, -1, key="euro", currency="EUR")


async def test_a_repeated_key_gives_what_was_done_at_first(world):
    first = await grant(world, 100)
    again = await grant(world, 100)
    assert again == first
    assert await held(world) == 100
    for amount, currency in ((101, "USD"), (-100, "USD"), (100, "EUR")):
        with pytest.raises(AdjustmentMismatch):
            await grant(world, amount, currency=currency)
    # Keys are a payer's own.
    await grant(world, 50, "ben")
    assert await held(world, "ben") == 50


@pytest.mark.security("L2")
async def test_of_one_key_at_once_one_counts(world):
    await world.user("ann")
    results = await all_at_once(*[grant(world, 100) for _ in range(8)])
    assert len({each.id for each in results}) == 1
    assert await held(world) == 100


@pytest.mark.security("L2")
async def test_of_many_who_take_at_once_as_many_get_as_there_is(world):
    await grant(world, 500)
    calls = [grant(world, -100, key=f"taker{number}") for number in range(9)]
    results = await all_at_once(*calls)
    assert [type(each) for each in results].count(InsufficientCredits) == 4
    assert await held(world) == 0
    await balances_are_true(world)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"amount": 0}, CreditAmountInvalid),
        ({"amount": -5}, CreditAmountInvalid),
        ({"amount": 10**12 + 1}, CreditAmountInvalid),
        ({"currency": "XXX"}, InvalidInput),
        ({"idempotency_key": ""}, InvalidInput),
        ({"idempotency_key": "x" * 256}, InvalidInput),
        ({"note": "x" * 1025}, InvalidInput),
    ],
)
async def test_what_adjusts_nothing_is_refused(world, fields, error):
    ann = await world.user("ann")
    with pytest.raises(error):
        await world.call(
            None, credit_operations.adjust, adjustment=adjustment(**fields), user_id=ann.id
        )


async def test_more_than_can_be_counted_is_refused(world):
    ann = await world.user("ann")
    await grant(world, 1)
    await world.sql(
        "UPDATE ledger_accounts SET balance = 999999999999999 WHERE kind = 'credits'"
        " AND payer_id IN (SELECT id FROM payers WHERE user_id = $1)",
        ann.id,
    )
    with pytest.raises(CreditAmountInvalid):
        await grant(world, 10, key="more")


async def test_only_who_is_there_holds_credits(world):
    for who, error in (
        ({"user_id": "user_x"}, UserNotFound),
        ({"organization_id": "org_x"}, OrganizationNotFound),
        ({}, MissingInput),
        ({"user_id": "user_x", "organization_id": "org_x"}, MissingInput),
    ):
        with pytest.raises(error):
            await world.call(None, credit_operations.adjust, adjustment=adjustment(), **who)
        with pytest.raises(error):
            await world.call(None, credit_operations.get_balance, **who)


@pytest.mark.security("G1")
async def test_another_instances_payer_is_none_of_ours(world, other_world):
    ann = await world.user("ann")
    await grant(world, 100)
    with pytest.raises(UserNotFound):
        await other_world.call(None, credit_operations.get_balance, user_id=ann.id)


async def test_organizations_hold_credits(world):
    acme = await world.organization()
    one = {"organization_id": acme.id}
    await world.call(None, credit_operations.adjust, adjustment=adjustment(), **one)
    found = await world.call(None, credit_operations.get_balance, **one)
    assert found.balance.amount == 100


ONE_MORE = """
INSERT INTO ledger_entries
SELECT e.instance_id, e.transaction_id, a.id, 5 FROM ledger_entries e
JOIN ledger_accounts a ON a.instance_id = e.instance_id
WHERE e.instance_id = $1 AND a.currency = 'EUR' AND e.amount = 100
"""


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_entries SET amount = 5 WHERE instance_id = $1",
        "UPDATE ledger_transactions SET note = 'x' WHERE instance_id = $1",
        "UPDATE ledger_accounts SET balance = -1 WHERE kind = 'credits' AND instance_id = $1",
        "DELETE FROM ledger_entries WHERE amount > 0 AND instance_id = $1",
        ONE_MORE,
    ],
)
async def test_the_database_keeps_the_ledger(world, change):
    await grant(world, 100)
    await grant(world, 7, key="euro", currency="EUR")
    with pytest.raises(asyncpg.PostgresError):
        await world.sql(change, world.instance_id)
    await balances_are_true(world)


@given(amounts=st.lists(st.integers(-300, 300).filter(bool), min_size=1, max_size=12))
@settings(max_examples=15)
async def test_whatever_is_given_and_taken_the_ledger_balances(world, amounts):
    name = f"user{hash(tuple(amounts))}"
    expected = 0
    for number, amount in enumerate(amounts):
        try:
            await grant(world, amount, name, key=str(number))
        except InsufficientCredits:
            assert expected + amount < 0
        else:
            expected += amount
            assert expected >= 0
    assert (await held(world, name) or 0) == expected
    await balances_are_true(world)
