"""What can be done with enterprise connections that speak SAML, under their older name."""

from collections.abc import Sequence
from dataclasses import fields

from charter.core.enterprise_connections import making, queries
from charter.core.enterprise_connections.addresses import service_provider
from charter.core.enterprise_connections.making import CHANGING_ERRORS, MAKING_ERRORS
from charter.core.enterprise_connections.model import (
    EnterpriseConnection,
    EnterpriseConnectionNotFound,
    EnterpriseConnectionPatch,
    NewEnterpriseConnection,
    NewSamlConnection,
    Protocol,
    SamlConnectionPatch,
    SamlPatch,
)
from charter.core.enterprise_connections.sp_metadata import sp_metadata
from charter.core.keys.lookup import instance_of
from charter.core.vocabulary import Permission
from charter.kernel.errors import MissingInput
from charter.kernel.filters.tree import Apply, Name, Op, Place, Text
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation


@operation("saml_connections.search", permission=Permission.ENTERPRISE_MANAGE, writes=False)
async def search(
    ctx: Context, search: Search, query: str | None = None
) -> Found[EnterpriseConnection]:
    """List connections that speak SAML, newest first.

    query: a part of a name.
    Source: Clerk BAPI 2025-11-10, ListSAMLConnections.
    """
    await ctx.allow()
    if query and query.strip():
        at = Place("query")
        part = Text(query.strip(), at)
        search = search.narrowed(Apply(Op.CONTAINS, (Name("name_text", at), part), at))
    return await queries.SAML_LISTING.search(ctx.db, search)


@operation("saml_connections.create", permission=Permission.ENTERPRISE_MANAGE, raises=MAKING_ERRORS)
async def create(ctx: Context, new: NewSamlConnection) -> EnterpriseConnection:
    """Make a connection that speaks SAML; it becomes active by a change.

    Raises: as `enterprise_connections.create`.
    Announces: EnterpriseConnectionCreated.
    Source: Clerk BAPI 2025-11-10, CreateSAMLConnection.
    """
    await ctx.allow()
    domains = _together(new.domain, new.domains)
    if not domains:
        raise MissingInput("domains", reason="it is required")
    connection = NewEnterpriseConnection(
        name=new.name,
        provider=new.provider,
        domains=domains,
        organization_id=new.organization_id,
        saml=_saml_part(new),
    )
    return await making.make(ctx, connection)


@operation(
    "saml_connections.get",
    permission=Permission.ENTERPRISE_MANAGE,
    raises=(EnterpriseConnectionNotFound,),
    writes=False,
)
async def get(ctx: Context, connection_id: str) -> EnterpriseConnection:
    """Read one connection that speaks SAML.

    Raises: EnterpriseConnectionNotFound.
    Source: Clerk BAPI 2025-11-10, GetSAMLConnection.
    """
    await ctx.allow()
    found = await queries.get_connection(ctx.db, connection_id)
    return making.of_protocol(found, Protocol.SAML)


@operation(
    "saml_connections.update", permission=Permission.ENTERPRISE_MANAGE, raises=CHANGING_ERRORS
)
async def update(
    ctx: Context, connection_id: str, patch: SamlConnectionPatch
) -> EnterpriseConnection:
    """Change a connection that speaks SAML.

    Raises: as `enterprise_connections.update`; ConnectionDomainEnrolls, where it becomes active
        without consent to take the place of domains by which organizations enroll its people.
    Announces: as `enterprise_connections.update`.
    Source: Clerk BAPI 2025-11-10, UpdateSAMLConnection.
    """
    await ctx.allow()
    connection = EnterpriseConnectionPatch(
        name=patch.name,
        domains=_together(patch.domain, patch.domains or ()),
        organization_id=patch.organization_id,
        is_active=patch.is_active,
        syncs_user_attributes=patch.syncs_user_attributes,
        disables_additional_identifications=patch.disables_additional_identifications,
        links_accounts_of_members=patch.links_accounts_of_members,
        saml=_saml_part(patch),
    )
    return await making.change(
        ctx,
        connection_id,
        connection,
        protocol=Protocol.SAML,
        may_end_enrolling=bool(patch.may_end_enrolling),
    )


@operation(
    "saml_connections.delete",
    permission=Permission.ENTERPRISE_MANAGE,
    raises=(EnterpriseConnectionNotFound,),
)
async def delete(ctx: Context, connection_id: str) -> EnterpriseConnection:
    """Take a connection that speaks SAML away.

    Returns: the connection as it was.
    Raises: EnterpriseConnectionNotFound.
    Announces: EnterpriseConnectionDeleted.
    Source: Clerk BAPI 2025-11-10, DeleteSAMLConnection.
    """
    await ctx.allow()
    return await making.remove(ctx, connection_id, protocol=Protocol.SAML)


@operation(
    "saml_connections.describe",
    permission=Permission.PUBLIC,
    raises=(EnterpriseConnectionNotFound,),
    writes=False,
)
async def describe(ctx: Context, connection_id: str) -> str:
    """Say to the identity provider of a connection what it has to know of us.

    Returns: SAML 2.0 metadata, as XML; also while the connection is not active yet.
    Raises: EnterpriseConnectionNotFound.
    Source: Clerk FAPI 2026-05-12, samlMetadata.
    """
    await ctx.allow()
    found = await queries.get_connection(ctx.db, connection_id)
    making.of_protocol(found, Protocol.SAML)
    instance = await instance_of(ctx)
    return sp_metadata(service_provider(found, instance, ctx.platform.addresses))


def _together(domain: str | None, domains: Sequence[str]) -> tuple[str, ...]:
    """All domains that were named, by either name."""
    return (*domains, *([domain] if domain else []))


def _saml_part(given: SamlPatch) -> SamlPatch:
    return SamlPatch(**{each.name: getattr(given, each.name) for each in fields(SamlPatch)})
