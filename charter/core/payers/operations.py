"""What can be done with payment methods: by an operator, from the command line."""

from dataclasses import dataclass

from charter.core.payers import queries
from charter.core.payers.model import (
    MOST_METHODS,
    Gateway,
    MethodStatus,
    PaymentMethod,
    PaymentMethodCreated,
    PaymentMethodExists,
    PaymentMethodLimitReached,
)
from charter.core.payments import queries as payments
from charter.core.payments.model import GatewayNotSet
from charter.core.subscriptions.opening import PAYER_ERRORS, locked_payer
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context, operation

LONGEST = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPaymentMethod:
    """A payment method as its gateway knows it, with what may be shown of a card."""

    gateway: Gateway
    external_customer_id: str
    external_id: str
    card_type: str | None = None
    last4: str | None = None
    expiry_year: int | None = None
    expiry_month: int | None = None


@operation(
    "payment_methods.create",
    permission=Permission.BILLING_MANAGE,
    raises=(*PAYER_ERRORS, PaymentMethodExists, PaymentMethodLimitReached, GatewayNotSet),
)
async def create(
    ctx: Context,
    new: NewPaymentMethod,
    user_id: str | None = None,
    organization_id: str | None = None,
) -> PaymentMethod:
    """Let a payer pay through a gateway from now on, instead of by invoice.

    Raises: UserNotFound; OrganizationNotFound; PaymentMethodExists; PaymentMethodLimitReached;
    GatewayNotSet, where the instance has no secret for the gateway.
    Announces: PaymentMethodCreated.
    """
    await ctx.allow()
    if not new.gateway.is_automatic:
        raise InvalidInput("gateway", reason="everybody can pay by invoice already")
    for name in ("external_customer_id", "external_id"):
        if not 1 <= len(getattr(new, name).strip()) <= LONGEST:
            raise InvalidInput(name, reason=f"it must have 1 to {LONGEST} characters")
    if await ctx.db.find(payments.GATEWAY, gateway=new.gateway) is None:
        raise GatewayNotSet(gateway=new.gateway.value)
    payer = await locked_payer(ctx, user_id=user_id, organization_id=organization_id)
    if len(await ctx.db.all(queries.METHODS, payer_id=payer.id)) >= MOST_METHODS:
        raise PaymentMethodLimitReached(limit=MOST_METHODS)
    method = PaymentMethod(
        id=ctx.new_id("cpm_"),
        payer_id=payer.id,
        gateway=new.gateway,
        external_customer_id=new.external_customer_id.strip(),
        external_id=new.external_id.strip(),
        card_type=new.card_type,
        last4=new.last4,
        expiry_year=new.expiry_year,
        expiry_month=new.expiry_month,
        is_default=True,
        status=MethodStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.db.run(queries.DEFAULT_NO_MORE, payer_id=payer.id, now=ctx.now)
    await ctx.db.insert(queries.INSERT_METHOD, method)
    ctx.announce(PaymentMethodCreated(method))
    return method
