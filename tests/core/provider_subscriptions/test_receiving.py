"""What Stripe posts has its effect once, in whatever order it comes."""

import asyncio
import time
from datetime import UTC, datetime

import pytest

from charter.core.invoices import operations as invoices
from charter.core.organizations import operations as organizations
from charter.core.organizations.model import OrganizationPatch, OrganizationStatus
from charter.core.provider_subscriptions import operations as provider_subscriptions
from charter.core.provider_subscriptions.model import EventNotSigned, GatewayUnavailable
from charter.core.recorded_payments import operations as recorded_payments
from charter.kernel.lists import Search
from tests.core.recorded_payments.test_deleting import delete
from tests.core.recorded_payments.test_recording import paid
from tests.world import all_at_once


@pytest.fixture
async def acme(world):
    return await world.organization()


async def listed(world, organization, operation=recorded_payments.search):
    found = await world.call(
        None, operation, organization_id=organization.id, search=Search(limit=100)
    )
    return found.items


async def state_of(world, organization):
    found = await world.call(None, organizations.get, organization_id=organization.id)
    return found.status, found.paid_until


async def test_an_invoice_that_is_paid_is_recorded_and_pays_until_its_end(world, paying, acme):
    customer = await paying.customer(acme)
    subscription = paying.stripe.subscribe(customer)
    invoice = paying.stripe.bill(subscription)
    assert (await paying.tell("invoice.paid", invoice)).has_effect
    (kept,) = await listed(world, acme, invoices.search)
    (ours,) = await listed(world, acme, provider_subscriptions.search)
    (payment,) = await listed(world, acme)
    assert (kept.status, kept.amount_paid, kept.subscription_id) == ("paid", 2000, ours.id)
    assert (payment.status, payment.amount, payment.payment_method) == ("succeeded", 2000, "card")
    assert payment.external_customer_id == customer
    end = subscription["items"]["data"][0]["current_period_end"]
    assert await state_of(world, acme) == ("active", datetime.fromtimestamp(end, UTC))
    assert await paid(world, acme) == {"USD": 2000}


@pytest.mark.security("L2")
async def test_a_repeated_event_has_no_effect(world, paying, acme):
    customer = await paying.customer(acme)
    invoice = paying.stripe.bill(paying.stripe.subscribe(customer))
    body = paying.stripe.event("invoice.paid", invoice)
    assert (await paying.post(body)).has_effect
    events = len(await world.events())
    asked = len(paying.stripe.requests)
    assert not (await paying.post(body)).has_effect
    assert len(await world.events()) == events
    assert len(paying.stripe.requests) == asked


@pytest.mark.security("L2")
async def test_of_an_event_that_comes_many_times_at_once_one_has_an_effect(world, paying, acme):
    customer = await paying.customer(acme)
    invoice = paying.stripe.bill(paying.stripe.subscribe(customer))
    body = paying.stripe.event("invoice.paid", invoice)
    results = await all_at_once(*[paying.post(body) for _ in range(5)])
    assert sum(each.has_effect for each in results) == 1
    assert len(await listed(world, acme)) == 1
    assert await paid(world, acme) == {"USD": 2000}


async def test_different_events_at_once_record_a_payment_once(world, paying, acme):
    customer = await paying.customer(acme)
    subscription = paying.stripe.subscribe(customer)
    invoice = paying.stripe.bill(subscription)
    kinds = [("invoice.paid", invoice), ("customer.subscription.updated", subscription)] * 3
    await all_at_once(*[paying.tell(kind, about) for kind, about in kinds])
    assert len(await listed(world, acme)) == 1
    assert await paid(world, acme) == {"USD": 2000}


async def test_a_payment_that_fails_makes_it_past_due_until_another_succeeds(world, paying, acme):
    customer = await paying.customer(acme)
    subscription = paying.stripe.subscribe(customer)
    invoice = paying.stripe.bill(subscription, is_paid=False)
    await paying.tell("invoice.payment_failed", invoice)
    assert await state_of(world, acme) == ("past_due", None)
    paying.stripe.pay(customer)
    invoice |= {"status": "paid", "amount_paid": 2000}
    await paying.tell("invoice.paid", invoice)
    status, until = await state_of(world, acme)
    assert status == "active"
    assert until is not None


async def test_a_failure_that_is_told_of_late_changes_nothing(world, paying, acme):
    customer = await paying.customer(acme)
    invoice = paying.stripe.bill(paying.stripe.subscribe(customer))
    await paying.tell("invoice.paid", invoice)
    before = await state_of(world, acme)
    await paying.tell("invoice.payment_failed", {**invoice, "status": "open"})
    assert await state_of(world, acme) == before


async def test_an_invoice_that_is_told_of_as_paid_and_is_not_pays_nothing(world, paying, acme):
    customer = await paying.customer(acme)
    invoice = paying.stripe.bill(paying.stripe.subscribe(customer), is_paid=False)
    await paying.tell("invoice.paid", {**invoice, "status": "paid"})
    assert await state_of(world, acme) == ("active", None)


async def test_what_the_instance_put_to_rest_no_payment_wakes(world, paying, acme):
    customer = await paying.customer(acme)
    patch = OrganizationPatch(status=OrganizationStatus.SUSPENDED)
    await world.call(None, organizations.update, organization_id=acme.id, patch=patch)
    await paying.tell("invoice.paid", paying.stripe.bill(paying.stripe.subscribe(customer)))
    status, until = await state_of(world, acme)
    assert status == "suspended"
    assert until is not None
    failed = paying.stripe.bill(paying.stripe.subscribe(customer), is_paid=False)
    await paying.tell("invoice.payment_failed", failed)
    assert (await state_of(world, acme))[0] == "suspended"


async def test_an_older_invoice_takes_no_paid_time_away(world, paying, acme):
    customer = await paying.customer(acme)
    newer = paying.stripe.bill(paying.stripe.subscribe(customer))
    await paying.tell("invoice.paid", newer)
    before = await state_of(world, acme)
    paying.stripe.now -= 90 * 24 * 3600
    older = paying.stripe.bill(paying.stripe.subscribe(customer))
    await paying.tell("invoice.paid", older)
    assert await state_of(world, acme) == before


async def test_a_refund_is_taken_back_in_the_ledger_by_part_and_whole(world, paying, acme):
    customer = await paying.customer(acme)
    invoice = paying.stripe.bill(paying.stripe.subscribe(customer))
    await paying.tell("invoice.paid", invoice)
    await paying.tell("charge.refunded", paying.stripe.refund(invoice["payment"], 500))
    (payment,) = await listed(world, acme)
    assert (payment.status, payment.refunded_amount) == ("succeeded", 500)
    assert await paid(world, acme) == {"USD": 1500}
    await paying.tell("charge.refunded", paying.stripe.refund(invoice["payment"], 800))
    assert await paid(world, acme) == {"USD": 1200}
    await paying.tell("charge.refunded", paying.stripe.refund(invoice["payment"]))
    (payment,) = await listed(world, acme)
    assert payment.status == "refunded"
    assert await paid(world, acme) == {"USD": 0}


async def test_a_refund_that_comes_before_the_payment_is_one(world, paying, acme):
    customer = await paying.customer(acme)
    payment = paying.stripe.pay(customer)
    await paying.tell("charge.refunded", paying.stripe.refund(payment["id"]))
    (kept,) = await listed(world, acme)
    assert kept.status == "refunded"
    assert await paid(world, acme) == {}


async def test_a_checkout_makes_its_organization_the_customer_that_it_is_for(world, paying, acme):
    session = await paying.checkout(acme)
    subscription = paying.stripe.finish(session)
    await paying.tell("checkout.session.completed", paying.stripe.objects[session])
    (kept,) = await listed(world, acme, provider_subscriptions.search)
    assert (kept.external_id, kept.price_id) == (subscription["id"], "price_pro")


async def test_a_reference_that_anybody_can_give_makes_nobody_a_customer(world, paying, acme):
    customer = paying.stripe.make("cus", "customer", metadata={})["id"]
    session = paying.stripe.make(
        "cs",
        "checkout.session",
        customer=customer,
        client_reference_id=acme.id,
        metadata={},
        status="complete",
    )
    paying.stripe.subscribe(customer)
    assert not (await paying.tell("checkout.session.completed", session)).has_effect
    assert await listed(world, acme, provider_subscriptions.search) == ()


async def test_what_was_deleted_does_not_come_back(world, paying, acme):
    customer = await paying.customer(acme)
    invoice = paying.stripe.bill(paying.stripe.subscribe(customer))
    await paying.tell("invoice.paid", invoice)
    await delete(world, acme, "external_id:pi_*")
    await paying.tell("charge.refunded", paying.stripe.refund(invoice["payment"]))
    await world.call(None, provider_subscriptions.sync, organization_id=acme.id)
    assert await listed(world, acme) == ()
    assert await paid(world, acme) == {"USD": 0}


@pytest.mark.security("L2")
async def test_who_was_told_earlier_does_not_undo_what_came_since(world, paying, acme):
    customer = await paying.customer(acme)
    invoice = paying.stripe.bill(paying.stripe.subscribe(customer), is_paid=False)
    asked, answered = paying.stripe.late = (asyncio.Event(), asyncio.Event())
    earlier = asyncio.create_task(paying.tell("invoice.created", dict(invoice)))
    await asked.wait()
    # All lists are asked for at once: the others were answered by now, or are.
    await asyncio.sleep(0.2)
    invoice |= {"status": "paid", "amount_paid": 2000}
    await paying.tell("invoice.paid", invoice)
    answered.set()
    await earlier
    (kept,) = await listed(world, acme, invoices.search)
    assert kept.status == "paid"


async def test_events_of_nobody_known_have_no_effect(world, paying, acme):
    customer = paying.stripe.make("cus", "customer", metadata={})["id"]
    invoice = paying.stripe.bill(paying.stripe.subscribe(customer))
    assert not (await paying.tell("invoice.paid", invoice)).has_effect
    assert not (await paying.tell("payout.paid", {"id": "po_1"})).has_effect
    assert await listed(world, acme) == ()


@pytest.mark.security("L2")
@pytest.mark.parametrize("how", ["late", "other secret", "other body", "none", "nonsense"])
async def test_what_stripe_did_not_just_sign_is_refused(world, paying, acme, how):
    customer = await paying.customer(acme)
    invoice = paying.stripe.bill(paying.stripe.subscribe(customer))
    body = paying.stripe.event("invoice.paid", invoice)
    signature = {
        "late": paying.stripe.sign(body, int(time.time()) - 301),
        "other secret": paying.stripe.sign(body, secret="whsec_other"),
        "other body": paying.stripe.sign(body + b" "),
        "none": "",
        "nonsense": "t=x,v1=é",
    }[how]
    with pytest.raises(EventNotSigned):
        await paying.post(body, signature)
    assert await listed(world, acme) == ()


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b'{"id": 5}', b"\xff"])
async def test_what_is_signed_and_no_event_is_refused(paying, body):
    with pytest.raises(EventNotSigned):
        await paying.post(body, paying.stripe.sign(body))


@pytest.mark.security("G1")
async def test_an_event_for_one_instance_is_none_for_another(paying, other_world, acme):
    customer = await paying.customer(acme)
    body = paying.stripe.event(
        "invoice.paid", paying.stripe.bill(paying.stripe.subscribe(customer))
    )
    with pytest.raises(EventNotSigned):
        await paying.post(body, world=other_world)


async def test_an_event_that_stripe_cannot_be_asked_about_is_taken_the_next_time(
    world, paying, acme
):
    customer = await paying.customer(acme)
    body = paying.stripe.event(
        "invoice.paid", paying.stripe.bill(paying.stripe.subscribe(customer))
    )
    paying.stripe.fails = 4
    with pytest.raises(GatewayUnavailable):
        await paying.post(body)
    paying.stripe.fails = 0
    assert (await paying.post(body)).has_effect
    assert len(await listed(world, acme)) == 1
