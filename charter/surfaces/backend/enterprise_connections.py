"""Enterprise connections in the Backend API."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.enterprise_connections import operations as connections
from charter.core.enterprise_connections.addresses import service_provider
from charter.core.enterprise_connections.model import (
    CustomAttribute,
    EnterpriseConnection,
    LoginHint,
    LoginHintMode,
    OidcPatch,
    Protocol,
    Provider,
    SamlPatch,
)
from charter.kernel.filters.plain import Param
from charter.surfaces.backend.shapes import DeletedAs, Paged, millis
from charter.wire.call import Call, In, Lists, Out, View, from_wire

TAG = "Enterprise Connections"
PROVIDER_KEYS = {
    Provider.OIDC_CUSTOM: "oidc_custom",
    Provider.OIDC_GITHUB_ENTERPRISE: "oidc_ghe",
    Provider.OIDC_GITLAB: "oidc_gitlab_ent",
}

Text = str | UnsetType | None
Flag = bool | UnsetType | None


def custom_attributes_out(row: Sequence[CustomAttribute]) -> list[dict[str, Any]]:
    """Custom attributes as this API writes them: what is not there is left out."""
    return [
        {
            "name": each.name,
            "key": each.key,
            **({"sso_path": each.sso_path} if each.sso_path else {}),
            **(
                {"scim_path": each.directory_path, "directory_path": each.directory_path}
                if each.directory_path
                else {}
            ),
            "multi_valued": each.is_multi_valued,
        }
        for each in row
    ]


def login_hint_out(row: EnterpriseConnection) -> dict[str, str]:
    """What the identity provider is told, as this API writes it."""
    hint = {"mode": row.login_hint_mode.value}
    return hint | ({"source": row.login_hint_source} if row.login_hint_source else {})


class SamlPartOut(Out):
    """The SAML part of a connection."""

    id: str
    name: str
    idp_entity_id: str | None
    idp_sso_url: str | None
    idp_metadata_url: str | None
    acs_url: str
    sp_entity_id: str
    sp_metadata_url: str
    active: bool
    allow_idp_initiated: bool
    allow_subdomains: bool
    force_authn: bool
    login_hint: dict[str, str]

    @classmethod
    def of(cls, row: EnterpriseConnection, view: View) -> "SamlPartOut":
        """As this API writes it."""
        ours = service_provider(row, view.instance, view.platform.addresses)
        return cls(
            id=row.saml_id,
            name=row.name,
            idp_entity_id=row.idp_entity_id,
            idp_sso_url=row.idp_sso_url,
            idp_metadata_url=row.idp_metadata_url,
            acs_url=ours.acs_url,
            sp_entity_id=ours.entity_id,
            sp_metadata_url=ours.metadata_url,
            active=row.is_active,
            allow_idp_initiated=row.allows_idp_initiated,
            allow_subdomains=row.allows_subdomains,
            force_authn=row.forces_authentication,
            login_hint=login_hint_out(row),
        )


class OidcPartOut(Out):
    """The OpenID Connect part of a connection; our secret there is never shown."""

    id: str
    name: str
    provider_key: str
    client_id: str | None
    discovery_url: str | None
    auth_url: str | None
    token_url: str | None
    user_info_url: str | None
    requires_pkce: bool
    logo_public_url: str | None
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: EnterpriseConnection, _view: View) -> "OidcPartOut":
        """As this API writes it."""
        key = PROVIDER_KEYS[row.provider]
        is_custom = row.provider is Provider.OIDC_CUSTOM
        return cls(
            id=row.oidc_id,
            name=row.name,
            provider_key=key if is_custom else f"{key}_{row.oidc_id.partition('_')[2]}",
            client_id=row.client_id,
            discovery_url=row.discovery_url,
            auth_url=row.authorize_url,
            token_url=row.token_url,
            user_info_url=row.userinfo_url,
            requires_pkce=row.requires_pkce,
            logo_public_url=None,
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class ConnectionOut(Out):
    """An enterprise connection."""

    object: str
    id: str
    name: str
    provider: Provider
    logo_public_url: str | None
    active: bool
    authenticatable: bool
    domains: list[str]
    organization_id: str | None
    sync_user_attributes: bool
    disable_additional_identifications: bool
    disable_jit_provisioning: bool
    allow_organization_account_linking: bool
    custom_attributes: list[dict[str, Any]]
    saml_connection: SamlPartOut | None
    oauth_config: OidcPartOut | None
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: EnterpriseConnection, view: View) -> "ConnectionOut":
        """As this API writes it."""
        is_saml = row.protocol is Protocol.SAML
        return cls(
            object="enterprise_connection",
            id=row.id,
            name=row.name,
            provider=row.provider,
            logo_public_url=None,
            active=row.is_active,
            authenticatable=row.is_active,
            domains=list(row.domains),
            organization_id=row.organization_id,
            sync_user_attributes=row.syncs_user_attributes,
            disable_additional_identifications=row.disables_additional_identifications,
            disable_jit_provisioning=False,
            allow_organization_account_linking=row.links_accounts_of_members,
            custom_attributes=custom_attributes_out(row.custom_attributes),
            saml_connection=SamlPartOut.of(row, view) if is_saml else None,
            oauth_config=None if is_saml else OidcPartOut.of(row, view),
            created_at=millis(row.created_at),
            updated_at=millis(row.updated_at),
        )


class LoginHintIn(In):
    """What the identity provider is told of who signs in."""

    mode: LoginHintMode
    source: str | UnsetType = UNSET


class AttributeMappingIn(In):
    """The names of attributes of an assertion."""

    user_id: Text = UNSET
    email_address: Text = UNSET
    first_name: Text = UNSET
    last_name: Text = UNSET


class SamlIn(In):
    """What is said of the SAML part."""

    idp_entity_id: Text = UNSET
    idp_sso_url: Text = UNSET
    idp_certificate: Text = UNSET
    idp_metadata_url: Text = UNSET
    idp_metadata: Text = UNSET
    attribute_mapping: AttributeMappingIn | UnsetType | None = UNSET
    allow_subdomains: Flag = UNSET
    allow_idp_initiated: Flag = UNSET
    force_authn: Flag = UNSET
    login_hint: LoginHintIn | UnsetType | None = UNSET


class SamlChangeIn(SamlIn):
    """What changes of the SAML part. name: of the whole connection, which has one name."""

    name: Text = UNSET


class OidcIn(In):
    """What is said of the OpenID Connect part."""

    client_id: Text = UNSET
    client_secret: Text = UNSET
    discovery_url: Text = UNSET
    auth_url: Text = UNSET
    token_url: Text = UNSET
    user_info_url: Text = UNSET
    requires_pkce: Flag = UNSET


class CustomAttributeIn(In):
    """What else of a user comes from the identity provider."""

    name: Annotated[str, msgspec.Meta(min_length=1)]
    key: Annotated[str, msgspec.Meta(min_length=1)]
    sso_path: str | UnsetType = UNSET
    scim_path: str | UnsetType = UNSET
    directory_path: str | UnsetType = UNSET
    multi_valued: bool = False


class CreateConnection(In):
    """What a connection is made of."""

    name: str
    provider: Provider
    domains: list[str]
    organization_id: Text = UNSET
    allow_organization_account_linking: Flag = UNSET
    active: Flag = UNSET
    saml: SamlIn | UnsetType | None = UNSET
    oidc: OidcIn | UnsetType | None = UNSET
    custom_attributes: list[CustomAttributeIn] | UnsetType = UNSET


class UpdateConnection(In):
    """What changes of a connection."""

    name: Text = UNSET
    domains: list[str] | UnsetType | None = UNSET
    active: Flag = UNSET
    sync_user_attributes: Flag = UNSET
    disable_additional_identifications: Flag = UNSET
    allow_organization_account_linking: Flag = UNSET
    organization_id: Text = UNSET
    saml: SamlChangeIn | UnsetType | None = UNSET
    oidc: OidcIn | UnsetType | None = UNSET
    custom_attributes: list[CustomAttributeIn] | UnsetType | None = UNSET


SAML_NAMES = {
    "allow_subdomains": "allows_subdomains",
    "allow_idp_initiated": "allows_idp_initiated",
    "force_authn": "forces_authentication",
}
OIDC_NAMES = {"auth_url": "authorize_url", "user_info_url": "userinfo_url"}
NAMES = {
    "enterprise_connection_id": "connection_id",
    "active": "is_active",
    "sync_user_attributes": "syncs_user_attributes",
    "disable_additional_identifications": "disables_additional_identifications",
    "allow_organization_account_linking": "links_accounts_of_members",
}


def read_login_hint(given: LoginHintIn | None) -> LoginHint | None:
    """What the identity provider is told, in the core's words."""
    return None if given is None else LoginHint(given.mode, from_wire(given.source) or None)


def read_mapping(given: AttributeMappingIn | None) -> dict[str, str | None] | None:
    """The names that were given, by ours."""
    if given is None:
        return None
    return {k: v for k, v in msgspec.structs.asdict(given).items() if v is not UNSET}


def read_saml(given: SamlIn | None) -> SamlPatch | None:
    """What is said of the SAML part, in the core's words."""
    if given is None:
        return None
    readers = {"login_hint": read_login_hint, "attribute_mapping": read_mapping}
    values: dict[str, Any] = {}
    for name, value in msgspec.structs.asdict(given).items():
        if value is not UNSET and name != "name":
            reader: Any = readers.get(name)
            values[SAML_NAMES.get(name, name)] = reader(value) if reader else value
    return SamlPatch(**values)


def read_oidc(given: OidcIn | None) -> OidcPatch | None:
    """What is said of the OpenID Connect part, in the core's words."""
    if given is None:
        return None
    return OidcPatch(
        **{
            OIDC_NAMES.get(name, name): value
            for name, value in msgspec.structs.asdict(given).items()
            if value is not UNSET
        }
    )


def read_attributes(given: list[CustomAttributeIn] | None) -> tuple[CustomAttribute, ...] | None:
    """Custom attributes in the core's words. Raises: ValueError, for two different paths."""
    if given is None:
        return None
    return tuple(
        CustomAttribute(
            each.name,
            each.key,
            from_wire(each.sso_path) or None,
            one_of(each.directory_path, each.scim_path, "directory_path", "scim_path"),
            each.multi_valued,
        )
        for each in given
    )


def one_of(new: Any, legacy: Any, name: str, legacy_name: str) -> Any:
    """What came under either of two names of one thing, or None.

    Raises: ValueError, when both came with different values.
    """
    if new is not UNSET and legacy is not UNSET and new != legacy:
        raise ValueError(f"{name} and {legacy_name} must be the same")
    return (legacy if new is UNSET else from_wire(new)) or None


READS: dict[str, Any] = {"saml": read_saml, "oidc": read_oidc, "custom_attributes": read_attributes}
CREATE_NAMES = {name: NAMES[name] for name in ("active", "allow_organization_account_linking")}
ONE = "/enterprise_connections/{enterprise_connection_id}"
BY_ID = {"enterprise_connection_id": "connection_id"}

CALLS = [
    Call(
        "GET",
        "/enterprise_connections",
        connections.search,
        Paged(ConnectionOut),
        lists=Lists(
            (Param("organization_id", "organization_id"), Param("active", "is_active")),
        ),
        tag=TAG,
    ),
    Call(
        "POST",
        "/enterprise_connections",
        connections.create,
        ConnectionOut,
        body=CreateConnection,
        names=CREATE_NAMES,
        reads=READS,
        status=201,
        tag=TAG,
    ),
    Call("GET", ONE, connections.get, ConnectionOut, names=BY_ID, tag=TAG),
    Call(
        "PATCH",
        ONE,
        connections.update,
        ConnectionOut,
        body=UpdateConnection,
        names=NAMES,
        reads=READS,
        tag=TAG,
    ),
    Call(
        "DELETE",
        ONE,
        connections.delete,
        DeletedAs("enterprise_connection"),
        names=BY_ID,
        tag=TAG,
    ),
]
