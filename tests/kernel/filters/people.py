"""A small list to filter: its tables, fields and rows, shared by the tests of filters and lists."""

import dataclasses
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    bindparam,
    select,
)

from charter.kernel.db import INSTANCE
from charter.kernel.filters.fields import Field, FreeText, Many
from charter.kernel.filters.tree import Op
from charter.kernel.lists import Listing, Order

_metadata = MetaData()
people = Table(
    "people",
    _metadata,
    Column("instance_id", Text, nullable=False),
    Column("id", Text, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("nickname", Text),
    Column("status", Text),
    Column("age", Integer),
    Column("score", Numeric(6, 2)),
    Column("is_banned", Boolean),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("seen_at", DateTime(timezone=True)),
    Column("search_text", Text, nullable=False),
    Column("search_pairs", Text),
)
emails = Table(
    "emails",
    _metadata,
    Column("instance_id", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("label", Text),
)

TABLES = """
CREATE TEMP TABLE people (instance_id text NOT NULL, id text COLLATE "C" PRIMARY KEY,
    name varchar(40) COLLATE "C" NOT NULL, nickname text COLLATE "C", status text,
    age integer, score numeric(6, 2), is_banned boolean, created_at timestamptz NOT NULL,
    seen_at timestamptz, search_text text NOT NULL, search_pairs text GENERATED ALWAYS AS
    (text_pairs(lower(search_text))) STORED);
CREATE TEMP TABLE emails (instance_id text NOT NULL, person_id text NOT NULL,
    address text COLLATE "C" NOT NULL, label text COLLATE "C");
"""


class Status(Enum):
    ACTIVE = "active"
    LOCKED = "locked"


_OWN = (emails.c.instance_id == people.c.instance_id) & (emails.c.person_id == people.c.id)
FIELDS = {
    "id": Field(people.c.id, str),
    "name": Field(people.c.name, str, sortable=True),
    "nickname": Field(
        people.c.nickname, str, sortable=True, ignore_case=True, is_indexed_folded=True
    ),
    "status": Field(people.c.status, Status),
    "age": Field(people.c.age, int, sortable=True),
    "score": Field(people.c.score, Decimal),
    "is_banned": Field(people.c.is_banned, bool),
    "created_at": Field(people.c.created_at, datetime, sortable=True),
    "seen_at": Field(people.c.seen_at, datetime, sortable=True),
    "secretive": Field(people.c.name, str, ops=frozenset({Op.EQ})),
    "email": Many(emails, _OWN, emails.c.address, str, read=str.lower),
    "emails": Many(
        emails,
        _OWN,
        within={"address": Field(emails.c.address, str), "label": Field(emails.c.label, str)},
    ),
    "text": FreeText(people.c.search_text, people.c.search_pairs),
}


@dataclasses.dataclass(frozen=True)
class Person:
    id: str
    name: str
    nickname: str | None = None
    status: str | None = None
    age: int | None = None
    score: Decimal | None = None
    is_banned: bool | None = None
    created_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    seen_at: datetime | None = None


BASE = select(*(people.c[field.name] for field in dataclasses.fields(Person))).where(
    people.c.instance_id == INSTANCE
)
PEOPLE = Listing(
    BASE, Person, FIELDS, people.c.id, order=(Order("created_at", is_descending=True),)
)
OLDER = Listing(
    BASE.where(people.c.age >= bindparam("least", type_=Integer)),
    Person,
    FIELDS,
    people.c.id,
    order=(Order("age"),),
)


def day(number: int) -> datetime:
    return datetime(2026, 1, number, 12, 30, tzinfo=UTC)


ROWS = (
    Person("p1", "ann", "Annie", "active", 30, Decimal("1.50"), False, day(1), day(9)),
    Person("p2", "ben", None, "locked", None, None, True, day(2), None),
    Person("p3", "in_1", "x%y", None, 30, Decimal("-2.00"), None, day(3), day(8)),
    Person("p4", "inX1", "a\\b", "active", 7, Decimal("99.99"), False, day(3), None),
    Person("p5", "", "", None, None, None, None, day(5), day(9)),
    Person("p6", "ANN", "ANNIE", "locked", 2**31 - 1, Decimal(0), True, day(3), day(3)),
)
EMAILS = {
    "p1": (("ann@example.com", "work"), ("annie@home.test", None)),
    "p2": (("ben@example.com", None),),
    "p4": (("x@y.test", "work"), ("ann@home.test", "home")),
}
FOREIGN = dataclasses.replace(ROWS[0], id="p0")


async def fill(connection) -> None:
    """Make the tables in the connection's own schema, with one row of another instance."""
    await connection.execute(TABLES)
    rows = [("here", row) for row in ROWS] + [("elsewhere", FOREIGN)]
    await connection.executemany(
        "INSERT INTO people VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        [
            (instance, *dataclasses.astuple(row), f"{row.name} {row.nickname or ''}")
            for instance, row in rows
        ],
    )
    await connection.executemany(
        "INSERT INTO emails VALUES ('here', $1, $2, $3)",
        [(person, *email) for person, given in EMAILS.items() for email in given],
    )
