"""A second list, with the properties that OData asks for; its columns differ in collation."""

import asyncio
import dataclasses
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

import asyncpg
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    MetaData,
    Numeric,
    String,
    Table,
    Text,
    select,
)

from charter.kernel.db import INSTANCE
from charter.kernel.filters.fields import Field
from charter.kernel.filters.odata import parse
from charter.kernel.lists import Listing, Order, Search

accounts = Table(
    "accounts",
    MetaData(),
    Column("instance_id", Text, nullable=False),
    Column("number", BigInteger, primary_key=True),
    Column("name", String(40), nullable=False),
    Column("description", Text),
    Column("status", Text, nullable=False),
    Column("score", Numeric(6, 2)),
    Column("is_closed", Boolean),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True)),
    Column("description_pairs", Text),
)
TABLES = """
CREATE TEMP TABLE accounts (instance_id text NOT NULL, number bigint PRIMARY KEY,
    name varchar(40) NOT NULL, description text COLLATE "C", status text COLLATE "POSIX" NOT NULL,
    score numeric(6, 2), is_closed boolean, created_at timestamptz NOT NULL,
    updated_at timestamptz, description_pairs text GENERATED ALWAYS AS
    (text_pairs(lower(description COLLATE "default"))) STORED);
"""
FIELDS = {
    "number": Field(accounts.c.number, int, sortable=True),
    "name": Field(accounts.c.name, str, sortable=True),
    "description": Field(
        accounts.c.description,
        str,
        sortable=True,
        is_indexed_folded=True,
        pairs=accounts.c.description_pairs,
    ),
    "status": Field(accounts.c.status, str, sortable=True),
    "score": Field(accounts.c.score, Decimal),
    "is_closed": Field(accounts.c.is_closed, bool, sortable=True),
    "created_at": Field(accounts.c.created_at, datetime, sortable=True),
    "updated_at": Field(accounts.c.updated_at, datetime, sortable=True),
}
NAMES = {
    "id": "number",
    "name": "name",
    "description": "description",
    "status": "status",
    "score": "score",
    "isClosed": "is_closed",
    "createdAt": "created_at",
    "updatedAt": "updated_at",
}
NOW = datetime(2026, 6, 2, 10, 30, tzinfo=UTC)


@dataclasses.dataclass(frozen=True)
class Account:
    number: int
    name: str
    description: str | None
    status: str
    score: Decimal | None
    is_closed: bool | None
    created_at: datetime
    updated_at: datetime | None


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


ROWS = (
    Account(1, "Acme", "The first", "active", Decimal("1.5"), False, at(2026, 1, 1, 12, 30), NOW),
    Account(2, "acme", None, "active", None, None, at(2026, 2, 2), None),
    Account(
        3, "O'Neil", "", "suspended", Decimal(0), True,
        at(2026, 2, 28, 23, 59, 59, 500000), at(2026, 2, 28, 23, 59, 59, 500000),
    ),
    Account(
        4, "100%_\\", "x", "closed", Decimal("-2.25"), False, at(2025, 12, 31, 23, 59, 59), NOW
    ),
    Account(5, "École", "Straße", "active", Decimal("99.99"), None, NOW, None),
    Account(6, "\u00a0 pad\t", None, "suspended", None, True, at(2026, 3, 1, 1, 2, 3), None),
    Account(
        7, "zebra", "zebra", "active", Decimal(7), True,
        at(2026, 6, 2, 10, 30, 0, 123456), at(2027, 1, 1),
    ),
)  # fmt: skip
BASE = select(*(accounts.c[field.name] for field in dataclasses.fields(Account))).where(
    accounts.c.instance_id == INSTANCE
)
ACCOUNTS = Listing(BASE, Account, FIELDS, accounts.c.number, order=(Order("number"),))


def read(text: str):
    """The tree of a text, as a surface would ask for it."""
    return parse(text, NAMES, NOW)


@contextmanager
def asking(database_url: str):
    """Ask the database for the numbers of the accounts that meet a tree, in order."""
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(database_url))
        runner.run(connection.execute(TABLES))
        rows = [(instance, *dataclasses.astuple(row)) for instance in ("here",) for row in ROWS]
        rows.append(("elsewhere", 99, *dataclasses.astuple(ROWS[0])[1:]))
        values = ", ".join(f"${number}" for number in range(1, 10))
        insert = f"INSERT INTO accounts VALUES ({values})"
        runner.run(connection.executemany(insert, rows))

        def ask(tree, order=()):
            page, _, values = ACCOUNTS.statements(Search(tree, order, limit=100))
            arguments = page.arguments("here", values)
            return [row[0] for row in runner.run(connection.fetch(page.sql, *arguments))]

        yield ask
        runner.run(connection.close())
