"""The plan that a user or an organization has in force, for statements of other areas."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Text, and_, func, select
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.payers.tables import payers
from charter.core.plans.model import PayerType
from charter.core.plans.tables import features, plan_features, plans
from charter.core.statements import refers, word


@dataclass(frozen=True, slots=True)
class InForce:
    """Rows joined to the plan of a payer, and what a token says of it.

    slug is null in an instance without plans; features are the slugs that it gives, or null.
    """

    rows: FromClause
    slug: ColumnElement[Any]
    features: ColumnElement[Any]


def in_force(rows: FromClause, payer_type: PayerType, holder: Any) -> InForce:
    """Join rows to the plan of the user or the organization whose id `holder` holds.

    Who never dealt with billing has the default plan; a null holder has none.
    """
    is_user = payer_type is PayerType.USER
    payer, plan, default = payers.alias(), plans.alias(), plans.alias()
    subject = payer.c.user_id if is_user else payer.c.organization_id
    instance = holder.table.c.instance_id
    fallback = (
        select(default.c.id)
        .where(
            default.c.instance_id == instance,
            default.c.payer_type == word(payer_type.value),
            default.c.is_default,
            holder.is_not(None),
        )
        .correlate(holder.table)
        .scalar_subquery()
    )
    given = (
        select(func.array_agg(features.c.slug, type_=ARRAY(Text)))
        .select_from(plan_features, features)
        .where(
            plan_features.c.instance_id == plan.c.instance_id,
            plan_features.c.plan_id == plan.c.id,
            refers(plan_features.c.feature_id, features),
        )
        .correlate(plan)
        .scalar_subquery()
    )
    joined = rows.outerjoin(
        payer, and_(payer.c.instance_id == instance, subject == holder)
    ).outerjoin(
        plan,
        and_(plan.c.instance_id == instance, plan.c.id == func.coalesce(payer.c.plan_id, fallback)),
    )
    return InForce(joined, plan.c.slug, given)
