"""Reads Stripe's objects as plain facts.

Of an object that Stripe has several shapes of, through the years, each is read.
Source: Stripe's API, version 2026-10-28.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec

from charter.core.invoices.model import InvoiceStatus
from charter.core.provider_subscriptions.model import METADATA_KEY, ProviderStatus
from charter.core.provider_subscriptions.told import (
    ToldCheckout,
    ToldEvent,
    ToldFeature,
    ToldInvoice,
    ToldPayment,
    ToldSubscription,
)
from charter.core.recorded_payments.model import MOST_DATA_BYTES, Means, RecordedStatus
from charter.outside.stripe_payments import REFERENCE

MEANS = {
    "card": Means.CARD,
    "card_present": Means.CARD,
    "us_bank_account": Means.ACH,
    "ach_debit": Means.ACH,
    "ach_credit_transfer": Means.ACH,
    "customer_balance": Means.WIRE,
}
"""What Stripe calls ways to pay."""
STATES = {"succeeded": RecordedStatus.SUCCEEDED, "canceled": RecordedStatus.CANCELED}


def subscription(given: dict[str, Any]) -> ToldSubscription:
    """A subscription. Since 2025 the period stands with its items."""
    items = _listed(given, "items")
    item = items[0] if items else {}
    price = item.get("price") or {}
    start = item.get("current_period_start", given.get("current_period_start"))
    end = item.get("current_period_end", given.get("current_period_end"))
    return ToldSubscription(
        external_id=given["id"],
        external_customer_id=_id(given["customer"]) or "",
        status=ProviderStatus(given["status"]),
        price_id=_id(price),
        quantity=item.get("quantity"),
        current_period_start=_moment(start),
        current_period_end=_moment(end),
        cancel_at_period_end=bool(given.get("cancel_at_period_end")),
        canceled_at=_moment(given.get("canceled_at")),
        created_at=_made(given),
        data=_data(given),
    )


def invoice(given: dict[str, Any]) -> ToldInvoice:
    """An invoice. What it covers stands with its lines: its own period is the one before."""
    periods = [line.get("period") or {} for line in _listed(given, "lines")]
    starts = [period["start"] for period in periods if "start" in period]
    ends = [period["end"] for period in periods if "end" in period]
    transitions = given.get("status_transitions") or {}
    details = (given.get("parent") or {}).get("subscription_details") or {}
    status = given.get("status") or InvoiceStatus.DRAFT
    return ToldInvoice(
        external_id=given["id"],
        external_customer_id=_id(given["customer"]) or "",
        subscription=_id(details.get("subscription") or given.get("subscription")),
        number=given.get("number"),
        amount_due=given.get("amount_due") or 0,
        amount_paid=given.get("amount_paid") or 0,
        currency=given["currency"].upper(),
        status=InvoiceStatus(status),
        due_at=_moment(given.get("due_date")),
        paid_at=_moment(transitions.get("paid_at")),
        period_start=_moment(min(starts, default=None)),
        period_end=_moment(max(ends, default=None)),
        created_at=_made(given),
        data=_data(given),
    )


def payment(given: dict[str, Any]) -> ToldPayment | None:
    """A payment, by its intent; None where nothing is to be paid."""
    charge = given.get("latest_charge")
    charge = charge if isinstance(charge, dict) else {}
    is_paid = given["status"] == "succeeded"
    amount = given.get("amount_received" if is_paid else "amount") or given["amount"]
    if amount <= 0:
        return None
    refunded = min(amount, charge.get("amount_refunded") or 0) if is_paid else 0
    status = STATES.get(given["status"], RecordedStatus.PENDING)
    if status is RecordedStatus.PENDING and given.get("last_payment_error"):
        status = RecordedStatus.FAILED
    means = (charge.get("payment_method_details") or {}).get("type")
    return ToldPayment(
        external_id=given["id"],
        external_customer_id=_id(given["customer"]) or "",
        amount=amount,
        refunded_amount=refunded,
        currency=given["currency"].upper(),
        status=RecordedStatus.REFUNDED if refunded == amount else status,
        paid_at=_moment(charge.get("created", given["created"])) if is_paid else None,
        payment_method=None if means is None else MEANS.get(means, Means.OTHER),
        created_at=_made(given),
        data=_data(given),
        is_own=REFERENCE in (given.get("metadata") or {}),
    )


def feature(given: dict[str, Any]) -> ToldFeature:
    """What a customer is entitled to."""
    named = given.get("feature")
    name = named.get("name") if isinstance(named, dict) else None
    return ToldFeature(given["lookup_key"], name or given["lookup_key"])


def checkout(given: dict[str, Any]) -> ToldCheckout:
    """A checkout. Whose it is stands in what Charter alone writes: anybody can give a reference."""
    return ToldCheckout(
        external_id=given["id"],
        organization_id=(given.get("metadata") or {}).get(METADATA_KEY),
        external_customer_id=_id(given.get("customer")),
        subscription=_id(given.get("subscription")),
        is_complete=given.get("status") == "complete",
    )


def event(given: dict[str, Any]) -> ToldEvent:
    """That something happened."""
    about = (given.get("data") or {}).get("object") or {}
    is_checkout = about.get("object") == "checkout.session"
    return ToldEvent(
        external_id=given["id"],
        type=given["type"],
        object_id=about.get("id"),
        external_customer_id=_id(about.get("customer")),
        checkout=checkout(about) if is_checkout else None,
    )


def _id(given: Any) -> str | None:
    """The id of something that is told by its id or whole."""
    found = given.get("id") if isinstance(given, dict) else given
    return found if isinstance(found, str) and found else None


def _listed(given: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return list((given.get(name) or {}).get("data") or [])


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def _made(given: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(given["created"], UTC)


def _data(given: dict[str, Any]) -> Any:
    """The object as plain JSON, or its id alone where that is too long to be kept."""
    # The database holds every text but those with the character NUL.
    written = msgspec.json.encode(given).replace(b"\\u0000", b"\\ufffd")
    if len(written) > MOST_DATA_BYTES:
        return {"id": given["id"], "object": given.get("object"), "is_left_out": True}
    return msgspec.json.decode(written)
