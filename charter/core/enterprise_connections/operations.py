"""What can be done with enterprise connections: by an app's server alone."""

from charter.core.enterprise_connections import making, queries
from charter.core.enterprise_connections.making import CHANGING_ERRORS, MAKING_ERRORS
from charter.core.enterprise_connections.model import (
    EnterpriseConnection,
    EnterpriseConnectionNotFound,
    EnterpriseConnectionPatch,
    NewEnterpriseConnection,
)
from charter.core.vocabulary import Permission
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation


@operation("enterprise_connections.search", permission=Permission.ENTERPRISE_MANAGE, writes=False)
async def search(ctx: Context, search: Search) -> Found[EnterpriseConnection]:
    """List enterprise connections of every protocol, newest first.

    Source: Clerk BAPI 2025-11-10, ListEnterpriseConnections.
    """
    await ctx.allow()
    return await queries.LISTING.search(ctx.db, search)


@operation(
    "enterprise_connections.create",
    permission=Permission.ENTERPRISE_MANAGE,
    raises=MAKING_ERRORS,
)
async def create(ctx: Context, new: NewEnterpriseConnection) -> EnterpriseConnection:
    """Make an enterprise connection; an address of metadata or discovery is asked now.

    Raises: OrganizationNotFound; DomainNameInvalid; DomainCommon; ConnectionDomainTaken;
        MetadataNotFetched; MetadataInvalid; MetadataIncomplete; CertificateInvalid;
        DiscoveryFailed; ConnectionIncomplete and ConnectionDomainEnrolls, where it is to be active.
    Announces: EnterpriseConnectionCreated.
    Source: Clerk BAPI 2025-11-10, CreateEnterpriseConnection.
    """
    await ctx.allow()
    return await making.make(ctx, new)


@operation(
    "enterprise_connections.get",
    permission=Permission.ENTERPRISE_MANAGE,
    raises=(EnterpriseConnectionNotFound,),
    writes=False,
)
async def get(ctx: Context, connection_id: str) -> EnterpriseConnection:
    """Read one enterprise connection.

    Raises: EnterpriseConnectionNotFound.
    Source: Clerk BAPI 2025-11-10, GetEnterpriseConnection.
    """
    await ctx.allow()
    return await queries.get_connection(ctx.db, connection_id)


@operation(
    "enterprise_connections.update",
    permission=Permission.ENTERPRISE_MANAGE,
    raises=CHANGING_ERRORS,
)
async def update(
    ctx: Context, connection_id: str, patch: EnterpriseConnectionPatch
) -> EnterpriseConnection:
    """Change an enterprise connection.

    One that becomes active takes the place of domains by which organizations enroll its people.
    Raises: EnterpriseConnectionNotFound; and as `enterprise_connections.create`.
    Announces: EnterpriseConnectionUpdated; OrganizationDomainDeleted and
        OrganizationInvitationRevoked, for what it takes the place of.
    Source: Clerk BAPI 2025-11-10, UpdateEnterpriseConnection.
    """
    await ctx.allow()
    return await making.change(ctx, connection_id, patch, may_end_enrolling=True)


@operation(
    "enterprise_connections.delete",
    permission=Permission.ENTERPRISE_MANAGE,
    raises=(EnterpriseConnectionNotFound,),
)
async def delete(ctx: Context, connection_id: str) -> EnterpriseConnection:
    """Take an enterprise connection away; whom it let in stays, and signs in by other means.

    Returns: the connection as it was.
    Raises: EnterpriseConnectionNotFound.
    Announces: EnterpriseConnectionDeleted.
    Source: Clerk BAPI 2025-11-10, DeleteEnterpriseConnection.
    """
    await ctx.allow()
    return await making.remove(ctx, connection_id)
