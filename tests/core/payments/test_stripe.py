"""Money is taken through Stripe: once for each attempt, whatever gets lost on the way."""

import dataclasses

import pytest

from charter.core.keys.resealing import SEALED
from charter.core.payers import operations as payers
from charter.core.payers.model import Gateway, PaymentMethodExists
from charter.core.payers.operations import NewPaymentMethod
from charter.core.payments import operations as payments
from charter.core.payments.collecting import collect, settle_attempt
from charter.core.payments.model import AttemptNotOpen, GatewayNotSet, Outcome, PaymentStatus
from charter.core.subscriptions import operations as subscriptions
from charter.core.subscriptions.model import CheckoutInProgress
from charter.kernel.errors import InvalidInput
from charter.kernel.jobs import ClaimedJob
from charter.outside.payments import PaymentGateways
from tests.paying import (
    attempts_of,
    balances_are_true,
    current_of,
    grant,
    held,
    make_plan,
    pass_time,
    subscribe,
    view_of,
)
from tests.stripe_server import stripe_server
from tests.world import all_at_once

SECRET = "sk_test_real"


@pytest.fixture
async def stripe(world):
    """A Stripe that the world's platform takes money through, and Ann's card there."""
    async with stripe_server() as server:
        world.platform = dataclasses.replace(world.platform, gateway=PaymentGateways(server.url))
        await connect(world)
        await add_card(world)
        yield server


async def connect(world, secret=SECRET):
    await world.call(None, payments.set_gateway, gateway=Gateway.STRIPE, secret=secret)


async def add_card(world, name="ann", card="pm_good"):
    new = NewPaymentMethod(
        gateway=Gateway.STRIPE, external_customer_id=f"cus_{name}", external_id=card, last4="4242"
    )
    user = await world.user(name)
    return await world.call(None, payers.create, new=new, user_id=user.id)


async def statuses(world):
    return [(each.status, each.failure_code) for each in await attempts_of(world)]


async def test_a_plan_begins_when_the_card_has_paid(world, stripe):
    item = await subscribe(world, await make_plan(world))
    assert item.status == "incomplete"
    assert (await current_of(world)).plan.slug == "free_user"
    await pass_time(world, minutes=1)
    assert stripe.taken == [2000]
    assert (await current_of(world)).id == item.id
    (attempt,) = await attempts_of(world)
    assert (attempt.status, attempt.gateway_external_id) == ("paid", "pi_1")
    assert [each.plan.slug for each in (await view_of(world)).items] == ["pro"]


async def test_while_a_card_is_asked_no_other_plan_is_begun(world, stripe):
    plan = await make_plan(world)
    item = await subscribe(world, plan)
    with pytest.raises(CheckoutInProgress):
        await subscribe(world, plan)
    (free,) = [each for each in (await view_of(world)).items if each.id != item.id]
    with pytest.raises(CheckoutInProgress):
        await world.call(
            None,
            subscriptions.transition,
            subscription_item_id=free.id,
            from_price_id=free.price_id,
            to_price_id=plan.price.id,
        )


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ("declines", "insufficient_funds"),
        ("needs_action", "authentication_required"),
        ("unknown", "resource_missing"),
    ],
)
async def test_a_checkout_that_is_refused_begins_nothing(world, stripe, behaviour, code):
    stripe.behaves["pm_good"] = behaviour
    await grant(world, 300)
    item = await subscribe(world, await make_plan(world))
    await pass_time(world, minutes=1)
    assert await statuses(world) == [("failed", code)]
    rows = await world.sql("SELECT status FROM subscription_items WHERE id = $1", item.id)
    assert rows[0]["status"] == "abandoned"
    assert await held(world) == 300
    await pass_time(world, days=60)
    assert stripe.taken == []
    await balances_are_true(world)


@pytest.mark.security("L2")
async def test_an_answer_that_gets_lost_charges_once(world, stripe):
    stripe.loses = 1
    await subscribe(world, await make_plan(world))
    await pass_time(world, hours=1)
    assert stripe.taken == [2000]
    assert await statuses(world) == [("paid", None)]
    assert stripe.requests == ["POST 2000", "GET"]


async def test_a_stripe_that_is_away_is_asked_until_it_answers(world, stripe):
    stripe.fails = 5
    await subscribe(world, await make_plan(world))
    await pass_time(world, minutes=50)
    assert await statuses(world) == [("pending", None)]
    await pass_time(world, hours=2)
    assert stripe.taken == [2000]


async def test_a_bank_that_takes_its_time_is_asked_for_what_became_of_it(world, stripe):
    stripe.behaves["pm_good"] = "processes"
    await subscribe(world, await make_plan(world))
    await pass_time(world, hours=1)
    assert await statuses(world) == [("pending", None)]
    stripe.intents[0]["status"] = "succeeded"
    await pass_time(world, hours=2)
    assert await statuses(world) == [("paid", None)]
    assert stripe.taken == [2000]


@pytest.mark.security("L2")
async def test_of_many_workers_with_the_same_job_one_charge_comes(world, stripe):
    await subscribe(world, await make_plan(world))
    (attempt,) = await attempts_of(world)
    job = ClaimedJob(world.instance_id, "job_x", "payments.collect", {"attempt_id": attempt.id}, 1)
    await all_at_once(*[collect(world.platform, job) for _ in range(5)])
    assert stripe.taken == [2000]
    assert len(stripe.intents) == 1
    await collect(world.platform, job)
    assert len(stripe.intents) == 1


@pytest.mark.security("L2")
async def test_what_is_settled_stays_so_whatever_is_said_later(world, stripe):
    await subscribe(world, await make_plan(world))
    await pass_time(world, minutes=1)
    (attempt,) = await attempts_of(world)
    for outcome in (
        Outcome(PaymentStatus.FAILED, None, "late"),
        Outcome(PaymentStatus.PENDING),
        Outcome(PaymentStatus.PAID, "pi_other"),
    ):
        arguments = {"attempt_id": attempt.id, "outcome": outcome}
        after = await world.call(None, settle_attempt, **arguments)
        assert (after.status, after.gateway_external_id) == ("paid", "pi_1")
    view = await view_of(world)
    assert [each.status for each in view.items] == ["active"]
    assert len(await world.events("paymentAttempt.updated")) == 1


async def test_a_wrong_secret_blames_nobody(world, stripe):
    await connect(world, "sk_test_wrong")
    await subscribe(world, await make_plan(world))
    await pass_time(world, minutes=20)
    assert await statuses(world) == [("pending", None)]
    await connect(world)
    await pass_time(world, hours=1)
    assert stripe.taken == [2000]


async def test_a_renewal_that_is_refused_is_tried_again_and_then_given_up(world, stripe):
    await subscribe(world, await make_plan(world))
    moved = await pass_time(world, minutes=1)
    stripe.behaves["pm_good"] = "declines"
    await pass_time(world, platform=moved, days=33)
    view = await view_of(world)
    assert (view.subscription.status, view.items[0].status) == ("past_due", "past_due")
    await pass_time(world, platform=moved, days=60)
    found = await statuses(world)
    assert found == [("paid", None)] + [("failed", "insufficient_funds")] * 5
    assert (await current_of(world)).plan.slug == "free_user"
    assert stripe.taken == [2000]


async def test_another_card_pays_what_the_first_one_refused(world, stripe):
    stripe.behaves["pm_bad"] = "declines"
    await subscribe(world, await make_plan(world))
    moved = await pass_time(world, minutes=1)
    await add_card(world, card="pm_bad")
    moved = await pass_time(world, platform=moved, days=32)
    assert (await current_of(world)).status == "past_due"
    await add_card(world, card="pm_other")
    await pass_time(world, platform=moved, days=3)
    assert (await current_of(world)).status == "active"
    assert stripe.taken == [2000, 2000]


async def test_an_attempt_of_a_gateway_is_settled_by_it_alone(world, stripe):
    await subscribe(world, await make_plan(world))
    (attempt,) = await attempts_of(world)
    with pytest.raises(AttemptNotOpen):
        await world.call(None, payments.mark_paid, attempt_id=attempt.id)


async def test_money_that_comes_after_the_end_is_kept_on_record(world, stripe):
    await subscribe(world, await make_plan(world))
    moved = await pass_time(world, minutes=1)
    stripe.behaves["pm_good"] = "processes"
    await pass_time(world, platform=moved, days=31)
    item = await current_of(world)
    one = {"subscription_item_id": item.id, "end_now": True}
    await world.call(None, subscriptions.cancel, **one)
    stripe.intents[-1]["status"] = "succeeded"
    await pass_time(world, platform=moved, days=32)
    assert await statuses(world) == [("paid", None), ("paid", None)]
    assert (await current_of(world)).plan.slug == "free_user"


@pytest.mark.security("I1")
async def test_the_secret_is_kept_sealed(world, stripe):
    rows = await world.sql(
        "SELECT * FROM payment_gateways WHERE instance_id = $1", world.instance_id
    )
    assert len(rows) == 1
    assert SECRET not in str([dict(row) for row in rows])
    assert SECRET.encode() not in rows[0]["sealed_secret"]
    assert SECRET not in str([dict(row) for row in await world.events()])
    assert "payment_gateways" in {sealed.table.name for sealed in SEALED}


async def test_a_card_needs_a_gateway_and_is_added_once(world, other_world, stripe):
    with pytest.raises(PaymentMethodExists):
        await add_card(world)
    with pytest.raises(GatewayNotSet):
        await add_card(other_world)
    for secret in ("sk\nx", "  ", "sk_é"):
        with pytest.raises(InvalidInput):
            await connect(world, secret)
    with pytest.raises(InvalidInput):
        await world.call(None, payments.set_gateway, gateway=Gateway.MANUAL, secret="x")
