"""Makes, changes and takes away connections; what both groups of operations on them share."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from charter.core.directories import queries as directory_queries
from charter.core.directories.model import DirectoryOrganizationUsed
from charter.core.enterprise_connections import configuring, queries
from charter.core.enterprise_connections.idp_metadata import IdpMetadata, read_metadata
from charter.core.enterprise_connections.model import (
    PREFIX,
    CertificateInvalid,
    ConnectionDomainEnrolls,
    ConnectionDomainTaken,
    ConnectionIncomplete,
    EnterpriseConnection,
    EnterpriseConnectionCreated,
    EnterpriseConnectionDeleted,
    EnterpriseConnectionNotFound,
    EnterpriseConnectionPatch,
    EnterpriseConnectionRow,
    EnterpriseConnectionUpdated,
    LoginHintMode,
    MetadataIncomplete,
    MetadataInvalid,
    MetadataNotFetched,
    NewEnterpriseConnection,
    OidcPatch,
    Protocol,
    Provider,
    SamlPatch,
)
from charter.core.identity_providers.model import Discovered, DiscoveryFailed
from charter.core.instances.model import Instance
from charter.core.instances.origins import address_elsewhere
from charter.core.instances.reaching import may_be_private
from charter.core.keys.lookup import instance_of
from charter.core.organization_domains import claiming
from charter.core.organization_domains import queries as domain_queries
from charter.core.organization_domains.model import (
    DomainCommon,
    DomainNameInvalid,
    OrganizationDomainDeleted,
)
from charter.core.organizations.model import OrganizationNotFound
from charter.core.organizations.queries import get_organization, lock_organization
from charter.kernel.errors import InvalidInput, Unavailable
from charter.kernel.operation import Context
from charter.kernel.patch import UNSET, Unset, changed

MAKING_ERRORS = (
    CertificateInvalid,
    ConnectionDomainEnrolls,
    ConnectionDomainTaken,
    ConnectionIncomplete,
    DiscoveryFailed,
    DomainCommon,
    DomainNameInvalid,
    MetadataIncomplete,
    MetadataInvalid,
    MetadataNotFetched,
    OrganizationNotFound,
)
TELLING_ERRORS = (
    CertificateInvalid,
    ConnectionIncomplete,
    EnterpriseConnectionNotFound,
    MetadataIncomplete,
    MetadataInvalid,
    MetadataNotFetched,
)
"""What telling a connection of its identity provider alone may be refused with."""
CHANGING_ERRORS = (*MAKING_ERRORS, DirectoryOrganizationUsed, EnterpriseConnectionNotFound)
PLAIN = (
    "is_active",
    "syncs_user_attributes",
    "disables_additional_identifications",
    "links_accounts_of_members",
)


@dataclass(frozen=True, slots=True)
class Outside:
    """What an identity provider says of itself, read before anything is changed."""

    instance: Instance
    metadata: IdpMetadata | None = None
    discovered: Discovered | None = None


async def make(ctx: Context, new: NewEnterpriseConnection) -> EnterpriseConnection:
    """Make a connection.

    Raises: MAKING_ERRORS.
    Announces: EnterpriseConnectionCreated.
    """
    instance = await instance_of(ctx)
    domains = configuring.checked_domains(new.domains)
    _check_protocol(new.provider, new.saml, new.oidc)
    row = dataclasses.replace(
        _blank(ctx, new.provider),
        name=configuring.checked_name(new.name),
        organization_id=new.organization_id,
        is_active=bool(new.is_active),
        links_accounts_of_members=bool(new.links_accounts_of_members),
        custom_attributes=configuring.checked_attributes(new.custom_attributes),
    )
    outside = await _asked(ctx, instance, new.saml, new.oidc)
    row = _configured(ctx, row, new.saml, new.oidc, outside)
    configuring.check_complete(row)
    if row.organization_id is not None:
        await get_organization(ctx.db, row.organization_id)
    if row.is_active:
        await _take_over(ctx, domains, may_end_enrolling=False)
    await ctx.db.insert(queries.INSERT, row)
    await queries.replace_domains(ctx.db, row.id, domains)
    made = await queries.get_connection(ctx.db, row.id)
    ctx.announce(EnterpriseConnectionCreated(made))
    return made


async def change(
    ctx: Context,
    connection_id: str,
    patch: EnterpriseConnectionPatch,
    *,
    protocol: Protocol | None = None,
    may_end_enrolling: bool,
) -> EnterpriseConnection:
    """Change a connection.

    protocol: the one that it has to speak. may_end_enrolling: whether an active connection takes
    away domains of organizations that enroll the same people.
    Raises: CHANGING_ERRORS.
    Announces: EnterpriseConnectionUpdated; OrganizationDomainDeleted and
        OrganizationInvitationRevoked, for what it takes the place of.
    """
    instance = await instance_of(ctx)
    # What does not exist asks nobody outside, and who is asked is waited for before any lock.
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    known = of_protocol(await queries.get_connection(reading, connection_id), protocol)
    saml, oidc = patch.saml or None, patch.oidc or None
    _check_protocol(known.provider, saml, oidc)
    values = _plain_values(patch)
    domains = configuring.checked_domains(patch.domains) if patch.domains else None
    outside = await _asked(ctx, instance, saml, oidc)
    row = await queries.lock_connection(ctx.db, connection_id)
    ctx.expect(row.updated_at)
    await _check_organization(ctx, row, values.get("organization_id"))
    before = await queries.get_connection(ctx.db, connection_id)
    after = dataclasses.replace(row, **values, updated_at=ctx.now)
    after = _configured(ctx, after, saml, oidc, outside)
    configuring.check_complete(after)
    if after.is_active and (domains is not None or not row.is_active):
        await _take_over(ctx, domains or before.domains, may_end_enrolling=may_end_enrolling)
    await queries.update_connection(ctx.db, after)
    if domains is not None:
        await queries.replace_domains(ctx.db, connection_id, domains)
    made = await queries.get_connection(ctx.db, connection_id)
    ctx.announce(EnterpriseConnectionUpdated(made, before=before))
    return made


async def remove(
    ctx: Context, connection_id: str, *, protocol: Protocol | None = None
) -> EnterpriseConnection:
    """Take a connection away, and with it who signed in through it and its directory.

    Raises: EnterpriseConnectionNotFound.
    Announces: EnterpriseConnectionDeleted.
    """
    row = await queries.lock_connection(ctx.db, connection_id)
    before = of_protocol(await queries.get_connection(ctx.db, connection_id), protocol)
    ctx.expect(row.updated_at)
    await ctx.db.run(queries.DELETE, connection_id=connection_id)
    ctx.announce(EnterpriseConnectionDeleted(before=before))
    return before


def of_protocol(
    connection: EnterpriseConnection, protocol: Protocol | None
) -> EnterpriseConnection:
    """The connection, as long as it speaks the protocol. Raises: EnterpriseConnectionNotFound."""
    if protocol is not None and connection.protocol is not protocol:
        raise EnterpriseConnectionNotFound("enterprise_connection_id")
    return connection


def _blank(ctx: Context, provider: Provider) -> EnterpriseConnectionRow:
    """A connection of which nothing is said yet."""
    return EnterpriseConnectionRow(
        id=ctx.new_id(PREFIX),
        name="",
        provider=provider,
        organization_id=None,
        is_active=False,
        syncs_user_attributes=True,
        disables_additional_identifications=False,
        links_accounts_of_members=False,
        custom_attributes=(),
        idp_entity_id=None,
        idp_sso_url=None,
        idp_certificates=(),
        idp_certificate_issued_at=None,
        idp_certificate_expires_at=None,
        idp_metadata_url=None,
        idp_metadata=None,
        attribute_mapping=configuring.usual_mapping(provider),
        allows_subdomains=False,
        allows_idp_initiated=False,
        forces_authentication=False,
        login_hint_mode=LoginHintMode.EMAIL_ADDRESS,
        login_hint_source=None,
        client_id=None,
        issuer=None,
        discovery_url=None,
        authorize_url=None,
        token_url=None,
        userinfo_url=None,
        jwks_url=None,
        requires_pkce=False,
        sealed_secret=None,
        created_at=ctx.now,
        updated_at=ctx.now,
    )


def _check_protocol(provider: Provider, saml: SamlPatch | None, oidc: OidcPatch | None) -> None:
    """Refuse what is said of another protocol than the provider's: it would have no effect."""
    if saml is not None and provider.protocol is not Protocol.SAML:
        raise InvalidInput("saml", reason=f"{provider} is no provider of SAML")
    if oidc is not None and provider.protocol is not Protocol.OIDC:
        raise InvalidInput("oidc", reason=f"{provider} is no provider of OpenID Connect")


def _plain_values(patch: EnterpriseConnectionPatch) -> dict[str, Any]:
    """What changes of a connection beside its domains and what its protocol has."""
    given = {name: value for name, value in changed(patch).items() if value is not None}
    values = {name: given[name] for name in (*PLAIN, "organization_id") if name in given}
    if "name" in given:
        values["name"] = configuring.checked_name(given["name"])
    if "custom_attributes" in given:
        values["custom_attributes"] = configuring.checked_attributes(given["custom_attributes"])
    return values


async def _check_organization(
    ctx: Context, row: EnterpriseConnectionRow, organization_id: str | None
) -> None:
    """Refuse an organization that is not there, or that would have two directories.

    Raises: OrganizationNotFound; DirectoryOrganizationUsed.
    """
    if organization_id is None or organization_id == row.organization_id:
        return
    await lock_organization(ctx.db, organization_id)
    if await directory_queries.has_connection(
        ctx.db, row.id
    ) and await directory_queries.has_organization(ctx.db, organization_id):
        raise DirectoryOrganizationUsed("organization_id")


def _configured(
    ctx: Context,
    row: EnterpriseConnectionRow,
    saml: SamlPatch | None,
    oidc: OidcPatch | None,
    outside: Outside,
) -> EnterpriseConnectionRow:
    if saml is not None:
        row = configuring.with_saml(row, saml, outside.metadata, outside.instance)
    if oidc is not None:
        row = configuring.with_oidc(ctx, row, oidc, outside.discovered, outside.instance)
    return row


async def _asked(
    ctx: Context, instance: Instance, saml: SamlPatch | None, oidc: OidcPatch | None
) -> Outside:
    """What the identity provider says; to be asked while no transaction is open.

    Raises: MetadataNotFetched; MetadataInvalid; MetadataIncomplete; DiscoveryFailed; InvalidInput.
    """
    outside, private = ctx.platform.identity, may_be_private(ctx.platform, instance)
    url = _address(instance, "idp_metadata_url", UNSET if saml is None else saml.idp_metadata_url)
    document = None if saml is None else saml.idp_metadata or None
    discovery = _address(instance, "discovery_url", UNSET if oidc is None else oidc.discovery_url)
    if (url or discovery) and outside is None:
        raise Unavailable
    if url and outside is not None:
        fetched = await outside.saml_metadata(url, may_be_private=private)
        return Outside(instance, metadata=read_metadata(fetched, instance, ctx.now))
    if document:
        given = document.encode("utf-8", "surrogatepass")
        return Outside(instance, metadata=read_metadata(given, instance, ctx.now))
    if discovery and outside is not None:
        return Outside(
            instance, discovered=await outside.discover_at(discovery, may_be_private=private)
        )
    return Outside(instance)


def _address(instance: Instance, name: str, url: str | Unset | None) -> str | None:
    """An address that may be asked, or None. Raises: InvalidInput."""
    return address_elsewhere(instance, name, url, is_kept=True) if url else None


async def _take_over(ctx: Context, names: Sequence[str], *, may_end_enrolling: bool) -> None:
    """See to it that no organization enrolls people who now sign in through a connection.

    Raises: ConnectionDomainEnrolls.
    Announces: OrganizationDomainDeleted, and OrganizationInvitationRevoked for what it offered.
    """
    for name in sorted(names):
        await domain_queries.lock_name(ctx.db, name)
    for found in await domain_queries.find_automatic(ctx.db, names):
        if not may_end_enrolling:
            raise ConnectionDomainEnrolls("domains", name=found.name)
        place = (ctx.db, found.organization_id, found.id)
        before = await domain_queries.lock_domain(*place, ctx.now)
        await claiming.withdraw(ctx, before)
        await ctx.db.run(domain_queries.DELETE, domain_id=before.id)
        ctx.announce(OrganizationDomainDeleted(before=before))
