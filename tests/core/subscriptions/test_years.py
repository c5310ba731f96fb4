"""Whatever happens over years, every period is charged once and the ledger balances."""

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from charter.core.payments import operations as payments
from charter.core.subscriptions import operations as subscriptions
from charter.core.subscriptions.operations import NewSubscription
from charter.kernel.errors import DomainError
from tests.paying import (
    at,
    attempts_of,
    balances_are_true,
    current_of,
    grant,
    held,
    make_plan,
    pass_time,
)

_numbers = itertools.count()
ACTIONS = st.sampled_from(
    ["subscribe", "pay", "pay", "pay", "up", "down", "cancel", "end", "grant", "take", "wait"]
)
STEPS = st.lists(st.tuples(ACTIONS, st.integers(1, 120)), min_size=3, max_size=14)

PERIODS = """
SELECT i.id, p.period_start, p.period_end, p.amount, p.base_amount, p.discount_amount,
       p.proration_amount, p.credits_amount
FROM payments p JOIN subscription_items i ON i.instance_id = p.instance_id
  AND i.id = p.subscription_item_id
WHERE p.instance_id = $1 ORDER BY i.id, p.period_start
"""
ITEMS = """
SELECT i.id, i.cycle, i.status, i.period_end, i.ended_at, coalesce(r.amount, 0) AS amount
FROM subscription_items i JOIN prices r ON r.instance_id = i.instance_id AND r.id = i.price_id
WHERE i.instance_id = $1
"""


class Life:
    """What a user does with plans over years."""

    def __init__(self, world, name, plans):
        self.world, self.name, self.plans = world, name, plans
        self.platform = world.platform

    async def call(self, operation, **arguments):
        return await self.world.call(None, operation, platform=self.platform, **arguments)

    async def do(self, action):
        """One thing, where it can be done."""
        try:
            await getattr(self, action)()
        except DomainError:
            return

    async def subscribe(self):
        new = NewSubscription(price_id=self.plans[1].price.id)
        await self.call(subscriptions.subscribe, new=new, user_id=self.name)

    async def pay(self):
        for attempt in await attempts_of(self.world):
            if attempt.status == "pending":
                await self.call(payments.mark_paid, attempt_id=attempt.id)

    async def up(self):
        await self.move(2)

    async def down(self):
        await self.move(0)

    async def move(self, number):
        item = await current_of(self.world, self.name)
        await self.call(
            subscriptions.transition,
            subscription_item_id=item.id,
            from_price_id=item.price_id,
            to_price_id=self.plans[number].price.id,
        )

    async def cancel(self, *, end_now=False):
        item = await current_of(self.world, self.name)
        one = {"subscription_item_id": item.id}
        await self.call(subscriptions.cancel, **one, end_now=end_now)

    async def end(self):
        await self.cancel(end_now=True)

    async def grant(self):
        await grant(self.world, 2500, self.name, key=f"key{next(_numbers)}")

    async def take(self):
        await grant(self.world, -900, self.name, key=f"key{next(_numbers)}")

    async def wait(self):
        """Nothing."""


async def nothing_is_wrong(world, name):
    """What has to be true at every moment."""
    await balances_are_true(world)
    assert (await held(world, name) or 0) >= 0
    rows = await world.sql(PERIODS, world.instance_id)
    for row in rows:
        parts = row["discount_amount"] + row["proration_amount"] + row["credits_amount"]
        assert row["base_amount"] == row["amount"] + parts
        assert row["amount"] >= 0
    charged = {}
    for item_id, group in itertools.groupby(rows, key=lambda row: row["id"]):
        periods = list(group)
        charged[item_id] = periods
        for before, after in itertools.pairwise(periods):
            assert before["period_end"] == after["period_start"]
    for item in await world.sql(ITEMS, world.instance_id):
        never_began = item["status"] in {"upcoming", "abandoned", "incomplete"}
        if item["amount"] and not never_began:
            last = charged[item["id"]][-1]
            assert last["period_end"] == item["period_end"]


@given(steps=STEPS)
@settings(max_examples=8, suppress_health_check=list(HealthCheck))
async def test_each_period_is_charged_once_and_nothing_is_lost(world, steps):
    tag = next(_numbers)
    name = f"user{tag}"
    await world.user(name)
    plans = [await make_plan(world, f"p{tag}_{amount}", amount) for amount in (900, 2000, 5000)]
    life = Life(world, name, plans)
    for action, wait in steps:
        await life.do(action)
        await nothing_is_wrong(world, name)
        life.platform = await pass_time(world, platform=life.platform, days=wait)
        await nothing_is_wrong(world, name)
        life.platform = at(world, life.platform.clock())
    item = await current_of(world, name)
    assert (
        item.period_end is None
        or item.period_end > life.platform.clock()
        or (item.status == "past_due")
    )
