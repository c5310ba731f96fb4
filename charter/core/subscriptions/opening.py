"""Finds the payer that a user or an organization is; the first dealing with it makes it one.

Nothing is made for those whom billing never met: they have the default plan all the same.
"""

from dataclasses import asdict

from charter.core.organizations.model import OrganizationNotFound
from charter.core.payers import queries as payers
from charter.core.payers.model import Gateway, MethodStatus, Payer, PayerRow, PaymentMethod
from charter.core.plans.defaults import default_plan
from charter.core.plans.model import PayerType, Plan
from charter.core.subscriptions import queries
from charter.core.subscriptions.changing import begin_default
from charter.core.subscriptions.model import (
    Subscription,
    SubscriptionCreated,
    SubscriptionStatus,
)
from charter.core.users.model import UserNotFound
from charter.kernel.errors import MissingInput
from charter.kernel.operation import Context

PAYER_ERRORS = (UserNotFound, OrganizationNotFound)


async def find_payer(
    ctx: Context, *, user_id: str | None, organization_id: str | None
) -> Payer | None:
    """The payer that a user or an organization is; None where billing never met it.

    Raises: UserNotFound; OrganizationNotFound.
    """
    payer_type, subject_id = _subject(user_id, organization_id)
    is_user = payer_type is PayerType.USER
    statement = payers.OF_USER if is_user else payers.OF_ORGANIZATION
    payer = await ctx.db.find(statement, subject_id=subject_id)
    if payer is not None and payer.exists:
        return payer
    known = payers.KNOWN_USER if is_user else payers.KNOWN_ORGANIZATION
    if await ctx.db.value(known, subject_id=subject_id) is None:
        raise UserNotFound("user_id") if is_user else OrganizationNotFound("organization_id")
    return None


async def locked_payer(
    ctx: Context, *, user_id: str | None = None, organization_id: str | None = None
) -> Payer:
    """The same, made where it is none yet, and locked until the transaction ends.

    Raises: UserNotFound; OrganizationNotFound. Announces: SubscriptionCreated and
    SubscriptionItemActive, where it is made.
    """
    payer = await find_payer(ctx, user_id=user_id, organization_id=organization_id)
    if payer is None:
        payer_type, subject_id = _subject(user_id, organization_id)
        await _make(ctx, payer_type, subject_id)
        payer = await find_payer(ctx, user_id=user_id, organization_id=organization_id)
    # Read again once it is locked: what it was may have changed while this waited.
    locked = await payers.lock_payer(ctx.db, payer.id) if payer else None
    if locked is None:
        raise UserNotFound("user_id") if user_id else OrganizationNotFound("organization_id")
    return locked


async def _make(ctx: Context, payer_type: PayerType, subject_id: str) -> None:
    """Insert a payer with its subscription to the default plan, unless another call just did."""
    plan = await default_plan(ctx, payer_type)
    row = PayerRow(
        id=ctx.new_id("cpayer_"),
        user_id=subject_id if payer_type is PayerType.USER else None,
        organization_id=None if payer_type is PayerType.USER else subject_id,
        plan_id=plan.id,
        had_trial=False,
        next_due_at=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    is_user = payer_type is PayerType.USER
    insert = payers.INSERT_OF_USER if is_user else payers.INSERT_OF_ORGANIZATION
    if await ctx.db.value(insert, **asdict(row)) is None:
        return
    await ctx.db.insert(payers.INSERT_METHOD, _by_invoice(ctx, row.id))
    await _subscribe_to_default(ctx, row.id, plan)


async def _subscribe_to_default(ctx: Context, payer_id: str, plan: Plan) -> None:
    subscription = Subscription(
        id=ctx.new_id("csub_"),
        payer_id=payer_id,
        status=SubscriptionStatus.ACTIVE,
        active_at=ctx.now,
        past_due_at=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.db.value(queries.INSERT_SUBSCRIPTION, **asdict(subscription))
    ctx.announce(SubscriptionCreated(subscription))
    await begin_default(ctx, payer_id, subscription.id, plan, ctx.now)


def _by_invoice(ctx: Context, payer_id: str) -> PaymentMethod:
    """How everybody can pay: an invoice that is settled by hand."""
    return PaymentMethod(
        id=ctx.new_id("cpm_"),
        payer_id=payer_id,
        gateway=Gateway.MANUAL,
        external_customer_id=None,
        external_id=None,
        card_type=None,
        last4=None,
        expiry_year=None,
        expiry_month=None,
        is_default=True,
        status=MethodStatus.ACTIVE,
        created_at=ctx.now,
        updated_at=ctx.now,
    )


def _subject(user_id: str | None, organization_id: str | None) -> tuple[PayerType, str]:
    """Raises: MissingInput, where neither or both are named."""
    if user_id is not None and organization_id is None:
        return PayerType.USER, user_id
    if organization_id is not None and user_id is None:
        return PayerType.ORGANIZATION, organization_id
    raise MissingInput("user_id")
