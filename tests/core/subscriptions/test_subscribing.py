"""Who is subscribed to what, at first and after a checkout by invoice."""

import pytest

from charter.core.plans.model import PayerType
from charter.core.prices import operations as prices
from charter.core.prices.model import NewPrice, PlanPeriod, PriceNotFound
from charter.core.subscriptions import operations as subscriptions
from charter.core.subscriptions.model import (
    AlreadySubscribed,
    ItemFilter,
    PeriodNotSupported,
    TransitionNotAllowed,
)
from charter.core.subscriptions.operations import NewSubscription
from charter.core.users import operations as users
from charter.core.users.model import UserNotFound
from charter.kernel.lists import Search
from tests.paying import (
    attempts_of,
    current_of,
    grant,
    held,
    make_plan,
    pass_time,
    pay,
    subscribe,
    view_of,
)
from tests.world import all_at_once


async def search(world, **options):
    found = await world.call(None, subscriptions.search_items, search=Search(), **options)
    return [each.id for each in found.items]


async def test_everybody_has_the_free_plan_at_first(world):
    view = await view_of(world)
    (item,) = view.items
    assert (item.plan.slug, item.status, item.period_end) == ("free_user", "active", None)
    assert view.is_eligible_for_trial
    assert (await view_of(world)).subscription == view.subscription
    names = [row["name"] for row in await world.events() if row["name"].startswith("subscr")]
    assert names == ["subscription.created", "subscriptionItem.active"]


async def test_of_many_first_looks_at_once_there_is_one_subscription(world):
    await world.user("ann")
    views = await all_at_once(*[view_of(world) for _ in range(8)])
    assert len({view.subscription.id for view in views}) == 1
    assert len({view.items[0].id for view in views}) == 1


async def test_by_invoice_a_plan_begins_at_once_and_is_paid_later(world):
    plan = await make_plan(world)
    item = await subscribe(world, plan)
    assert (item.status, item.plan.slug) == ("active", "pro")
    (attempt,) = await attempts_of(world)
    assert (attempt.status, attempt.payment.amount) == ("pending", 2000)
    assert attempt.payment.charge_type == "checkout"
    await pay(world)
    item = await current_of(world)
    assert item.lifetime_paid == 2000
    view = await view_of(world)
    assert [each.plan.slug for each in view.items] == ["pro"]


async def test_a_year_is_paid_at_once(world):
    plan = await make_plan(world, annual_monthly_amount=1500)
    item = await subscribe(world, plan, period="annual")
    (attempt,) = await attempts_of(world)
    assert attempt.payment.amount == 18_000
    assert (item.period_end - item.period_start).days in {365, 366}


async def test_credits_pay_first(world):
    plan = await make_plan(world)
    await grant(world, 500)
    await subscribe(world, plan)
    (attempt,) = await attempts_of(world)
    assert (attempt.payment.amount, attempt.payment.credits_amount) == (1500, 500)
    assert await held(world) == 0


async def test_what_credits_pay_whole_is_paid(world):
    plan = await make_plan(world)
    await grant(world, 5000)
    await subscribe(world, plan)
    (attempt,) = await attempts_of(world)
    assert (attempt.status, attempt.payment.amount) == ("paid", 0)
    assert await held(world) == 3000


async def test_of_two_checkouts_at_once_one_is_charged(world):
    plan = await make_plan(world)
    await view_of(world)
    results = await all_at_once(*[subscribe(world, plan) for _ in range(5)])
    assert [type(each) for each in results].count(AlreadySubscribed) == 4
    assert len(await attempts_of(world)) == 1


async def test_a_complimentary_price_is_never_charged(world):
    plan = await make_plan(world)
    price = await world.call(None, prices.create, new=NewPrice(plan_id=plan.id, amount=0))
    await subscribe(world, price)
    await pass_time(world, days=100)
    item = await current_of(world)
    assert (item.plan.slug, item.cycle, await attempts_of(world)) == ("pro", 3, [])


async def test_what_is_no_plan_for_a_payer_is_refused(world):
    ours = await make_plan(world)
    theirs = await make_plan(world, payer_type=PayerType.ORGANIZATION)
    free = (await view_of(world)).items[0].plan
    for plan in (theirs, free):
        with pytest.raises(TransitionNotAllowed):
            await subscribe(world, plan)
    with pytest.raises(PeriodNotSupported):
        await subscribe(world, ours, period="annual")
    new = NewSubscription(price_id="cprice_x", plan_period=PlanPeriod.MONTH)
    with pytest.raises(PriceNotFound):
        await world.call(None, subscriptions.subscribe, new=new, user_id="ann")


async def test_items_are_found(world):
    plan = await make_plan(world, free_trial_days=7)
    ann = await subscribe(world, plan, "ann")
    ben = await subscribe(world, plan, "ben", with_trial=False)
    assert await search(world) == [ben.id, ann.id]
    assert len(await search(world, include_free=True)) == 4
    assert await search(world, status=ItemFilter.FREE_TRIAL) == [ann.id]
    assert await search(world, status=ItemFilter.ACTIVE) == [ben.id, ann.id]
    assert await search(world, status=ItemFilter.UPCOMING) == []
    assert await search(world, query="ann@EXAMPLE") == [ann.id]
    assert await search(world, query=ben.payer_id) == [ben.id]
    assert await search(world, query=ann.id) == [ann.id]
    assert await search(world, payer_type=PayerType.ORGANIZATION) == []
    assert await search(world, payer_type=PayerType.USER) == [ben.id, ann.id]
    assert await search(world, plan_id=plan.id) == [ben.id, ann.id]
    assert await search(world, plan_id="cplan_x") == []


async def test_an_organization_has_plans_of_its_own(world):
    plan = await make_plan(world, payer_type=PayerType.ORGANIZATION)
    acme = await world.organization()
    new = NewSubscription(price_id=plan.price.id)
    item = await world.call(None, subscriptions.subscribe, new=new, organization_id=acme.id)
    assert (item.payer.organization_name, item.payer.user_id) == ("Acme", None)


async def test_who_is_gone_is_charged_no_more_and_what_was_paid_stays_on_record(world):
    plan = await make_plan(world)
    await subscribe(world, plan)
    await pay(world)
    await world.call(None, users.delete, user_id="ann")
    await pass_time(world, days=100)
    (attempt,) = await attempts_of(world)
    assert (attempt.status, attempt.payer.exists, attempt.payer.email) == ("paid", False, None)
    found = await world.call(None, subscriptions.search_items, search=Search())
    assert [each.status for each in found.items] == ["ended"]
    with pytest.raises(UserNotFound):
        await world.call(None, subscriptions.get, user_id="ann")
