"""What can be done with the credits of users and organizations: by an app's server alone."""

from charter.core.credits import queries
from charter.core.credits.ledger import MOVING_ERRORS, move
from charter.core.credits.model import (
    LONGEST_KEY,
    LONGEST_NOTE,
    AccountKind,
    Action,
    AdjustmentMismatch,
    CreditAdjustment,
    CreditAmountInvalid,
    CreditBalance,
    CreditMove,
    Source,
)
from charter.core.money import DEFAULT_CURRENCY, MOST, Money, checked_currency
from charter.core.subscriptions.opening import PAYER_ERRORS, find_payer, locked_payer
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context, operation


@operation(
    "credits.get_balance",
    permission=Permission.BILLING_READ,
    raises=PAYER_ERRORS,
    writes=False,
)
async def get_balance(
    ctx: Context, user_id: str | None = None, organization_id: str | None = None
) -> CreditBalance:
    """Read what a user or an organization holds, in dollars or in what it had first.

    Raises: UserNotFound; OrganizationNotFound.
    Source: Clerk BAPI 2025-11-10, GetUserBillingCreditBalance.
    """
    await ctx.allow()
    payer = await find_payer(ctx, user_id=user_id, organization_id=organization_id)
    if payer is None:
        return CreditBalance(None)
    accounts = [
        each
        for each in await ctx.db.all(queries.ACCOUNTS, payer_id=payer.id)
        if each.kind is AccountKind.CREDITS
    ]
    accounts.sort(key=lambda each: each.currency != DEFAULT_CURRENCY)
    if not accounts:
        return CreditBalance(None)
    return CreditBalance(Money(accounts[0].balance, accounts[0].currency))


@operation(
    "credits.adjust",
    permission=Permission.BILLING_MANAGE,
    raises=(*PAYER_ERRORS, *MOVING_ERRORS, AdjustmentMismatch),
)
async def adjust(
    ctx: Context,
    adjustment: CreditAdjustment,
    user_id: str | None = None,
    organization_id: str | None = None,
) -> CreditMove:
    """Give a user or an organization credits, or take some that it holds.

    Raises: UserNotFound; OrganizationNotFound; CreditAmountInvalid; InsufficientCredits, since
    nobody holds less than nothing; AdjustmentMismatch, for a key that came with something else.
    Announces: CreditsMoved; for the first dealing with a payer also SubscriptionCreated and
    SubscriptionItemActive.
    Source: Clerk BAPI 2025-11-10, AdjustUserBillingCreditBalance.
    """
    await ctx.allow()
    if not 1 <= adjustment.amount <= MOST:
        raise CreditAmountInvalid(most=MOST)
    if not 1 <= len(adjustment.idempotency_key) <= LONGEST_KEY:
        raise InvalidInput("idempotency_key", reason=f"it must have 1 to {LONGEST_KEY} characters")
    if adjustment.note is not None and len(adjustment.note) > LONGEST_NOTE:
        raise InvalidInput("note", reason=f"at most {LONGEST_NOTE} characters")
    is_increase = adjustment.action is Action.INCREASE
    amount = adjustment.amount if is_increase else -adjustment.amount
    money = Money(amount, checked_currency(adjustment.currency))
    payer = await locked_payer(ctx, user_id=user_id, organization_id=organization_id)
    before = await ctx.db.find(
        queries.BY_KEY, payer_id=payer.id, idempotency_key=adjustment.idempotency_key
    )
    if before is not None:
        if before.money != money:
            raise AdjustmentMismatch
        return before
    return await move(
        ctx,
        payer.id,
        money,
        Source.GRANT if is_increase else Source.DEDUCTION,
        note=adjustment.note,
        idempotency_key=adjustment.idempotency_key,
    )
