"""Every SQL statement about payments, attempts and statements."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    DateTime,
    Integer,
    LargeBinary,
    Text,
    any_,
    bindparam,
    cast,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from charter.core.aggregates import object_of
from charter.core.instances.tables import instances
from charter.core.payers.model import PaymentMethod
from charter.core.payers.queries import payer_object, with_names
from charter.core.payers.tables import payers, payment_methods
from charter.core.payments.model import (
    BillingHold,
    BillingStatement,
    GatewaySecret,
    Payment,
    PaymentAttempt,
    PaymentAttemptNotFound,
    StatementNotFound,
    StatementRow,
)
from charter.core.payments.tables import (
    billing_holds,
    billing_statements,
    payment_attempts,
    payment_gateways,
    payments,
)
from charter.core.statements import NEWEST_FIRST, NOW, columns, refers, word
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.filters.fields import Field, Fields
from charter.kernel.jobs import jobs
from charter.kernel.lists import Listing

_payer_id = bindparam("payer_id", type_=Text)
_moment = DateTime(timezone=True)

INSERT_PAYMENT = inserting(payments)
UPDATE_PAYMENT = Statement[None](
    update(payments)
    .where(payments.c.instance_id == INSTANCE, payments.c.id == bindparam("payment_id", type_=Text))
    .values(
        status=bindparam("status", type_=Text),
        next_step_at=bindparam("next_step_at", type_=_moment),
        updated_at=NOW,
    )
)
UNPAID = Statement(
    select(*columns(Payment, payments))
    .where(
        payments.c.instance_id == INSTANCE,
        payments.c.payer_id == _payer_id,
        payments.c.status == word("pending"),
    )
    .order_by(payments.c.created_at, payments.c.id),
    Payment,
)
OF_PERIOD = Statement(
    select(*columns(Payment, payments)).where(
        payments.c.instance_id == INSTANCE,
        payments.c.subscription_item_id == bindparam("item_id", type_=Text),
        payments.c.period_start == bindparam("period_start", type_=_moment),
    ),
    Payment,
)

_attempt_parts: dict[str, ColumnElement[Any]] = {
    "payment": object_of(Payment, lambda name: payments.c[name]),
    "method": object_of(PaymentMethod, lambda name: payment_methods.c[name]),
    "payer": payer_object(),
}
_attempts = with_names(
    payment_attempts.join(payments, refers(payment_attempts.c.payment_id, payments))
    .join(payment_methods, refers(payment_attempts.c.payment_method_id, payment_methods))
    .join(payers, refers(payment_attempts.c.payer_id, payers))
)
ATTEMPTS = (
    select(*columns(PaymentAttempt, payment_attempts, **_attempt_parts))
    .select_from(_attempts)
    .where(payment_attempts.c.instance_id == INSTANCE)
)
ATTEMPT_FIELDS: Fields = {
    "id": Field(payment_attempts.c.id, str),
    "created_at": Field(payment_attempts.c.created_at, datetime, sortable=True),
}
ATTEMPT_LISTING = Listing(
    ATTEMPTS.where(payment_attempts.c.statement_id == bindparam("statement_id", type_=Text)),
    PaymentAttempt,
    ATTEMPT_FIELDS,
    payment_attempts.c.id,
    order=NEWEST_FIRST,
)
ATTEMPT = Statement(
    ATTEMPTS.where(payment_attempts.c.id == bindparam("attempt_id", type_=Text)), PaymentAttempt
)
ATTEMPTS_OF_PAYMENT = Statement(
    ATTEMPTS.where(payment_attempts.c.payment_id == bindparam("payment_id", type_=Text)).order_by(
        payment_attempts.c.number.desc()
    ),
    PaymentAttempt,
)
ATTEMPTS_OF_STATEMENTS = Statement(
    ATTEMPTS.where(
        payment_attempts.c.statement_id == any_(bindparam("statement_ids", type_=ARRAY(Text)))
    ).order_by(payment_attempts.c.created_at, payment_attempts.c.id),
    PaymentAttempt,
)
INSERT_ATTEMPT = inserting(payment_attempts)
SETTLE_ATTEMPT = Statement[None](
    update(payment_attempts)
    .where(
        payment_attempts.c.instance_id == INSTANCE,
        payment_attempts.c.id == bindparam("attempt_id", type_=Text),
        payment_attempts.c.status == word("pending"),
    )
    .values(
        status=bindparam("status", type_=Text),
        gateway_external_id=bindparam("external_id", type_=Text),
        failure_code=bindparam("failure_code", type_=Text),
        paid_at=bindparam("paid_at", type_=_moment),
        failed_at=bindparam("failed_at", type_=_moment),
        updated_at=NOW,
    )
)


def _total(amount: ColumnElement[Any]) -> ColumnElement[Any]:
    return (
        select(cast(func.coalesce(func.sum(amount), 0), BigInteger))
        .where(
            payments.c.instance_id == billing_statements.c.instance_id,
            payments.c.statement_id == billing_statements.c.id,
            payments.c.status != word("failed"),
        )
        .correlate(billing_statements)
        .scalar_subquery()
    )


STATEMENTS = (
    select(
        *columns(
            BillingStatement,
            billing_statements,
            base_amount=_total(payments.c.base_amount),
            subtotal=_total(payments.c.base_amount - payments.c.discount_amount),
            grand_total=_total(payments.c.amount),
            payer=payer_object(),
        )
    )
    .select_from(
        with_names(billing_statements.join(payers, refers(billing_statements.c.payer_id, payers)))
    )
    .where(billing_statements.c.instance_id == INSTANCE)
)
STATEMENT_FIELDS: Fields = {
    "id": Field(billing_statements.c.id, str),
    "created_at": Field(billing_statements.c.created_at, datetime, sortable=True),
}
STATEMENT_LISTING = Listing(
    STATEMENTS, BillingStatement, STATEMENT_FIELDS, billing_statements.c.id, order=NEWEST_FIRST
)
STATEMENT = Statement(
    STATEMENTS.where(billing_statements.c.id == bindparam("statement_id", type_=Text)),
    BillingStatement,
)
OPEN_STATEMENTS = Statement(
    select(*columns(StatementRow, billing_statements)).where(
        billing_statements.c.instance_id == INSTANCE,
        billing_statements.c.payer_id == _payer_id,
        billing_statements.c.status == word("open"),
    ),
    StatementRow,
)
INSERT_STATEMENT = inserting(billing_statements)
CLOSE_STATEMENT = Statement[None](
    update(billing_statements)
    .where(
        billing_statements.c.instance_id == INSTANCE,
        billing_statements.c.id == bindparam("statement_id", type_=Text),
    )
    .values(status=word("closed"), updated_at=NOW)
)

_gateway = bindparam("gateway", type_=Text)
GATEWAY = Statement(
    select(*columns(GatewaySecret, payment_gateways)).where(
        payment_gateways.c.instance_id == INSTANCE, payment_gateways.c.gateway == _gateway
    ),
    GatewaySecret,
)
INSERT_GATEWAY = Statement[None](
    insert(payment_gateways).values(
        instance_id=INSTANCE,
        id=bindparam("id", type_=Text),
        gateway=_gateway,
        sealed_secret=bindparam("sealed_secret", type_=LargeBinary),
        sealed_webhook_secret=bindparam("sealed_webhook_secret", type_=LargeBinary),
        created_at=NOW,
        updated_at=NOW,
    )
)
DELETE_GATEWAY = Statement[None](
    payment_gateways.delete().where(
        payment_gateways.c.instance_id == INSTANCE, payment_gateways.c.gateway == _gateway
    )
)


_instance = select(instances.c.id).where(instances.c.id == INSTANCE)
LOCK_FOR_HOLD = Statement[None](_instance.with_for_update())
KEEP_AS_IT_IS = Statement[None](_instance.with_for_update(read=True, key_share=True))
HOLD = Statement(
    select(
        *columns(BillingHold, billing_holds, id=billing_holds.c.instance_id),
    ).where(billing_holds.c.instance_id == INSTANCE),
    BillingHold,
)
PUT_HOLD = Statement[None](insert(billing_holds).values(instance_id=INSTANCE, held_at=NOW))
END_HOLD = Statement[None](delete(billing_holds).where(billing_holds.c.instance_id == INSTANCE))
FORGET_JOBS = Statement[None](
    delete(jobs).where(
        jobs.c.instance_id == INSTANCE,
        jobs.c.kind == any_(bindparam("kinds", type_=ARRAY(Text))),
    )
)
_after, _limit = bindparam("after", type_=Text), bindparam("limit", type_=Integer)
DUE_PAYERS = Statement[Any](
    select(payers.c.id, payers.c.next_due_at)
    .where(
        payers.c.instance_id == INSTANCE, payers.c.id > _after, payers.c.next_due_at.is_not(None)
    )
    .order_by(payers.c.id)
    .limit(_limit)
)
COLLECTED_ATTEMPTS = Statement[Any](
    select(payment_attempts.c.id)
    .join(payment_methods, refers(payment_attempts.c.payment_method_id, payment_methods))
    .where(
        payment_attempts.c.instance_id == INSTANCE,
        payment_attempts.c.id > _after,
        payment_attempts.c.status == word("pending"),
        payment_methods.c.gateway != word("manual"),
    )
    .order_by(payment_attempts.c.id)
    .limit(_limit)
)
"""Attempts that wait for what a gateway says."""


async def get_attempt(db: Db, attempt_id: str) -> PaymentAttempt:
    """The attempt. Raises: PaymentAttemptNotFound."""
    return await db.one(ATTEMPT, missing=PaymentAttemptNotFound(), attempt_id=attempt_id)


async def get_statement(db: Db, statement_id: str) -> BillingStatement:
    """The statement. Raises: StatementNotFound."""
    return await db.one(STATEMENT, missing=StatementNotFound(), statement_id=statement_id)


async def attempts_of(db: Db, statement_ids: Sequence[str]) -> tuple[PaymentAttempt, ...]:
    """The attempts of some statements, oldest first."""
    return await db.all(ATTEMPTS_OF_STATEMENTS, statement_ids=list(statement_ids))
