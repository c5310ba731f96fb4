"""Payments: what accounts paid, from Stripe or recorded by hand."""

from datetime import datetime
from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.query_deletions.model import USUAL_LIMIT, Deleted
from charter.core.recorded_payments import operations as recorded_payments
from charter.core.recorded_payments.model import Means, RecordedPayment, RecordedStatus
from charter.kernel.filters.plain import Param
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.shapes import Listed, Moment, moment, moment_or_none
from charter.wire.call import Call, In, Lists, Out, View


class PaymentOut(Out):
    """A payment. amount_cents: in the currency's smallest unit, whatever that is called."""

    id: str
    account_id: str
    amount_cents: int
    currency: str
    status: str
    paid_at: Moment | None
    payment_method: str | None
    external_id: str | None
    external_customer_id: str | None
    external_data: Any
    metadata: dict[str, str]
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, row: RecordedPayment, _view: View) -> "PaymentOut":
        """As this API writes it."""
        return cls(
            id=row.id,
            account_id=ids.account_id(row.organization_id or ""),
            amount_cents=row.amount,
            currency=row.currency.lower(),
            status=row.status.value,
            paid_at=moment_or_none(row.paid_at),
            payment_method=None if row.payment_method is None else row.payment_method.value,
            external_id=row.external_id,
            external_customer_id=row.external_customer_id,
            external_data=row.external_data,
            metadata=row.metadata,
            created_at=moment(row.created_at),
            updated_at=moment(row.updated_at),
        )


class RecordedOut:
    """Answers with a payment just recorded."""

    type = PaymentOut

    def of(self, row: RecordedPayment, view: View) -> PaymentOut:
        """As this API writes it."""
        return PaymentOut.of(row, view)

    def location(self, made: PaymentOut) -> str:
        """Where it is."""
        return f"payments/{made.id}"


class DeletedItemOut(Out):
    """One of those that a query named."""

    id: str
    external_id: str | None
    status: str
    currency: str
    amount_cents: int


class DeletedByQueryOut(Out):
    """What a query named, and how much of it is gone: nothing where it was only tried."""

    dry_run: bool
    query: str
    matched: int
    deleted: int
    limit: int
    truncated: bool
    items: list[DeletedItemOut]

    @classmethod
    def of(cls, result: Deleted, _view: View) -> "DeletedByQueryOut":
        """As this API writes it."""
        return cls(
            dry_run=result.dry_run,
            query=result.query,
            matched=result.matched,
            deleted=result.deleted,
            limit=result.limit,
            truncated=result.truncated,
            items=[
                DeletedItemOut(
                    id=each.id,
                    external_id=each.external_id,
                    status=each.status,
                    currency=each.currency.lower(),
                    amount_cents=each.amount,
                )
                for each in result.items
            ],
        )


class RecordPayment(In, kw_only=True):
    """What is to be recorded of a payment."""

    amount_cents: int
    currency: str
    status: str | UnsetType = UNSET
    paid_at: datetime | UnsetType | None = UNSET
    payment_method: str | UnsetType | None = UNSET
    external_id: str | UnsetType | None = UNSET
    external_customer_id: str | UnsetType | None = UNSET
    external_data: Any = UNSET
    metadata: dict[str, str] | UnsetType = UNSET


class PatchPayment(In):
    """What is to change: texts of the metadata; null takes one away, or all."""

    metadata: dict[str, str | None] | UnsetType | None = UNSET


class DeleteIn(In, kw_only=True):
    """What to delete. expected_count: refuses when another number matches."""

    query: str
    dry_run: bool = False
    limit: int = USUAL_LIMIT
    expected_count: int | None = None


def status_of(name: str) -> RecordedStatus:
    """A status by its name. Raises: ValueError."""
    if name not in tuple(RecordedStatus):
        raise ValueError(f"it must be one of {', '.join(RecordedStatus)}")
    return RecordedStatus(name)


def means_of(name: str | None) -> Means | None:
    """A way to pay by its name. Raises: ValueError."""
    if name is not None and name not in tuple(Means):
        raise ValueError(f"it must be one of {', '.join(Means)}")
    return None if name is None else Means(name)


NAMES = {"account_id": "organization_id"}
READS = {"account_id": ids.organization_id}
STATUS = (Param("status", "status"),)

CALLS = [
    Call(
        "GET",
        "/api/accounts/{account_id}/payments",
        recorded_payments.search,
        Listed(PaymentOut),
        lists=Lists(filters=STATUS),
        names=NAMES,
        reads=READS,
    ),
    Call(
        "POST",
        "/api/accounts/{account_id}/payments",
        recorded_payments.record,
        RecordedOut(),
        body=RecordPayment,
        names={**NAMES, "amount_cents": "amount"},
        reads={**READS, "status": status_of, "payment_method": means_of},
        status=201,
    ),
    *(
        Call(
            "POST",
            f"/api/accounts/{{account_id}}/payments/{verb}",
            recorded_payments.delete_by_query,
            DeletedByQueryOut,
            body=DeleteIn,
            names=NAMES,
            reads=READS,
        )
        for verb in ("delete", "delete-by-query")
    ),
    Call("GET", "/api/payments/{payment_id}", recorded_payments.get, PaymentOut),
    Call(
        "PATCH",
        "/api/payments/{payment_id}",
        recorded_payments.merge_metadata,
        PaymentOut,
        body=PatchPayment,
    ),
]
