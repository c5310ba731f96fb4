"""Every SQL statement about organization tokens; the look-up of a bearer is in `core.acting`."""

from datetime import datetime

from sqlalchemy import Text, bindparam, select, update

from charter.core.organization_tokens.model import OrganizationToken, OrganizationTokenNotFound
from charter.core.organization_tokens.tables import organization_tokens
from charter.core.statements import NEWEST_FIRST, NOW, columns
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.filters.fields import Field, Fields
from charter.kernel.lists import Listing

_columns = columns(OrganizationToken, organization_tokens)
_of_organization = (
    organization_tokens.c.instance_id == INSTANCE,
    organization_tokens.c.organization_id == bindparam("organization_id", type_=Text),
)
_one = (*_of_organization, organization_tokens.c.id == bindparam("token_id", type_=Text))

FIELDS: Fields = {
    "environment": Field(organization_tokens.c.environment, str),
    "created_at": Field(organization_tokens.c.created_at, datetime, sortable=True),
}
LISTING = Listing(
    select(*_columns).where(*_of_organization),
    OrganizationToken,
    FIELDS,
    organization_tokens.c.id,
    order=NEWEST_FIRST,
)
TOKEN = Statement(select(*_columns).where(*_one), OrganizationToken)
INSERT = inserting(organization_tokens)
REVOKE = Statement(
    update(organization_tokens)
    .where(*_one, organization_tokens.c.revoked_at.is_(None))
    .values(revoked_at=NOW)
    .returning(*_columns),
    OrganizationToken,
)


async def get_token(db: Db, organization_id: str, token_id: str) -> OrganizationToken:
    """A token of this organization. Raises: OrganizationTokenNotFound."""
    return await db.one(
        TOKEN,
        missing=OrganizationTokenNotFound("token_id"),
        organization_id=organization_id,
        token_id=token_id,
    )


async def revoke_token(
    db: Db, organization_id: str, token_id: str, now: datetime
) -> OrganizationToken | None:
    """Revoke a token; None if there is none that could be."""
    return await db.find(REVOKE, organization_id=organization_id, token_id=token_id, now=now)
