"""Every SQL statement about discounts."""

from sqlalchemy import Boolean, Integer, Text, bindparam, select, update

from charter.core.discounts.model import Discount, DiscountNotFound, Redemption
from charter.core.discounts.tables import discount_redemptions, discounts
from charter.core.statements import NOW, columns
from charter.kernel.db import INSTANCE, Db, Statement, inserting

_all = select(*columns(Discount, discounts)).where(discounts.c.instance_id == INSTANCE)
_id = bindparam("discount_id", type_=Text)
ALL = Statement(_all.order_by(discounts.c.created_at.desc(), discounts.c.id.desc()), Discount)
DISCOUNT = Statement(_all.where(discounts.c.id == _id).with_for_update(), Discount)
INSERT = inserting(discounts)
UPDATE = Statement[None](
    update(discounts)
    .where(discounts.c.instance_id == INSTANCE, discounts.c.id == _id)
    .values(is_active=bindparam("is_active", type_=Boolean), updated_at=NOW)
)
INSERT_REDEMPTION = inserting(discount_redemptions)
UPDATE_REDEMPTION = Statement[None](
    update(discount_redemptions)
    .where(
        discount_redemptions.c.instance_id == INSTANCE,
        discount_redemptions.c.id == bindparam("redemption_id", type_=Text),
    )
    .values(
        status=bindparam("status", type_=Text),
        cycles_remaining=bindparam("cycles_remaining", type_=Integer),
        cycles_applied=bindparam("cycles_applied", type_=Integer),
        updated_at=NOW,
    )
)


async def lock_discount(db: Db, discount_id: str) -> Discount:
    """The discount, locked until the transaction ends. Raises: DiscountNotFound."""
    return await db.one(DISCOUNT, missing=DiscountNotFound(), discount_id=discount_id)


async def put_redemption(db: Db, after: Redemption) -> None:
    """Keep how a redemption stands now."""
    await db.run(
        UPDATE_REDEMPTION,
        redemption_id=after.id,
        status=after.status,
        cycles_remaining=after.cycles_remaining,
        cycles_applied=after.cycles_applied,
        now=after.updated_at,
    )
