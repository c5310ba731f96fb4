"""Billing in the Backend API."""

from datetime import UTC, datetime, timedelta

import pytest

from charter.core.discounts import operations as discounts
from charter.core.discounts.model import NewDiscount
from tests.paying import attempts_of, current_of, grant, make_plan, pay, subscribe

ITEMS = "/billing/subscription_items"
ADJUSTMENT = {"amount": 700, "action": "increase", "idempotency_key": "one"}


def code_of(answer):
    return answer.status_code, answer.json()["errors"][0]["code"]


async def test_plans_and_prices_are_listed(world):
    plan = await make_plan(world, annual_monthly_amount=1500, free_trial_days=14)
    listed = (await world.get("/billing/plans", params={"payer_type": "user"})).json()
    assert listed["total_count"] == 2
    (found,) = [each for each in listed["data"] if each["id"] == plan.id]
    assert found["fee"] == {
        "amount": 2000,
        "amount_formatted": "20.00",
        "currency": "USD",
        "currency_symbol": "$",
    }
    assert (found["annual_fee"]["amount"], found["free_trial_days"]) == (18_000, 14)
    prices = (await world.get("/billing/prices", params={"plan_id": plan.id})).json()
    assert [each["supported_billing_periods"] for each in prices["data"]] == ["both"]
    assert code_of(await world.get("/billing/prices?plan_id=x")) == (404, "plan_not_found")
    assert (await world.get("/billing/plans?payer_type=cat")).status_code == 422
    for path in ("/billing/plans", "/billing/prices", ITEMS, "/billing/statements"):
        paged = await world.get(path, params={"paginated": "true", "limit": 1, "offset": 1})
        assert paged.is_success, paged.text


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"amount": 50}, 422, "plan_amount_invalid"),
        ({"amount": 10**10}, 422, "plan_amount_exceeds_upper_limit"),
        ({"amount": 10**30}, 422, "plan_amount_exceeds_upper_limit"),
        ({"amount": 9.5}, 422, "form_param_value_invalid"),
        ({"amount": None}, 422, "form_param_value_invalid"),
        ({}, 422, "form_param_missing"),
        ({"amount": 500, "currency": "€"}, 422, "form_param_value_invalid"),
        ({"amount": 500, "description": "\x00"}, 422, "form_param_value_invalid"),
        (
            {"amount": 500, "supported_billing_periods": "annual"},
            422,
            "supported_billing_period_mismatch",
        ),
        ({"amount": 500, "seats": 5}, 422, "form_param_unknown"),
    ],
)
async def test_what_makes_no_price_is_refused(world, body, status, code):
    plan = await make_plan(world)
    answer = await world.post("/billing/prices", {"plan_id": plan.id, **body})
    assert code_of(answer) == (status, code), answer.text


async def test_credits_over_the_wire(world):
    ann = await world.user("ann")
    path = f"/users/{ann.id}/billing/credits"
    assert (await world.get(path)).json() == {"object": "commerce_credit_balance", "balance": None}
    made = (await world.post(path, ADJUSTMENT)).json()
    assert (made["amount"]["amount"], made["source_type"]) == (700, "grant")
    assert (await world.post(path, ADJUSTMENT)).json()["id"] == made["id"]
    assert (await world.get(path)).json()["balance"]["amount"] == 700
    for change, status, code in (
        ({"amount": 0}, 422, "invalid_credit_amount"),
        ({"amount": 701}, 409, "conflict"),
        (
            {"amount": 701, "action": "decrease", "idempotency_key": "two"},
            422,
            "insufficient_credit_balance",
        ),
        ({"action": "burn"}, 422, "form_param_value_invalid"),
        ({"note": "\x00", "idempotency_key": "three"}, 422, "form_param_value_invalid"),
        ({"idempotency_key": "\x00"}, 422, "form_param_value_invalid"),
    ):
        answer = await world.post(path, {**ADJUSTMENT, **change})
        assert code_of(answer) == (status, code), answer.text
    acme = await world.organization()
    answer = await world.post(f"/organizations/{acme.id}/billing/credits", ADJUSTMENT)
    assert answer.is_success
    assert code_of(await world.get("/users/user_x/billing/credits")) == (404, "resource_not_found")


async def test_a_subscription_with_what_is_paid_next(world):
    item = await subscribe(world, await make_plan(world))
    discount = await world.call(
        None, discounts.create, new=NewDiscount(name="Spring", percent_off=1250, cycles=3)
    )
    applied = await world.post(f"{ITEMS}/{item.id}/discounts", {"discount_id": discount.id})
    assert (applied.json()["percent_off"], applied.json()["amount"]["amount"]) == (12.5, 250)
    seen = (await world.get(f"/users/{world.people['ann']}/billing/subscription")).json()
    assert seen["next_payment"]["amount"]["amount"] == 2000
    assert seen["next_payment"]["totals"]["grand_total"]["amount"] == 1750
    (only,) = seen["subscription_items"]
    assert (only["payer"]["email"], only["plan_period"]) == ("ann@example.com", "month")
    removed = await world.delete(f"{ITEMS}/{item.id}/discounts/{discount.id}")
    assert removed.json()["status"] == "removed"
    again = await world.delete(f"{ITEMS}/{item.id}/discounts/{discount.id}")
    assert code_of(again) == (404, "discount_not_found")
    free = (await world.get(f"/users/{(await world.user('ben')).id}/billing/subscription")).json()
    assert "next_payment" not in free
    assert free["eligible_for_free_trial"]


async def test_an_item_is_moved_and_canceled(world):
    item = await subscribe(world, await make_plan(world))
    team = await make_plan(world, "team", 5000)
    path = f"{ITEMS}/{item.id}/price_transition"
    body = {"from_price_id": item.price_id, "to_price_id": team.price.id}
    assert code_of(await world.post(path, body)) == (422, "price_transition_not_allowed")
    await pay(world)
    moved = (await world.post(path, body)).json()
    assert moved["transition"]["effective_mode"] == "immediate"
    assert moved["transition"]["immediate_charge"]["amount"] == 3000
    assert code_of(await world.post(path, body)) == (409, "subscription_item_no_longer_active")
    fresh = f"{ITEMS}/{moved['subscription_item']['id']}"
    assert (await world.delete(fresh)).json()["status"] == "canceled"
    already = "commerce_subscription_item_already_canceled"
    assert code_of(await world.delete(fresh)) == (400, already)
    assert (await world.delete(fresh + "?end_now=true")).json()["status"] == "ended"
    cannot = "commerce_subscription_item_cannot_be_canceled"
    assert code_of(await world.delete(fresh)) == (422, cannot)
    assert code_of(await world.delete(ITEMS + "/x")) == (404, "subscription_item_not_found")
    listed = (await world.get(ITEMS, params={"status": "ended", "query": "ann"})).json()
    assert listed["total_count"] == 2


async def test_a_trial_is_extended(world):
    item = await subscribe(world, await make_plan(world, free_trial_days=14))
    path = f"{ITEMS}/{item.id}/extend_free_trial"
    until = datetime.now(UTC) + timedelta(days=30)
    extended = (await world.post(path, {"extend_to": until.isoformat()})).json()
    assert extended["period_end"] == int(until.timestamp() * 1000)
    for text in ("2020-01-01T00:00:00Z", "soon", "2099-01-01T00:00:00Z", "2027-01-01"):
        answer = await world.post(path, {"extend_to": text})
        assert answer.status_code == 422, answer.text
    paid = await subscribe(world, item.plan, "ben", with_trial=False)
    answer = await world.post(
        f"{ITEMS}/{paid.id}/extend_free_trial", {"extend_to": until.isoformat()}
    )
    assert code_of(answer) == (403, "subscription_item_not_in_free_trial")


async def test_statements_tell_what_was_charged_and_how(world):
    await grant(world, 500)
    await subscribe(world, await make_plan(world))
    (statement,) = (await world.get("/billing/statements")).json()["data"]
    assert statement["totals"]["grand_total"]["amount"] == 1500
    (attempt,) = statement["groups"][0]["items"]
    assert attempt["totals"]["credits"]["payer"]["applied_amount"]["amount"] == 500
    assert (attempt["status"], attempt["payment_method"]["gateway"]) == ("pending", "manual")
    path = f"/billing/statements/{statement['id']}"
    assert (await world.get(path)).json() == statement
    listed = (await world.get(path + "/payment_attempts")).json()
    assert (listed["total_count"], listed["data"]) == (1, [attempt])
    missing = await world.get("/billing/statements/x/payment_attempts")
    assert code_of(missing) == (404, "resource_not_found")
    await pay(world)
    assert (await attempts_of(world))[0].status == "paid"


@pytest.mark.security("G1")
async def test_what_another_instance_has_is_not_there(world, other_world):
    item = await subscribe(world, await make_plan(world))
    await make_plan(other_world)
    assert (await other_world.delete(f"{ITEMS}/{item.id}")).status_code == 404
    assert (await other_world.get(f"/billing/prices?plan_id={item.plan_id}")).status_code == 404
    body = {"plan_id": item.plan_id, "amount": 500}
    assert (await other_world.post("/billing/prices", body)).status_code == 404
    own = await subscribe(other_world, (await make_plan(other_world, "own")), "cid")
    await pay(other_world)
    moving = {"from_price_id": own.price_id, "to_price_id": item.price_id}
    answer = await other_world.post(f"{ITEMS}/{own.id}/price_transition", moving)
    assert answer.status_code == 404
    assert (await other_world.get("/billing/statements")).json()["total_count"] == 1
    assert (await current_of(world)).id == item.id
