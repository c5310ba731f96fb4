"""A statement over a tenant's table that does not name the instance fails as it is made."""

import pytest
from sqlalchemy import (
    Column,
    MetaData,
    Table,
    Text,
    and_,
    bindparam,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
    text,
)
from sqlalchemy import update as updating

from charter.kernel.db import INSTANCE, Statement
from charter.kernel.tenancy import UnboundTenant

schema = MetaData()
things, parts = (
    Table(
        name,
        schema,
        Column("instance_id", Text, nullable=False),
        Column("id", Text, primary_key=True),
        Column("thing_id", Text),
    )
    for name in ("things", "parts")
)
planets = Table("planets", schema, Column("id", Text, primary_key=True))
ID = things.c.id == bindparam("id", type_=Text)
OWN = things.c.instance_id == INSTANCE
JOINED = parts.c.thing_id == things.c.id
SAME = parts.c.instance_id == things.c.instance_id
OTHER = bindparam("other_id", type_=Text)

UNBOUND = {
    "a read": select(things.c.id).where(ID),
    "a read of all": select(things.c.id),
    "an update": updating(things).where(ID).values(thing_id=OTHER),
    "a deletion": delete(things).where(ID),
    "an insertion": insert(things).values(id=OTHER),
    "an insertion for a chosen instance": insert(things).values(instance_id=OTHER, id=OTHER),
    "a join by ids alone": select(parts.c.id).join(things, JOINED).where(OWN),
    "a join with nothing bound": select(parts.c.id).join(things, JOINED & SAME),
    "a second table beside it": select(things.c.id, parts.c.id).where(OWN),
    "a second table that a condition alone names": select(things.c.id).where(OWN, JOINED),
    "a second table that a function alone names": select(things.c.id, func.max(parts.c.id)).where(
        OWN
    ),
    "a second table in a given join": select(things.c.id)
    .select_from(things.join(parts, JOINED))
    .where(OWN),
    "an alias": select(things.alias("others").c.id),
    "a subquery": select(things.c.id).where(OWN, things.c.id.in_(select(parts.c.thing_id))),
    "another parameter": select(things.c.id).where(things.c.instance_id == OTHER),
    "an inequality": select(things.c.id).where(things.c.instance_id != INSTANCE),
    "written SQL": text("SELECT id FROM things"),
    "written SQL with a second table": text(
        "SELECT p.id FROM things t JOIN parts p ON p.thing_id = t.id"
        " WHERE t.instance_id = :instance_id"
    ),
    "written SQL that climbs": text(
        "WITH RECURSIVE above AS (SELECT id FROM things WHERE instance_id = :instance_id"
        " UNION SELECT t.id FROM things t JOIN above a ON t.id = a.thing_id)"
        " SELECT id FROM above"
    ),
}
BOUND = {
    "a read": select(things.c.id).where(OWN, ID),
    "an update": updating(things).where(OWN, ID).values(thing_id=OTHER),
    "a deletion": delete(things).where(OWN, ID),
    "an insertion": insert(things).values(instance_id=INSTANCE, id=OTHER),
    "a join": select(parts.c.id).join(things, JOINED & SAME).where(OWN),
    "a subquery": select(things.c.id).where(
        OWN, things.c.id.in_(select(parts.c.thing_id).where(parts.c.instance_id == INSTANCE))
    ),
    "a table of nobody": select(planets.c.id),
    "written SQL": text("SELECT id FROM things WHERE instance_id = :instance_id"),
    "written SQL that locks": text(
        "SELECT id FROM things WHERE instance_id = :instance_id FOR UPDATE"
    ),
    "written SQL with a part of its own": text(
        "WITH own AS (SELECT id FROM things WHERE instance_id = :instance_id) SELECT id FROM own"
    ),
}


@pytest.mark.security("G1")
@pytest.mark.parametrize("statement", UNBOUND.values(), ids=UNBOUND.keys())
def test_an_unbound_statement_is_refused(statement):
    with pytest.raises(UnboundTenant):
        Statement(statement)


@pytest.mark.parametrize("statement", BOUND.values(), ids=BOUND.keys())
def test_a_bound_statement_is_made(statement):
    assert "instance_id" in Statement(statement).sql or "planets" in Statement(statement).sql


@pytest.mark.security("G1")
@pytest.mark.parametrize("condition", [or_(OWN, ID), not_(and_(OWN, ID)), or_(ID, and_(OWN, ID))])
def test_a_binding_that_not_every_row_meets_is_none(condition):
    with pytest.raises(UnboundTenant):
        Statement(select(things.c.id).where(condition))


def test_a_bound_subquery_may_stand_in_a_branch():
    inner = select(parts.c.thing_id).where(parts.c.instance_id == INSTANCE)
    statement = select(things.c.id).where(OWN, or_(ID, ~things.c.id.in_(inner)))
    assert "instance_id" in Statement(statement).sql


def test_reading_across_instances_is_said_with_a_reason():
    statement = Statement(select(things.c.id), across_instances="the operator counts them all")
    assert "things" in statement.sql
