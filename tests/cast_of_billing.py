"""The plans, payers and payments of every cast."""

from typing import TYPE_CHECKING

from charter.core.discounts import operations as discounts
from charter.core.discounts.model import NewDiscount
from charter.core.payers.model import Gateway
from charter.core.payments import operations as payments
from charter.core.plans import operations as plans
from charter.core.plans.model import NewPlan, PayerType
from charter.core.prices import operations as prices
from charter.core.prices.model import NewPrice
from charter.core.subscriptions import operations as subscriptions
from charter.core.subscriptions.operations import NewSubscription
from charter.kernel.lists import Search

if TYPE_CHECKING:
    from tests.cast import Cast


async def fill(cast: "Cast") -> None:
    """Put the target on a trial with a discount, and have the owner owe for a month."""
    world = cast.world
    await world.call(None, plans.create_feature, slug="exports", name="Exports")
    new = NewPlan(
        payer_type=PayerType.USER, slug="pro", name="Pro", amount=2000, free_trial_days=14
    )
    plan = await world.call(None, plans.create, new=new)
    dearer = NewPrice(plan_id=plan.id, amount=3000)
    other = await world.call(None, prices.create, new=dearer)
    new_item = NewSubscription(price_id=plan.price.id)
    item = await world.call(None, subscriptions.subscribe, new=new_item, user_id=cast["user"])
    discount = await world.call(None, discounts.create, new=NewDiscount(name="X", percent_off=10))
    applied = await world.call(None, discounts.create, new=NewDiscount(name="Y", percent_off=20))
    one = {"subscription_item_id": item.id}
    await world.call(None, discounts.apply, **one, discount_id=applied.id)
    owing = NewSubscription(price_id=plan.price.id, with_trial=False)
    await world.call(None, subscriptions.subscribe, new=owing, user_id="owner")
    found = await world.call(None, payments.search_statements, search=Search())
    await world.call(None, payments.set_gateway, gateway=Gateway.STRIPE, secret="sk_test_1")
    cast.ids |= {
        "plan": plan.id,
        "price": plan.price.id,
        "other_price": other.id,
        "subscription_item": item.id,
        "payer": item.payer_id,
        "discount": discount.id,
        "applied_discount": applied.id,
        "statement": found.items[0].statement.id,
        "payment_attempt": found.items[0].attempts[0].id,
    }
