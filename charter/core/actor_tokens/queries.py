"""Every SQL statement about actor tokens."""

from datetime import datetime

from sqlalchemy import Text, bindparam, select, update

from charter.core.actor_tokens.model import ActorToken
from charter.core.actor_tokens.tables import actor_tokens
from charter.core.statements import NOW, columns, word
from charter.kernel.db import INSTANCE, Db, Statement, inserting

_columns = columns(ActorToken, actor_tokens)
_by_id = (
    actor_tokens.c.instance_id == INSTANCE,
    actor_tokens.c.id == bindparam("actor_token_id", type_=Text),
)

ACTOR_TOKEN = Statement(select(*_columns).where(*_by_id), ActorToken)
INSERT = inserting(actor_tokens)
SETTLE = Statement(
    update(actor_tokens)
    .where(*_by_id, actor_tokens.c.status == word("pending"))
    .values(
        status=bindparam("new_status", type_=Text),
        updated_at=NOW,
    )
    .returning(*_columns),
    ActorToken,
)


async def find_actor_token(db: Db, actor_token_id: str) -> ActorToken | None:
    """The actor token."""
    return await db.find(ACTOR_TOKEN, actor_token_id=actor_token_id)


async def insert_actor_token(db: Db, row: ActorToken) -> None:
    """Insert an actor token."""
    await db.insert(INSERT, row)


async def update_pending(
    db: Db, actor_token_id: str, new_status: str, now: datetime
) -> ActorToken | None:
    """Give a pending token its last status; None for one that has it already, or is unknown."""
    return await db.find(SETTLE, actor_token_id=actor_token_id, new_status=new_status, now=now)
