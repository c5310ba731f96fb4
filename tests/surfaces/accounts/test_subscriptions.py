"""Subscriptions, invoices and Stripe's events through the Accounts door."""

import httpx
import pytest

from charter.server import create_app
from charter.surfaces.accounts import ids
from tests.stripe_answers import entitlement
from tests.stripe_server import stripe_server
from tests.subscribing import BACK, connect
from tests.surfaces.accounts.asking import Asking, refused


@pytest.fixture
async def stripe(world, settings):
    """A Stripe, with the world at a server that knows where it is."""
    async with stripe_server() as server:
        paying = await connect(world, server)
        app = create_app(settings, platform=world.platform)
        transport = httpx.ASGITransport(app=app)
        before = world.client
        options = {"base_url": before.base_url, "headers": before.headers}
        async with httpx.AsyncClient(transport=transport, **options) as client:
            world.client = client
            yield paying.stripe
        world.client = before


@pytest.fixture
async def acme(ann):
    return await ann.account()


async def subscribe(asking, account, stripe):
    """Have an account subscribe by a checkout. Returns: Stripe's subscription."""
    page = await asking.post(
        f"{account}/subscriptions/stripe/checkout-session",
        price_id="price_pro",
        success_url=BACK,
        cancel_url=BACK,
    )
    assert page.status_code == 200, page.text
    session = page.json()["url"].rpartition("/")[2]
    made = stripe.finish(session)
    synced = await asking.post(
        f"{account}/subscriptions/stripe/checkout-session-sync", session_id=session
    )
    assert synced.status_code == 200, synced.text
    return made


async def post(world, server, stripe, body, signature=None):
    path = f"/accounts/api{server.application}/subscriptions/stripe/webhook"
    headers = {
        "stripe-signature": stripe.sign(body) if signature is None else signature,
        "authorization": "",
        "content-type": "application/json; charset=utf-8",
    }
    return await world.client.post(path, content=body, headers=headers)


async def test_an_owner_subscribes_changes_and_cancels(ann, acme, stripe):
    made = await subscribe(ann, acme, stripe)
    (listed,) = (await ann.get(f"{acme}/subscriptions")).json()["items"]
    assert listed["external_id"] == made["id"]
    assert listed["id"].startswith("sub_")
    assert listed["account_id"] == acme.rpartition("/")[2]
    changed = await ann.post(
        f"{acme}/subscriptions/change",
        subscription_id=listed["id"],
        price_id="price_max",
        quantity=2,
        proration="none",
    )
    assert (changed.json()["price_id"], changed.json()["quantity"]) == ("price_max", 2)
    ending = await ann.post(f"{acme}/subscriptions/cancel", subscription_id=listed["id"])
    assert ending.json()["cancel_at_period_end"] is True
    ended = await ann.post(f"{acme}/subscriptions/cancel", at_period_end=False)
    assert ended.json()["status"] == "canceled"
    over = await ann.post(f"{acme}/subscriptions/cancel", subscription_id=listed["id"])
    assert refused(over) == (409, "subscription_over")
    (synced,) = (await ann.post(f"{acme}/subscriptions/sync")).json()["items"]
    assert synced == ended.json()
    found = (await ann.get(f"{acme}/subscriptions", status="active")).json()
    assert found["items"] == []


async def test_an_account_says_which_customer_it_is_and_what_it_may_use(ann, acme, stripe):
    identity = f"{acme}/subscriptions/identity"
    assert refused(await ann.get(identity)) == (404, "not_found")
    made = await subscribe(ann, acme, stripe)
    stripe.entitled[made["customer"]] = [entitlement("exports", "Exports")]
    await ann.post(f"{acme}/subscriptions/sync")
    assert (await ann.get(identity)).json() == {
        "account_id": acme.rpartition("/")[2],
        "provider": "stripe",
        "external_customer_id": made["customer"],
    }
    (feature,) = (await ann.get(f"{acme}/subscriptions/features")).json()["items"]
    assert (feature["key"], feature["name"], feature["expires_at"]) == ("exports", "Exports", None)
    assert feature["source_subscription_id"].startswith("sub_")


async def test_people_come_back_to_the_applications_sites_alone(ann, acme, stripe):
    await subscribe(ann, acme, stripe)
    portal = f"{acme}/subscriptions/stripe/portal-session"
    assert (await ann.post(portal, return_url=BACK)).json()["url"].startswith("https://portal")
    elsewhere = await ann.post(portal, return_url="https://evil.example/")
    assert refused(elsewhere) == (403, "origin_not_allowed")


async def test_what_cannot_be_asked_of_stripe_is_told(ann, acme, stripe):
    answer = await ann.post(
        f"{acme}/subscriptions/stripe/checkout-session",
        price_id="prod_1",
        success_url=BACK,
        cancel_url=BACK,
    )
    assert refused(answer) == (400, "gateway_refused")
    await subscribe(ann, acme, stripe)
    stripe.fails = 9
    away = await ann.post(f"{acme}/subscriptions/sync")
    assert refused(away) == (503, "gateway_unavailable")
    stripe.fails = 0
    wrong = await ann.post(f"{acme}/subscriptions/change", proration="half", quantity=2)
    assert refused(wrong) == (400, "validation_error")
    nothing = await ann.post(f"{acme}/subscriptions/change")
    assert refused(nothing) == (400, "validation_error")


async def test_members_look_and_do_not_act(ann, zoe, world, acme, stripe):
    await subscribe(ann, acme, stripe)
    await ann.post(f"{acme}/members", user_id=ids.uid(world.people["zoe"]), role="member")
    assert len((await zoe.get(f"{acme}/subscriptions")).json()["items"]) == 1
    assert refused(await zoe.post(f"{acme}/subscriptions/cancel")) == (403, "insufficient_role")
    identity = await zoe.get(f"{acme}/subscriptions/identity")
    assert refused(identity) == (403, "insufficient_role")


async def test_acceptance_11_a_repeated_event_of_stripe_changes_nothing(
    ann, server, world, acme, stripe
):
    made = await subscribe(ann, acme, stripe)
    invoice = stripe.bill(made)
    body = stripe.event("invoice.paid", invoice)
    first = await post(world, server, stripe, body)
    assert (first.status_code, first.json()["effect"]) == (200, True)
    account = (await ann.get(acme)).json()
    assert account["status"] == "active"
    assert account["paid_until"] is not None
    payments = (await ann.get(f"{acme}/payments")).json()
    assert [each["external_id"] for each in payments["items"]] == [invoice["payment"]]
    events = len(await world.events())
    for _ in range(3):
        again = await post(world, server, stripe, body)
        assert (again.status_code, again.json()["effect"]) == (200, False)
    assert (await ann.get(acme)).json() == account
    assert (await ann.get(f"{acme}/payments")).json() == payments
    assert len(await world.events()) == events


async def test_invoices_are_listed_read_and_deleted(ann, server, world, acme, stripe):
    made = await subscribe(ann, acme, stripe)
    paid, open_one = stripe.bill(made), stripe.bill(made, 900, is_paid=False)
    for kind, invoice in (("invoice.paid", paid), ("invoice.payment_failed", open_one)):
        answer = await post(world, server, stripe, stripe.event(kind, invoice))
        assert answer.status_code == 200, answer.text
    assert (await ann.get(acme)).json()["status"] == "past_due"
    (listed,) = (await ann.get(f"{acme}/invoices", status="open")).json()["items"]
    assert (listed["amount_due_cents"], listed["amount_paid_cents"]) == (900, 0)
    assert listed["subscription_id"].startswith("sub_")
    assert (await ann.get(f"/invoices/{listed['id']}")).json() == listed
    await world.user("zoe")
    zoe = Asking(world, "zoe")
    assert refused(await zoe.get(f"/invoices/{listed['id']}")) == (404, "not_found")
    assert refused(await ann.get("/invoices/inv_x")) == (404, "not_found")
    for verb, matched in (("delete", 1), ("delete-by-query", 0)):
        gone = await server.post(f"{acme}/invoices/{verb}", query="status:open")
        assert gone.json()["matched"] == matched
    await ann.post(f"{acme}/subscriptions/sync")
    rest = (await ann.get(f"{acme}/invoices")).json()["items"]
    assert [each["external_id"] for each in rest] == [paid["id"]]


@pytest.mark.security("L2")
async def test_what_stripe_did_not_sign_is_refused_alike_everywhere(
    server, world, other_world, acme, stripe
):
    body = stripe.event("invoice.paid", {"id": "in_1"})
    told = []
    for application in (server.application, "/applications/app_x", "/applications/%00"):
        path = f"/accounts/api{application}/subscriptions/stripe/webhook"
        for headers in ({}, {"stripe-signature": "t=1,v1=00"}, {"stripe-signature": "x" * 9000}):
            answer = await world.client.post(path, content=body, headers=headers)
            assert refused(answer) == (400, "event_not_signed")
            told.append({**answer.json(), "instance": ""})
    assert all(each == told[0] for each in told)
    foreign = f"/applications/{ids.application_id(other_world.instance_id)}"
    path = f"/accounts/api{foreign}/subscriptions/stripe/webhook"
    headers = {"stripe-signature": stripe.sign(body)}
    assert refused(await world.client.post(path, content=body, headers=headers))[0] == 400
