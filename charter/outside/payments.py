"""The payment gateways outside; what speaks to one is read in when money is first collected."""

from dataclasses import dataclass

from charter.core.payments.model import Charge, Outcome

STRIPE_URL = "https://api.stripe.com"


@dataclass(frozen=True, slots=True)
class PaymentGateways:
    """Stripe, the only one so far. stripe_url: where it is."""

    stripe_url: str = STRIPE_URL

    async def charge(self, secret: str, charge: Charge) -> Outcome:
        """Collect a charge from a card on file. Raises: GatewayAway, when it is not known."""
        # Stripe's package is large, and most processes never take money.
        from charter.outside.stripe_payments import charge_by_stripe  # noqa: PLC0415

        return await charge_by_stripe(self.stripe_url, secret, charge)
