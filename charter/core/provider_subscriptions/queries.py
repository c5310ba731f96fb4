"""Every SQL statement about customers and subscriptions that a gateway keeps."""

from datetime import datetime

from sqlalchemy import DateTime, Text, any_, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

from charter.core.payers.tables import payers
from charter.core.provider_subscriptions.model import (
    CustomerTaken,
    GatewayCustomer,
    ProviderStatus,
    ProviderSubscription,
)
from charter.core.provider_subscriptions.tables import (
    gateway_customers,
    gateway_events,
    provider_subscriptions,
)
from charter.core.statements import NEWEST_FIRST, NOW, columns, inserting_new, refers
from charter.kernel.db import INSTANCE, Statement
from charter.kernel.filters.fields import Field, Fields
from charter.kernel.lists import Listing

_moment = DateTime(timezone=True)
_gateway = bindparam("gateway", type_=Text)
_organization_id = bindparam("organization_id", type_=Text)

_customers = (
    select(*columns(GatewayCustomer, gateway_customers, organization_id=payers.c.organization_id))
    .join(payers, refers(gateway_customers.c.payer_id, payers))
    .where(gateway_customers.c.instance_id == INSTANCE, gateway_customers.c.gateway == _gateway)
)
CUSTOMER_OF_ORGANIZATION = Statement(
    _customers.where(payers.c.organization_id == _organization_id), GatewayCustomer
)
CUSTOMER = Statement(
    _customers.where(
        gateway_customers.c.external_customer_id == bindparam("external_customer_id", type_=Text)
    ),
    GatewayCustomer,
)
CUSTOMERS = Statement(_customers.order_by(gateway_customers.c.id), GatewayCustomer)
INSERT_CUSTOMER = inserting_new(
    gateway_customers,
    "payer_id",
    "gateway",
    violates={"uq_gateway_customers_external_customer_id": CustomerTaken},
)
SYNC_CUSTOMER = Statement[None](
    update(gateway_customers)
    .where(
        gateway_customers.c.instance_id == INSTANCE,
        gateway_customers.c.id == bindparam("customer_id", type_=Text),
    )
    .values(
        features=bindparam("features", type_=JSONB),
        synced_at=bindparam("synced_at", type_=_moment),
        updated_at=bindparam("updated_at", type_=_moment),
    )
)

_table = provider_subscriptions.c
_subscriptions = (
    select(
        *columns(
            ProviderSubscription,
            provider_subscriptions,
            organization_id=payers.c.organization_id,
        )
    )
    .join(payers, refers(_table.payer_id, payers))
    .where(_table.instance_id == INSTANCE)
)
FIELDS: Fields = {
    "id": Field(_table.id, str),
    "created_at": Field(_table.created_at, datetime, sortable=True),
    "status": Field(_table.status, ProviderStatus),
}
LISTING = Listing(
    _subscriptions.where(payers.c.organization_id == _organization_id),
    ProviderSubscription,
    FIELDS,
    _table.id,
    order=NEWEST_FIRST,
)
OF_ORGANIZATION = Statement(
    _subscriptions.where(payers.c.organization_id == _organization_id).order_by(
        _table.created_at.desc(), _table.id.desc()
    ),
    ProviderSubscription,
)
BY_EXTERNAL_IDS = Statement(
    _subscriptions.where(_table.external_id == any_(bindparam("external_ids", type_=ARRAY(Text)))),
    ProviderSubscription,
)
INSERT = inserting_new(provider_subscriptions, "external_id")
_changing = (
    "status",
    "price_id",
    "quantity",
    "current_period_start",
    "current_period_end",
    "cancel_at_period_end",
    "canceled_at",
    "external_data",
    "synced_at",
    "updated_at",
)
UPDATE = Statement[None](
    update(provider_subscriptions)
    .where(_table.instance_id == INSTANCE, _table.id == bindparam("id", type_=Text))
    .values({name: bindparam(name, type_=_table[name].type) for name in _changing})
)

_event = (
    gateway_events.c.instance_id == INSTANCE,
    gateway_events.c.gateway == _gateway,
    gateway_events.c.external_id == bindparam("external_id", type_=Text),
)
SEEN = Statement[None](select(gateway_events.c.external_id).where(*_event))
REMEMBER = Statement[None](
    insert(gateway_events)
    .values(
        instance_id=INSTANCE,
        gateway=_gateway,
        external_id=bindparam("external_id", type_=Text),
        received_at=NOW,
    )
    .on_conflict_do_nothing(index_elements=["instance_id", "gateway", "external_id"])
    .returning(gateway_events.c.external_id)
)
CLEAR_EVENTS = Statement[None](
    delete(gateway_events).where(gateway_events.c.received_at < bindparam("before", type_=_moment)),
    across_instances="the worker clears the events of all instances",
)
