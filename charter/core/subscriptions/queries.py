"""Every SQL statement about subscriptions and their items."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Text,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.aggregates import object_of
from charter.core.discounts.model import Redemption
from charter.core.discounts.tables import discount_redemptions
from charter.core.organizations.tables import organizations
from charter.core.payers.queries import payer_object, with_names
from charter.core.payers.tables import payers, payment_methods
from charter.core.payments.tables import payments
from charter.core.plans.model import PayerType
from charter.core.plans.queries import plan_object
from charter.core.plans.tables import plans
from charter.core.prices.model import Price
from charter.core.prices.tables import prices
from charter.core.statements import NEWEST_FIRST, NOW, columns, inserting_new, refers, word
from charter.core.subscriptions.model import (
    CheckoutInProgress,
    ItemRow,
    ItemStatus,
    Subscriber,
    Subscription,
    SubscriptionItem,
    SubscriptionItemNotFound,
)
from charter.core.subscriptions.tables import subscription_items, subscriptions
from charter.core.users.tables import users
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.filters.fields import Field, Fields, FreeText
from charter.kernel.lists import Listing

_items = subscription_items


def _method_of(payer_id: Any) -> ColumnElement[Any]:
    """What the payer that a column names pays with."""
    return (
        select(payment_methods.c.id)
        .where(
            payment_methods.c.instance_id == payer_id.table.c.instance_id,
            payment_methods.c.payer_id == payer_id,
            payment_methods.c.is_default,
        )
        .correlate(payer_id.table)
        .scalar_subquery()
    )


_of_item = (
    payments.c.instance_id == _items.c.instance_id,
    payments.c.subscription_item_id == _items.c.id,
)
_paid = (
    select(cast(func.coalesce(func.sum(payments.c.amount), 0), BigInteger))
    .where(*_of_item, payments.c.status == word("paid"))
    .correlate(_items)
    .scalar_subquery()
)
_redemption = (
    select(object_of(Redemption, lambda name: discount_redemptions.c[name]))
    .where(
        discount_redemptions.c.instance_id == _items.c.instance_id,
        discount_redemptions.c.subscription_item_id == _items.c.id,
        discount_redemptions.c.status == word("active"),
    )
    .correlate(_items)
    .scalar_subquery()
)
_parts: dict[str, ColumnElement[Any]] = {
    "lifetime_paid": _paid,
    "payment_method_id": _method_of(_items.c.payer_id),
    "plan": plan_object(plans),
    "price": object_of(Price, lambda name: prices.c[name]),
    "payer": payer_object(),
    "redemption": _redemption,
}
_rows = with_names(
    _items.join(plans, refers(_items.c.plan_id, plans))
    .join(prices, refers(_items.c.price_id, prices))
    .join(payers, refers(_items.c.payer_id, payers))
)
SELECT = (
    select(*columns(SubscriptionItem, _items, **_parts))
    .select_from(_rows)
    .where(_items.c.instance_id == INSTANCE)
)
_payer_type = case((payers.c.user_id.is_not(None), word("user")), else_=word("org"))
FIELDS: Fields = {
    "id": Field(_items.c.id, str),
    "status": Field(_items.c.status, ItemStatus),
    "is_free_trial": Field(_items.c.is_free_trial, bool),
    "payer_type": Field(_payer_type, PayerType, nullable=False),
    "payer_id": Field(_items.c.payer_id, str),
    "plan_id": Field(_items.c.plan_id, str),
    "is_default": Field(plans.c.is_default, bool),
    "search_text": FreeText(func.coalesce(users.c.search_text, organizations.c.search_text)),
    "created_at": Field(_items.c.created_at, datetime, sortable=True),
}
LISTING = Listing(SELECT, SubscriptionItem, FIELDS, _items.c.id, order=NEWEST_FIRST)
_item_id = bindparam("item_id", type_=Text)
_payer_id = bindparam("payer_id", type_=Text)
ITEM = Statement(SELECT.where(_items.c.id == _item_id), SubscriptionItem)
PAYER_OF_ITEM = Statement[Any](
    select(_items.c.payer_id).where(_items.c.instance_id == INSTANCE, _items.c.id == _item_id)
)
LIVING = Statement(
    SELECT.where(_items.c.payer_id == _payer_id, _items.c.ended_at.is_(None)).order_by(
        _items.c.period_start, _items.c.id
    ),
    SubscriptionItem,
)
"""The items of a payer that are in force, come next, or are being paid for."""
_payer_ids = bindparam("payer_ids", type_=ARRAY(Text))
ITEMS_OF_SEVERAL = Statement(
    SELECT.where(
        or_(
            and_(_items.c.payer_id == any_(_payer_ids), _items.c.ended_at.is_(None)),
            _items.c.id == any_(bindparam("item_ids", type_=ARRAY(Text))),
        )
    ).order_by(_items.c.period_start, _items.c.id),
    SubscriptionItem,
)
"""The same of several payers, and the items of some ids, whatever became of those."""

INSERT_ITEM = inserting(_items, violates={"uq_subscription_items_incomplete": CheckoutInProgress})
_CHANGING = (
    "status",
    "is_free_trial",
    "anchor_at",
    "cycle",
    "period_start",
    "period_end",
    "trial_notice_at",
    "canceled_at",
    "past_due_at",
    "ended_at",
    "updated_at",
)
UPDATE_ITEM = Statement[None](
    update(_items)
    .where(_items.c.instance_id == INSTANCE, _items.c.id == bindparam("id", type_=Text))
    .values({name: bindparam(name, type_=_items.c[name].type) for name in _CHANGING})
)

SUBSCRIPTION = Statement(
    select(*columns(Subscription, subscriptions)).where(
        subscriptions.c.instance_id == INSTANCE, subscriptions.c.payer_id == _payer_id
    ),
    Subscription,
)
INSERT_SUBSCRIPTION = inserting_new(subscriptions, "payer_id")
UPDATE_SUBSCRIPTION = Statement[None](
    update(subscriptions)
    .where(subscriptions.c.instance_id == INSTANCE, subscriptions.c.payer_id == _payer_id)
    .values(
        status=bindparam("status", type_=Text),
        active_at=bindparam("active_at", type_=DateTime(timezone=True)),
        past_due_at=bindparam("past_due_at", type_=DateTime(timezone=True)),
        updated_at=NOW,
    )
)


_latest_payment = (
    select(payments.c.id)
    .where(refers(payments.c.payer_id, payers))
    .order_by(payments.c.created_at.desc(), payments.c.id.desc())
    .limit(1)
    .correlate(payers)
    .scalar_subquery()
)
SUBSCRIBERS = Statement(
    select(
        *columns(
            Subscriber,
            payers,
            payer=payer_object(),
            payment_method_id=_method_of(payers.c.id),
            latest_payment_id=_latest_payment,
        )
    )
    .select_from(with_names(payers))
    .where(payers.c.instance_id == INSTANCE, payers.c.id == any_(_payer_ids)),
    Subscriber,
)


async def get_item(db: Db, item_id: str) -> SubscriptionItem:
    """The item. Raises: SubscriptionItemNotFound."""
    return await db.one(ITEM, missing=SubscriptionItemNotFound(), item_id=item_id)


async def living(db: Db, payer_id: str) -> tuple[SubscriptionItem, ...]:
    """The items of a payer that are not over, the one in force first."""
    found = await db.all(LIVING, payer_id=payer_id)
    return tuple(sorted(found, key=lambda item: not item.status.is_current))


async def items_of_several(
    db: Db, payer_ids: Sequence[str], item_ids: Sequence[str]
) -> tuple[SubscriptionItem, ...]:
    """The items of several payers that are not over, and some by id, as their periods begin."""
    given = {"payer_ids": list(payer_ids), "item_ids": list(item_ids)}
    return await db.all(ITEMS_OF_SEVERAL, **given)


async def find_subscribers(db: Db, payer_ids: Sequence[str]) -> tuple[Subscriber, ...]:
    """Those of these payers that there are, in no order."""
    return await db.all(SUBSCRIBERS, payer_ids=list(payer_ids))


def row_of(item: SubscriptionItem) -> ItemRow:
    """The item as it is kept."""
    return ItemRow(**{name: getattr(item, name) for name in ItemRow.__dataclass_fields__})
