"""The plan that every payer has who has no other: free, one for each kind of payer."""

from charter.core.money import DEFAULT_CURRENCY
from charter.core.plans import queries
from charter.core.plans.model import DEFAULT_SLUGS, PayerType, Plan, PlanNotFound, PlanRow
from charter.core.prices import queries as prices
from charter.core.prices.model import Price
from charter.kernel.operation import Context


async def default_plan(ctx: Context, payer_type: PayerType) -> Plan:
    """The default plan of such payers, made when billing is first used.

    It belongs to the billing of every instance, so that it is announced no more than its roles.
    """
    found = await ctx.db.find(queries.DEFAULT, payer_type=payer_type)
    if found is not None:
        return found
    row = PlanRow(
        id=ctx.new_id("cplan_"),
        payer_type=payer_type,
        slug=DEFAULT_SLUGS[payer_type],
        name="Free",
        description=None,
        is_default=True,
        is_public=True,
        free_trial_days=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    price = Price(
        id=ctx.new_id("cprice_"),
        plan_id=row.id,
        currency=DEFAULT_CURRENCY,
        amount=0,
        annual_monthly_amount=None,
        description=None,
        is_default=True,
        created_at=ctx.now,
    )
    # Of two that are first at once, the second waits here until the plan of the first is there.
    if await ctx.db.value(queries.INSERT_DEFAULT, **_values(row)) is not None:
        await ctx.db.insert(prices.INSERT, price)
    return await ctx.db.one(queries.DEFAULT, missing=PlanNotFound(), payer_type=payer_type)


def _values(row: PlanRow) -> dict[str, object]:
    return {name: getattr(row, name) for name in PlanRow.__dataclass_fields__}
