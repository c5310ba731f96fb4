"""SAML connections in the Backend API: the older view of enterprise connections."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.enterprise_connections import saml
from charter.core.enterprise_connections.addresses import service_provider
from charter.core.enterprise_connections.model import (
    PREFIX,
    SAML_PREFIX,
    EnterpriseConnection,
    Protocol,
    Provider,
)
from charter.kernel.filters.plain import Param
from charter.kernel.filters.tree import Op
from charter.surfaces.backend.enterprise_connections import (
    NAMES as CONNECTION_NAMES,
)
from charter.surfaces.backend.enterprise_connections import (
    SAML_NAMES,
    Flag,
    LoginHintIn,
    Text,
    login_hint_out,
    read_login_hint,
    read_mapping,
)
from charter.surfaces.backend.shapes import Deleted, Paged, millis, millis_or_none
from charter.wire.call import Call, In, Lists, Out, View

TAG = "SAML Connections"


class SamlConnectionOut(Out):
    """A connection that speaks SAML."""

    object: str
    id: str
    name: str
    domain: str
    domains: list[str]
    idp_entity_id: str | None
    idp_sso_url: str | None
    idp_certificate: str | None
    idp_certificate_issued_at: int | None
    idp_certificate_expires_at: int | None
    idp_metadata_url: str | None
    idp_metadata: str | None
    acs_url: str
    sp_entity_id: str
    sp_metadata_url: str
    organization_id: str | None
    attribute_mapping: dict[str, str]
    active: bool
    authenticatable: bool
    provider: Provider
    user_count: int
    sync_user_attributes: bool
    allow_subdomains: bool
    allow_idp_initiated: bool
    disable_additional_identifications: bool
    disable_jit_provisioning: bool
    allow_organization_account_linking: bool
    force_authn: bool
    login_hint: dict[str, str]
    enterprise_connection_id: str
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: EnterpriseConnection, view: View) -> "SamlConnectionOut":
        """As this API writes it."""
        ours = service_provider(row, view.instance, view.platform.addresses)
        return cls(
            object="saml_connection",
            id=row.saml_id,
            name=row.name,
            domain=row.domains[0],
            domains=list(row.domains),
            idp_entity_id=row.idp_entity_id,
            idp_sso_url=row.idp_sso_url,
            idp_certificate=row.idp_certificates[0] if row.idp_certificates else None,
            idp_certificate_issued_at=millis_or_none(row.idp_certificate_issued_at),
            idp_certificate_expires_at=millis_or_none(row.idp_certificate_expires_at),
            idp_metadata_url=row.idp_metadata_url,
            idp_metadata=row.idp_metadata,
            acs_url=ours.acs_url,
            sp_entity_id=ours.entity_id,
            sp_metadata_url=ours.metadata_url,
            organization_id=row.organization_id,
            attribute_mapping=row.attribute_mapping,
            active=row.is_active,
            authenticatable=row.is_active,
            provider=row.provider,
            user_count=row.user_count,
            sync_user_attributes=row.syncs_user_attributes,
            allow_subdomains=row.allows_subdomains,
            allow_idp_initiated=row.allows_idp_initiated,
            disable_additional_identifications=row.disables_additional_identifications,
            disable_jit_provisioning=False,
            allow_organization_account_linking=row.links_accounts_of_members,
            force_authn=row.forces_authentication,
            login_hint=login_hint_out(row),
            enterprise_connection_id=row.id,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class SamlDeleted:
    """A connection that is no more, by the id that it has here."""

    type = Deleted

    def of(self, row: EnterpriseConnection, _view: View) -> Deleted:
        """The deleted connection."""
        return Deleted(object="saml_connection", id=row.saml_id, deleted=True)


class MappingIn(In):
    """The names of attributes of an assertion."""

    user_id: str | UnsetType = UNSET
    email_address: str | UnsetType = UNSET
    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET


class IdpIn(In):
    """What both calls may say of the identity provider."""

    idp_entity_id: Text = UNSET
    idp_sso_url: Text = UNSET
    idp_certificate: Text = UNSET
    idp_metadata_url: Text = UNSET
    idp_metadata: Text = UNSET
    attribute_mapping: MappingIn | UnsetType | None = UNSET
    force_authn: bool | UnsetType = UNSET
    login_hint: LoginHintIn | UnsetType | None = UNSET
    organization_id: Text = UNSET


class CreateSamlConnection(IdpIn, kw_only=True):
    """What a connection is made of."""

    name: str
    provider: Provider
    domain: str | UnsetType = UNSET
    domains: list[str] | UnsetType = UNSET


class UpdateSamlConnection(IdpIn):
    """What changes of a connection."""

    name: Text = UNSET
    domain: Text = UNSET
    domains: list[str] | UnsetType | None = UNSET
    active: Flag = UNSET
    sync_user_attributes: Flag = UNSET
    allow_subdomains: Flag = UNSET
    allow_idp_initiated: Flag = UNSET
    disable_additional_identifications: Flag = UNSET
    allow_organization_account_linking: Flag = UNSET
    consent_verified_domains_deletion: Flag = UNSET


class FindSamlConnections(In):
    """A part of a name."""

    query: str | UnsetType = UNSET


def read_id(text: str) -> str:
    """The id of the connection behind that of its SAML part; another id is nobody's."""
    is_ours = text.startswith(SAML_PREFIX)
    return PREFIX + text.removeprefix(SAML_PREFIX) if is_ours else ""


def read_provider(provider: Provider) -> Provider:
    """A provider that speaks SAML. Raises: ValueError."""
    if provider.protocol is not Protocol.SAML:
        raise ValueError("it must be a provider of SAML")
    return provider


BY_ID = {"saml_connection_id": "connection_id"}
NAMES: dict[str, str] = {
    **{k: v for k, v in CONNECTION_NAMES.items() if k != "enterprise_connection_id"},
    **SAML_NAMES,
    **BY_ID,
    "consent_verified_domains_deletion": "may_end_enrolling",
}
READS: dict[str, Any] = {"attribute_mapping": read_mapping, "login_hint": read_login_hint}
BY_SAML_ID = {"saml_connection_id": read_id}
ONE = "/saml_connections/{saml_connection_id}"
ORDERS = {name: name for name in ("name", "provider", "created_at", "updated_at")}

CALLS = [
    Call(
        "GET",
        "/saml_connections",
        saml.search,
        Paged(SamlConnectionOut),
        query=FindSamlConnections,
        lists=Lists(
            (Param("organization_id", "organization_id", Op.IN, signed=True),),
            ORDERS,
        ),
        tag=TAG,
    ),
    Call(
        "POST",
        "/saml_connections",
        saml.create,
        SamlConnectionOut,
        body=CreateSamlConnection,
        names={"force_authn": "forces_authentication"},
        reads={**READS, "provider": read_provider},
        tag=TAG,
    ),
    Call("GET", ONE, saml.get, SamlConnectionOut, names=BY_ID, reads=BY_SAML_ID, tag=TAG),
    Call(
        "PATCH",
        ONE,
        saml.update,
        SamlConnectionOut,
        body=UpdateSamlConnection,
        names=NAMES,
        reads={**READS, **BY_SAML_ID},
        tag=TAG,
    ),
    Call("DELETE", ONE, saml.delete, SamlDeleted(), names=BY_ID, reads=BY_SAML_ID, tag=TAG),
]
