"""What the first organization of every cast paid outside, and has at a gateway."""

from typing import TYPE_CHECKING, Any

from charter.core.recorded_payments import operations as recorded_payments
from charter.core.recorded_payments.model import NewRecordedPayment

if TYPE_CHECKING:
    from tests.cast import Cast

CUSTOMER = """
INSERT INTO gateway_customers (instance_id, id, payer_id, gateway, external_customer_id, features,
    created_at, updated_at)
VALUES ($1, $2, $3, 'stripe', 'cus_1', '[{"key": "exports", "name": "Exports"}]', now(), now())
"""
SUBSCRIPTION = """
INSERT INTO provider_subscriptions (instance_id, id, payer_id, status, price_id, quantity,
    cancel_at_period_end, external_id, external_customer_id, synced_at, created_at, updated_at)
VALUES ($1, $2, $3, 'active', 'price_1', 1, false, 'sub_1', 'cus_1', now(), now(), now())
"""
INVOICE = """
INSERT INTO invoices (instance_id, id, payer_id, amount_due, amount_paid, currency, status,
    external_id, external_customer_id, synced_at, created_at, updated_at)
VALUES ($1, $2, $3, 900, 0, 'USD', 'open', 'in_1', 'cus_1', now(), now(), now())
"""

TOMBSTONE = """
INSERT INTO tombstones (instance_id, kind, external_id, forgotten_until)
VALUES ($1, 'payment', 'pi_gone', now() + interval '30 days')
"""


async def fill(cast: "Cast") -> None:
    """Record a payment, and put beside it what a gateway tells."""
    world = cast.world
    new = NewRecordedPayment(amount=2000, currency="usd", external_id="pi_cast")
    made: Any = await world.call(
        None, recorded_payments.record, organization_id=cast["organization"], new=new
    )
    ids = {
        name: prefix + made.id.partition("_")[2]
        for name, prefix in (
            ("gateway_customer", "gcus_"),
            ("provider_subscription", "psub_"),
            ("invoice", "inv_"),
        )
    }
    for statement, id_ in zip((CUSTOMER, SUBSCRIPTION, INVOICE), ids.values(), strict=True):
        await world.sql(statement, world.instance_id, id_, made.payer_id)
    await world.sql(TOMBSTONE, world.instance_id)
    cast.ids |= {"payment": made.id, **ids}
