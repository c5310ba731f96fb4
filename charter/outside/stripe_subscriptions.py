"""Subscriptions that Stripe keeps, through its official package."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp
import stripe
import structlog

from charter.core.payments.model import GatewayAway
from charter.core.provider_subscriptions.model import METADATA_KEY
from charter.core.provider_subscriptions.told import (
    Change,
    Checkout,
    NotSigned,
    Refused,
    Told,
    ToldCheckout,
    ToldEvent,
    ToldSubscription,
)
from charter.outside import stripe_reading as reading
from charter.outside.stripe_client import stripe_client

log = structlog.get_logger("charter.outside.stripe_subscriptions")
TOLERANCE_SECONDS = 300
MOST = 1000
"""Of each kind, the newest that are read of a customer."""
PAGE = 100
T = TypeVar("T")


@asynccontextmanager
async def asked(api_url: str, secret: str) -> AsyncIterator[stripe.StripeClient]:
    """A client whose errors are ours. Raises: Refused; GatewayAway."""
    try:
        async with stripe_client(api_url, secret) as client:
            yield client
    except stripe.IdempotencyError as mistake:
        raise _away(mistake) from mistake
    except (stripe.CardError, stripe.InvalidRequestError) as refused:
        raise Refused(refused.code or "invalid_request") from refused
    except (stripe.StripeError, aiohttp.ClientError, TimeoutError) as away:
        raise _away(away) from away


async def make_customer(api_url: str, secret: str, organization_id: str) -> str:
    """Make an organization a customer, once however often it is asked within a day."""
    async with asked(api_url, secret) as client:
        made = await client.v1.customers.create_async(
            params={"metadata": {METADATA_KEY: organization_id}},
            options={"idempotency_key": f"customer/{organization_id}"},
        )
        return str(made.id)


async def begin_checkout(api_url: str, secret: str, checkout: Checkout) -> tuple[str, str]:
    """Begin a checkout. Returns: the id and the address of its page."""
    whose = {METADATA_KEY: checkout.organization_id}
    async with asked(api_url, secret) as client:
        made = await client.v1.checkout.sessions.create_async(
            params={
                "mode": "subscription",
                "customer": checkout.external_customer_id,
                "client_reference_id": checkout.organization_id,
                "line_items": [{"price": checkout.price_id, "quantity": checkout.quantity}],
                "success_url": checkout.success_url,
                "cancel_url": checkout.cancel_url,
                "metadata": whose,
                "subscription_data": {"metadata": whose},
            }
        )
        return str(made.id), str(made.url)


async def read_checkout(api_url: str, secret: str, checkout_id: str) -> ToldCheckout | None:
    """What became of a checkout; None where there is none."""
    try:
        async with asked(api_url, secret) as client:
            found = await client.v1.checkout.sessions.retrieve_async(checkout_id)
            return reading.checkout(found.to_dict())
    except Refused as refused:
        if refused.code != "resource_missing":
            raise
        return None


async def open_portal(api_url: str, secret: str, customer: str, return_url: str) -> tuple[str, str]:
    """Make a page for a customer. Returns: its id and its address."""
    async with asked(api_url, secret) as client:
        made = await client.v1.billing_portal.sessions.create_async(
            params={"customer": customer, "return_url": return_url}
        )
        return str(made.id), str(made.url)


async def read_customer(api_url: str, secret: str, customer: str) -> Told:
    """All that is known of a customer, newest first."""
    of: Any = {"customer": customer, "limit": PAGE}
    of_any_status: Any = {**of, "status": "all"}
    with_charge: Any = {**of, "expand": ["data.latest_charge"]}
    with_name: Any = {**of, "expand": ["data.feature"]}
    async with asked(api_url, secret) as client:
        v1 = client.v1
        entitlements = v1.entitlements.active_entitlements
        lists = await asyncio.gather(
            v1.subscriptions.list_async(params=of_any_status),
            v1.invoices.list_async(params=of),
            v1.payment_intents.list_async(params=with_charge),
            entitlements.list_async(params=with_name),
        )
        subscriptions = await _all(lists[0], reading.subscription)
        invoices = await _all(lists[1], reading.invoice)
        payments = await _all(lists[2], reading.payment)
        features = await _all(lists[3], reading.feature)
    return Told(subscriptions, invoices, payments, features)


async def change_subscription(
    api_url: str, secret: str, subscription: str, change: Change
) -> ToldSubscription:
    """Change the price or the quantity of a subscription's first item."""
    async with asked(api_url, secret) as client:
        before = (await client.v1.subscriptions.retrieve_async(subscription)).to_dict()
        item: dict[str, Any] = {"id": before["items"]["data"][0]["id"]}
        if change.price_id is not None:
            item["price"] = change.price_id
        if change.quantity is not None:
            item["quantity"] = change.quantity
        asked_for: Any = {"items": [item], "proration_behavior": change.proration.value}
        after = await client.v1.subscriptions.update_async(subscription, params=asked_for)
        return reading.subscription(after.to_dict())


async def cancel_subscription(
    api_url: str, secret: str, subscription: str, *, at_period_end: bool
) -> ToldSubscription:
    """Cancel a subscription; one that is over stays as it is."""
    async with asked(api_url, secret) as client:
        if at_period_end:
            after = await client.v1.subscriptions.update_async(
                subscription, params={"cancel_at_period_end": True}
            )
        else:
            after = await client.v1.subscriptions.retrieve_async(subscription)
            if after.status not in ("canceled", "incomplete_expired"):
                after = await client.v1.subscriptions.cancel_async(subscription)
        return reading.subscription(after.to_dict())


def read_event(payload: bytes, signature: str, secret: str | None) -> ToldEvent:
    """What was posted, as far as Stripe signed it within 300 seconds. Raises: NotSigned.

    Source: Stripe's documentation, "Verify webhook signatures".
    """
    try:
        found = stripe.Webhook.construct_event(payload, signature, secret, TOLERANCE_SECONDS)
        return reading.event(found.to_dict())
    except (ValueError, KeyError, TypeError, AttributeError, stripe.StripeError) as mistake:
        raise NotSigned from mistake


async def _all(listed: Any, read: Callable[[dict[str, Any]], T | None]) -> tuple[T, ...]:
    """What a list and its further pages hold, as far as it can be read."""
    found: list[T] = []
    count = 0
    async for each in listed.auto_paging_iter():
        count += 1
        given = each.to_dict()
        try:
            one = read(given)
        except (ValueError, KeyError, TypeError) as unread:
            # A kind that came after this was written: the rest counts all the same.
            log.warning("not read", id=given.get("id"), reason=type(unread).__name__)
            continue
        if one is not None:
            found.append(one)
        if count == MOST:
            break
    return tuple(found)


def _away(error: Exception) -> GatewayAway:
    log.warning("the payment gateway did not say", reason=type(error).__name__)
    return GatewayAway()
