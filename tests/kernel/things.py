"""A table of a tenant and operations over it, for tests of the kernel alone."""

from dataclasses import dataclass

import asyncpg
from sqlalchemy import Column, MetaData, Table, Text, bindparam, select

from charter.core.vocabulary import Permission
from charter.kernel.db import INSTANCE, Statement, inserting
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.operation import CATALOG, Context, Operation, operation

things = Table(
    "things",
    MetaData(),
    Column("instance_id", Text, primary_key=True),
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
)
CREATE = """CREATE TABLE IF NOT EXISTS things (instance_id text, id text, name text NOT NULL,
    CONSTRAINT pk_things PRIMARY KEY (instance_id, id),
    CONSTRAINT ck_things_name CHECK (name <> ''))"""


@dataclass(frozen=True, slots=True)
class Thing:
    """A row."""

    id: str
    name: str


class ThingExists(DomainError):
    kind, code = Kind.CONFLICT, "thing_exists"


class ThingRefused(DomainError):
    kind, code = Kind.CONFLICT, "thing_refused"


class ThingMade(Event):
    name = "thing.made"


ALL = Statement(
    select(things.c.id, things.c.name).where(things.c.instance_id == INSTANCE).order_by("id"), Thing
)
THING = Statement(
    select(things.c.id, things.c.name).where(
        things.c.instance_id == INSTANCE, things.c.id == bindparam("id", type_=Text)
    ),
    Thing,
)
INSERT = inserting(things, violates={"pk_things": ThingExists})


def declared(name: str, function, **options) -> Operation:
    """An operation that stands in no catalog."""
    made = operation(name, **{"permission": Permission.PUBLIC, **options})(function)
    del CATALOG[name]
    return made


async def make(ctx: Context, thing: Thing) -> Thing:
    """Make a thing."""
    await ctx.allow()
    await ctx.db.insert(INSERT, thing)
    ctx.announce(ThingMade(thing))
    ctx.defer("things.look", {"id": thing.id})
    return thing


async def create_table(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(CREATE)
    await connection.close()
