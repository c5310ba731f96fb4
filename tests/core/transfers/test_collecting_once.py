"""Of two servers with the same instance one collects; whatever they do, a period is paid once."""

from collections import Counter
from datetime import timedelta

import pytest

from charter.core.payers.model import Gateway
from charter.core.payments import operations as payments
from charter.core.payments.charging import COLLECT
from charter.core.payments.collecting import collect
from charter.core.subscriptions import advancing
from charter.core.subscriptions.changing import ADVANCE
from charter.core.transfers import operations as transfers
from charter.core.transfers.reading import whole
from charter.kernel.jobs import ClaimedJob
from tests.core.transfers.cast_of_money import SECRET, add_card
from tests.core.transfers.moving import Kept, exported, imported
from tests.paying import at, attempts_of, balances_are_true, make_plan, pass_time, pay, subscribe
from tests.world import all_at_once, later

JOBS = """
SELECT kind, payload, run_at FROM jobs
 WHERE instance_id = $1 AND kind IN ('subscriptions.advance', 'payments.collect')
"""
ITEMS = """
SELECT id, status, cycle, period_start, period_end FROM subscription_items
 WHERE instance_id = $1 ORDER BY id
"""
CHARGED = """
SELECT i.id, p.period_start, p.amount, p.status FROM payments p JOIN subscription_items i
    ON i.instance_id = p.instance_id AND i.id = p.subscription_item_id
 WHERE p.instance_id = $1 ORDER BY 1, 2
"""


async def rows(world, query):
    return [dict(row) for row in await world.sql(query, world.instance_id)]


async def jobs_of(world):
    """What is asked for, by kind and what it is about."""
    found = await rows(world, JOBS)
    return Counter(
        (each["kind"], each["payload"].get("payer_id") or each["payload"]["attempt_id"])
        for each in found
    )


async def wanted(world):
    """What has to be asked for, by the rows of the instance."""
    due = await world.sql(
        "SELECT id FROM payers WHERE instance_id = $1 AND next_due_at IS NOT NULL",
        world.instance_id,
    )
    asked = await world.sql(
        "SELECT a.id FROM payment_attempts a JOIN payment_methods m ON m.instance_id ="
        " a.instance_id AND m.id = a.payment_method_id WHERE a.instance_id = $1"
        " AND a.status = 'pending' AND m.gateway = 'stripe'",
        world.instance_id,
    )
    return Counter(
        [*((ADVANCE, row["id"]) for row in due), *((COLLECT, row["id"]) for row in asked)]
    )


async def resume(world, **options):
    return await world.call(None, payments.resume, **options)


async def renewing(world, name="ann", days=20):
    """A plan that is paid by card, begun so many days ago."""
    then = at(world, world.platform.clock() - timedelta(days=days))
    await add_card(world, name, platform=then)
    item = await subscribe(world, await make_plan(world), name, platform=then)
    await pass_time(world, platform=then, minutes=1)
    return item


@pytest.fixture
async def connected(world, stripe):
    """An instance whose people pay by card, and Stripe."""
    await world.call(None, payments.set_gateway, gateway=Gateway.STRIPE, secret=SECRET)
    return world


@pytest.mark.security("L2")
async def test_after_an_import_nothing_is_renewed_or_collected(paying, elsewhere, stripe):
    await imported(elsewhere, await exported(paying))
    before = [await rows(elsewhere, query) for query in (ITEMS, CHARGED)]
    assert await jobs_of(elsewhere) == Counter()
    asked = list(stripe.requests)
    # Jobs come all the same where an app's server does something; they find it held.
    moved = later(elsewhere.platform, days=90)
    for row in await elsewhere.sql(
        "SELECT id FROM payers WHERE instance_id = $1", elsewhere.instance_id
    ):
        given = {"payer_id": row["id"], "platform": moved}
        assert await elsewhere.call(None, advancing.advance, **given) == 0
    for kind, attempt_id in await wanted(elsewhere):
        if kind == COLLECT:
            payload = {"attempt_id": attempt_id}
            await collect(moved, ClaimedJob(elsewhere.instance_id, "job_x", COLLECT, payload, 1))
    assert [await rows(elsewhere, query) for query in (ITEMS, CHARGED)] == before
    assert stripe.requests == asked


async def test_told_to_go_on_each_thing_is_asked_for_once(paying, elsewhere):
    await imported(elsewhere, await exported(paying))
    await resume(elsewhere)
    needed = await wanted(elsewhere)
    assert {kind for kind, _ in needed} == {ADVANCE, COLLECT}
    assert await jobs_of(elsewhere) == needed
    for row in await rows(elsewhere, JOBS):
        if row["kind"] == ADVANCE:
            assert row["payload"]["due_at"] == row["run_at"].isoformat()
        else:
            # The server that the instance comes from may have asked for it.
            assert row["payload"]["is_repeated"]
    results = await all_at_once(*(resume(elsewhere) for _ in range(4)))
    assert {each.held_at for each in results} == {None}
    assert await jobs_of(elsewhere) == needed
    assert len(await elsewhere.events("billing.resumed")) == 1


async def test_told_at_once_by_many_each_thing_is_asked_for_once(paying, elsewhere):
    await imported(elsewhere, await exported(paying))
    results = await all_at_once(*(resume(elsewhere) for _ in range(5)))
    assert not [each for each in results if isinstance(each, Exception)]
    assert await jobs_of(elsewhere) == await wanted(elsewhere)
    assert len(await elsewhere.events("billing.resumed")) == 1


async def test_both_servers_would_do_the_same(paying, elsewhere, stripe):
    """What was half done is ended there as it would have been here."""
    await imported(elsewhere, await exported(paying))
    begun = {row["id"] for row in await rows(paying, ITEMS)}
    await resume(elsewhere)
    (slow,) = [each for each in stripe.intents if each["status"] == "processing"]
    slow["status"] = "succeeded"
    del stripe.behaves["pm_fay"]
    for world in (paying, elsewhere):
        await pass_time(world, days=50)
        await balances_are_true(world)
    for query in (ITEMS, CHARGED):
        here, there = [
            [row for row in await rows(world, query) if row["id"] in begun]
            for world in (paying, elsewhere)
        ]
        assert here == there
    # Both took the money of the same periods through one Stripe, which knew them apart.
    references = Counter(each["metadata"]["charter_payment_attempt"] for each in stripe.intents)
    assert set(references.values()) == {1}


async def test_a_renewal_comes_once_and_when_it_is_due(connected, elsewhere, stripe):
    item = await renewing(connected)
    await connected.call(None, payments.hold)
    await imported(elsewhere, await exported(connected))
    await resume(elsewhere)
    await pass_time(elsewhere, days=5)
    assert stripe.taken == [2000]
    await pass_time(elsewhere, days=15)
    await pass_time(connected, days=60)
    assert stripe.taken == [2000, 2000]
    renewed = [each for each in await attempts_of(elsewhere) if each.status == "paid"]
    assert [each.payment.period_start for each in renewed] == [item.period_start, item.period_end]
    assert len(await attempts_of(connected)) == 1


@pytest.mark.security("L2")
@pytest.mark.parametrize("behind", [0, 3])
async def test_two_servers_that_both_renew_take_the_money_once(
    connected, elsewhere, stripe, behind
):
    """Nobody held the one before: a mistake, but not one that people pay for."""
    item = await renewing(connected)
    stripe.clock = item.period_end.timestamp
    await imported(elsewhere, await exported(connected))
    await resume(elsewhere)
    await pass_time(connected, days=20)
    if behind:
        # Stripe forgets its keys after a day, and the other worker was away for longer.
        stripe.answers.clear()
        await elsewhere.sql(
            "UPDATE jobs SET run_at = run_at + '3 days'::interval WHERE instance_id = $1",
            elsewhere.instance_id,
        )
    await pass_time(elsewhere, days=20)
    assert stripe.taken == [2000, 2000]
    for world in (connected, elsewhere):
        found = await attempts_of(world)
        assert [each.status for each in found] == ["paid", "paid"]
        assert found[1].gateway_external_id == "pi_2"


@pytest.mark.security("L2")
async def test_a_copy_that_is_older_than_a_renewal_does_not_charge_it_again(
    connected, elsewhere, stripe
):
    """A server is lost, and its last copy is from before a renewal, or before a try that paid."""
    await renewing(connected, days=70)
    then = at(connected, connected.platform.clock() - timedelta(days=69))
    lines = await exported(connected)
    stripe.behaves["pm_ann"] = "declines"
    then = await pass_time(connected, platform=then, days=31)
    assert stripe.taken == [2000]
    stripe.behaves.clear()
    await pass_time(connected, platform=then, days=38)
    assert stripe.taken == [2000] * 3
    stripe.answers.clear()
    await imported(elsewhere, lines)
    await resume(elsewhere)
    await pass_time(elsewhere, days=10)
    assert stripe.taken == [2000] * 3
    # Nobody is told that a card was refused, for what had been paid by the next try.
    assert [each.status for each in await attempts_of(elsewhere)] == ["paid"] * 3


async def test_an_instance_without_payers_is_held_no_longer_than_the_import(world, elsewhere):
    await world.user("ann")
    lines = await exported(world)
    await imported(elsewhere, lines)
    await subscribe(elsewhere, await make_plan(elsewhere), "ben")
    await pay(elsewhere)
    await pass_time(elsewhere, days=32)
    assert [each.status for each in await attempts_of(elsewhere)] == ["paid", "pending"]


async def test_while_people_are_taken_over_billing_is_held(world, elsewhere):
    await subscribe(world, await make_plan(world))
    lines = await exported(world)
    rejects = await imported(elsewhere, lines, rejects=Kept())
    assert rejects.rejections == []
    [held] = await elsewhere.events("billing.held")
    [begun] = await elsewhere.events("import.begun")
    assert held["position"] < begun["position"]
    assert await elsewhere.events("billing.resumed") == []


async def test_what_is_asked_for_already_is_not_asked_for_twice(paying):
    needed = await wanted(paying)
    assert set(await jobs_of(paying)) >= set(needed)
    await paying.call(None, payments.hold)
    await resume(paying)
    assert await jobs_of(paying) == needed


async def test_told_to_go_on_before_all_are_there_it_has_to_be_told_again(paying, elsewhere):
    lines = await exported(paying)
    found = whole(lines)
    given = {"source": found.sha256, "header": found.header}
    made = await elsewhere.call(None, transfers.begin, **given)
    middle = len(lines) // 2
    given = {"import_id": made.id, "place": 0, "lines": lines[1:middle], "rejects": Kept()}
    await elsewhere.call(None, transfers.take_lines, **given)
    await resume(elsewhere)
    await imported(elsewhere, lines)
    assert len(await elsewhere.events("billing.held")) == 2
    await resume(elsewhere)
    assert await jobs_of(elsewhere) == await wanted(elsewhere)
