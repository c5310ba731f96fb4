"""Money, plans, prices and payers as the Backend API writes them."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.money import Money
from charter.core.payers.model import Payer
from charter.core.plans.model import Feature, PayerType, Plan
from charter.core.prices.model import MONTHS_OF_YEAR, Price
from charter.core.subscriptions.model import SubscriptionItem
from charter.surfaces.backend.images import image_url
from charter.surfaces.backend.shapes import millis
from charter.wire.call import In, Out, View


class FindPages(In):
    """A list that is a page, whether or not it is asked to be."""

    paginated: bool | UnsetType = UNSET


IGNORES = {"paginated": "these lists are pages always: the document knows no other answer"}


class MoneyOut(Out):
    """An amount in the smallest unit; formatted in decimals, the symbol apart from it."""

    amount: int
    amount_formatted: str
    currency: str
    currency_symbol: str

    @classmethod
    def of(cls, money: Money, _view: View) -> "MoneyOut":
        """As this API writes it."""
        return cls(
            amount=money.amount,
            amount_formatted=money.formatted,
            currency=money.currency,
            currency_symbol=money.symbol,
        )


def money_or_none(money: Money | None, view: View) -> MoneyOut | None:
    """Money, or None."""
    return None if money is None else MoneyOut.of(money, view)


def fees(price: Price) -> dict[str, Money | None]:
    """What a month, a month of a year and a year cost; None where one cannot pay so."""

    def money(amount: int | None, times: int = 1) -> Money | None:
        return None if amount is None else Money(amount * times, price.currency)

    return {
        "fee": money(price.amount),
        "annual_monthly_fee": money(price.annual_monthly_amount),
        "annual_fee": money(price.annual_monthly_amount, MONTHS_OF_YEAR),
    }


class FeatureOut(Out):
    """A feature."""

    object: str
    id: str
    name: str
    description: str | None
    slug: str
    avatar_url: str | None

    @classmethod
    def of(cls, row: Feature, _view: View) -> "FeatureOut":
        """As this API writes it."""
        return cls(
            object="feature",
            id=row.id,
            name=row.name,
            description=row.description,
            slug=row.slug,
            avatar_url=None,
        )


class PlanOut(Out):
    """A plan with its features and the fees of its default price."""

    object: str
    id: str
    name: str
    fee: MoneyOut | None
    annual_monthly_fee: MoneyOut | None
    annual_fee: MoneyOut | None
    description: str | None
    product_id: str
    is_default: bool
    is_recurring: bool
    publicly_visible: bool
    has_base_fee: bool
    for_payer_type: PayerType
    slug: str
    avatar_url: str | None
    features: list[FeatureOut]
    free_trial_enabled: bool
    free_trial_days: int | None

    @classmethod
    def of(cls, row: Plan, view: View) -> "PlanOut":
        """As this API writes it."""
        return cls(
            object="commerce_plan",
            id=row.id,
            name=row.name,
            **{name: money_or_none(fee, view) for name, fee in fees(row.price).items()},
            description=row.description,
            product_id=view.instance.id,
            is_default=row.is_default,
            is_recurring=True,
            publicly_visible=row.is_public,
            has_base_fee=any(fee and fee.amount for fee in fees(row.price).values()),
            for_payer_type=row.payer_type,
            slug=row.slug,
            avatar_url=None,
            features=[FeatureOut.of(each, view) for each in row.features],
            free_trial_enabled=row.free_trial_days is not None,
            free_trial_days=row.free_trial_days,
        )


class PlanOfItemOut(Out):
    """A plan in an answer about one item, where this API writes amounts twice and no nulls."""

    object: str
    id: str
    name: str
    fee: MoneyOut | None
    annual_monthly_fee: MoneyOut | None
    annual_fee: MoneyOut | None
    amount: int
    amount_formatted: str
    annual_monthly_amount: int
    annual_monthly_amount_formatted: str
    annual_amount: int
    annual_amount_formatted: str
    currency_symbol: str
    currency: str
    description: str
    product_id: str
    is_default: bool
    is_recurring: bool
    publicly_visible: bool
    has_base_fee: bool
    payer_type: list[PayerType]
    for_payer_type: PayerType
    slug: str
    avatar_url: str
    features: list[FeatureOut]
    free_trial_enabled: bool
    free_trial_days: int | None

    @classmethod
    def of(cls, row: Plan, view: View) -> "PlanOfItemOut":
        """As this API writes it."""
        plain: dict[str, Any] = {}
        for name, fee in fees(row.price).items():
            amount = fee or Money(0, row.price.currency)
            plain[name] = money_or_none(fee, view)
            plain[name.replace("fee", "amount")] = amount.amount
            plain[name.replace("fee", "amount") + "_formatted"] = amount.formatted
        features = [FeatureOut.of(each, view) for each in row.features]
        for each in features:
            each.description, each.avatar_url = each.description or "", ""
        currency = Money(0, row.price.currency)
        return cls(
            object="commerce_plan",
            id=row.id,
            name=row.name,
            **plain,
            currency_symbol=currency.symbol,
            currency=currency.currency,
            description=row.description or "",
            product_id=view.instance.id,
            is_default=row.is_default,
            is_recurring=True,
            publicly_visible=row.is_public,
            has_base_fee=any(fee and fee.amount for fee in fees(row.price).values()),
            payer_type=[row.payer_type],
            for_payer_type=row.payer_type,
            slug=row.slug,
            avatar_url="",
            features=features,
            free_trial_enabled=row.free_trial_days is not None,
            free_trial_days=row.free_trial_days,
        )


class PriceOut(Out):
    """A price."""

    object: str
    id: str
    plan_id: str
    instance_id: str
    currency: str
    currency_symbol: str
    amount: int
    annual_monthly_amount: int
    fee: MoneyOut | None
    annual_monthly_fee: MoneyOut | None
    description: str | None
    is_default: bool
    created_at: int
    supported_billing_periods: str

    @classmethod
    def of(cls, row: Price, view: View) -> "PriceOut":
        """As this API writes it."""
        known = fees(row)
        return cls(
            object="commerce_price",
            id=row.id,
            plan_id=row.plan_id,
            instance_id=view.instance.id,
            currency=row.currency,
            currency_symbol=Money(0, row.currency).symbol,
            amount=row.amount or 0,
            annual_monthly_amount=row.annual_monthly_amount or 0,
            fee=money_or_none(known["fee"], view),
            annual_monthly_fee=money_or_none(known["annual_monthly_fee"], view),
            description=row.description,
            is_default=row.is_default,
            created_at=millis(row.created_at),
            supported_billing_periods=row.periods,
        )


class PayerOut(Out):
    """A payer; a user or an organization that is gone has no name."""

    object: str
    id: str
    instance_id: str
    user_id: str | None
    first_name: str | None
    last_name: str | None
    email: str | None
    organization_id: str | None
    organization_name: str | None
    image_url: str
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: Payer, view: View) -> "PayerOut":
        """As this API writes it."""
        kind = "users" if row.type is PayerType.USER else "organizations"
        return cls(
            object="commerce_payer",
            id=row.id,
            instance_id=view.instance.id,
            user_id=row.user_id,
            first_name=row.first_name,
            last_name=row.last_name,
            email=row.email,
            organization_id=row.organization_id,
            organization_name=row.organization_name,
            image_url=image_url(view, kind, row.subject_id, row.image_key),
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


def payer_of_item(row: Payer, view: View) -> dict[str, Any]:
    """A payer in an answer about one item, where this API writes no nulls."""
    plain = PayerOut.of(row, view)
    names = {name: getattr(plain, name) for name in plain.__struct_fields__}
    always = ("first_name", "last_name", "email")
    return {
        name: value or "" if name in always else value
        for name, value in names.items()
        if value is not None or name in always
    }


class SimpleTotalsOut(Out):
    """What the next period costs, before credits."""

    subtotal: MoneyOut
    base_fee: MoneyOut
    tax_total: MoneyOut
    grand_total: MoneyOut


class NextPaymentOut(Out):
    """When the next period begins, what it costs, and what is left of that with its discount."""

    amount: MoneyOut
    date: int
    totals: SimpleTotalsOut

    @classmethod
    def of(cls, item: SubscriptionItem, view: View) -> "NextPaymentOut | None":
        """As this API writes it; None where no charge follows."""
        cost, at = item.next_charge, item.next_charge_at
        if cost is None or at is None:
            return None
        off = item.redemption.off(cost) if item.redemption else 0
        return cls(
            amount=MoneyOut.of(cost, view),
            date=millis(at),
            totals=SimpleTotalsOut(
                subtotal=MoneyOut.of(cost, view),
                base_fee=MoneyOut.of(cost, view),
                tax_total=MoneyOut.of(Money(0, cost.currency), view),
                grand_total=MoneyOut.of(Money(cost.amount - off, cost.currency), view),
            ),
        )
