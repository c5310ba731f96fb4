"""Free trials: once for each payer, and extended on request."""

from datetime import timedelta

import pytest

from charter.core.subscriptions import operations as subscriptions
from charter.core.subscriptions.model import (
    ItemNotInTrial,
    SubscriptionItemNotFound,
    TrialsNotOffered,
)
from charter.kernel.errors import InvalidInput
from tests.paying import (
    attempts_of,
    current_of,
    make_plan,
    pass_time,
    pay,
    subscribe,
    view_of,
)


async def extend(world, item, extend_to):
    return await world.call(
        None, subscriptions.extend_trial, subscription_item_id=item.id, extend_to=extend_to
    )


async def on_trial(world, **fields):
    plan = await make_plan(world, free_trial_days=14, **fields)
    return await subscribe(world, plan)


async def test_a_trial_costs_nothing_until_it_ends(world):
    item = await on_trial(world)
    assert (item.is_free_trial, item.status) == (True, "active")
    assert item.period_end - item.period_start == timedelta(days=14)
    assert await attempts_of(world) == []
    assert not (await view_of(world)).is_eligible_for_trial
    await pass_time(world, days=12)
    assert len(await world.events("subscriptionItem.freeTrialEnding")) == 1
    await pass_time(world, days=15)
    (attempt,) = await attempts_of(world)
    assert attempt.payment.period_start == item.period_end
    after = await current_of(world)
    assert (after.is_free_trial, after.anchor_at, after.cycle) == (False, item.period_end, 0)
    assert len(await world.events("subscriptionItem.freeTrialEnding")) == 1


async def test_a_payer_has_one_trial(world):
    item = await on_trial(world)
    one = {"subscription_item_id": item.id, "end_now": True}
    await world.call(None, subscriptions.cancel, **one)
    again = await subscribe(world, item.plan)
    assert not again.is_free_trial
    assert len(await attempts_of(world)) == 1


async def test_a_trial_that_was_canceled_ends_without_a_charge(world):
    item = await on_trial(world)
    await world.call(None, subscriptions.cancel, subscription_item_id=item.id)
    await pass_time(world, days=20)
    assert (await current_of(world)).plan.slug == "free_user"
    assert await attempts_of(world) == []


async def test_a_trial_is_extended_and_said_to_end_again(world):
    item = await on_trial(world)
    moved = await pass_time(world, days=12)
    until = item.period_end + timedelta(days=30)
    after = await extend(world, item, until)
    assert after.period_end == until
    assert (await extend(world, item, until)).updated_at == after.updated_at
    await pass_time(world, platform=moved, days=10)
    assert await attempts_of(world) == []
    await pass_time(world, platform=moved, days=33)
    (attempt,) = await attempts_of(world)
    assert attempt.payment.period_start == until
    assert len(await world.events("subscriptionItem.freeTrialEnding")) == 2


async def test_a_trial_is_not_shortened_nor_made_a_gift(world):
    item = await on_trial(world)
    for until in (
        item.period_end - timedelta(seconds=1),
        item.period_start + timedelta(days=366),
    ):
        with pytest.raises(InvalidInput):
            await extend(world, item, until)


async def test_only_a_trial_is_extended(world):
    plan = await make_plan(world)
    paid = await subscribe(world, plan)
    await pay(world)
    until = paid.period_end + timedelta(days=1)
    with pytest.raises(ItemNotInTrial):
        await extend(world, paid, until)
    with pytest.raises(SubscriptionItemNotFound):
        await world.call(
            None, subscriptions.extend_trial, subscription_item_id="csubi_x", extend_to=until
        )
    trial = await make_plan(world, "trial", free_trial_days=5)
    item = await subscribe(world, trial, "ben")
    await world.sql("UPDATE plans SET free_trial_days = NULL WHERE id = $1", trial.id)
    with pytest.raises(TrialsNotOffered):
        await extend(world, item, item.period_end + timedelta(days=1))
    await world.call(None, subscriptions.cancel, subscription_item_id=item.id)
    with pytest.raises(ItemNotInTrial):
        await extend(world, item, item.period_end + timedelta(days=1))
