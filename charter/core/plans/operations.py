"""What can be done with plans and features: an app's server reads, an operator makes."""

import re
from collections.abc import Sequence

from charter.core.money import checked_currency
from charter.core.plans import queries
from charter.core.plans.defaults import default_plan
from charter.core.plans.model import (
    LONGEST_NAME,
    LONGEST_SLUG,
    MOST_FEATURE_CHARACTERS,
    MOST_TRIAL_DAYS,
    Feature,
    FeatureCreated,
    FeatureSlugTaken,
    NewPlan,
    PayerType,
    Plan,
    PlanCreated,
    PlanFeature,
    PlanNotFound,
    PlanRow,
    PlanSlugTaken,
    PlanUpdated,
)
from charter.core.prices import queries as prices
from charter.core.prices.model import AmountInvalid, AmountTooLarge, Price, check_amounts
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.filters.tree import Apply, Name, Op, Place, Text
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation

# A comma or a colon in a slug would end it in the tokens that name features.
_SLUG = re.compile(rf"[a-z0-9][a-z0-9_-]{{0,{LONGEST_SLUG - 1}}}")


@operation("plans.search", permission=Permission.BILLING_READ, writes=False)
async def search(ctx: Context, search: Search, payer_type: PayerType | None = None) -> Found[Plan]:
    """List plans, free and paid, newest first.

    Source: Clerk BAPI 2025-11-10, GetCommercePlanList.
    """
    await ctx.allow()
    if payer_type is not None:
        at = Place("payer_type")
        narrow = Apply(Op.EQ, (Name("payer_type", at), Text(payer_type.value, at)), at)
        search = search.narrowed(narrow)
    return await queries.LISTING.search(ctx.db, search)


@operation(
    "plans.create",
    permission=Permission.BILLING_MANAGE,
    raises=(PlanSlugTaken, AmountInvalid, AmountTooLarge),
)
async def create(ctx: Context, new: NewPlan) -> Plan:
    """Make a plan with its default price; with the first one, the free plans come into being.

    Raises: PlanSlugTaken; AmountInvalid; AmountTooLarge; InvalidInput, also for a feature that
    is not there.
    Announces: PlanCreated.
    """
    await ctx.allow()
    check_amounts(new.amount, new.annual_monthly_amount)
    days = new.free_trial_days
    if days is not None and not 1 <= days <= MOST_TRIAL_DAYS:
        raise InvalidInput("free_trial_days", reason=f"it must be from 1 to {MOST_TRIAL_DAYS}")
    row = PlanRow(
        id=ctx.new_id("cplan_"),
        payer_type=new.payer_type,
        slug=_checked_slug(new.slug),
        name=_checked_name(new.name),
        description=new.description,
        is_default=False,
        is_public=new.is_public,
        free_trial_days=days,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    price = Price(
        id=ctx.new_id("cprice_"),
        plan_id=row.id,
        currency=checked_currency(new.currency),
        amount=new.amount,
        annual_monthly_amount=new.annual_monthly_amount,
        description=None,
        is_default=True,
        created_at=ctx.now,
    )
    for payer_type in PayerType:
        await default_plan(ctx, payer_type)
    await ctx.db.insert(queries.INSERT, row)
    await ctx.db.insert(prices.INSERT, price)
    await _put_features(ctx, row.id, new.features)
    plan = await queries.get_plan(ctx.db, row.id)
    ctx.announce(PlanCreated(plan))
    return plan


@operation("plans.set_features", permission=Permission.BILLING_MANAGE, raises=(PlanNotFound,))
async def set_features(ctx: Context, plan_id: str, features: Sequence[str]) -> Plan:
    """Say which features a plan gives, by their slugs; the next tokens say so too.

    Raises: PlanNotFound; InvalidInput, for a feature that is not there.
    Announces: PlanUpdated.
    """
    await ctx.allow()
    before = await queries.lock_plan(ctx.db, plan_id)
    ctx.expect(before.updated_at)
    await ctx.db.run(queries.DELETE_PLAN_FEATURES, plan_id=plan_id)
    await _put_features(ctx, plan_id, features)
    await ctx.db.run(queries.TOUCH, plan_id=plan_id, now=ctx.now)
    after = await queries.get_plan(ctx.db, plan_id)
    ctx.announce(PlanUpdated(after, before=before))
    return after


@operation("features.search", permission=Permission.BILLING_READ, writes=False)
async def search_features(ctx: Context) -> tuple[Feature, ...]:
    """List the features of the instance, by slug."""
    await ctx.allow()
    return await ctx.db.all(queries.ALL_FEATURES)


@operation("features.create", permission=Permission.BILLING_MANAGE, raises=(FeatureSlugTaken,))
async def create_feature(
    ctx: Context, slug: str, name: str, description: str | None = None
) -> Feature:
    """Make a feature that plans may give.

    Raises: FeatureSlugTaken.
    Announces: FeatureCreated.
    """
    await ctx.allow()
    feature = Feature(
        id=ctx.new_id("feat_"),
        slug=_checked_slug(slug),
        name=_checked_name(name),
        description=description,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await ctx.db.insert(queries.INSERT_FEATURE, feature)
    ctx.announce(FeatureCreated(feature))
    return feature


async def _put_features(ctx: Context, plan_id: str, slugs: Sequence[str]) -> None:
    wanted = set(slugs)
    if sum(map(len, wanted)) > MOST_FEATURE_CHARACTERS:
        reason = f"their slugs must have at most {MOST_FEATURE_CHARACTERS} characters together"
        raise InvalidInput("features", reason=reason)
    found = await queries.find_features(ctx.db, sorted(wanted)) if wanted else ()
    if len(found) != len(wanted):
        raise InvalidInput("features", reason="each must be the slug of a feature")
    rows = [PlanFeature(plan_id, feature.id, ctx.now) for feature in found]
    await ctx.db.insert_all(queries.INSERT_PLAN_FEATURE, rows)


def _checked_slug(slug: str) -> str:
    if not _SLUG.fullmatch(slug):
        reason = f"it must be 1 to {LONGEST_SLUG} of a-z, 0-9, _ and -, and begin with neither mark"
        raise InvalidInput("slug", reason=reason)
    return slug


def _checked_name(name: str) -> str:
    trimmed = name.strip()
    if not 1 <= len(trimmed) <= LONGEST_NAME:
        raise InvalidInput("name", reason=f"it must have 1 to {LONGEST_NAME} characters")
    return trimmed
