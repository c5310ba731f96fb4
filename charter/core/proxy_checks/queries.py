"""Every SQL statement about proxy checks."""

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from charter.core.proxy_checks.model import ProxyCheck
from charter.core.proxy_checks.tables import proxy_checks
from charter.core.statements import columns
from charter.kernel.db import INSTANCE, Db, Statement, columns_of

_columns = columns(ProxyCheck, proxy_checks)
_made = insert(proxy_checks).values(
    instance_id=INSTANCE,
    **{
        name: bindparam(name, type_=proxy_checks.c[name].type)
        for name in ProxyCheck.__dataclass_fields__
    },
)
KEEP = Statement(
    _made.on_conflict_do_update(
        index_elements=["instance_id", "domain_id"],
        set_={
            name: _made.excluded[name]
            for name in ("proxy_url", "is_successful", "last_run_at", "updated_at")
        },
    ).returning(*_columns),
    ProxyCheck,
)


async def keep_check(db: Db, row: ProxyCheck) -> ProxyCheck:
    """Keep how a check went in place of the one before; it as it is kept."""
    (kept,) = await db.all(KEEP, **columns_of(row))
    return kept
