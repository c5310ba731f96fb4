"""Every SQL statement about sign-in tokens."""

from dataclasses import fields
from datetime import datetime

from sqlalchemy import DateTime, Text, bindparam, literal_column, select, update

from charter.core.sign_in_tokens.model import SignInToken
from charter.core.sign_in_tokens.tables import sign_in_tokens
from charter.kernel.db import INSTANCE, Db, Statement, inserting

_columns = tuple(sign_in_tokens.c[field.name] for field in fields(SignInToken))
_by_id = (
    sign_in_tokens.c.instance_id == INSTANCE,
    sign_in_tokens.c.id == bindparam("sign_in_token_id", type_=Text),
)

SIGN_IN_TOKEN = Statement(select(*_columns).where(*_by_id), SignInToken)
INSERT = inserting(sign_in_tokens)
SETTLE = Statement(
    update(sign_in_tokens)
    .where(*_by_id, sign_in_tokens.c.status == literal_column("'pending'", Text))
    .values(
        status=bindparam("new_status", type_=Text),
        updated_at=bindparam("now", type_=DateTime(timezone=True)),
    )
    .returning(*_columns),
    SignInToken,
)


async def find_sign_in_token(db: Db, sign_in_token_id: str) -> SignInToken | None:
    """The sign-in token."""
    return await db.find(SIGN_IN_TOKEN, sign_in_token_id=sign_in_token_id)


async def insert_sign_in_token(db: Db, row: SignInToken) -> None:
    """Insert a sign-in token."""
    await db.insert(INSERT, row)


async def update_pending(
    db: Db, sign_in_token_id: str, new_status: str, now: datetime
) -> SignInToken | None:
    """Give a pending token its last status; None for one that has it already, or is unknown."""
    return await db.find(SETTLE, sign_in_token_id=sign_in_token_id, new_status=new_status, now=now)
