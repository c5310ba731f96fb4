"""The words of subscriptions that a gateway keeps."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from charter.core.payers.model import Gateway
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

MOST_QUANTITY = 1_000_000
METADATA_KEY = "charter_organization"
"""What a gateway keeps beside a customer and a checkout: whose it is."""


class ProviderStatus(StrEnum):
    """How a subscription stands at the gateway, in its words."""

    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    CANCELED = "canceled"
    UNPAID = "unpaid"
    INCOMPLETE = "incomplete"
    INCOMPLETE_EXPIRED = "incomplete_expired"
    PAUSED = "paused"

    @property
    def is_over(self) -> bool:
        """Whether nothing more comes of it."""
        return self in (ProviderStatus.CANCELED, ProviderStatus.INCOMPLETE_EXPIRED)

    @property
    def entitles(self) -> bool:
        """Whether what it is for may be used; while a payment is tried again, too."""
        return self in (ProviderStatus.TRIALING, ProviderStatus.ACTIVE, ProviderStatus.PAST_DUE)


class Proration(StrEnum):
    """What a change within a period costs at once."""

    CREATE_PRORATIONS = "create_prorations"
    ALWAYS_INVOICE = "always_invoice"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class GatewayCustomerRow:
    """Which customer of a gateway a payer is, as it is kept; see GatewayCustomer."""

    id: str
    payer_id: str
    gateway: Gateway
    external_customer_id: str
    features: Any
    synced_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class GatewayCustomer:
    """Which customer of a gateway an organization is.

    features: what the gateway entitles it to, objects with `key` and `name`. synced_at: when the
    gateway was last asked about it.
    """

    id: str
    payer_id: str
    organization_id: str | None
    gateway: Gateway
    external_customer_id: str
    features: Any
    synced_at: datetime | None
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ProviderSubscriptionRow:
    """A subscription as it is kept; see ProviderSubscription."""

    id: str
    payer_id: str
    status: ProviderStatus
    price_id: str | None
    quantity: int | None
    current_period_start: datetime | None
    current_period_end: datetime | None
    cancel_at_period_end: bool
    canceled_at: datetime | None
    external_id: str
    external_customer_id: str
    external_data: Any
    synced_at: datetime
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ProviderSubscription:
    """A subscription that a gateway keeps, as it was at synced_at.

    price_id, quantity: of its first item, in the gateway's own words. external_data: all that the
    gateway said of it.
    """

    id: str
    payer_id: str
    organization_id: str | None
    status: ProviderStatus
    price_id: str | None
    quantity: int | None
    current_period_start: datetime | None
    current_period_end: datetime | None
    cancel_at_period_end: bool
    canceled_at: datetime | None
    external_id: str
    external_customer_id: str
    external_data: Any
    synced_at: datetime
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ActiveFeature:
    """Something that an organization is entitled to.

    key: the gateway's lookup key. subscription_id, expires_at: of the one subscription that it can
    come from, None where there are several or it does not end.
    """

    key: str
    name: str
    subscription_id: str | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page of the gateway for somebody to be sent to."""

    id: str
    organization_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Received:
    """What became of an event of a gateway. id: the gateway's; has_effect: it had one now."""

    id: str
    has_effect: bool


class ProviderSubscriptionNotFound(DomainError):
    """There is no such subscription."""

    kind, code = Kind.NOT_FOUND, "provider_subscription_not_found"
    message = "No subscription of this organization has this id."
    parameter = "subscription_id"


class SubscriptionOver(DomainError):
    """The subscription is over: nothing of it can change."""

    kind, code = Kind.CONFLICT, "subscription_over"
    message = "The subscription is over."
    parameter = "subscription_id"


class GatewayCustomerNotFound(DomainError):
    """The organization is no customer of the gateway yet."""

    kind, code = Kind.NOT_FOUND, "gateway_customer_not_found"
    message = "The organization is no customer of the payment gateway yet."
    parameter = "organization_id"


class CheckoutNotFound(DomainError):
    """The organization began no such checkout."""

    kind, code = Kind.NOT_FOUND, "checkout_not_found"
    message = "No checkout of this organization has this id."
    parameter = "session_id"


class CheckoutUnfinished(DomainError):
    """The checkout was begun and not ended."""

    kind, code = Kind.CONFLICT, "checkout_unfinished"
    message = "The checkout is not finished."
    parameter = "session_id"


class CustomerTaken(DomainError):
    """The customer of the gateway is another organization."""

    kind, code = Kind.CONFLICT, "customer_taken"
    message = "The customer of the payment gateway belongs to another organization."


class GatewayRefused(DomainError):
    """The gateway refused what it was asked; gateway_code is its own word for why."""

    kind, code = Kind.UNPROCESSABLE, "gateway_refused"
    message = "The payment gateway refused this: {gateway_code}."


class GatewayUnavailable(DomainError):
    """The gateway did not answer, or refused the instance's key."""

    kind, code = Kind.UNAVAILABLE, "gateway_unavailable"
    message = "The payment gateway did not answer. Try again."
    retry_after_seconds = 5


class EventNotSigned(DomainError):
    """What was posted is not what the gateway signed, or was signed too long ago."""

    kind, code = Kind.INVALID, "event_not_signed"
    message = "The signature does not hold."
    parameter = "stripe-signature"


class GatewayCustomerLinked(Event):
    """An organization is a customer of a gateway."""

    name = "gatewayCustomer.linked"


class GatewayCustomerUpdated(Event):
    """What a gateway entitles an organization to changed."""

    name = "gatewayCustomer.updated"


class ProviderSubscriptionCreated(Event):
    """A gateway keeps a subscription."""

    name = "providerSubscription.created"


class ProviderSubscriptionUpdated(Event):
    """What a gateway says of a subscription changed."""

    name = "providerSubscription.updated"


class GatewayEventReceived(Event):
    """A gateway told of something that had an effect here."""

    name = "gatewayEvent.received"


class PageLinkMade(Event):
    """Somebody is sent to a page of the gateway; the address is told to them alone."""

    name = "gatewayPage.opened"
