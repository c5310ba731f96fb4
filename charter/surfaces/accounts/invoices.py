"""Invoices: what accounts were asked to pay."""

from typing import Any

from charter.core.invoices import operations as invoices
from charter.core.invoices.model import Invoice
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.payments import NAMES, READS, STATUS, DeletedByQueryOut, DeleteIn
from charter.surfaces.accounts.shapes import Listed, Moment, moment, moment_or_none
from charter.wire.call import Call, Lists, Out, View


class InvoiceOut(Out):
    """An invoice. Amounts are in the currency's smallest unit, whatever that is called."""

    id: str
    account_id: str
    subscription_id: str | None
    number: str | None
    amount_due_cents: int
    amount_paid_cents: int
    currency: str
    status: str
    due_at: Moment | None
    paid_at: Moment | None
    period_start: Moment | None
    period_end: Moment | None
    external_id: str
    external_customer_id: str
    external_data: Any
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, row: Invoice, _view: View) -> "InvoiceOut":
        """As this API writes it."""
        subscription_id = row.subscription_id
        return cls(
            id=row.id,
            account_id=ids.account_id(row.organization_id or ""),
            subscription_id=None if subscription_id is None else ids.subscription(subscription_id),
            number=row.number,
            amount_due_cents=row.amount_due,
            amount_paid_cents=row.amount_paid,
            currency=row.currency.lower(),
            status=row.status.value,
            due_at=moment_or_none(row.due_at),
            paid_at=moment_or_none(row.paid_at),
            period_start=moment_or_none(row.period_start),
            period_end=moment_or_none(row.period_end),
            external_id=row.external_id,
            external_customer_id=row.external_customer_id,
            external_data=row.external_data,
            created_at=moment(row.created_at),
            updated_at=moment(row.updated_at),
        )


CALLS = [
    Call(
        "GET",
        "/api/accounts/{account_id}/invoices",
        invoices.search,
        Listed(InvoiceOut),
        lists=Lists(filters=STATUS),
        names=NAMES,
        reads=READS,
    ),
    *(
        Call(
            "POST",
            f"/api/accounts/{{account_id}}/invoices/{verb}",
            invoices.delete_by_query,
            DeletedByQueryOut,
            body=DeleteIn,
            names=NAMES,
            reads=READS,
        )
        for verb in ("delete", "delete-by-query")
    ),
    Call("GET", "/api/invoices/{invoice_id}", invoices.get, InvoiceOut),
]
