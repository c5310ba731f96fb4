"""Every SQL statement about account tokens."""

from datetime import datetime

from charter.core.grants.model import GrantRow, Purpose
from charter.core.grants.tables import grants
from charter.core.statements import inserting_new
from charter.kernel.db import Db
from charter.kernel.operation import Context
from charter.kernel.secrets import digest

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
