"""The part of the story about plans, what they cost, and who pays."""

from typing import Any

from sdk_cast import Cast
from sdk_recorder import Recorder, contains, equal


def are_offered(recorder: Recorder, plan_id: str) -> Any:
    """Plans and prices are listed, and another price is made.

    Returns: the default price of the plan, and the other.
    """
    plans = recorder.call("billing.list_plans", payer_type="user", limit=100)
    contains((each.id for each in plans.data), plan_id)
    prices = recorder.call("billing.list_prices", plan_id=plan_id)
    (price,) = [each for each in prices.data if each.is_default]
    made = recorder.call("billing.create_price", plan_id=plan_id, amount=500, description="Friends")
    equal((made.amount, made.fee.amount_formatted, made.is_default), (500, "5.00", False))
    refused = recorder.refused("billing.create_price", 422, plan_id=plan_id, amount=5)
    equal(refused, "plan_amount_invalid")
    return price, made


def are_subscribed_to(recorder: Recorder, cast: Cast, prices: Any, discount_id: str) -> None:
    """A user takes a plan, pays less for it, and leaves it."""
    price, cheaper = prices
    user = {"user_id": cast.ann.id}
    seen = recorder.call("users.get_billing_subscription", **user)
    (free,) = seen.subscription_items
    equal((free.plan.is_default, free.plan.fee.amount), (True, 0))
    moved = recorder.call(
        "billing.create_price_transition",
        subscription_item_id=free.id,
        from_price_id=free.price_id,
        to_price_id=price.id,
    )
    item = moved.subscription_item
    equal(moved.transition.immediate_charge.amount, price.amount)
    listed = recorder.call("billing.list_subscription_items", status="active", query=item.id)
    equal([each.id for each in listed.data], [item.id])
    one = {"subscription_item_id": item.id}
    if recorder.has("billing.apply_subscription_item_discount"):
        applied = recorder.call(
            "billing.apply_subscription_item_discount", **one, discount_id=discount_id
        )
        equal((applied.percent_off, applied.cycles_remaining), (12.5, 3))
        refused = recorder.refused(
            "billing.apply_subscription_item_discount", 409, **one, discount_id=discount_id
        )
        equal(refused, "discount_already_applied")
        removed = recorder.call(
            "billing.remove_subscription_item_discount", **one, discount_id=discount_id
        )
        equal(removed.status.value, "removed")
    refused = recorder.refused(
        "billing.create_price_transition",
        409,
        **one,
        from_price_id=cheaper.id,
        to_price_id=price.id,
    )
    equal(refused, "out_of_date_price")
    refused = recorder.refused(
        "billing.extend_subscription_item_free_trial", 403, **one, extend_to="2027-01-01T00:00:00Z"
    )
    equal(refused, "subscription_item_not_in_free_trial")
    gone = recorder.call("billing.cancel_subscription_item", **one)
    equal(gone.status.value, "canceled")
    recorder.call("billing.cancel_subscription_item", **one, end_now=True)


def are_paid_for(recorder: Recorder, cast: Cast) -> None:
    """Statements tell what was charged, and credits what is held."""
    statements = recorder.call("billing.list_statements", limit=100)
    (mine,) = [each for each in statements.data if each.payer.user_id == cast.ann.id]
    one = recorder.call("billing.get_statement", statement_id=mine.id)
    (attempt,) = one.groups[0].items
    attempts = recorder.call("billing.get_statement_payment_attempts", statement_id=mine.id)
    equal([each.id for each in attempts.data], [attempt.id])
    refused = recorder.refused("billing.get_statement", 404, statement_id="cstmt_x")
    equal(refused, "resource_not_found")


def are_credited(recorder: Recorder, cast: Cast, organization: Any) -> None:
    """Users and organizations hold credits."""
    # The major before read these amounts as bare numbers, as no document says.
    has_money = recorder.has("billing.apply_subscription_item_discount")
    for kind, payer in (
        ("users", {"user_id": cast.ben.id}),
        ("organizations", {"organization_id": organization.id}),
    ):
        equal(recorder.call(f"{kind}.get_billing_credit_balance", **payer).balance, None)
        recorder.call(f"{kind}.get_billing_subscription", **payer)
        given = {"amount": 700, "action": "increase", "idempotency_key": cast.stamp}
        if has_money:
            made = recorder.call(f"{kind}.adjust_billing_credit_balance", **payer, **given)
            equal((made.amount.amount, made.amount.currency), (700, "USD"))
            held = recorder.call(f"{kind}.get_billing_credit_balance", **payer)
            equal(held.balance.amount_formatted, "7.00")
        given |= {"amount": 10**6, "action": "decrease", "idempotency_key": "x"}
        refused = recorder.refused(f"{kind}.adjust_billing_credit_balance", 422, **payer, **given)
        equal(refused, "insufficient_credit_balance")
