"""Every SQL statement about payers and payment methods."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    FromClause,
    Text,
    bindparam,
    func,
    or_,
    select,
    update,
)

from charter.core.aggregates import object_of
from charter.core.email_addresses.tables import email_addresses
from charter.core.organizations.tables import organizations
from charter.core.payers.model import Payer, PaymentMethod, PaymentMethodExists
from charter.core.payers.tables import payers, payment_methods
from charter.core.statements import NOW, columns, inserting_new, refers
from charter.core.users.tables import users
from charter.kernel.db import INSTANCE, Db, Statement, inserting

_email = (
    select(email_addresses.c.address)
    .where(
        email_addresses.c.instance_id == users.c.instance_id,
        email_addresses.c.user_id == users.c.id,
        email_addresses.c.is_primary,
    )
    .correlate(users)
    .scalar_subquery()
)
_names: dict[str, ColumnElement[Any]] = {
    "exists": or_(users.c.id.is_not(None), organizations.c.id.is_not(None)),
    "first_name": users.c.first_name,
    "last_name": users.c.last_name,
    "email": _email,
    "organization_name": organizations.c.name,
    "image_key": func.coalesce(users.c.image_key, organizations.c.image_key),
}


def with_names(rows: FromClause) -> FromClause:
    """Rows of payers, joined to the users and organizations that they are."""
    return rows.outerjoin(users, refers(payers.c.user_id, users)).outerjoin(
        organizations, refers(payers.c.organization_id, organizations)
    )


def payer_object() -> ColumnElement[Any]:
    """A payer as JSON, in a statement that `with_names` has joined."""
    return object_of(Payer, lambda name: _names[name] if name in _names else payers.c[name])


SELECT = (
    select(*columns(Payer, payers, **_names))
    .select_from(with_names(payers))
    .where(payers.c.instance_id == INSTANCE)
)
_payer_id = bindparam("payer_id", type_=Text)
_by_id = (payers.c.instance_id == INSTANCE, payers.c.id == _payer_id)
PAYER = Statement(SELECT.where(payers.c.id == _payer_id), Payer)
OF_USER = Statement(SELECT.where(payers.c.user_id == bindparam("subject_id", type_=Text)), Payer)
OF_ORGANIZATION = Statement(
    SELECT.where(payers.c.organization_id == bindparam("subject_id", type_=Text)), Payer
)
_subject_id = bindparam("subject_id", type_=Text)
KNOWN_USER = Statement[None](
    select(users.c.id).where(users.c.instance_id == INSTANCE, users.c.id == _subject_id)
)
KNOWN_ORGANIZATION = Statement[None](
    select(organizations.c.id).where(
        organizations.c.instance_id == INSTANCE, organizations.c.id == _subject_id
    )
)
ANY = Statement[None](select(payers.c.id).where(payers.c.instance_id == INSTANCE).limit(1))
LOCK = Statement[None](select(payers.c.id).where(*_by_id).with_for_update())
INSERT_OF_USER = inserting_new(payers, "user_id")
INSERT_OF_ORGANIZATION = inserting_new(payers, "organization_id")
SET_PLAN = Statement[None](
    update(payers).where(*_by_id).values(plan_id=bindparam("plan_id", type_=Text), updated_at=NOW)
)
SET_TRIAL = Statement[None](
    update(payers)
    .where(*_by_id)
    .values(had_trial=bindparam("had_trial", type_=Boolean), updated_at=NOW)
)
SET_DUE = Statement[None](
    update(payers)
    .where(*_by_id)
    .values(next_due_at=bindparam("due_at", type_=DateTime(timezone=True)))
)

_methods = select(*columns(PaymentMethod, payment_methods)).where(
    payment_methods.c.instance_id == INSTANCE
)
METHODS = Statement(
    _methods.where(payment_methods.c.payer_id == _payer_id).order_by(
        payment_methods.c.created_at, payment_methods.c.id
    ),
    PaymentMethod,
)
INSERT_METHOD = inserting(
    payment_methods, violates={"uq_payment_methods_external_id": PaymentMethodExists}
)
DEFAULT_NO_MORE = Statement[None](
    update(payment_methods)
    .where(
        payment_methods.c.instance_id == INSTANCE,
        payment_methods.c.payer_id == _payer_id,
        payment_methods.c.is_default,
    )
    .values(is_default=False, updated_at=NOW)
)


async def lock_payer(db: Db, payer_id: str) -> Payer | None:
    """The payer, locked until the transaction ends: all that money does waits in this line."""
    await db.value(LOCK, payer_id=payer_id)
    return await db.find(PAYER, payer_id=payer_id)


async def default_method(db: Db, payer_id: str) -> PaymentMethod:
    """How the payer pays unless it is said otherwise."""
    methods = await db.all(METHODS, payer_id=payer_id)
    return next(method for method in methods if method.is_default)


async def set_due(db: Db, payer_id: str, due_at: datetime | None) -> None:
    """Keep when something has to happen next."""
    await db.run(SET_DUE, payer_id=payer_id, due_at=due_at)
