"""Takes money through Stripe, by its official package; each charge once, however often asked."""

from datetime import timedelta
from typing import Any

import aiohttp
import stripe
import structlog

from charter.core.payments.model import Charge, GatewayAway, Outcome, PaymentStatus
from charter.outside.stripe_client import stripe_client

log = structlog.get_logger("charter.outside.stripe_payments")
REFERENCE = "charter_payment_attempt"
"""The metadata under which a charge is found again."""
SKEW = timedelta(hours=1)


_TAKES = ("succeeded", "processing")


async def charge_by_stripe(api_url: str, secret: str, charge: Charge) -> Outcome:
    """Collect a charge from a card on file.

    Within a day the same key gives the same answer; who asks again is therefore told what became
    of the charge itself, also when that day is over.
    Raises: GatewayAway, when it is not known.
    Source: Stripe's API, PaymentIntents and Idempotent requests.
    """
    async with stripe_client(api_url, secret) as client:
        try:
            return await _charge(client, charge)
        except stripe.IdempotencyError as mistake:
            raise _away(mistake) from mistake
        except (stripe.CardError, stripe.InvalidRequestError) as refused:
            return _refused(refused)
        except (stripe.StripeError, aiohttp.ClientError, TimeoutError) as away:
            raise _away(away) from away


async def _charge(client: stripe.StripeClient, charge: Charge) -> Outcome:
    if charge.is_repeated:
        known = await _find(client, charge)
        if known is not None:
            return _outcome(known)
    intent = await client.v1.payment_intents.create_async(
        params={
            "amount": charge.money.amount,
            "currency": charge.money.currency.lower(),
            "customer": charge.customer,
            "payment_method": charge.method,
            "confirm": True,
            "off_session": True,
            # Nobody is there who could act: what needs that is refused, and never paid later.
            "error_on_requires_action": True,
            "metadata": {REFERENCE: charge.reference},
        },
        options={"idempotency_key": charge.reference},
    )
    return _outcome(intent)


async def _find(client: stripe.StripeClient, charge: Charge) -> Any:
    """The intent that paid for the period, or that an earlier call made, or None."""
    since = int((charge.since - SKEW).timestamp())
    found = await client.v1.payment_intents.list_async(
        params={"customer": charge.customer, "created": {"gte": since}, "limit": 100}
    )
    own = None
    async for intent in found.auto_paging_iter():
        reference = _reference(intent) or ""
        if reference.startswith(f"{charge.period}/") and intent.status in _TAKES:
            return intent
        if reference == charge.reference:
            own = intent
    return own


def _reference(intent: Any) -> str | None:
    metadata = getattr(intent, "metadata", None)
    return getattr(metadata, REFERENCE, None) if metadata is not None else None


def _outcome(intent: Any) -> Outcome:
    """What the state of an intent means."""
    if intent.status == "succeeded":
        return Outcome(PaymentStatus.PAID, intent.id)
    if intent.status == "processing":
        return Outcome(PaymentStatus.PENDING, intent.id)
    error = getattr(intent, "last_payment_error", None)
    code = getattr(error, "decline_code", None) or getattr(error, "code", None)
    return Outcome(PaymentStatus.FAILED, intent.id, code or intent.status)


def _refused(error: stripe.StripeError) -> Outcome:
    """What a refusal means; the codes are Stripe's."""
    body = error.json_body if isinstance(error.json_body, dict) else {}
    facts = body.get("error", {})
    intent = facts.get("payment_intent") or {}
    code = facts.get("decline_code") or error.code or "invalid_request"
    return Outcome(PaymentStatus.FAILED, intent.get("id"), code)


def _away(error: Exception) -> GatewayAway:
    log.warning("the payment gateway did not say", reason=type(error).__name__)
    return GatewayAway()
