"""The words of subscriptions and their items."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from charter.core.discounts.model import Redemption
from charter.core.money import Money
from charter.core.payers.model import Payer
from charter.core.plans.model import Plan
from charter.core.prices.model import PlanPeriod, Price
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

TRIAL_NOTICE = timedelta(days=3)
"""How long before its end a trial is said to end."""
LONGEST_EXTENSION = timedelta(days=365)


class SubscriptionStatus(StrEnum):
    """How a subscription as a whole stands."""

    ACTIVE = "active"
    PAST_DUE = "past_due"


class ItemStatus(StrEnum):
    """How an item stands.

    A canceled one is in force until its period ends; an incomplete one begins when it is paid; an
    abandoned one never began.
    """

    ACTIVE = "active"
    CANCELED = "canceled"
    PAST_DUE = "past_due"
    UPCOMING = "upcoming"
    INCOMPLETE = "incomplete"
    ABANDONED = "abandoned"
    ENDED = "ended"

    @property
    def is_current(self) -> bool:
        """Whether it gives the payer its plan."""
        return self in (ItemStatus.ACTIVE, ItemStatus.CANCELED, ItemStatus.PAST_DUE)


class ItemFilter(StrEnum):
    """What a list of items may be asked for."""

    ACTIVE = "active"
    ENDED = "ended"
    PAST_DUE = "past_due"
    UPCOMING = "upcoming"
    FREE_TRIAL = "free_trial"


class TransitionMode(StrEnum):
    """When a new price takes effect."""

    IMMEDIATE = "immediate"
    END_OF_PERIOD = "end_of_period"


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a payer is subscribed to, as a whole."""

    id: str
    payer_id: str
    status: SubscriptionStatus
    active_at: datetime | None
    past_due_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as it is kept.

    anchor_at: where its periods are counted from; cycle: which of them this one is, from 0.
    """

    id: str
    subscription_id: str
    payer_id: str
    plan_id: str
    price_id: str
    plan_period: PlanPeriod
    status: ItemStatus
    is_free_trial: bool
    anchor_at: datetime
    cycle: int
    period_start: datetime
    period_end: datetime | None
    trial_notice_at: datetime | None
    canceled_at: datetime | None
    past_due_at: datetime | None
    ended_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class SubscriptionItem:
    """An item with its plan, price and payer.

    lifetime_paid: in the smallest unit. payment_method_id: what the payer pays with now.
    """

    id: str
    subscription_id: str
    payer_id: str
    plan_id: str
    price_id: str
    plan_period: PlanPeriod
    status: ItemStatus
    is_free_trial: bool
    anchor_at: datetime
    cycle: int
    period_start: datetime
    period_end: datetime | None
    trial_notice_at: datetime | None
    canceled_at: datetime | None
    past_due_at: datetime | None
    ended_at: datetime | None
    created_at: datetime
    updated_at: datetime
    lifetime_paid: int
    payment_method_id: str
    plan: Plan
    price: Price
    payer: Payer
    redemption: Redemption | None

    @property
    def cost(self) -> Money:
        """What one period costs, before anything is taken off."""
        return Money(self.price.of(self.plan_period) or 0, self.price.currency)

    @property
    def next_charge(self) -> Money | None:
        """What the next period will cost; None where none follows."""
        will_renew = self.status in (ItemStatus.ACTIVE, ItemStatus.PAST_DUE, ItemStatus.UPCOMING)
        if not will_renew or self.period_end is None or not self.cost.amount:
            return None
        return self.cost

    @property
    def next_charge_at(self) -> datetime | None:
        """When the next period begins."""
        if self.status is ItemStatus.UPCOMING:
            return self.period_start
        return self.period_end


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """A subscription with the items that are in force or come next."""

    subscription: Subscription
    items: tuple[SubscriptionItem, ...]
    is_eligible_for_trial: bool


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A payer with what it pays with now and the payment that was last begun; by the payer's id."""

    id: str
    payer: Payer
    payment_method_id: str | None
    latest_payment_id: str | None


@dataclass(frozen=True, slots=True)
class Transition:
    """What became of a change of price.

    charge: what is collected for it now; None where nothing is.
    """

    item: SubscriptionItem
    previous: SubscriptionItem
    mode: TransitionMode
    effective_at: datetime
    charge: Money | None


class SubscriptionItemNotFound(DomainError):
    """There is no such item."""

    kind, code = Kind.NOT_FOUND, "subscription_item_not_found"
    message = "No subscription item has this id."
    parameter = "subscription_item_id"


class ItemAlreadyCanceled(DomainError):
    """The item was canceled before."""

    kind, code = Kind.INVALID, "item_already_canceled"
    message = "The subscription item is canceled already."


class ItemNotCancelable(DomainError):
    """The item is free, or is over: there is nothing to cancel."""

    kind, code = Kind.UNPROCESSABLE, "item_not_cancelable"
    message = "This subscription item cannot be canceled."


class ItemNotInTrial(DomainError):
    """The item is in no free trial."""

    kind, code = Kind.NOT_PERMITTED, "item_not_in_trial"
    message = "The subscription item is not in a free trial."


class TrialsNotOffered(DomainError):
    """The plan has no free trial."""

    kind, code = Kind.NOT_PERMITTED, "trials_not_offered"
    message = "The plan has no free trial."


class ItemNotInForce(DomainError):
    """The item is not in force."""

    kind, code = Kind.CONFLICT, "item_not_in_force"
    message = "The subscription item is not in force."


class PriceOutOfDate(DomainError):
    """The item has another price than the caller believes."""

    kind, code = Kind.CONFLICT, "price_out_of_date"
    message = "The subscription item has another price by now."
    parameter = "from_price_id"


class TransitionNotAllowed(DomainError):
    """There is no way from one price to the other."""

    kind, code = Kind.UNPROCESSABLE, "transition_not_allowed"
    message = "This change of price is not possible: {reason}."
    parameter = "to_price_id"


class PeriodNotSupported(DomainError):
    """The price cannot be paid in this period."""

    kind, code = Kind.UNPROCESSABLE, "period_not_supported"
    message = "The price cannot be paid by the billing period {name}."
    parameter = "to_price_id"


class CheckoutInProgress(DomainError):
    """The payer is paying for another plan at this moment."""

    kind, code = Kind.CONFLICT, "checkout_in_progress"
    message = "Another plan is being paid for."


class AlreadySubscribed(DomainError):
    """The payer has a plan already."""

    kind, code = Kind.CONFLICT, "already_subscribed"
    message = "There is a paid plan already: change its price instead."


class SubscriptionCreated(Event):
    """Billing met a payer."""

    name = "subscription.created"


class SubscriptionUpdated(Event):
    """Something of a subscription changed."""

    name = "subscription.updated"


class SubscriptionActive(Event):
    """A subscription is paid up again."""

    name = "subscription.active"


class SubscriptionPastDue(Event):
    """A payment of a subscription is overdue."""

    name = "subscription.pastDue"


class SubscriptionItemUpdated(Event):
    """Something of an item changed, such as its period."""

    name = "subscriptionItem.updated"


class SubscriptionItemActive(Event):
    """An item is in force."""

    name = "subscriptionItem.active"


class SubscriptionItemCanceled(Event):
    """An item ends with its period."""

    name = "subscriptionItem.canceled"


class SubscriptionItemUpcoming(Event):
    """An item begins with the next period."""

    name = "subscriptionItem.upcoming"


class SubscriptionItemEnded(Event):
    """An item is over."""

    name = "subscriptionItem.ended"


class SubscriptionItemAbandoned(Event):
    """An item will never begin."""

    name = "subscriptionItem.abandoned"


class SubscriptionItemIncomplete(Event):
    """An item begins when it is paid."""

    name = "subscriptionItem.incomplete"


class SubscriptionItemPastDue(Event):
    """A payment of an item is overdue."""

    name = "subscriptionItem.pastDue"


class SubscriptionItemFreeTrialEnding(Event):
    """The free trial of an item ends soon."""

    name = "subscriptionItem.freeTrialEnding"
