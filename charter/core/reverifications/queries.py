"""Every SQL statement about reverifications."""

import dataclasses

from sqlalchemy import Text, bindparam, delete, select, update

from charter.core.checks.columns import checks_of
from charter.core.reverifications.model import Reverification
from charter.core.reverifications.tables import reverifications
from charter.core.statements import columns
from charter.kernel.db import INSTANCE, Db, Statement, columns_of, inserting

FIXED = frozenset({"id", "session_id", "created_at"})

_of_session = (
    reverifications.c.instance_id == INSTANCE,
    reverifications.c.session_id == bindparam("session_id", type_=Text),
)
_columns = columns(Reverification, reverifications, **checks_of(reverifications))
OF_SESSION = Statement(select(*_columns).where(*_of_session), Reverification)
DELETE = Statement[None](delete(reverifications).where(*_of_session))
INSERT = inserting(reverifications)
UPDATE = Statement[None](
    update(reverifications)
    .where(*_of_session)
    .values(
        {
            field.name: bindparam(f"new_{field.name}", type_=reverifications.c[field.name].type)
            for field in dataclasses.fields(Reverification)
            if field.name not in FIXED
        }
    )
)


async def find_of_session(db: Db, session_id: str) -> Reverification | None:
    """The reverification of a session, if there is one; its client guards it."""
    return await db.find(OF_SESSION, session_id=session_id)


async def replace_reverification(db: Db, row: Reverification) -> None:
    """Keep a new reverification in place of the session's last one."""
    await db.run(DELETE, session_id=row.session_id)
    await db.insert(INSERT, row)


async def update_reverification(db: Db, row: Reverification) -> None:
    """Write a reverification as it is to be; the session's client has to be locked."""
    values = {f"new_{name}": value for name, value in columns_of(row).items()}
    await db.run(UPDATE, session_id=row.session_id, **values)
