"""Discounts: what is taken off the charges of an item."""

import pytest

from charter.core.discounts import operations as discounts
from charter.core.discounts.model import (
    DiscountAlreadyApplied,
    DiscountInactive,
    DiscountNotApplicable,
    DiscountNotFound,
    NewDiscount,
)
from charter.core.subscriptions import operations as subscriptions
from charter.core.subscriptions.model import SubscriptionItemNotFound
from charter.kernel.errors import InvalidInput
from tests.paying import attempts_of, make_plan, pass_time, pay, subscribe, view_of
from tests.world import all_at_once


async def make(world, **fields):
    given = {"name": "Spring", "percent_off": 2500, **fields}
    return await world.call(None, discounts.create, new=NewDiscount(**given))


async def apply(world, item, discount):
    one = {"subscription_item_id": item.id, "discount_id": discount.id}
    return await world.call(None, discounts.apply, **one)


async def paid_item(world, name="ann"):
    plan = await make_plan(world, f"plan_of_{name}")
    item = await subscribe(world, plan, name)
    await pay(world)
    return item


async def months(world, count, item):
    """What each of the next months costs."""
    platform = world.platform
    for _ in range(count):
        platform = await pass_time(world, platform=platform, days=31)
        await pay(world, platform=platform)
    found = await attempts_of(world)
    own = [each.payment.amount for each in found if each.payer_id == item.payer_id]
    return own[1 : count + 1]


async def test_a_part_is_taken_off_as_many_charges_as_it_counts_for(world):
    item = await paid_item(world)
    result = await apply(world, item, await make(world, cycles=2))
    assert result.next_off.amount == 500
    assert (result.redemption.cycles_remaining, result.redemption.status) == (2, "active")
    assert await months(world, 3, item) == [1500, 1500, 2000]
    rows = await world.sql("SELECT * FROM discount_redemptions WHERE id = $1", result.redemption.id)
    assert (rows[0]["status"], rows[0]["cycles_applied"]) == ("exhausted", 2)


async def test_an_amount_is_taken_off_and_never_more_than_the_charge(world):
    item = await paid_item(world)
    discount = await make(world, percent_off=None, amount_off=9999, currency="usd")
    assert (await apply(world, item, discount)).next_off.amount == 2000
    assert await months(world, 2, item) == [0, 0]
    assert [each.status for each in await attempts_of(world)][1:] == ["paid", "paid"]


async def test_another_discount_takes_the_place_of_the_one_before(world):
    item = await paid_item(world)
    first, second = await make(world), await make(world, percent_off=5000)
    await apply(world, item, first)
    with pytest.raises(DiscountAlreadyApplied):
        await apply(world, item, first)
    await apply(world, item, second)
    one = {"subscription_item_id": item.id}
    with pytest.raises(DiscountNotFound):
        await world.call(None, discounts.remove, **one, discount_id=first.id)
    removed = await world.call(None, discounts.remove, **one, discount_id=second.id)
    assert removed.redemption.status == "removed"
    assert await months(world, 1, item) == [2000]


@pytest.mark.security("L2")
async def test_of_many_at_once_one_counts(world):
    item, discount = await paid_item(world), await make(world)
    results = await all_at_once(*[apply(world, item, discount) for _ in range(6)])
    assert [type(each) for each in results].count(DiscountAlreadyApplied) == 5


async def test_what_is_given_no_more_is_refused_and_stays_where_it_counts(world):
    item, discount = await paid_item(world), await make(world)
    await apply(world, item, discount)
    one = {"discount_id": discount.id}
    await world.call(None, discounts.set_active, **one, is_active=False)
    with pytest.raises(DiscountInactive):
        await apply(world, await paid_item(world, "ben"), discount)
    assert await months(world, 1, item) == [1500]


async def test_a_discount_counts_for_what_costs_something(world, other_world):
    item, discount = await paid_item(world), await make(world)
    (free,) = (await view_of(world, "ben")).items
    euros = await make(world, percent_off=None, amount_off=5, currency="EUR")
    for each, given in ((free, discount), (item, euros)):
        with pytest.raises(DiscountNotApplicable):
            await apply(world, each, given)
    one = {"subscription_item_id": item.id}
    with pytest.raises(DiscountNotFound):
        await apply(world, item, await make(other_world))
    with pytest.raises(SubscriptionItemNotFound):
        await apply(other_world, item, await make(other_world))
    await world.call(None, subscriptions.cancel, **one, end_now=True)
    with pytest.raises(DiscountNotApplicable):
        await apply(world, item, discount)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": " "},
        {"percent_off": 0},
        {"percent_off": 10_001},
        {"percent_off": None},
        {"amount_off": 5},
        {"percent_off": None, "amount_off": 5},
        {"percent_off": None, "amount_off": 0, "currency": "USD"},
        {"percent_off": None, "amount_off": 5, "currency": "XXX"},
        {"currency": "USD"},
        {"cycles": 0},
    ],
)
async def test_what_makes_no_discount_is_refused(world, fields):
    with pytest.raises(InvalidInput):
        await make(world, **fields)
    assert await world.call(None, discounts.search) == ()
