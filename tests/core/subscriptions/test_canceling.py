"""Items are canceled: with their period, or at once."""

import pytest

from charter.core.subscriptions import operations as subscriptions
from charter.core.subscriptions.model import (
    AlreadySubscribed,
    ItemAlreadyCanceled,
    ItemNotCancelable,
    SubscriptionItemNotFound,
)
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


async def cancel(world, item, **options):
    one = {"subscription_item_id": item.id}
    return await world.call(None, subscriptions.cancel, **one, **options)


async def test_a_canceled_plan_is_there_until_its_period_ends(world):
    item = await subscribe(world, await make_plan(world))
    await pay(world)
    canceled = await cancel(world, item)
    assert (canceled.status, canceled.period_end) == ("canceled", item.period_end)
    assert canceled.canceled_at is not None
    with pytest.raises(ItemAlreadyCanceled):
        await cancel(world, item)
    with pytest.raises(AlreadySubscribed):
        await subscribe(world, item.plan)
    await pass_time(world, days=32)
    assert (await current_of(world)).plan.slug == "free_user"
    assert len(await attempts_of(world)) == 1
    names = {row["name"] for row in await world.events()}
    assert {"subscriptionItem.canceled", "subscriptionItem.ended"} <= names


async def test_a_plan_ends_at_once_where_that_is_asked_for(world):
    item = await subscribe(world, await make_plan(world))
    await pay(world)
    ended = await cancel(world, item, end_now=True)
    assert (ended.status, ended.lifetime_paid) == ("ended", 2000)
    assert [each.plan.slug for each in (await view_of(world)).items] == ["free_user"]


async def test_what_was_not_paid_is_forgiven_and_credits_come_back(world):
    await grant(world, 300)
    item = await subscribe(world, await make_plan(world))
    await cancel(world, item, end_now=True)
    (attempt,) = await attempts_of(world)
    assert (attempt.status, attempt.failure_code) == ("failed", "subscription_ended")
    assert await held(world) == 300


async def test_an_overdue_plan_ends_at_once(world):
    item = await subscribe(world, await make_plan(world))
    await pass_time(world, days=15)
    assert (await cancel(world, item)).status == "ended"
    assert (await view_of(world)).subscription.status == "active"


async def test_of_many_who_cancel_at_once_one_does(world):
    item = await subscribe(world, await make_plan(world))
    await pay(world)
    results = await all_at_once(*[cancel(world, item, end_now=True) for _ in range(5)])
    assert [type(each) for each in results].count(ItemNotCancelable) == 4
    assert len((await view_of(world)).items) == 1


async def test_nothing_free_and_nothing_ended_is_canceled(world, other_world):
    (free,) = (await view_of(world)).items
    with pytest.raises(ItemNotCancelable):
        await cancel(world, free)
    item = await subscribe(world, await make_plan(world))
    with pytest.raises(SubscriptionItemNotFound):
        await cancel(other_world, item)
    await cancel(world, item, end_now=True)
    with pytest.raises(ItemNotCancelable):
        await cancel(world, item, end_now=True)
