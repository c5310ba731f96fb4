"""What can be done with prices: by an app's server alone."""

from charter.core.money import checked_currency
from charter.core.plans import queries as plans
from charter.core.plans.model import PlanNotFound
from charter.core.prices import queries
from charter.core.prices.model import (
    LONGEST_DESCRIPTION,
    AmountInvalid,
    AmountTooLarge,
    NewPrice,
    PeriodMismatch,
    Price,
    PriceCreated,
    PriceOfDefaultPlan,
    check_amounts,
)
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.filters.tree import Apply, Name, Op, Place, Text
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation


@operation(
    "prices.search", permission=Permission.BILLING_READ, raises=(PlanNotFound,), writes=False
)
async def search(ctx: Context, search: Search, plan_id: str | None = None) -> Found[Price]:
    """List prices, the cheapest first, of all plans or of one.

    Raises: PlanNotFound.
    Source: Clerk BAPI 2025-11-10, GetBillingPriceList.
    """
    await ctx.allow()
    if plan_id is not None:
        await plans.get_plan(ctx.db, plan_id)
        at = Place("plan_id")
        search = search.narrowed(Apply(Op.EQ, (Name("plan_id", at), Text(plan_id, at)), at))
    return await queries.LISTING.search(ctx.db, search)


@operation(
    "prices.create",
    permission=Permission.BILLING_MANAGE,
    raises=(PlanNotFound, PriceOfDefaultPlan, AmountInvalid, AmountTooLarge, PeriodMismatch),
)
async def create(ctx: Context, new: NewPrice) -> Price:
    """Make a price of a plan for those who are put on it; the plan's default price stays.

    Raises: PlanNotFound; PriceOfDefaultPlan; AmountInvalid; AmountTooLarge; PeriodMismatch.
    Announces: PriceCreated.
    Source: Clerk BAPI 2025-11-10, CreateBillingPrice.
    """
    await ctx.allow()
    plan = await plans.get_plan(ctx.db, new.plan_id)
    if plan.is_default:
        raise PriceOfDefaultPlan
    if new.description is not None and len(new.description) > LONGEST_DESCRIPTION:
        raise InvalidInput("description", reason=f"at most {LONGEST_DESCRIPTION} characters")
    check_amounts(new.amount, new.annual_monthly_amount)
    price = Price(
        id=ctx.new_id("cprice_"),
        plan_id=plan.id,
        currency=checked_currency(new.currency),
        amount=new.amount,
        annual_monthly_amount=new.annual_monthly_amount,
        description=new.description,
        is_default=False,
        created_at=ctx.now,
    )
    wanted = new.supported_billing_periods
    if wanted is not None and wanted is not price.periods:
        raise PeriodMismatch(name=wanted.value)
    await ctx.db.insert(queries.INSERT, price)
    ctx.announce(PriceCreated(price))
    return price
