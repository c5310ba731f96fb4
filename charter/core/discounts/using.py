"""Uses the discount of an item for a charge."""

from dataclasses import replace

from charter.core.discounts import queries
from charter.core.discounts.model import RedemptionStatus, RedemptionUpdated
from charter.core.subscriptions.model import SubscriptionItem
from charter.kernel.operation import Context


async def use(ctx: Context, item: SubscriptionItem) -> int:
    """Use up a cycle of the discount that counts for an item of a locked payer.

    Returns: what it takes off, in the smallest unit. Announces: RedemptionUpdated.
    """
    before = item.redemption
    if before is None:
        return 0
    remaining = None if before.cycles_remaining is None else before.cycles_remaining - 1
    after = replace(
        before,
        cycles_remaining=remaining,
        cycles_applied=before.cycles_applied + 1,
        status=RedemptionStatus.EXHAUSTED if remaining == 0 else before.status,
        updated_at=ctx.now,
    )
    await queries.put_redemption(ctx.db, after)
    ctx.announce(RedemptionUpdated(after, before=before))
    return before.off(item.cost)
