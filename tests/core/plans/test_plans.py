"""Plans, the features that they give, and what they cost."""

import pytest

from charter.core.plans import operations as plans
from charter.core.plans.model import FeatureSlugTaken, PayerType, PlanNotFound, PlanSlugTaken
from charter.core.prices import operations as prices
from charter.core.prices.model import (
    AmountInvalid,
    AmountTooLarge,
    BillingPeriods,
    NewPrice,
    PeriodMismatch,
    PriceOfDefaultPlan,
)
from charter.kernel.errors import InvalidInput
from charter.kernel.lists import Search
from tests.paying import make_plan, view_of
from tests.world import all_at_once


async def make_feature(world, slug="exports"):
    return await world.call(None, plans.create_feature, slug=slug, name=slug.title())


async def all_plans(world, **options):
    return (await world.call(None, plans.search, search=Search(), **options)).items


async def make_price(world, plan, **fields):
    return await world.call(None, prices.create, new=NewPrice(plan_id=plan.id, **fields))


async def test_a_plan_has_features_and_a_default_price(world):
    await make_feature(world)
    plan = await make_plan(world, annual_monthly_amount=1500, features=["exports"])
    assert [each.slug for each in plan.features] == ["exports"]
    assert (plan.price.amount, plan.price.annual_monthly_amount) == (2000, 1500)
    assert plan.price.periods is BillingPeriods.BOTH
    assert plan.price.is_default
    assert plan.price.of("annual") == 18_000


async def test_with_the_first_plan_each_kind_of_payer_has_a_free_one(world):
    assert await all_plans(world) == ()
    await make_plan(world)
    found = await all_plans(world)
    free = {each.payer_type: each for each in found if each.is_default}
    assert set(free) == set(PayerType)
    assert {each.price.amount for each in free.values()} == {0}
    organizations = await all_plans(world, payer_type=PayerType.ORGANIZATION)
    assert [each.slug for each in organizations] == ["free_org"]


async def test_of_many_first_dealings_at_once_there_is_one_default_plan(world):
    names = [f"user{number}" for number in range(6)]
    for name in names:
        await world.user(name)
    calls = [view_of(world, name) for name in names]
    calls += [make_plan(world, f"plan{number}") for number in range(4)]
    views = (await all_at_once(*calls))[: len(names)]
    assert len({view.items[0].plan_id for view in views}) == 1
    found = [each.payer_type for each in await all_plans(world) if each.is_default]
    assert sorted(found) == sorted(PayerType)


async def test_features_of_a_plan_are_replaced(world):
    await make_feature(world)
    await make_feature(world, "audit")
    plan = await make_plan(world, features=["exports"])
    after = await world.call(None, plans.set_features, plan_id=plan.id, features=["audit", "audit"])
    assert [each.slug for each in after.features] == ["audit"]
    with pytest.raises(InvalidInput):
        await world.call(None, plans.set_features, plan_id=plan.id, features=["nothing"])
    with pytest.raises(PlanNotFound):
        await world.call(None, plans.set_features, plan_id="cplan_x", features=[])
    assert [each.slug for each in await world.call(None, plans.search_features)] == [
        "audit",
        "exports",
    ]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"slug": "Big"}, InvalidInput),
        ({"slug": "a:b"}, InvalidInput),
        ({"slug": "a,b"}, InvalidInput),
        ({"slug": "x" * 65}, InvalidInput),
        ({"amount": 99}, AmountInvalid),
        ({"amount": -1}, AmountInvalid),
        ({"amount": 10**9 + 1}, AmountTooLarge),
        ({"amount": None}, InvalidInput),
        ({"currency": "XXX"}, InvalidInput),
        ({"free_trial_days": 0}, InvalidInput),
        ({"free_trial_days": 366}, InvalidInput),
        ({"features": ["nothing"]}, InvalidInput),
        ({"slug": "free_user"}, PlanSlugTaken),
    ],
)
async def test_what_makes_no_plan_is_refused(world, fields, error):
    with pytest.raises(error):
        await make_plan(world, **fields)
    assert [each for each in await all_plans(world) if not each.is_default] == []


async def test_slugs_are_taken_once(world):
    await make_feature(world)
    with pytest.raises(FeatureSlugTaken):
        await make_feature(world)
    results = await all_at_once(*[make_plan(world) for _ in range(4)])
    assert [type(each) for each in results].count(PlanSlugTaken) == 3
    # One for organizations may have it too.
    assert await make_plan(world, payer_type=PayerType.ORGANIZATION)


async def test_prices_are_listed_cheapest_first(world):
    plan = await make_plan(world)
    await make_price(world, plan, amount=500, description="for friends")
    await make_price(world, plan, amount=None, annual_monthly_amount=400)
    await make_price(world, plan, amount=0)
    found = await world.call(None, prices.search, search=Search(), plan_id=plan.id)
    assert [each.amount for each in found.items] == [0, None, 500, 2000]
    assert [each.is_default for each in found.items] == [False, False, False, True]
    with pytest.raises(PlanNotFound):
        await world.call(None, prices.search, search=Search(), plan_id="cplan_x")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, InvalidInput),
        ({"amount": 50}, AmountInvalid),
        ({"amount": 500, "annual_monthly_amount": 1}, AmountInvalid),
        ({"amount": 10**10}, AmountTooLarge),
        ({"amount": 500, "currency": "US"}, InvalidInput),
        ({"amount": 500, "description": "x" * 1025}, InvalidInput),
        ({"amount": 500, "supported_billing_periods": BillingPeriods.BOTH}, PeriodMismatch),
        ({"amount": 500, "supported_billing_periods": BillingPeriods.ANNUAL}, PeriodMismatch),
    ],
)
async def test_what_makes_no_price_is_refused(world, fields, error):
    plan = await make_plan(world)
    with pytest.raises(error):
        await make_price(world, plan, **fields)


async def test_the_default_plan_costs_nothing_and_stays_so(world):
    await make_plan(world)
    free = next(each for each in await all_plans(world) if each.is_default)
    with pytest.raises(PriceOfDefaultPlan):
        await make_price(world, free, amount=500)


async def test_the_database_changes_no_price(world):
    plan = await make_plan(world)
    with pytest.raises(Exception, match="never changed"):
        await world.sql("UPDATE prices SET amount = 1 WHERE id = $1", plan.price.id)
