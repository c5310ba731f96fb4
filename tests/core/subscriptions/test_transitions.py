"""Changes of price: at once where more is paid, with the period's end where less is."""

from datetime import timedelta

import pytest

from charter.core.plans.model import PayerType
from charter.core.prices import operations as prices
from charter.core.prices.model import NewPrice, PriceNotFound
from charter.core.subscriptions import operations as subscriptions
from charter.core.subscriptions.model import (
    ItemNotInForce,
    PeriodNotSupported,
    PriceOutOfDate,
    SubscriptionItemNotFound,
    TransitionMode,
    TransitionNotAllowed,
)
from tests.paying import (
    at,
    attempts_of,
    balances_are_true,
    current_of,
    held,
    make_plan,
    pass_time,
    pay,
    subscribe,
    view_of,
    work_once,
)
from tests.world import all_at_once


async def move(world, item, plan, *, platform=None, from_price_id=None):
    return await world.call(
        None,
        subscriptions.transition,
        subscription_item_id=item.id,
        from_price_id=from_price_id or item.price_id,
        to_price_id=getattr(plan, "price", plan).id,
        platform=platform,
    )


async def paid_item(world, **fields):
    """Ann's item of a plan at 20.00 that is paid for this month."""
    item = await subscribe(world, await make_plan(world, **fields))
    await pay(world)
    return item


async def test_a_dearer_plan_begins_at_once_and_costs_what_is_not_paid_yet(world):
    item = await paid_item(world)
    team = await make_plan(world, "team", 5000)
    half = (item.period_end - item.period_start) / 2
    moved = at(world, item.period_start + half)
    result = await move(world, item, team, platform=moved)
    assert (result.mode, result.effective_at) == (TransitionMode.IMMEDIATE, moved.clock())
    assert (result.previous.id, result.previous.status) == (item.id, "ended")
    attempt = (await attempts_of(world))[-1]
    payment = attempt.payment
    left, total = payment.proration_days_left, payment.proration_days
    assert payment.proration_amount == 2000 * left // total
    assert payment.amount == 5000 - payment.proration_amount
    assert result.charge.amount == payment.amount
    assert (await current_of(world)).period_start == moved.clock()


async def test_a_cheaper_plan_waits_for_the_end_of_what_is_paid(world):
    item = await paid_item(world)
    small = await make_plan(world, "small", 500)
    result = await move(world, item, small)
    assert (result.mode, result.effective_at) == (TransitionMode.END_OF_PERIOD, item.period_end)
    assert (result.previous.status, result.item.status) == ("canceled", "upcoming")
    assert result.charge is None
    assert (await current_of(world)).id == item.id
    await pass_time(world, days=32)
    current = await current_of(world)
    assert (current.id, current.period_start) == (result.item.id, item.period_end)
    assert [each.payment.amount for each in await attempts_of(world)] == [2000, 500]


async def test_back_to_the_free_plan_with_the_end_of_the_period(world):
    item = await paid_item(world)
    free = item.plan
    for each in (await view_of(world, "ben")).items:
        free = each.plan
    result = await move(world, item, free)
    assert (result.item.status, result.item.period_end) == ("upcoming", None)
    await pass_time(world, days=100)
    assert (await current_of(world)).id == result.item.id
    assert len(await attempts_of(world)) == 1


async def test_from_the_free_plan_at_once(world):
    (free,) = (await view_of(world)).items
    result = await move(world, free, await make_plan(world))
    assert (result.mode, result.charge.amount) == (TransitionMode.IMMEDIATE, 2000)


async def test_another_change_takes_the_place_of_one_that_waits(world):
    item = await paid_item(world)
    first = await move(world, item, await make_plan(world, "small", 500))
    second = await move(world, item, await make_plan(world, "tiny", 200))
    view = await view_of(world)
    assert [each.id for each in view.items] == [item.id, second.item.id]
    (gone,) = await world.sql("SELECT status FROM subscription_items WHERE id = $1", first.item.id)
    assert gone["status"] == "abandoned"


async def test_to_give_up_what_waits_lets_the_plan_in_force_go_on(world):
    item = await paid_item(world)
    await move(world, item, await make_plan(world, "tiny", 200))
    result = await move(world, item, await make_plan(world, "small", 500))
    one = {"subscription_item_id": result.item.id}
    assert (await world.call(None, subscriptions.cancel, **one)).status == "abandoned"
    await pass_time(world, days=32)
    current = await current_of(world)
    assert (current.id, current.status, current.cycle) == (item.id, "active", 1)


async def test_to_give_up_what_waits_renews_no_plan_that_was_canceled_before(world):
    item = await paid_item(world)
    await world.call(None, subscriptions.cancel, subscription_item_id=item.id)
    result = await move(world, item, await make_plan(world, "small", 500))
    result = await move(world, item, await make_plan(world, "tiny", 200))
    await world.call(None, subscriptions.cancel, subscription_item_id=result.item.id)
    after = await current_of(world)
    assert (after.status, after.id) == ("canceled", item.id)


async def test_a_trial_goes_on_with_the_other_plan(world):
    plan = await make_plan(world, free_trial_days=14)
    item = await subscribe(world, plan)
    result = await move(world, item, await make_plan(world, "team", 5000))
    assert (result.item.is_free_trial, result.item.period_end) == (True, item.period_end)
    await pass_time(world, days=15)
    (attempt,) = await attempts_of(world)
    assert attempt.payment.amount == 5000


async def test_what_is_unused_and_not_needed_becomes_credits(world):
    plan = await make_plan(world, amount=3000, annual_monthly_amount=None)
    item = await subscribe(world, plan)
    await pay(world)
    # A discount makes the dearer plan cheaper than what is unused.
    await world.sql(
        "UPDATE payments SET base_amount = 90000, amount = 90000 WHERE payer_id = $1",
        item.payer_id,
    )
    await move(world, item, await make_plan(world, "team", 5000))
    attempt = (await attempts_of(world))[-1]
    assert (attempt.payment.amount, attempt.payment.proration_amount) == (0, 5000)
    assert await held(world) == 85_000
    await balances_are_true(world)


@pytest.mark.security("L2")
async def test_of_many_changes_at_once_one_is_charged(world):
    item = await paid_item(world)
    team = await make_plan(world, "team", 5000)
    results = await all_at_once(*[move(world, item, team) for _ in range(5)])
    assert [type(each) for each in results].count(ItemNotInForce) == 4
    assert len(await attempts_of(world)) == 2


async def test_a_change_while_the_period_ends_is_charged_once_for_each_period(world):
    item = await paid_item(world)
    team = await make_plan(world, "team", 5000)
    moved = at(world, item.period_end)
    results = await all_at_once(work_once(world, moved), move(world, item, team, platform=moved))
    found = await attempts_of(world)
    periods = {(each.payment.subscription_item_id, each.payment.period_start) for each in found}
    assert len(periods) == len(found)
    refused = [each for each in results if isinstance(each, TransitionNotAllowed)]
    assert (await current_of(world)).plan.slug == ("pro" if refused else "team")


async def test_what_is_no_change_is_refused(world):
    item = await paid_item(world)
    team = await make_plan(world, "team", 5000)
    with pytest.raises(PriceOutOfDate):
        await move(world, item, team, from_price_id=team.price.id)
    with pytest.raises(TransitionNotAllowed):
        await move(world, item, item.plan)
    theirs = await make_plan(world, payer_type=PayerType.ORGANIZATION, amount=9000)
    euros = await make_plan(world, "euros", 9000, currency="EUR")
    for plan in (theirs, euros):
        with pytest.raises(TransitionNotAllowed):
            await move(world, item, plan)
    yearly = NewPrice(plan_id=team.id, amount=None, annual_monthly_amount=4000)
    with pytest.raises(PeriodNotSupported):
        await move(world, item, await world.call(None, prices.create, new=yearly))
    one = {"subscription_item_id": item.id, "from_price_id": item.price_id}
    with pytest.raises(PriceNotFound):
        await world.call(None, subscriptions.transition, **one, to_price_id="cprice_x")
    one["subscription_item_id"] = "csubi_x"
    with pytest.raises(SubscriptionItemNotFound):
        await world.call(None, subscriptions.transition, **one, to_price_id=team.price.id)


async def test_who_owes_pays_first(world):
    item = await subscribe(world, await make_plan(world))
    team = await make_plan(world, "team", 5000)
    with pytest.raises(TransitionNotAllowed):
        await move(world, item, team)
    moved = await pass_time(world, days=15)
    with pytest.raises(TransitionNotAllowed):
        await move(world, item, await make_plan(world, "small", 500), platform=moved)


async def test_the_days_on_which_periods_begin_stay(world):
    item = await paid_item(world)
    result = await move(world, item, await make_plan(world, "small", 500))
    assert result.item.anchor_at == item.anchor_at
    assert result.item.period_end - result.item.period_start >= timedelta(days=28)
