"""The words of plans and features."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from charter.core.money import DEFAULT_CURRENCY
from charter.core.prices.model import Price
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

LONGEST_NAME = 255
LONGEST_SLUG = 64
MOST_TRIAL_DAYS = 365
MOST_FEATURE_CHARACTERS = 600
"""All slugs of a plan's features together: tokens name them, and cookies hold tokens."""


class PayerType(StrEnum):
    """Who pays."""

    USER = "user"
    ORGANIZATION = "org"


DEFAULT_SLUGS = {PayerType.USER: "free_user", PayerType.ORGANIZATION: "free_org"}
"""What the plan is called that everybody has who has no other."""


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that plans give."""

    id: str
    slug: str
    name: str
    description: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan with its features and the price that stands for it in lists."""

    id: str
    payer_type: PayerType
    slug: str
    name: str
    description: str | None
    is_default: bool
    is_public: bool
    free_trial_days: int | None
    created_at: datetime
    updated_at: datetime
    features: tuple[Feature, ...]
    price: Price


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan on its way into its table."""

    id: str
    payer_type: PayerType
    slug: str
    name: str
    description: str | None
    is_default: bool
    is_public: bool
    free_trial_days: int | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class PlanFeature:
    """That a plan gives a feature."""

    plan_id: str
    feature_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """What a plan is made of, with its default price.

    slug: lower-case letters, digits, `_` and `-`, up to 64; one of its kind for each payer type.
    amount and annual_monthly_amount: for a month, in the currency's smallest unit; one of them may
    be None. free_trial_days: 1 to 365, or None. features: slugs of features.
    """

    payer_type: PayerType
    slug: str
    name: str
    description: str | None = None
    is_public: bool = True
    free_trial_days: int | None = None
    currency: str = DEFAULT_CURRENCY
    amount: int | None = None
    annual_monthly_amount: int | None = None
    features: Sequence[str] = ()


class PlanNotFound(DomainError):
    """There is no such plan."""

    kind, code = Kind.NOT_FOUND, "plan_not_found"
    message = "No plan has this id."
    parameter = "plan_id"


class PlanSlugTaken(DomainError):
    """A plan for these payers has the slug."""

    kind, code = Kind.CONFLICT, "plan_slug_taken"
    message = "Another plan has this slug."
    parameter = "slug"


class FeatureSlugTaken(DomainError):
    """A feature has the slug."""

    kind, code = Kind.CONFLICT, "feature_slug_taken"
    message = "Another feature has this slug."
    parameter = "slug"


class PlanCreated(Event):
    """A plan was made."""

    name = "plan.created"


class PlanUpdated(Event):
    """A plan has other features."""

    name = "plan.updated"


class FeatureCreated(Event):
    """A feature was made."""

    name = "feature.created"
