"""Every SQL statement about prices."""

from datetime import datetime

from sqlalchemy import BigInteger, Text, bindparam, func, select

from charter.core.prices.model import Price, PriceNotFound
from charter.core.prices.tables import prices
from charter.core.statements import columns
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.filters.fields import Field, Fields
from charter.kernel.filters.tree import Order
from charter.kernel.lists import Listing

SELECT = select(*columns(Price, prices)).where(prices.c.instance_id == INSTANCE)
FIELDS: Fields = {
    "id": Field(prices.c.id, str),
    "plan_id": Field(prices.c.plan_id, str),
    "amount": Field(
        func.coalesce(prices.c.amount, 0, type_=BigInteger), int, sortable=True, nullable=False
    ),
    "created_at": Field(prices.c.created_at, datetime, sortable=True),
}
CHEAPEST_FIRST = (Order("amount"), Order("created_at", is_descending=True))
LISTING = Listing(SELECT, Price, FIELDS, prices.c.id, order=CHEAPEST_FIRST)
PRICE = Statement(SELECT.where(prices.c.id == bindparam("price_id", type_=Text)), Price)
INSERT = inserting(prices)


async def get_price(db: Db, price_id: str, parameter: str = "price_id") -> Price:
    """The price. Raises: PriceNotFound."""
    return await db.one(PRICE, missing=PriceNotFound(parameter), price_id=price_id)
