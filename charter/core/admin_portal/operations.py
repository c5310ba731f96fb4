"""What can be done with the admin portal: links by an app's server, the rest by who has one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from charter.core.admin_portal import queries
from charter.core.admin_portal.model import (
    LIFETIME_SECONDS,
    LONGEST_SECONDS,
    LONGEST_TEXT,
    MOST_SCOPES,
    AdminPortalClosed,
    AdminPortalLinkToken,
    AdminPortalLinkTokenCreated,
    AdminPortalLinkTokenMade,
    AdminPortalLinkTokenNotFound,
    AdminPortalLinkTokenRevoked,
    AdminPortalLinkTokenRow,
    AdminPortalLinkTokenUsed,
    AdminPortalReadOnly,
    Entered,
    Overview,
)
from charter.core.clients.browsers import find_own, own
from charter.core.enterprise_connections import making
from charter.core.enterprise_connections.configuring import checked_text
from charter.core.enterprise_connections.making import TELLING_ERRORS
from charter.core.enterprise_connections.model import (
    EnterpriseConnection,
    EnterpriseConnectionNotFound,
    EnterpriseConnectionPatch,
    Protocol,
    SamlPatch,
)
from charter.core.enterprise_connections.queries import get_connection
from charter.core.grants import granting
from charter.core.grants.model import GRANT_ERRORS, Purpose
from charter.core.organizations.model import OrganizationNotFound
from charter.core.organizations.queries import get_organization
from charter.core.vocabulary import Permission
from charter.kernel.db import Db
from charter.kernel.errors import InvalidInput
from charter.kernel.ids import hex_id
from charter.kernel.operation import Context, operation

PREFIX = "aplt_"
CLOSED = (AdminPortalClosed,)


@operation(
    "admin_portal.create_link_token",
    permission=Permission.ENTERPRISE_MANAGE,
    raises=(OrganizationNotFound,),
)
async def create_link_token(
    ctx: Context,
    organization_id: str | None = None,
    it_contact_id: str | None = None,
    scopes: Sequence[str] | None = None,
    seconds_until_expiration: int = LIFETIME_SECONDS,
) -> AdminPortalLinkTokenMade:
    """Make a link by which an IT admin configures the connections of an organization, once.

    organization_id: None: connections that belong to no organization.
    scopes: up to 50; where some are given, `admin_portal:write` has to be among them for changes.
    seconds_until_expiration: 1 to 86400.
    Raises: OrganizationNotFound; InvalidInput.
    Announces: AdminPortalLinkTokenCreated.
    Source: Clerk BAPI 2025-11-10, createAdminPortalLinkToken.
    """
    await ctx.allow()
    if not 1 <= seconds_until_expiration <= LONGEST_SECONDS:
        reason = f"it must be from 1 to {LONGEST_SECONDS}"
        raise InvalidInput("seconds_until_expiration", reason=reason)
    if scopes is not None and len(scopes) > MOST_SCOPES:
        raise InvalidInput("scopes", reason=f"at most {MOST_SCOPES}")
    if organization_id is not None:
        await get_organization(ctx.db, organization_id)
    row = AdminPortalLinkTokenRow(
        id=hex_id(PREFIX),
        organization_id=organization_id,
        it_contact_id=_text("it_contact_id", it_contact_id),
        scopes=None
        if scopes is None
        else tuple(dict.fromkeys(checked_text("scopes", each, LONGEST_TEXT) for each in scopes)),
        revocation_reason=None,
        revoked_at=None,
        expires_at=ctx.now + timedelta(seconds=seconds_until_expiration),
        created_at=ctx.now,
        updated_at=ctx.now,
        client_id=None,
    )
    await ctx.db.insert(queries.INSERT, row)
    issued = await granting.issue(ctx, Purpose.ADMIN_PORTAL_LINK, row.id, expires_at=row.expires_at)
    ctx.announce(AdminPortalLinkTokenCreated(row))
    return AdminPortalLinkTokenMade(row, issued.secret)


@operation(
    "admin_portal.revoke_link_token",
    permission=Permission.ENTERPRISE_MANAGE,
    raises=(AdminPortalLinkTokenNotFound,),
)
async def revoke_link_token(
    ctx: Context, token_id: str, revocation_reason: str | None = None
) -> AdminPortalLinkToken:
    """Take a link back, and put out who came in by it. One that was taken back stays as it is.

    Raises: AdminPortalLinkTokenNotFound; InvalidInput.
    Announces: AdminPortalLinkTokenRevoked.
    Source: Clerk BAPI 2025-11-10, revokeAdminPortalLinkToken.
    """
    await ctx.allow()
    reason = _text("revocation_reason", revocation_reason)
    before = await queries.lock_token(ctx.db, token_id)
    if before.revoked_at is not None:
        return before
    await ctx.db.run(queries.REVOKE, token_id=token_id, reason=reason, now=ctx.now)
    await granting.revoke(ctx, Purpose.ADMIN_PORTAL_LINK, token_id)
    after = replace(before, revoked_at=ctx.now, revocation_reason=reason, updated_at=ctx.now)
    ctx.announce(AdminPortalLinkTokenRevoked(after, before=before))
    return after


@operation("admin_portal.enter", permission=Permission.PUBLIC, raises=CLOSED)
async def enter(ctx: Context, token: str) -> Entered:
    """Come into the portal by a link, which opens it in this browser and in no other.

    Raises: AdminPortalClosed, for a link that was used, taken back, or has expired.
    Announces: AdminPortalLinkTokenUsed.
    """
    await ctx.allow()
    try:
        grant = await granting.spend(ctx, Purpose.ADMIN_PORTAL_LINK, token)
    except GRANT_ERRORS as refused:
        raise AdminPortalClosed from refused
    held = await own(ctx)
    entered = await queries.enter(ctx.db, grant.subject_id, held.client.id, ctx.now)
    ctx.announce(AdminPortalLinkTokenUsed(entered))
    return Entered(entered, held.token)


@operation("admin_portal.look", permission=Permission.PUBLIC, raises=CLOSED, writes=False)
async def look(ctx: Context) -> Overview:
    """See the connections that the link of this browser is for.

    Raises: AdminPortalClosed.
    """
    await ctx.allow()
    opened = await _opened(ctx, ctx.db)
    found = await queries.search_connections(ctx.db, opened.organization_id)
    return Overview(opened, found)


@operation(
    "admin_portal.configure",
    permission=Permission.PUBLIC,
    raises=(*TELLING_ERRORS, AdminPortalClosed, AdminPortalReadOnly),
)
async def configure(ctx: Context, connection_id: str, saml: SamlPatch) -> EnterpriseConnection:
    """Tell a connection of the organization about its identity provider.

    Raises: AdminPortalClosed; AdminPortalReadOnly; EnterpriseConnectionNotFound, also for a
        connection that the link is not for; and as `enterprise_connections.update`.
    Announces: EnterpriseConnectionUpdated.
    """
    await ctx.allow()
    # All before the identity provider is asked stands apart: nothing is locked meanwhile.
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    opened = await _opened(ctx, reading)
    if not opened.may_change:
        raise AdminPortalReadOnly
    _check_place(await get_connection(reading, connection_id), opened)
    patch = EnterpriseConnectionPatch(saml=saml)
    after = await making.change(
        ctx, connection_id, patch, protocol=Protocol.SAML, may_end_enrolling=False
    )
    # The link may have been taken back meanwhile, and the connection given to others.
    _check_place(after, await _opened(ctx, ctx.db))
    return after


async def _opened(ctx: Context, db: Db) -> AdminPortalLinkToken:
    """The link that this browser came in by. Raises: AdminPortalClosed."""
    client = await find_own(ctx)
    found = None if client is None else await queries.find_open(db, client.id, ctx.now)
    if found is None:
        raise AdminPortalClosed
    return found


def _check_place(connection: EnterpriseConnection, opened: AdminPortalLinkToken) -> None:
    if connection.organization_id != opened.organization_id:
        raise EnterpriseConnectionNotFound("enterprise_connection_id")


def _text(parameter: str, given: str | None) -> str | None:
    return None if given is None else checked_text(parameter, given, LONGEST_TEXT)
