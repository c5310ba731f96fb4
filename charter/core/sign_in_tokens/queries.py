"""Every SQL statement about sign-in tokens."""

from datetime import datetime

from sqlalchemy import Text, bindparam, select, update

from charter.core.sign_in_tokens.model import SignInToken
from charter.core.sign_in_tokens.tables import sign_in_tokens
from charter.core.statements import NOW, columns, word
from charter.kernel.db import INSTANCE, Db, Statement, inserting

_columns = columns(SignInToken, sign_in_tokens)
_by_id = (
    sign_in_tokens.c.instance_id == INSTANCE,
    sign_in_tokens.c.id == bindparam("sign_in_token_id", type_=Text),
)

SIGN_IN_TOKEN = Statement(select(*_columns).where(*_by_id), SignInToken)
INSERT = inserting(sign_in_tokens)
SETTLE = Statement(
    update(sign_in_tokens)
    .where(*_by_id, sign_in_tokens.c.status == word("pending"))
    .values(
        status=bindparam("new_status", type_=Text),
        updated_at=NOW,
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
