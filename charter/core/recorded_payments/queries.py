"""Every SQL statement about recorded payments."""

from datetime import datetime

from sqlalchemy import BigInteger, DateTime, Text, any_, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from charter.core.payers.tables import payers
from charter.core.recorded_payments.model import (
    ExternalIdTaken,
    Means,
    RecordedPayment,
    RecordedPaymentNotFound,
    RecordedStatus,
)
from charter.core.recorded_payments.tables import recorded_payments
from charter.core.statements import NEWEST_FIRST, NOW, columns, refers
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.filters.fields import Field, Fields
from charter.kernel.lists import Listing

_organization_id = bindparam("organization_id", type_=Text)
_payer_id = bindparam("payer_id", type_=Text)
_table = recorded_payments.c

SELECT = (
    select(
        *columns(RecordedPayment, recorded_payments, organization_id=payers.c.organization_id),
    )
    .join(payers, refers(_table.payer_id, payers))
    .where(_table.instance_id == INSTANCE)
)
FIELDS: Fields = {
    "id": Field(_table.id, str),
    "created_at": Field(_table.created_at, datetime, sortable=True),
    "status": Field(_table.status, RecordedStatus),
}
DELETION_FIELDS: Fields = {
    **FIELDS,
    "external_id": Field(_table.external_id, str),
    "external_customer_id": Field(_table.external_customer_id, str),
    "currency": Field(_table.currency, str, ignore_case=True),
    "payment_method": Field(_table.payment_method, Means),
}
OFFERED = ("external_id", "external_customer_id", "status", "currency", "payment_method")
"""What a query that deletes may name."""
LISTING = Listing(
    SELECT.where(payers.c.organization_id == _organization_id),
    RecordedPayment,
    FIELDS,
    _table.id,
    order=NEWEST_FIRST,
)
DELETABLE = Listing(
    SELECT.where(_table.payer_id == _payer_id),
    RecordedPayment,
    DELETION_FIELDS,
    _table.id,
    order=NEWEST_FIRST,
)
BY_ID = Statement(SELECT.where(_table.id == bindparam("payment_id", type_=Text)), RecordedPayment)
BY_EXTERNAL_ID = Statement(
    SELECT.where(_table.external_id == bindparam("external_id", type_=Text)), RecordedPayment
)
INSERT = inserting(
    recorded_payments, violates={"uq_recorded_payments_external_id": ExternalIdTaken}
)
_by_id = (_table.instance_id == INSTANCE, _table.id == bindparam("payment_id", type_=Text))
SET_METADATA = Statement[None](
    update(recorded_payments)
    .where(*_by_id)
    .values(metadata=bindparam("metadata", type_=JSONB), updated_at=NOW)
)
UPDATE = Statement[None](
    update(recorded_payments)
    .where(*_by_id)
    .values(
        amount=bindparam("amount", type_=BigInteger),
        refunded_amount=bindparam("refunded_amount", type_=BigInteger),
        status=bindparam("status", type_=Text),
        paid_at=bindparam("paid_at", type_=DateTime(timezone=True)),
        payment_method=bindparam("payment_method", type_=Text),
        external_data=bindparam("external_data", type_=JSONB),
        updated_at=NOW,
    )
)
DELETE = Statement[None](
    delete(recorded_payments).where(
        _table.instance_id == INSTANCE,
        _table.payer_id == _payer_id,
        _table.id == any_(bindparam("payment_ids", type_=ARRAY(Text))),
    )
)


async def get_payment(db: Db, payment_id: str) -> RecordedPayment:
    """The payment. Raises: RecordedPaymentNotFound."""
    return await db.one(BY_ID, missing=RecordedPaymentNotFound(), payment_id=payment_id)


async def find_by_external_id(db: Db, external_id: str) -> RecordedPayment | None:
    """The payment that is known outside by a name."""
    return await db.find(BY_EXTERNAL_ID, external_id=external_id)
