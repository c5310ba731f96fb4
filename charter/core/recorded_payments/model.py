"""The words of recorded payments."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from charter.core.query_deletions.model import DeletionRecord, Named
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

LONGEST_EXTERNAL_ID = 255
MOST_DATA_BYTES = 64 * 1024
MOST_METADATA_KEYS = 50
LONGEST_METADATA_VALUE = 500


class RecordedStatus(StrEnum):
    """How a recorded payment stands."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"
    REFUNDED = "refunded"


class Means(StrEnum):
    """How it was paid."""

    CARD = "card"
    ACH = "ach"
    WIRE = "wire"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RecordedPaymentRow:
    """A recorded payment as it is kept; see RecordedPayment."""

    id: str
    payer_id: str
    amount: int
    refunded_amount: int
    currency: str
    status: RecordedStatus
    paid_at: datetime | None
    payment_method: Means | None
    external_id: str | None
    external_customer_id: str | None
    external_data: Any
    metadata: dict[str, str]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class RecordedPayment:
    """A payment of an organization that was made outside; amounts in the smallest unit.

    refunded_amount: what was given back of it. external_id, external_customer_id: what the bank or
    the gateway calls it and who paid. external_data: what the gateway said of it, any JSON.
    metadata: the app's own, texts by texts.
    """

    id: str
    payer_id: str
    organization_id: str | None
    amount: int
    refunded_amount: int
    currency: str
    status: RecordedStatus
    paid_at: datetime | None
    payment_method: Means | None
    external_id: str | None
    external_customer_id: str | None
    external_data: Any
    metadata: dict[str, str]
    created_at: datetime
    updated_at: datetime

    @property
    def kept_amount(self) -> int:
        """What stands in the ledger for it: what was paid and not given back."""
        is_paid = self.status in (RecordedStatus.SUCCEEDED, RecordedStatus.REFUNDED)
        return self.amount - self.refunded_amount if is_paid else 0

    @property
    def named(self) -> Named:
        """What says which it is."""
        return Named(self.id, self.external_id, self.status.value, self.currency, self.amount)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRecordedPayment:
    """A payment to record.

    amount: 1 to 10^12 in the currency's smallest unit. currency: ISO 4217, in any case. paid_at:
    now, for one that succeeded, where it is left out. external_id: 1 to 255 characters, unique in
    the instance. external_data: any JSON, up to 64 KiB. metadata: up to 50 texts of up to 500
    characters.
    """

    amount: int
    currency: str
    status: RecordedStatus = RecordedStatus.SUCCEEDED
    paid_at: datetime | None = None
    payment_method: Means | None = None
    external_id: str | None = None
    external_customer_id: str | None = None
    external_data: Any = None
    metadata: dict[str, str] = field(default_factory=dict)


class RecordedPaymentNotFound(DomainError):
    """There is no such payment."""

    kind, code = Kind.NOT_FOUND, "recorded_payment_not_found"
    message = "No payment has this id."
    parameter = "payment_id"


class ExternalIdTaken(DomainError):
    """Another record has this name."""

    kind, code = Kind.CONFLICT, "external_id_taken"
    message = "A record with this external id is there already."
    parameter = "external_id"


class RecordedPaymentCreated(Event):
    """A payment was recorded."""

    name = "recordedPayment.created"


class RecordedPaymentUpdated(Event):
    """What is known of a recorded payment changed."""

    name = "recordedPayment.updated"


class RecordedPaymentsDeleted(Event):
    """Recorded payments were deleted by a query; the row says which."""

    name = "recordedPayment.deletedByQuery"

    after: DeletionRecord
