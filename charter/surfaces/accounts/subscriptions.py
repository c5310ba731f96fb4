"""Subscriptions: what accounts subscribe to at Stripe, and what it entitles them to."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.provider_subscriptions import operations
from charter.core.provider_subscriptions.model import (
    ActiveFeature,
    GatewayCustomer,
    PageLink,
    Proration,
    ProviderSubscription,
)
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.payments import NAMES, READS, STATUS
from charter.surfaces.accounts.shapes import Listed, Moment, moment, moment_or_none
from charter.wire.call import Call, In, Lists, Out, View


class SubscriptionOut(Out):
    """A subscription, as it was when Stripe was last asked. price_id: Stripe's."""

    id: str
    account_id: str
    status: str
    price_id: str | None
    quantity: int | None
    current_period_start: Moment | None
    current_period_end: Moment | None
    cancel_at_period_end: bool
    canceled_at: Moment | None
    external_id: str
    external_customer_id: str
    external_data: Any
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, row: ProviderSubscription, _view: View) -> "SubscriptionOut":
        """As this API writes it."""
        return cls(
            id=ids.subscription(row.id),
            account_id=ids.account_id(row.organization_id or ""),
            status=row.status.value,
            price_id=row.price_id,
            quantity=row.quantity,
            current_period_start=moment_or_none(row.current_period_start),
            current_period_end=moment_or_none(row.current_period_end),
            cancel_at_period_end=row.cancel_at_period_end,
            canceled_at=moment_or_none(row.canceled_at),
            external_id=row.external_id,
            external_customer_id=row.external_customer_id,
            external_data=row.external_data,
            created_at=moment(row.created_at),
            updated_at=moment(row.updated_at),
        )


class FeatureOut(Out):
    """Something that an account is entitled to."""

    key: str
    name: str
    source_subscription_id: str | None
    expires_at: Moment | None

    @classmethod
    def of(cls, row: ActiveFeature, _view: View) -> "FeatureOut":
        """As this API writes it."""
        source = row.subscription_id
        return cls(
            key=row.key,
            name=row.name,
            source_subscription_id=None if source is None else ids.subscription(source),
            expires_at=moment_or_none(row.expires_at),
        )


class CustomerOut(Out):
    """Which customer of Stripe an account is."""

    account_id: str
    provider: str
    external_customer_id: str

    @classmethod
    def of(cls, row: GatewayCustomer, _view: View) -> "CustomerOut":
        """As this API writes it."""
        return cls(
            account_id=ids.account_id(row.organization_id or ""),
            provider=row.gateway.value,
            external_customer_id=row.external_customer_id,
        )


class PageOut(Out):
    """A page of Stripe's, for the one who asked."""

    url: str

    @classmethod
    def of(cls, row: PageLink, _view: View) -> "PageOut":
        """As this API writes it."""
        return cls(url=row.url)


class All:
    """Answers with all rows at once."""

    def __init__(self, item: Any) -> None:
        self.item = item
        name = item.__name__.removesuffix("Out")
        self.type: Any = msgspec.defstruct(f"All{name}s", [("items", list[item])])

    def of(self, rows: Sequence[Any], view: View) -> Any:
        """Them, as this API writes them."""
        return self.type(items=[self.item.of(row, view) for row in rows])


class CheckoutIn(In, kw_only=True):
    """What to subscribe to, and where Stripe sends people back to."""

    price_id: str
    success_url: str
    cancel_url: str
    quantity: int | UnsetType = UNSET


class PortalIn(In, kw_only=True):
    """Where Stripe sends people back to."""

    return_url: str


class CheckoutSyncIn(In, kw_only=True):
    """Which checkout was finished, by Stripe's id."""

    session_id: str


class Nothing(In):
    """A body with nothing in it."""


class ChangeIn(In):
    """What is to change. subscription_id: may be left out where there is one."""

    subscription_id: str | UnsetType | None = UNSET
    price_id: str | UnsetType | None = UNSET
    quantity: int | UnsetType | None = UNSET
    proration: str | UnsetType = UNSET


class CancelIn(In):
    """What is to end, and when. subscription_id: may be left out where there is one."""

    subscription_id: str | UnsetType | None = UNSET
    at_period_end: bool | UnsetType = UNSET


def proration_of(name: str) -> Proration:
    """What a change costs at once, by its name. Raises: ValueError."""
    if name not in tuple(Proration):
        raise ValueError(f"it must be one of {', '.join(Proration)}")
    return Proration(name)


def subscription_of(text: str | None) -> str | None:
    """The subscription's id in the core."""
    return None if text is None else ids.subscription_id(text)


ROOT = "/api/accounts/{account_id}/subscriptions"
WHICH = {**READS, "subscription_id": subscription_of}

CALLS = [
    Call(
        "GET",
        ROOT,
        operations.search,
        Listed(SubscriptionOut),
        lists=Lists(filters=STATUS),
        names=NAMES,
        reads=READS,
    ),
    Call(
        "GET",
        f"{ROOT}/features",
        operations.search_features,
        All(FeatureOut),
        names=NAMES,
        reads=READS,
    ),
    Call(
        "GET",
        f"{ROOT}/identity",
        operations.get_customer,
        CustomerOut,
        names=NAMES,
        reads=READS,
    ),
    Call(
        "POST",
        f"{ROOT}/stripe/checkout-session",
        operations.begin_checkout,
        PageOut,
        body=CheckoutIn,
        names=NAMES,
        reads=READS,
    ),
    Call(
        "POST",
        f"{ROOT}/stripe/portal-session",
        operations.open_portal,
        PageOut,
        body=PortalIn,
        names=NAMES,
        reads=READS,
    ),
    Call(
        "POST",
        f"{ROOT}/stripe/checkout-session-sync",
        operations.sync_checkout,
        SubscriptionOut,
        body=CheckoutSyncIn,
        names=NAMES,
        reads=READS,
    ),
    Call(
        "POST",
        f"{ROOT}/sync",
        operations.sync,
        All(SubscriptionOut),
        body=Nothing,
        is_body_optional=True,
        names=NAMES,
        reads=READS,
    ),
    Call(
        "POST",
        f"{ROOT}/change",
        operations.change,
        SubscriptionOut,
        body=ChangeIn,
        names=NAMES,
        reads={**WHICH, "proration": proration_of},
    ),
    Call(
        "POST",
        f"{ROOT}/cancel",
        operations.cancel,
        SubscriptionOut,
        body=CancelIn,
        is_body_optional=True,
        names=NAMES,
        reads=WHICH,
    ),
]
