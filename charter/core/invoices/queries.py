"""Every SQL statement about invoices."""

from datetime import datetime

from sqlalchemy import Text, any_, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.invoices.model import Invoice, InvoiceStatus
from charter.core.invoices.tables import invoices
from charter.core.payers.tables import payers
from charter.core.statements import NEWEST_FIRST, columns, inserting_new, refers
from charter.kernel.db import INSTANCE, Statement
from charter.kernel.filters.fields import Field, Fields
from charter.kernel.lists import Listing

_table = invoices.c
_payer_id = bindparam("payer_id", type_=Text)
SELECT = (
    select(*columns(Invoice, invoices, organization_id=payers.c.organization_id))
    .join(payers, refers(_table.payer_id, payers))
    .where(_table.instance_id == INSTANCE)
)
FIELDS: Fields = {
    "id": Field(_table.id, str),
    "created_at": Field(_table.created_at, datetime, sortable=True),
    "status": Field(_table.status, InvoiceStatus),
}
DELETION_FIELDS: Fields = {
    **FIELDS,
    "external_id": Field(_table.external_id, str),
    "external_customer_id": Field(_table.external_customer_id, str),
    "currency": Field(_table.currency, str, ignore_case=True),
}
OFFERED = ("external_id", "external_customer_id", "status", "currency")
"""What a query that deletes may name."""
LISTING = Listing(
    SELECT.where(payers.c.organization_id == bindparam("organization_id", type_=Text)),
    Invoice,
    FIELDS,
    _table.id,
    order=NEWEST_FIRST,
)
DELETABLE = Listing(
    SELECT.where(_table.payer_id == _payer_id),
    Invoice,
    DELETION_FIELDS,
    _table.id,
    order=NEWEST_FIRST,
)
BY_ID = Statement(SELECT.where(_table.id == bindparam("invoice_id", type_=Text)), Invoice)
BY_EXTERNAL_IDS = Statement(
    SELECT.where(_table.external_id == any_(bindparam("external_ids", type_=ARRAY(Text)))), Invoice
)
INSERT = inserting_new(invoices, "external_id")
_changing = (
    "subscription_id",
    "number",
    "amount_due",
    "amount_paid",
    "currency",
    "status",
    "due_at",
    "paid_at",
    "period_start",
    "period_end",
    "external_data",
    "synced_at",
    "updated_at",
)
UPDATE = Statement[None](
    update(invoices)
    .where(_table.instance_id == INSTANCE, _table.id == bindparam("id", type_=Text))
    .values({name: bindparam(name, type_=_table[name].type) for name in _changing})
)
DELETE = Statement[None](
    delete(invoices).where(
        _table.instance_id == INSTANCE,
        _table.payer_id == _payer_id,
        _table.id == any_(bindparam("invoice_ids", type_=ARRAY(Text))),
    )
)
