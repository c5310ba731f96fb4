"""Every SQL statement about plans and features."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, any_, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from charter.core.aggregates import gathered, object_of
from charter.core.plans.model import (
    Feature,
    FeatureSlugTaken,
    PayerType,
    Plan,
    PlanNotFound,
    PlanSlugTaken,
)
from charter.core.plans.tables import features, plan_features, plans
from charter.core.prices.model import Price
from charter.core.prices.tables import prices
from charter.core.statements import NEWEST_FIRST, NOW, columns, refers
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.filters.fields import Field, Fields
from charter.kernel.lists import Listing


def _parts(table: Any) -> dict[str, ColumnElement[Any]]:
    """What a plan has beside its own columns, for the table or an alias of it."""
    own = prices.alias()
    return {
        "features": gathered(
            Feature,
            features,
            plan_features.c.instance_id == table.c.instance_id,
            plan_features.c.plan_id == table.c.id,
            refers(plan_features.c.feature_id, features),
            correlate=table,
        ),
        "price": select(object_of(Price, lambda name: own.c[name]))
        .where(
            own.c.instance_id == table.c.instance_id, own.c.plan_id == table.c.id, own.c.is_default
        )
        .correlate(table)
        .scalar_subquery(),
    }


def plan_object(table: Any) -> ColumnElement[Any]:
    """A plan as JSON, of the table or an alias of it."""
    parts = _parts(table)
    return object_of(Plan, lambda name: parts[name] if name in parts else table.c[name])


SELECT = select(*columns(Plan, plans, **_parts(plans))).where(plans.c.instance_id == INSTANCE)
FIELDS: Fields = {
    "id": Field(plans.c.id, str),
    "payer_type": Field(plans.c.payer_type, PayerType),
    "created_at": Field(plans.c.created_at, datetime, sortable=True),
}
LISTING = Listing(SELECT, Plan, FIELDS, plans.c.id, order=NEWEST_FIRST)
PLAN = Statement(SELECT.where(plans.c.id == bindparam("plan_id", type_=Text)), Plan)
DEFAULT = Statement(
    SELECT.where(plans.c.is_default, plans.c.payer_type == bindparam("payer_type", type_=Text)),
    Plan,
)
LOCK = Statement[None](
    select(plans.c.id)
    .where(plans.c.instance_id == INSTANCE, plans.c.id == bindparam("plan_id", type_=Text))
    .with_for_update()
)
INSERT = inserting(plans, violates={"uq_plans_slug": PlanSlugTaken})
# Of two at once the second runs into either unique index: the default's or the slug's.
INSERT_DEFAULT = Statement[None](
    insert(plans)
    .values(
        {column.name: bindparam(column.name, type_=column.type) for column in plans.columns}
        | {"instance_id": INSTANCE}
    )
    .on_conflict_do_nothing()
    .returning(plans.c.id)
)
TOUCH = Statement[None](
    update(plans)
    .where(plans.c.instance_id == INSTANCE, plans.c.id == bindparam("plan_id", type_=Text))
    .values(updated_at=NOW)
)
INSERT_FEATURE = inserting(features, violates={"uq_features_slug": FeatureSlugTaken})
ALL_FEATURES = Statement(
    select(*columns(Feature, features))
    .where(features.c.instance_id == INSTANCE)
    .order_by(features.c.slug),
    Feature,
)
FEATURES = Statement(
    select(*columns(Feature, features)).where(
        features.c.instance_id == INSTANCE,
        features.c.slug == any_(bindparam("slugs", type_=ARRAY(Text))),
    ),
    Feature,
)
INSERT_PLAN_FEATURE = inserting(plan_features)
DELETE_PLAN_FEATURES = Statement[None](
    delete(plan_features).where(
        plan_features.c.instance_id == INSTANCE,
        plan_features.c.plan_id == bindparam("plan_id", type_=Text),
    )
)


async def get_plan(db: Db, plan_id: str) -> Plan:
    """The plan. Raises: PlanNotFound."""
    return await db.one(PLAN, missing=PlanNotFound(), plan_id=plan_id)


async def lock_plan(db: Db, plan_id: str) -> Plan:
    """The plan, locked until the transaction ends. Raises: PlanNotFound."""
    await db.value(LOCK, plan_id=plan_id)
    return await get_plan(db, plan_id)


async def find_features(db: Db, slugs: Sequence[str]) -> tuple[Feature, ...]:
    """The features with these slugs; those that are not there are left out."""
    return await db.all(FEATURES, slugs=list(slugs))
