"""Every SQL statement about join codes."""

from datetime import datetime

from sqlalchemy import Text, bindparam, select, update

from charter.core.grants.tables import grants
from charter.core.join_codes.model import JoinCode, JoinCodeNotFound
from charter.core.join_codes.tables import join_codes
from charter.core.roles.tables import roles
from charter.core.statements import NEWEST_FIRST, NOW, columns, refers, word
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.filters.fields import Field, Fields
from charter.kernel.lists import Listing

_in_organization = join_codes.c.organization_id == bindparam("organization_id", type_=Text)
_by_id = join_codes.c.id == bindparam("join_code_id", type_=Text)
_select = (
    select(
        *columns(
            JoinCode, join_codes, role_key=roles.c.key, role_name=roles.c.name, uses=grants.c.uses
        )
    )
    .select_from(
        join_codes.join(
            roles,
            refers(join_codes.c.role_id, roles),
        ).join(
            grants,
            (grants.c.instance_id == join_codes.c.instance_id)
            & (grants.c.purpose == word("join_code"))
            & (grants.c.subject_id == join_codes.c.id),
        )
    )
    .where(join_codes.c.instance_id == INSTANCE)
)

FIELDS: Fields = {"created_at": Field(join_codes.c.created_at, datetime, sortable=True)}
LISTING = Listing(
    _select.where(_in_organization),
    JoinCode,
    FIELDS,
    join_codes.c.id,
    order=NEWEST_FIRST,
)
JOIN_CODE = Statement(_select.where(_by_id), JoinCode)
IN_ORGANIZATION = Statement(_select.where(_in_organization, _by_id), JoinCode)
INSERT = inserting(join_codes)
REVOKE = Statement[None](
    update(join_codes)
    .where(join_codes.c.instance_id == INSTANCE, _by_id, join_codes.c.revoked_at.is_(None))
    .values(
        revoked_at=NOW,
        updated_at=NOW,
    )
)


async def get_join_code(db: Db, organization_id: str, join_code_id: str) -> JoinCode:
    """A code of this organization. Raises: JoinCodeNotFound."""
    return await db.one(
        IN_ORGANIZATION,
        missing=JoinCodeNotFound("join_code_id"),
        organization_id=organization_id,
        join_code_id=join_code_id,
    )


async def find_join_code(db: Db, join_code_id: str) -> JoinCode | None:
    """The code, of whichever organization."""
    return await db.find(JOIN_CODE, join_code_id=join_code_id)


async def revoke_join_code(db: Db, join_code_id: str, now: datetime) -> bool:
    """Take a code back; False if it was before."""
    return await db.run(REVOKE, join_code_id=join_code_id, now=now) == 1
