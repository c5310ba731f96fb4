"""Every SQL statement about account tokens."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary, Text, bindparam, select, update
from sqlalchemy.dialects.postgresql import JSONB

from charter.core.grants.model import Grant, GrantRow, Purpose
from charter.core.grants.tables import grants
from charter.core.memberships.tables import memberships
from charter.core.organizations.tables import organizations
from charter.core.statements import columns, inserting_new, refers, word
from charter.kernel.db import INSTANCE, Db, Statement
from charter.kernel.operation import Context
from charter.kernel.secrets import digest

CLOSED = Statement[Any](
    select(organizations.c.id)
    .join(memberships, refers(memberships.c.organization_id, organizations))
    .where(
        memberships.c.instance_id == INSTANCE,
        memberships.c.organization_id == bindparam("organization_id", type_=Text),
        memberships.c.user_id == bindparam("user_id", type_=Text),
        organizations.c.status == word("closed"),
    )
)
_grant_columns = columns(Grant, grants)
_of_purpose = (
    grants.c.instance_id == INSTANCE,
    grants.c.purpose == bindparam("purpose", type_=Text),
)
LOCKED = Statement(
    select(*_grant_columns)
    .where(*_of_purpose, grants.c.digest == bindparam("digest", type_=LargeBinary))
    .with_for_update(),
    Grant,
)
LOCKED_BY_ID = Statement(
    select(*_grant_columns)
    .where(*_of_purpose, grants.c.id == bindparam("grant_id", type_=Text))
    .with_for_update(),
    Grant,
)
SET_FACTS = Statement[None](
    update(grants)
    .where(grants.c.instance_id == INSTANCE, grants.c.id == bindparam("grant_id", type_=Text))
    .values(facts=bindparam("new_facts", type_=JSONB))
)
REMEMBER = inserting_new(grants, "purpose", "digest")


async def remember(ctx: Context, db: Db, client_id: str, name: str, until: datetime) -> bool:
    """Remember that a proof was shown; whether it is the first time.

    name: whose proof it is, and which.
    """
    row = GrantRow(
        id=ctx.new_id("gra_"),
        purpose=Purpose.ASSERTION,
        subject_id=client_id,
        client_id=None,
        digest=digest(f"{client_id}:{name}"),
        facts={},
        max_uses=0,
        uses=0,
        attempts_left=None,
        expires_at=until,
        revoked_at=None,
        created_at=ctx.now,
    )
    values = {each: getattr(row, each) for each in GrantRow.__dataclass_fields__}
    return await db.value(REMEMBER, **values) is not None


async def is_member_of_closed(db: Db, organization_id: str, user_id: str) -> bool:
    """Whether an organization is closed, and the user was in it when it was."""
    found = await db.value(CLOSED, organization_id=organization_id, user_id=user_id)
    return found is not None


async def lock_grant(db: Db, purpose: Purpose, digest: bytes) -> Grant | None:
    """The grant of this digest, locked until the transaction ends."""
    return await db.find(LOCKED, purpose=purpose, digest=digest)


async def lock_grant_by_id(db: Db, purpose: Purpose, grant_id: str) -> Grant | None:
    """The grant of this id, locked until the transaction ends."""
    return await db.find(LOCKED_BY_ID, purpose=purpose, grant_id=grant_id)


async def set_facts(db: Db, grant_id: str, facts: dict[str, Any]) -> None:
    """Change what a locked grant knows."""
    await db.run(SET_FACTS, grant_id=grant_id, new_facts=facts)
