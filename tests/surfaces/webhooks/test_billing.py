"""Subscriptions and payments are told as they are documented, each event once."""

from charter.core.instances import resetting
from charter.core.payers import operations as payers
from charter.core.payers.model import Gateway
from charter.core.payers.operations import NewPaymentMethod
from charter.core.payments import operations as payments
from charter.core.payments.collecting import settle_attempt
from charter.core.payments.model import Outcome, PaymentStatus
from charter.core.plans.model import PayerType
from charter.core.subscriptions import operations as subscriptions
from charter.core.subscriptions.operations import NewSubscription
from charter.core.users import operations as users
from charter.core.webhooks.event_types import TOLD
from tests.contract.events import mismatches
from tests.hooks import make_endpoint, tell
from tests.paying import (
    attempts_of,
    current_of,
    grant,
    make_plan,
    pass_time,
    pay,
    subscribe,
    view_of,
)

BILLING = [name for name in TOLD if name.startswith(("paymentAttempt.", "subscription"))]
GONE = ("user_id", "first_name", "last_name", "email", "organization_id", "organization_name")


def checked(sink, event_type):
    """The data of the messages of a type; each body is as documented."""
    for each in sink.of(event_type):
        assert mismatches(each.message) == []
    found = [each.message["data"] for each in sink.of(event_type)]
    assert found, f"{event_type} was not told, but {sorted(set(sink.types))}"
    return found


def dollars(amount):
    """Money as it is documented; amount: in cents."""
    return {
        "amount": amount,
        "amount_formatted": f"{amount / 100:.2f}",
        "currency": "USD",
        "currency_symbol": "$",
    }


async def cancel(world, item, **options):
    one = {"subscription_item_id": item.id}
    return await world.call(None, subscriptions.cancel, **one, **options)


async def move(world, item, plan):
    given = {"from_price_id": item.price_id, "to_price_id": plan.price.id}
    one = {"subscription_item_id": item.id}
    return await world.call(None, subscriptions.transition, **one, **given)


async def add_card(world, name):
    secret = {"gateway": Gateway.STRIPE, "secret": "sk_test_real"}
    await world.call(None, payments.set_gateway, **secret)
    new = NewPaymentMethod(
        gateway=Gateway.STRIPE,
        external_customer_id="cus_1",
        external_id="pm_1",
        card_type="visa",
        last4="4242",
    )
    user = await world.user(name)
    return await world.call(None, payers.create, new=new, user_id=user.id)


async def everything(world):
    """Cause each event of billing at least once."""
    plan = await make_plan(world)
    large = await make_plan(world, "large", 5000)
    trial = await make_plan(world, "trial", free_trial_days=14)
    await subscribe(world, trial, "tom")
    await subscribe(world, plan, "ann")
    moved = await pass_time(world, days=20)
    await pay(world, platform=moved)
    await pass_time(world, platform=moved, days=15)
    await subscribe(world, large, "ben")
    await pay(world)
    await move(world, await current_of(world, "ben"), plan)
    await cancel(world, await current_of(world, "ben"), end_now=True)
    await add_card(world, "cid")
    await subscribe(world, plan, "cid")


async def test_every_event_of_billing_is_told_once(world, sink):
    await make_endpoint(world, sink.url)
    await everything(world)
    await tell(world)
    assert len(BILLING) == 15
    for name in BILLING:
        checked(sink, name)
    announced = [(row["position"], row["name"]) for row in await world.events()]
    sequences = [
        (each.message["event_attributes"]["sequence"], each.message["type"])
        for each in sink.taken
        if each.message["type"] in BILLING
    ]
    assert sorted(sequences) == [each for each in announced if each[1] in BILLING]


async def test_a_status_that_an_event_is_named_after_is_told(world, sink):
    await make_endpoint(world, sink.url, event_types=BILLING)
    await everything(world)
    await tell(world)
    for verb in ("abandoned", "active", "canceled", "ended", "incomplete", "pastDue", "upcoming"):
        status = "past_due" if verb == "pastDue" else verb
        found = {each["status"] for each in checked(sink, f"subscriptionItem.{verb}")}
        assert found == {status}
    assert {each["status"] for each in checked(sink, "subscription.pastDue")} == {"past_due"}
    assert {each["status"] for each in checked(sink, "subscription.active")} == {"active"}
    assert all(each["is_free_trial"] for each in checked(sink, "subscriptionItem.freeTrialEnding"))


async def test_a_subscription_is_told_with_its_payer_and_what_is_not_over(world, sink):
    await make_endpoint(world, sink.url)
    await subscribe(world, await make_plan(world))
    view = await view_of(world)
    (item,) = view.items
    (attempt,) = await attempts_of(world)
    await tell(world)
    (created,) = checked(sink, "subscription.created")
    ann = await world.user("ann")
    assert (created["id"], created["payer_id"]) == (view.subscription.id, item.payer_id)
    payer = created["payer"]
    assert (payer["id"], payer["user_id"]) == (item.payer_id, ann.id)
    assert (payer["email"], payer["organization_id"]) == ("ann@example.com", "")
    assert payer["image_url"].startswith("http")
    assert created["latest_payment_id"] == attempt.payment_id
    assert created["payment_source_id"] == attempt.payment_method_id
    # The free one that it began with is over by now.
    (told_one,) = created["items"]
    assert (told_one["id"], told_one["subscription_id"]) == (item.id, None)
    assert told_one["plan"]["slug"] == "pro"
    assert "payer" not in told_one


async def test_the_item_in_force_is_told_before_the_one_that_comes_next(world, sink):
    plan, large = await make_plan(world), await make_plan(world, "large", 5000)
    await subscribe(world, large)
    await pay(world)
    await make_endpoint(world, sink.url)
    await move(world, await current_of(world), plan)
    await tell(world)
    (updated,) = checked(sink, "subscription.updated")
    assert [each["status"] for each in updated["items"]] == ["canceled", "upcoming"]


async def test_an_item_is_told_with_its_payer_and_what_its_period_costs(world, sink):
    await make_endpoint(world, sink.url)
    item = await subscribe(
        world, await make_plan(world, annual_monthly_amount=1500), period="annual"
    )
    await tell(world)
    free, paid = checked(sink, "subscriptionItem.active")
    assert (free["plan"]["slug"], free["plan"]["amount"], free["period_end"]) == (
        "free_user",
        0,
        None,
    )
    assert (paid["id"], paid["subscription_id"]) == (item.id, item.subscription_id)
    assert paid["interval"] == "annual"
    assert paid["plan"] == {
        "id": item.plan_id,
        "slug": "pro",
        "name": "Pro",
        "is_recurring": True,
        "amount": 18_000,
        "currency": "USD",
    }
    assert paid["payer"]["user_id"] == world.people["ann"]
    assert paid["period_end"] == int(item.period_end.timestamp() * 1000)


async def test_an_attempt_is_told_with_what_was_charged_and_what_was_taken_off(world, sink):
    await make_endpoint(world, sink.url)
    await grant(world, 700)
    plan, large = await make_plan(world), await make_plan(world, "large", 5000)
    item = await subscribe(world, plan)
    await pay(world)
    await move(world, item, large)
    await tell(world)
    first, second = checked(sink, "paymentAttempt.created")
    (paid,) = checked(sink, "paymentAttempt.updated")
    assert (first["id"], first["status"], paid["status"]) == (paid["id"], "pending", "paid")
    assert paid["paid_at"] is not None
    assert paid["failed_reason"] is None
    assert first["charge_type"] == "checkout"
    assert first["totals"] == {
        "subtotal": dollars(2000),
        "tax_total": dollars(0),
        "grand_total": dollars(1300),
    }
    (charged,) = first["subscription_items"]
    assert (charged["id"], charged["plan"]["amount"]) == (item.id, 2000)
    assert charged["credits"]["payer"] == {
        "applied_amount": dollars(700),
        "remaining_balance": dollars(0),
    }
    assert "credit" not in charged
    assert first["billing_date"] == charged["period_start"]
    assert charged["period_end"] == int(item.period_end.timestamp() * 1000)
    (charged,) = second["subscription_items"]
    assert charged["credit"] == charged["credits"]["proration"]
    assert charged["credit"]["amount"] == dollars(5000 - second["totals"]["grand_total"]["amount"])
    assert charged["payer"] == second["payer"]
    updated = checked(sink, "subscription.updated")[-1]
    assert updated["latest_payment_id"] == second["payment_id"]
    # The item of the first attempt is told with that, and is over for the subscription.
    assert [each["id"] for each in updated["items"]] == [charged["id"]]


async def test_an_attempt_is_told_with_its_card_and_why_it_failed(world, sink):
    await make_endpoint(world, sink.url)
    await add_card(world, "ann")
    await subscribe(world, await make_plan(world))
    (attempt,) = await attempts_of(world)
    outcome = Outcome(PaymentStatus.FAILED, "pi_1", "insufficient_funds")
    await world.call(None, settle_attempt, attempt_id=attempt.id, outcome=outcome)
    await tell(world)
    (created,) = checked(sink, "paymentAttempt.created")
    (failed,) = checked(sink, "paymentAttempt.updated")
    assert (created["gateway_external_id"], failed["gateway_external_id"]) == ("", "pi_1")
    assert created["failed_reason"] is None
    code = "insufficient_funds"
    assert failed["failed_reason"] == {"code": code, "decline_code": code}
    assert failed["failed_at"] is not None
    source = failed["payment_source"]
    assert (source["gateway"], source["payment_method"]) == ("stripe", "card")
    assert (source["card_type"], source["last4"]) == ("visa", "4242")
    assert failed["payee"]["gateway_type"] == "stripe"


async def test_an_invoice_that_nobody_paid_is_told_as_overdue(world, sink):
    await make_endpoint(world, sink.url, event_types=["paymentAttempt.updated"])
    await subscribe(world, await make_plan(world))
    await pass_time(world, days=30)
    await tell(world)
    (failed,) = checked(sink, "paymentAttempt.updated")
    assert failed["failed_reason"] == {"code": "overdue", "decline_code": ""}
    assert failed["payment_source"]["payment_method"] == "link"


async def test_an_organization_that_pays_is_told_of(world, sink):
    await make_endpoint(world, sink.url)
    plan = await make_plan(world, payer_type=PayerType.ORGANIZATION)
    acme = await world.organization()
    new = NewSubscription(price_id=plan.price.id)
    await world.call(None, subscriptions.subscribe, new=new, organization_id=acme.id)
    await tell(world)
    for name in ("subscription.created", "subscriptionItem.active", "paymentAttempt.created"):
        payer = checked(sink, name)[0]["payer"]
        assert (payer["organization_id"], payer["organization_name"]) == (acme.id, "Acme")
        assert (payer["user_id"], payer["email"]) == ("", "")


async def test_of_a_person_who_is_gone_the_id_alone_is_told(world, sink):
    await make_endpoint(world, sink.url)
    await view_of(world)
    await world.call(None, users.delete, user_id="ann")
    await tell(world)
    (created,) = checked(sink, "subscription.created")
    assert created["payer"]["user_id"] == world.people["ann"]
    assert {created["payer"][name] for name in GONE if name != "user_id"} == {""}


async def test_what_was_reset_away_is_told_as_far_as_it_is_known(world, sink):
    await make_endpoint(world, sink.url)
    item = await subscribe(world, await make_plan(world))
    await world.call(None, resetting.reset)
    await world.user("later")
    await tell(world)
    (created,) = checked(sink, "subscription.created")
    assert (created["payer"]["id"], created["items"]) == (item.payer_id, [])
    assert {created["payer"][name] for name in GONE} == {""}
    assert (created["latest_payment_id"], created["payment_source_id"]) == (None, None)
    (attempt,) = checked(sink, "paymentAttempt.created")
    assert attempt["subscription_items"] == []
    assert attempt["totals"]["grand_total"] == dollars(2000)
    assert checked(sink, "user.created")
