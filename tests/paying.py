"""Plans, payers and time: what tests of billing begin with."""

import dataclasses
from datetime import timedelta

from charter.core.credits import operations as credit_operations
from charter.core.credits.model import Action, CreditAdjustment
from charter.core.later import HANDLERS
from charter.core.payments import operations as payments
from charter.core.payments.charging import COLLECT
from charter.core.plans import operations as plans
from charter.core.plans.model import NewPlan, PayerType
from charter.core.prices.model import PlanPeriod
from charter.core.subscriptions import operations as subscriptions
from charter.core.subscriptions.changing import ADVANCE
from charter.core.subscriptions.operations import NewSubscription
from charter.kernel.jobs import ClaimedJob
from charter.kernel.lists import Search


async def make_plan(world, slug="pro", amount=2000, **fields):
    """A plan for users at 20.00 a month."""
    payer_type = fields.pop("payer_type", PayerType.USER)
    new = NewPlan(payer_type=payer_type, slug=slug, name=slug.title(), amount=amount, **fields)
    return await world.call(None, plans.create, new=new)


async def subscribe(world, plan, name="ann", *, period="month", with_trial=True, **options):
    """Subscribe the user of that name to a plan, by its default price."""
    user = await world.user(name)
    new = NewSubscription(
        price_id=getattr(plan, "price", plan).id,
        plan_period=PlanPeriod(period),
        with_trial=with_trial,
    )
    return await world.call(None, subscriptions.subscribe, new=new, user_id=user.id, **options)


async def grant(world, amount, name="ann", key="key", *, platform=None, **fields):
    """Give the user of that name credits, or take some where the amount is less than nothing."""
    action = Action.INCREASE if amount > 0 else Action.DECREASE
    made = adjustment(amount=abs(amount), action=action, idempotency_key=key, **fields)
    user = await world.user(name)
    given = {"adjustment": made, "user_id": user.id, "platform": platform}
    return await world.call(None, credit_operations.adjust, **given)


def adjustment(**fields):
    """An adjustment of credits."""
    given = {"amount": 100, "action": Action.INCREASE, "idempotency_key": "key", **fields}
    return CreditAdjustment(**given)


async def balances_are_true(world):
    """Every transaction is nothing as a whole, and every balance the sum of its entries."""
    sums = (
        "SELECT transaction_id FROM ledger_entries WHERE instance_id = $1"
        " GROUP BY transaction_id HAVING sum(amount) <> 0"
    )
    assert await world.sql(sums, world.instance_id) == []
    wrong = (
        "SELECT a.id FROM ledger_accounts a LEFT JOIN ledger_entries e"
        " ON e.instance_id = a.instance_id AND e.account_id = a.id WHERE a.instance_id = $1"
        " GROUP BY a.id, a.balance HAVING a.balance <> coalesce(sum(e.amount), 0)"
    )
    assert await world.sql(wrong, world.instance_id) == []


async def held(world, name="ann"):
    """What the user of that name holds in credits; None where they never held any."""
    found = await world.call(
        None, credit_operations.get_balance, user_id=(await world.user(name)).id
    )
    return found.balance.amount if found.balance else None


async def view_of(world, name="ann"):
    """The subscription of the user of that name."""
    return await world.call(None, subscriptions.get, user_id=(await world.user(name)).id)


async def current_of(world, name="ann"):
    """The item that the user of that name has in force."""
    view = await view_of(world, name)
    return next(item for item in view.items if item.status.is_current)


async def attempts_of(world):
    """Every payment attempt of the instance, oldest first."""
    found = await world.call(None, payments.search_statements, search=Search(limit=500))
    attempts = [each for view in found.items for each in view.attempts]
    return sorted(attempts, key=lambda each: (each.created_at, each.number))


async def pay(world, *, platform=None):
    """Pay every invoice that is open."""
    for attempt in await attempts_of(world):
        if attempt.status == "pending":
            await world.call(None, payments.mark_paid, attempt_id=attempt.id, platform=platform)


async def pass_time(world, *, platform=None, **delta):
    """Move time on, the worker doing what is due in this instance when it is due.

    Returns: the platform at that time.
    """
    begun = platform or world.platform
    goal = begun.clock() + timedelta(**delta)
    for _ in range(2000):
        run_at = await next_job_at(world)
        if run_at is None or run_at > goal:
            return at(world, goal)
        await work_once(world, at(world, max(run_at, begun.clock())))
    raise AssertionError("the worker never comes to an end")


def at(world, moment):
    """The platform at a moment."""
    return dataclasses.replace(world.platform, clock=lambda: moment)


async def next_job_at(world):
    """When the next job of this instance is due; None where there is none."""
    due = "SELECT min(run_at) AS at FROM jobs WHERE instance_id = $1 AND kind = ANY($2)"
    (row,) = await world.sql(due, world.instance_id, [ADVANCE, COLLECT])
    return row["at"]


async def work_once(world, platform):
    """Do the jobs of billing in this instance that are due, as the worker does them."""
    jobs = (
        "SELECT id, kind, payload, attempts FROM jobs"
        " WHERE instance_id = $1 AND run_at <= $2 AND kind = ANY($3)"
    )
    kinds = [ADVANCE, COLLECT]
    for row in await world.sql(jobs, world.instance_id, platform.clock(), kinds):
        job = ClaimedJob(world.instance_id, row["id"], row["kind"], row["payload"], row["attempts"])
        await HANDLERS[row["kind"]](platform, job)
        await world.sql("DELETE FROM jobs WHERE id = $1", row["id"])
