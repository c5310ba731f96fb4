"""Every SQL statement about transfers; those over each table lie in `parts.py`."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Integer, Text, bindparam, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.email_addresses.tables import email_addresses
from charter.core.organization_domains.tables import organization_domains
from charter.core.phone_numbers.tables import phone_numbers
from charter.core.statements import NOW, columns
from charter.core.transfers.model import Import, ImportElsewhere, ImportNotFound
from charter.core.transfers.tables import imports
from charter.core.users.tables import users
from charter.kernel.db import INSTANCE, Db, Statement, inserting

_own_transaction = "it is about the transaction itself"
SNAPSHOT = Statement[None](
    text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"), across_instances=_own_transaction
)
NO_IDLE_LIMIT = Statement[None](
    text("SET LOCAL idle_in_transaction_session_timeout = 0"), across_instances=_own_transaction
)

INSERT = inserting(imports, violates={"uq_imports_source": ImportElsewhere})
BY_SOURCE = Statement(
    select(*columns(Import, imports)).where(
        imports.c.instance_id == INSTANCE, imports.c.source == bindparam("source", type_=Text)
    ),
    Import,
)
LOCK = Statement(
    select(*columns(Import, imports))
    .where(imports.c.instance_id == INSTANCE, imports.c.id == bindparam("import_id", type_=Text))
    .with_for_update(),
    Import,
)
ADVANCE = Statement[None](
    update(imports)
    .where(imports.c.instance_id == INSTANCE, imports.c.id == bindparam("import_id", type_=Text))
    .values(
        place=imports.c.place + bindparam("records", type_=Integer),
        written=imports.c.written + bindparam("more_written", type_=Integer),
        rejected=imports.c.rejected + bindparam("more_rejected", type_=Integer),
        rejects_bytes=bindparam("rejects_end", type_=BigInteger),
        updated_at=NOW,
    )
)
FINISH = Statement[None](
    update(imports)
    .where(imports.c.instance_id == INSTANCE, imports.c.id == bindparam("import_id", type_=Text))
    .values(finished_at=NOW, updated_at=NOW)
)


def _counting(table: str) -> tuple[Statement[None], Statement[None]]:
    """What keeps a table's rows from being numbered, and what has the next ones follow."""
    return (
        # Who inserts waits, so that nobody takes a number that is counted past at this moment.
        Statement(
            text(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"),
            across_instances="all instances share one sequence",
        ),
        Statement(
            text(
                "SELECT setval(given.sequence, CAST(:number AS bigint)) FROM (SELECT"
                f" CAST(pg_get_serial_sequence('{table}', 'number') AS regclass) AS sequence) given"
                " WHERE CAST(:number AS bigint) > coalesce(pg_sequence_last_value(sequence), 0)"
            ),
            across_instances="all instances share one sequence",
        ),
    )


COUNTING = {table: _counting(table) for table in ("users", "organizations")}
"""Of each table whose rows are numbered."""

_given = bindparam("given", type_=ARRAY(Text))
TAKEN_IDS = Statement[str](
    select(users.c.id).where(users.c.instance_id == INSTANCE, users.c.id == _given.any_())
)
TAKEN_EXTERNAL_IDS = Statement[str](
    select(users.c.external_id).where(
        users.c.instance_id == INSTANCE, users.c.external_id == _given.any_()
    )
)
TAKEN_USERNAMES = Statement[str](
    select(users.c.username_key).where(
        users.c.instance_id == INSTANCE, users.c.username_key == _given.any_()
    )
)


def _held(table: Any, column: str) -> Statement[str]:
    return Statement(
        select(table.c[column]).where(
            table.c.instance_id == INSTANCE,
            table.c[column] == _given.any_(),
            or_(table.c.is_reserved, table.c.verification_status == text("'verified'")),
        )
    )


TAKEN_ADDRESSES = _held(email_addresses, "address_key")
TAKEN_NUMBERS = _held(phone_numbers, "number")
ENROLLING_DOMAINS = Statement[str](
    select(organization_domains.c.name)
    .where(
        organization_domains.c.instance_id == INSTANCE,
        organization_domains.c.name == _given.any_(),
    )
    .distinct()
)


async def taken(db: Db, statement: Statement[str], given: Sequence[str]) -> set[str]:
    """Those of these values that the instance has already."""
    if not given:
        return set()
    return {row[0] for row in await db.all(statement, given=list(given))}


async def find_import(db: Db, source: str) -> Import | None:
    """How far a file has been read, if it ever was."""
    return await db.find(BY_SOURCE, source=source)


async def lock_import(db: Db, import_id: str) -> Import:
    """The import, locked until the transaction ends. Raises: ImportNotFound."""
    return await db.one(LOCK, missing=ImportNotFound("import_id"), import_id=import_id)
