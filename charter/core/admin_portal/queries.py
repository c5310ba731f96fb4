"""Every SQL statement about links into the admin portal."""

from datetime import datetime

from sqlalchemy import Text, bindparam, select, update

from charter.core.admin_portal.model import (
    AdminPortalClosed,
    AdminPortalLinkToken,
    AdminPortalLinkTokenNotFound,
)
from charter.core.admin_portal.tables import admin_portal_link_tokens
from charter.core.enterprise_connections.model import EnterpriseConnection
from charter.core.enterprise_connections.queries import SELECT as CONNECTIONS
from charter.core.enterprise_connections.tables import enterprise_connections
from charter.core.statements import NOW, columns
from charter.kernel.db import INSTANCE, Db, Statement, inserting

MOST_CONNECTIONS = 100
"""How many the portal shows; an organization has a few."""

_columns = columns(AdminPortalLinkToken, admin_portal_link_tokens)
_own = admin_portal_link_tokens.c.instance_id == INSTANCE
_by_id = (_own, admin_portal_link_tokens.c.id == bindparam("token_id", type_=Text))
_is_open = (
    admin_portal_link_tokens.c.revoked_at.is_(None),
    admin_portal_link_tokens.c.expires_at > NOW,
)
_organization_id = bindparam("organization_id", type_=Text)

INSERT = inserting(admin_portal_link_tokens)
LOCK = Statement(select(*_columns).where(*_by_id).with_for_update(), AdminPortalLinkToken)
REVOKE = Statement[None](
    update(admin_portal_link_tokens)
    .where(*_by_id)
    .values(revoked_at=NOW, revocation_reason=bindparam("reason", type_=Text), updated_at=NOW)
)
ENTER = Statement(
    update(admin_portal_link_tokens)
    .where(*_by_id, *_is_open)
    .values(client_id=bindparam("client_id", type_=Text), updated_at=NOW)
    .returning(*_columns),
    AdminPortalLinkToken,
)
OPEN = Statement(
    select(*_columns)
    .where(
        _own,
        admin_portal_link_tokens.c.client_id == bindparam("client_id", type_=Text),
        *_is_open,
    )
    .order_by(admin_portal_link_tokens.c.updated_at.desc(), admin_portal_link_tokens.c.id.desc())
    .limit(1),
    AdminPortalLinkToken,
)
OF_ORGANIZATION = Statement(
    CONNECTIONS.where(
        enterprise_connections.c.organization_id.is_not_distinct_from(_organization_id)
    )
    .order_by(enterprise_connections.c.created_at, enterprise_connections.c.id)
    .limit(MOST_CONNECTIONS),
    EnterpriseConnection,
)


async def lock_token(db: Db, token_id: str) -> AdminPortalLinkToken:
    """The link, locked until the transaction ends. Raises: AdminPortalLinkTokenNotFound."""
    missing = AdminPortalLinkTokenNotFound("admin_portal_link_token_id")
    return await db.one(LOCK, missing=missing, token_id=token_id)


async def enter(db: Db, token_id: str, client_id: str, now: datetime) -> AdminPortalLinkToken:
    """Keep in which browser a link was opened. Raises: AdminPortalClosed."""
    missing = AdminPortalClosed()
    return await db.one(ENTER, missing=missing, token_id=token_id, client_id=client_id, now=now)


async def find_open(db: Db, client_id: str, now: datetime) -> AdminPortalLinkToken | None:
    """The link that was opened last in a browser and still holds."""
    return await db.find(OPEN, client_id=client_id, now=now)


async def search_connections(
    db: Db, organization_id: str | None
) -> tuple[EnterpriseConnection, ...]:
    """The connections of an organization, or those of none, the oldest first."""
    return await db.all(OF_ORGANIZATION, organization_id=organization_id)
