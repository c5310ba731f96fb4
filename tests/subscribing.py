"""Organizations that pay through Stripe: what tests of its subscriptions begin with."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from charter.core.payers.model import Gateway
from charter.core.payments import operations as payments
from charter.core.provider_subscriptions import operations as provider_subscriptions
from charter.core.provider_subscriptions.receiving import receive
from charter.kernel.actor import Actor, ActorKind
from charter.outside.payments import PaymentGateways
from tests.stripe_billing import StripeBilling

BACK = "http://localhost:3000/billing"


@dataclass
class Paying:
    """A world that is connected to a Stripe of its own."""

    world: Any
    stripe: StripeBilling

    async def checkout(self, organization, who=None, **fields):
        """The id of a checkout that was begun."""
        page = await self.world.call(
            who,
            provider_subscriptions.begin_checkout,
            organization_id=organization.id,
            **{"price_id": "price_pro", "success_url": BACK, "cancel_url": BACK, **fields},
        )
        return page.id

    async def customer(self, organization):
        """Make an organization a customer. Returns: Stripe's id of it."""
        await self.checkout(organization)
        return self.stripe.customer(organization.id)

    async def post(self, body: bytes, signature: str | None = None, world: Any = None):
        """What becomes of an event that Stripe posts."""
        of = world or self.world
        anybody = Actor(ActorKind.ANONYMOUS, of.instance_id)
        signature = self.stripe.sign(body) if signature is None else signature
        return await self.world.call(anybody, receive, payload=body, signature=signature)

    async def tell(self, kind: str, about: dict[str, Any]):
        """Post an event of something."""
        return await self.post(self.stripe.event(kind, about))


async def connect(world, server, webhook_secret: str | None = "whsec_real") -> Paying:
    """Connect a world to a Stripe."""
    world.platform = dataclasses.replace(world.platform, gateway=PaymentGateways(server.url))
    await world.call(
        None,
        payments.set_gateway,
        gateway=Gateway.STRIPE,
        secret=server.secret,
        webhook_secret=webhook_secret,
    )
    return Paying(world, server.billing)
