"""The payment gateways outside; what speaks to one is read in when it is first asked."""

from dataclasses import dataclass

from charter.core.payments.model import Charge, Outcome
from charter.core.provider_subscriptions.told import (
    Change,
    Checkout,
    Told,
    ToldCheckout,
    ToldEvent,
    ToldSubscription,
)

STRIPE_URL = "https://api.stripe.com"


@dataclass(frozen=True, slots=True)
class PaymentGateways:
    """Stripe, the only one so far. stripe_url: where it is.

    All but `event` raise GatewayAway, when there was no answer; those about subscriptions Refused.
    """

    stripe_url: str = STRIPE_URL

    # Stripe's package is large, and most processes never take money: hence the imports within.

    async def charge(self, secret: str, charge: Charge) -> Outcome:
        """Collect a charge from a card on file. Raises: GatewayAway, when it is not known."""
        from charter.outside.stripe_payments import charge_by_stripe  # noqa: PLC0415

        return await charge_by_stripe(self.stripe_url, secret, charge)

    async def customer(self, secret: str, organization_id: str) -> str:
        """Make an organization a customer, once. Returns: Stripe's id of it."""
        from charter.outside.stripe_subscriptions import make_customer  # noqa: PLC0415

        return await make_customer(self.stripe_url, secret, organization_id)

    async def checkout(self, secret: str, checkout: Checkout) -> tuple[str, str]:
        """Begin a checkout. Returns: the id and the address of its page."""
        from charter.outside.stripe_subscriptions import begin_checkout  # noqa: PLC0415

        return await begin_checkout(self.stripe_url, secret, checkout)

    async def checkout_of(self, secret: str, checkout_id: str) -> ToldCheckout | None:
        """What became of a checkout; None where there is none."""
        from charter.outside.stripe_subscriptions import read_checkout  # noqa: PLC0415

        return await read_checkout(self.stripe_url, secret, checkout_id)

    async def portal(self, secret: str, customer: str, return_url: str) -> tuple[str, str]:
        """Make a page for a customer. Returns: its id and its address."""
        from charter.outside.stripe_subscriptions import open_portal  # noqa: PLC0415

        return await open_portal(self.stripe_url, secret, customer, return_url)

    async def told(self, secret: str, customer: str) -> Told:
        """All that is known of a customer."""
        from charter.outside.stripe_subscriptions import read_customer  # noqa: PLC0415

        return await read_customer(self.stripe_url, secret, customer)

    async def change(self, secret: str, subscription: str, change: Change) -> ToldSubscription:
        """Change a subscription. Returns: it as it is then."""
        from charter.outside.stripe_subscriptions import change_subscription  # noqa: PLC0415

        return await change_subscription(self.stripe_url, secret, subscription, change)

    async def cancel(
        self, secret: str, subscription: str, *, at_period_end: bool
    ) -> ToldSubscription:
        """Cancel a subscription. Returns: it as it is then; one that is over stays as it is."""
        from charter.outside.stripe_subscriptions import cancel_subscription  # noqa: PLC0415

        return await cancel_subscription(
            self.stripe_url, secret, subscription, at_period_end=at_period_end
        )

    def event(self, payload: bytes, signature: str, secret: str | None) -> ToldEvent:
        """What was posted, as far as Stripe signed it. Raises: NotSigned."""
        from charter.outside.stripe_subscriptions import read_event  # noqa: PLC0415

        return read_event(payload, signature, secret)
