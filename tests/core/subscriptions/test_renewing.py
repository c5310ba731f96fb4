"""Time passes: periods are renewed, invoices come due, and statements close."""

from datetime import timedelta

import pytest

from charter.core.payments import operations as payments
from charter.core.payments.model import AttemptNotOpen, PaymentAttemptNotFound, StatementNotFound
from charter.core.subscriptions import advancing
from charter.core.subscriptions import operations as subscriptions
from charter.kernel.lists import Search
from tests.paying import (
    at,
    attempts_of,
    balances_are_true,
    current_of,
    grant,
    held,
    make_plan,
    pass_time,
    pay,
    subscribe,
    view_of,
    work_once,
)
from tests.world import all_at_once, later


async def charges(world):
    found = await attempts_of(world)
    return [(each.payment.charge_type, each.status) for each in found]


async def names_since(world, count):
    return [row["name"] for row in (await world.events())[count:]]


async def advance(world, item, platform):
    return await world.call(None, advancing.advance, payer_id=item.payer_id, platform=platform)


async def test_a_paid_period_is_renewed_when_it_ends_and_not_before(world):
    item = await subscribe(world, await make_plan(world))
    await pay(world)
    await work_once(world, at(world, item.period_end - timedelta(seconds=1)))
    assert len(await attempts_of(world)) == 1
    await work_once(world, at(world, item.period_end))
    renewed = await current_of(world)
    assert (renewed.id, renewed.cycle, renewed.period_start) == (item.id, 1, item.period_end)
    assert await charges(world) == [("checkout", "paid"), ("recurring", "pending")]


@pytest.mark.security("L2")
async def test_of_many_renewals_at_once_one_charges(world):
    item = await subscribe(world, await make_plan(world))
    await pay(world)
    moved = at(world, item.period_end)
    results = await all_at_once(*[advance(world, item, moved) for _ in range(8)])
    # Who comes later waits, and finds it done; nobody runs into what the database forbids.
    assert not [each for each in results if isinstance(each, Exception)]
    assert len(await attempts_of(world)) == 2
    assert (await current_of(world)).cycle == 1


@pytest.mark.security("L2")
async def test_canceled_while_it_is_renewed_it_is_either_charged_or_over(world):
    plan = await make_plan(world)
    for name in ("ann", "ben", "cid", "dan"):
        item = await subscribe(world, plan, name)
        await pay(world)
        moved = at(world, item.period_end)
        one = {"subscription_item_id": item.id, "end_now": True, "platform": moved}
        await all_at_once(
            advance(world, item, moved),
            world.call(None, subscriptions.cancel, **one),
            advance(world, item, moved),
        )
        current = await current_of(world, name)
        assert current.plan.slug == "free_user"
        own = [each for each in await attempts_of(world) if each.payer_id == item.payer_id]
        # A renewal that came first is forgiven with the item; none is left to be collected.
        assert [each.status for each in own] in (["paid"], ["paid", "failed"])


async def test_a_worker_that_was_away_charges_each_period_once(world):
    item = await subscribe(world, await make_plan(world))
    await pay(world)
    await grant(world, 100_000)
    moved = later(world.platform, days=200)
    await work_once(world, moved)
    found = await attempts_of(world)
    starts = [each.payment.period_start for each in found]
    ends = [each.payment.period_end for each in found]
    assert sorted(starts)[1:] == sorted(ends)[:-1]
    assert len(found) == 7
    assert {each.status for each in found} == {"paid"}
    assert (await current_of(world)).id == item.id


async def test_a_worker_that_was_away_leaves_time_to_pay_and_renews_nothing_on_credit(world):
    item = await subscribe(world, await make_plan(world))
    moved = later(world.platform, days=40)
    await work_once(world, moved)
    current = await current_of(world)
    assert (current.id, current.status, current.cycle) == (item.id, "past_due", 0)
    await pay(world, platform=moved)
    await work_once(world, moved)
    current = await current_of(world)
    assert (current.status, current.period_start) == ("active", item.period_end)
    assert await charges(world) == [("checkout", "paid"), ("recurring", "pending")]


async def test_a_stale_job_does_nothing(world):
    item = await subscribe(world, await make_plan(world))
    await pay(world)
    moved = at(world, item.period_end)
    done = await world.call(
        None,
        advancing.advance,
        payer_id=item.payer_id,
        due_at=item.period_start.isoformat(),
        platform=moved,
    )
    assert done == 0
    assert (await current_of(world)).cycle == 0


async def test_an_unpaid_invoice_is_overdue_after_a_fortnight_and_ends_the_plan_after_two(world):
    await subscribe(world, await make_plan(world))
    await grant(world, 300, key="later")
    before = len(await world.events())
    await pass_time(world, days=15)
    view = await view_of(world)
    assert (view.items[0].status, view.subscription.status) == ("past_due", "past_due")
    assert view.subscription.past_due_at is not None
    names = await names_since(world, before)
    assert {"subscription.pastDue", "subscriptionItem.pastDue"} <= set(names)
    before = len(await world.events())
    await pass_time(world, days=29)
    view = await view_of(world)
    assert [each.plan.slug for each in view.items] == ["free_user"]
    assert (view.subscription.status, view.subscription.past_due_at) == ("active", None)
    assert await charges(world) == [("checkout", "failed")]
    names = await names_since(world, before)
    assert {"subscription.active", "subscriptionItem.ended", "paymentAttempt.updated"} <= set(names)


async def test_credits_come_back_when_the_rest_is_never_paid(world):
    await grant(world, 300)
    await subscribe(world, await make_plan(world))
    assert await held(world) == 0
    await pass_time(world, days=40)
    assert await held(world) == 300
    await balances_are_true(world)


async def test_an_overdue_invoice_that_is_paid_puts_the_plan_in_force_again(world):
    await subscribe(world, await make_plan(world))
    moved = await pass_time(world, days=20)
    await pay(world, platform=moved)
    view = await view_of(world)
    assert (view.items[0].status, view.subscription.status) == ("active", "active")
    moved = await pass_time(world, platform=moved, days=12)
    assert await charges(world) == [("checkout", "paid"), ("recurring", "pending")]


async def test_an_attempt_is_settled_once(world):
    await subscribe(world, await make_plan(world))
    (attempt,) = await attempts_of(world)
    calls = [
        world.call(None, payments.mark_paid, attempt_id=attempt.id, reference="wire 1")
        for _ in range(5)
    ]
    results = await all_at_once(*calls)
    assert [type(each) for each in results].count(AttemptNotOpen) == 4
    (attempt,) = await attempts_of(world)
    assert (attempt.status, attempt.gateway_external_id) == ("paid", "wire 1")
    with pytest.raises(PaymentAttemptNotFound):
        await world.call(None, payments.mark_paid, attempt_id="cpatt_x")


async def test_a_statement_gathers_a_month_and_closes(world):
    await subscribe(world, await make_plan(world))
    await pay(world)
    found = await world.call(None, payments.search_statements, search=Search())
    (view,) = found.items
    assert (view.statement.status, view.statement.grand_total) == ("open", 2000)
    one = {"statement_id": view.statement.id}
    attempts = await world.call(None, payments.search_attempts, search=Search(), **one)
    assert attempts.total == 1
    await pass_time(world, days=32)
    view = await world.call(None, payments.get_statement, **one)
    assert (view.statement.status, view.statement.grand_total) == ("closed", 2000)
    found = await world.call(None, payments.search_statements, search=Search())
    assert [each.statement.status for each in found.items] == ["open", "closed"]
    for call in (payments.get_statement, payments.search_attempts):
        extra = {"search": Search()} if call is payments.search_attempts else {}
        with pytest.raises(StatementNotFound):
            await world.call(None, call, statement_id="cstmt_x", **extra)
