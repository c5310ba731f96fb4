"""Payers in every state that money can be in, and their history."""

from datetime import timedelta

from charter.core.discounts import operations as discounts
from charter.core.discounts.model import NewDiscount
from charter.core.payers import operations as payers
from charter.core.payers.model import Gateway
from charter.core.payers.operations import NewPaymentMethod
from charter.core.payments import operations as payments
from charter.core.plans.model import PayerType
from charter.core.subscriptions import operations as subscriptions
from charter.core.subscriptions.operations import NewSubscription
from charter.core.users import operations as users
from tests.paying import at, current_of, grant, make_plan, pass_time, subscribe

SECRET = "sk_test_real"
DAYS = 40
"""How long ago it begins."""


async def add_card(world, name, **options):
    """A card of the user of that name, of which the gateway knows how it behaves."""
    card = NewPaymentMethod(
        gateway=Gateway.STRIPE, external_customer_id=f"cus_{name}", external_id=f"pm_{name}"
    )
    user = await world.user(name)
    return await world.call(None, payers.create, new=card, user_id=user.id, **options)


async def discounted(world, item, platform, **fields):
    """Apply a new discount to an item."""
    new = NewDiscount(name="Welcome", percent_off=1000, **fields)
    made = await world.call(None, discounts.create, new=new, platform=platform)
    one = {"subscription_item_id": item.id, "discount_id": made.id, "platform": platform}
    await world.call(None, discounts.apply, **one)
    return one


async def put_on(world, name, plan, platform):
    """Change the plan of the user of that name."""
    item = await current_of(world, name)
    given = {"from_price_id": item.price_id, "to_price_id": plan.price.id, "platform": platform}
    await world.call(None, subscriptions.transition, subscription_item_id=item.id, **given)


async def pay_for(world, subject_id, platform):
    """Pay the open invoice of a user or an organization."""
    ((attempt_id,),) = await world.sql(OPEN, world.instance_id, subject_id)
    await world.call(None, payments.mark_paid, attempt_id=attempt_id, platform=platform)


async def fill(world, stripe):
    """Let five weeks and more pass in an instance, in which all that can happen to money does."""
    await world.call(None, payments.set_gateway, gateway=Gateway.STRIPE, secret=SECRET)
    then = at(world, world.platform.clock() - timedelta(days=DAYS))
    silver = await make_plan(world, "silver", 1000, free_trial_days=60)
    gold = await make_plan(world, "gold", 2000)
    team = await make_plan(world, "team", 5000, payer_type=PayerType.ORGANIZATION)
    # Bob's card pays once and never again; Dan pays nothing, and has his credits back.
    await add_card(world, "bob", platform=then)
    await subscribe(world, gold, "bob", platform=then)
    await grant(world, 300, "dan", platform=then)
    await subscribe(world, silver, "dan", with_trial=False, platform=then)
    then = await pass_time(world, platform=then, minutes=1)
    stripe.behaves |= {"pm_bob": "declines", "pm_gus": "declines", "pm_fay": "processes"}
    # Amy's discount counts once, for her second month.
    item = await subscribe(world, gold, "amy", platform=then)
    await discounted(world, item, then, cycles=1)
    acme = await world.organization("Payers", owner="hal")
    new = NewSubscription(price_id=team.price.id)
    await world.call(None, subscriptions.subscribe, new=new, organization_id=acme.id, platform=then)
    await pay_for(world, world.people["amy"], then)
    await pay_for(world, acme.id, then)
    then = await pass_time(world, platform=then, days=35)
    await pay_for(world, world.people["amy"], then)
    await put_on(world, "amy", silver, then)
    # Edi pays by credits, for the rest of a month that was dearer.
    await grant(world, 5000, "edi", platform=then)
    await grant(world, -700, "edi", key="less", platform=then)
    await subscribe(world, silver, "edi", with_trial=False, platform=then)
    await put_on(world, "edi", gold, then)
    item = await subscribe(world, silver, "ida", platform=then)
    one = await discounted(world, item, then)
    await world.call(None, discounts.remove, **one)
    await discounted(world, item, then)
    for name in ("fay", "gus"):
        await add_card(world, name, platform=then)
        await subscribe(world, gold, name, platform=then)
    item = await subscribe(world, gold, "jon", platform=then)
    await world.call(None, subscriptions.cancel, subscription_item_id=item.id, platform=then)
    await subscribe(world, gold, "kim", platform=then)
    await world.call(None, users.delete, user_id="kim")
    await pass_time(world, platform=then, minutes=5)
    return acme


OPEN = """
SELECT a.id FROM payment_attempts a JOIN payers p ON p.instance_id = a.instance_id
   AND p.id = a.payer_id
 WHERE a.instance_id = $1 AND $2 IN (p.user_id, p.organization_id) AND a.status = 'pending'
"""

STATES = {
    "SELECT DISTINCT status FROM subscription_items": {
        "active",
        "canceled",
        "past_due",
        "upcoming",
        "incomplete",
        "abandoned",
        "ended",
    },
    "SELECT DISTINCT status FROM subscriptions": {"active", "past_due"},
    "SELECT DISTINCT status FROM payments": {"pending", "paid", "failed"},
    "SELECT DISTINCT status FROM payment_attempts": {"pending", "paid", "failed"},
    "SELECT DISTINCT gateway FROM payment_methods WHERE (instance_id, id) IN (SELECT instance_id,"
    " payment_method_id FROM payment_attempts WHERE status = 'pending')": {"manual", "stripe"},
    "SELECT DISTINCT status FROM billing_statements": {"open", "closed"},
    "SELECT DISTINCT status FROM discount_redemptions": {"active", "exhausted", "removed"},
    "SELECT DISTINCT source_type FROM ledger_transactions": {
        "grant",
        "deduction",
        "payment",
        "payment_returned",
    },
    "SELECT DISTINCT kind FROM ledger_accounts": {"credits", "granted", "spent"},
    "SELECT DISTINCT user_id IS NULL FROM payers": {True, False},
    "SELECT DISTINCT is_free_trial FROM subscription_items": {True, False},
    "SELECT DISTINCT proration_amount > 0 FROM payments": {True, False},
}
"""What has to be there, for the test to be one: a query without its instance, and its values."""


async def lacks(world):
    """States that no row of the instance is in."""
    missing = []
    for query, wanted in STATES.items():
        joined = "AND" if "WHERE" in query else "WHERE"
        rows = await world.sql(f"{query} {joined} instance_id = $1", world.instance_id)
        missing += [(query, each) for each in wanted - {row[0] for row in rows}]
    return missing
