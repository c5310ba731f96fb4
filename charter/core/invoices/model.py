"""The words of invoices that a gateway wrote."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from charter.core.query_deletions.model import DeletionRecord, Named
from charter.kernel.events import Event


class InvoiceStatus(StrEnum):
    """How an invoice stands."""

    DRAFT = "draft"
    OPEN = "open"
    PAID = "paid"
    VOID = "void"
    UNCOLLECTIBLE = "uncollectible"


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice as it is kept; see Invoice. synced_at: when the gateway was last asked for it."""

    id: str
    payer_id: str
    subscription_id: str | None
    number: str | None
    amount_due: int
    amount_paid: int
    currency: str
    status: InvoiceStatus
    due_at: datetime | None
    paid_at: datetime | None
    period_start: datetime | None
    period_end: datetime | None
    external_id: str
    external_customer_id: str
    external_data: Any
    synced_at: datetime
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Invoice:
    """What a gateway asked an organization to pay; amounts in the currency's smallest unit.

    subscription_id: ours, of the subscription that it is for. period_start, period_end: what its
    lines cover. external_data: what the gateway said of it.
    """

    id: str
    payer_id: str
    organization_id: str | None
    subscription_id: str | None
    number: str | None
    amount_due: int
    amount_paid: int
    currency: str
    status: InvoiceStatus
    due_at: datetime | None
    paid_at: datetime | None
    period_start: datetime | None
    period_end: datetime | None
    external_id: str
    external_customer_id: str
    external_data: Any
    synced_at: datetime
    created_at: datetime
    updated_at: datetime

    @property
    def named(self) -> Named:
        """What says which it is."""
        amount = self.amount_due
        return Named(self.id, self.external_id, self.status.value, self.currency, amount)


class InvoiceCreated(Event):
    """A gateway wrote an invoice."""

    name = "invoice.created"


class InvoiceUpdated(Event):
    """What a gateway says of an invoice changed."""

    name = "invoice.updated"


class InvoicesDeleted(Event):
    """Invoices were deleted by a query; the row says which."""

    name = "invoice.deletedByQuery"

    after: DeletionRecord
