"""The words of enterprise connections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.patch import UNSET, Unset

PREFIX = "entconn_"
SAML_PREFIX = "samlc_"
OIDC_PREFIX = "oauthcfg_"
MOST_DOMAINS = 100
MOST_CUSTOM_ATTRIBUTES = 50
LONGEST_NAME = 255
LONGEST_TEXT = 1024


class Protocol(StrEnum):
    """What a connection speaks."""

    SAML = auto()
    OIDC = auto()


class Provider(StrEnum):
    """Whose identity provider it is; what stands before the underline is its protocol."""

    SAML_CUSTOM = auto()
    SAML_OKTA = auto()
    SAML_GOOGLE = auto()
    SAML_MICROSOFT = auto()
    OIDC_CUSTOM = auto()
    OIDC_GITHUB_ENTERPRISE = auto()
    OIDC_GITLAB = auto()

    @property
    def protocol(self) -> Protocol:
        """What it speaks."""
        return Protocol(self.value.partition("_")[0])


class LoginHintMode(StrEnum):
    """What the identity provider is told of who signs in."""

    EMAIL_ADDRESS = auto()
    CUSTOM_ATTRIBUTE = auto()
    """What stands in the user's public metadata under a key."""
    OFF = auto()


@dataclass(frozen=True, slots=True)
class CustomAttribute:
    """What else of a user comes from the identity provider.

    key: under which it is kept. sso_path: where it stands in what a sign-in brings;
    directory_path: where in a user of the directory.
    """

    name: str
    key: str
    sso_path: str | None
    directory_path: str | None
    is_multi_valued: bool


@dataclass(frozen=True, slots=True)
class ConnectionFields:
    """What a connection is, SAML's fields, and OpenID Connect's.

    idp_certificates: PEM, the one that is shown first. idp_metadata: as it was given; None where
    it came from an address or was changed by hand since. attribute_mapping: names of attributes of
    an assertion, by our names; an empty `user_id` stands for its NameID.
    """

    id: str
    name: str
    provider: Provider
    organization_id: str | None
    is_active: bool
    syncs_user_attributes: bool
    disables_additional_identifications: bool
    links_accounts_of_members: bool
    custom_attributes: tuple[CustomAttribute, ...]
    idp_entity_id: str | None
    idp_sso_url: str | None
    idp_certificates: tuple[str, ...]
    idp_certificate_issued_at: datetime | None
    idp_certificate_expires_at: datetime | None
    idp_metadata_url: str | None
    idp_metadata: str | None
    attribute_mapping: dict[str, str]
    allows_subdomains: bool
    allows_idp_initiated: bool
    forces_authentication: bool
    login_hint_mode: LoginHintMode
    login_hint_source: str | None
    client_id: str | None
    issuer: str | None
    discovery_url: str | None
    authorize_url: str | None
    token_url: str | None
    userinfo_url: str | None
    jwks_url: str | None
    requires_pkce: bool
    created_at: datetime
    updated_at: datetime

    @property
    def protocol(self) -> Protocol:
        """What it speaks."""
        return self.provider.protocol

    @property
    def saml_id(self) -> str:
        """Its name where SAML connections alone are spoken of, and in our addresses for SAML."""
        return SAML_PREFIX + self.id.removeprefix(PREFIX)

    @property
    def oidc_id(self) -> str:
        """The name of its OpenID Connect part."""
        return OIDC_PREFIX + self.id.removeprefix(PREFIX)


@dataclass(frozen=True, slots=True)
class EnterpriseConnectionRow(ConnectionFields):
    """A connection as its table keeps it, with the secret that we have there, sealed."""

    sealed_secret: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class EnterpriseConnection(ConnectionFields):
    """A connection of an instance, without the secret that we have there.

    domains: in their normal form, in the order in which they were named. user_count: who has
    signed in through it.
    """

    domains: tuple[str, ...]
    user_count: int


@dataclass(frozen=True, slots=True)
class DomainRow:
    """A domain whose people sign in through a connection. position: from 0, as it was named."""

    name: str
    connection_id: str
    position: int


@dataclass(frozen=True, slots=True)
class LoginHint:
    """What the identity provider is told. source: the key, with `custom_attribute` alone."""

    mode: LoginHintMode
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlPatch:
    """What changes of the SAML part; the rest stays. None clears what can be empty.

    idp_certificate: PEM or bare base64. idp_metadata_url: where the identity provider publishes
    its metadata, which is fetched now; idp_metadata: the document itself. What either says takes
    the place of the entity id, the address and the certificates. attribute_mapping: what is None
    in it, or None as a whole, is as the provider usually names it.
    """

    idp_entity_id: str | Unset | None = UNSET
    idp_sso_url: str | Unset | None = UNSET
    idp_certificate: str | Unset | None = UNSET
    idp_metadata_url: str | Unset | None = UNSET
    idp_metadata: str | Unset | None = UNSET
    attribute_mapping: Mapping[str, str | None] | Unset | None = UNSET
    allows_subdomains: bool | Unset | None = UNSET
    allows_idp_initiated: bool | Unset | None = UNSET
    forces_authentication: bool | Unset | None = UNSET
    login_hint: LoginHint | Unset | None = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcPatch:
    """What changes of the OpenID Connect part; the rest stays. None clears what can be empty.

    discovery_url: of a document that is fetched now; an address that is given beside it counts
    more than the document's.
    """

    client_id: str | Unset | None = UNSET
    client_secret: str | Unset | None = field(default=UNSET, repr=False)
    discovery_url: str | Unset | None = UNSET
    authorize_url: str | Unset | None = UNSET
    token_url: str | Unset | None = UNSET
    userinfo_url: str | Unset | None = UNSET
    requires_pkce: bool | Unset | None = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEnterpriseConnection:
    """What a connection is made of.

    name: 1 to 255 characters. domains: 1 to 100, each such as example.com. saml, oidc: of the
    protocol that the provider speaks. custom_attributes: up to 50.
    """

    name: str
    provider: Provider
    domains: Sequence[str]
    organization_id: str | None = None
    is_active: bool | None = None
    links_accounts_of_members: bool | None = None
    saml: SamlPatch | None = None
    oidc: OidcPatch | None = None
    custom_attributes: Sequence[CustomAttribute] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseConnectionPatch:
    """What changes of a connection; the rest stays, and so does what is None or an empty list.

    organization_id: it can be given and changed, and not be taken away.
    """

    name: str | Unset | None = UNSET
    domains: Sequence[str] | Unset | None = UNSET
    organization_id: str | Unset | None = UNSET
    is_active: bool | Unset | None = UNSET
    syncs_user_attributes: bool | Unset | None = UNSET
    disables_additional_identifications: bool | Unset | None = UNSET
    links_accounts_of_members: bool | Unset | None = UNSET
    saml: SamlPatch | Unset | None = UNSET
    oidc: OidcPatch | Unset | None = UNSET
    custom_attributes: Sequence[CustomAttribute] | Unset | None = UNSET


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSamlConnection(SamlPatch):
    """What a connection that speaks SAML is made of. domain: one more of the domains."""

    name: str
    provider: Provider
    domain: str | None = None
    domains: Sequence[str] = ()
    organization_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlConnectionPatch(SamlPatch):
    """What changes of a connection that speaks SAML, as in EnterpriseConnectionPatch.

    may_end_enrolling: whether a connection that becomes active takes the place of domains by which
    organizations enroll its people.
    """

    name: str | Unset | None = UNSET
    domain: str | None = None
    domains: Sequence[str] | Unset | None = UNSET
    organization_id: str | Unset | None = UNSET
    is_active: bool | Unset | None = UNSET
    syncs_user_attributes: bool | Unset | None = UNSET
    disables_additional_identifications: bool | Unset | None = UNSET
    links_accounts_of_members: bool | Unset | None = UNSET
    may_end_enrolling: bool | None = None


class EnterpriseConnectionNotFound(DomainError):
    """There is no such connection."""

    kind, code = Kind.NOT_FOUND, "enterprise_connection_not_found"
    message = "No enterprise connection has this id."


class ConnectionDomainTaken(DomainError):
    """People of the domain sign in through another connection."""

    kind, code = Kind.UNPROCESSABLE, "connection_domain_taken"
    message = "Another enterprise connection has one of these domains."
    parameter = "domains"


class ConnectionDomainEnrolls(DomainError):
    """An organization enrolls the people of the domain by itself."""

    kind, code = Kind.UNPROCESSABLE, "connection_domain_enrolls"
    message = "An organization enrolls people of {name}; a connection would take its place."


class ConnectionIncomplete(DomainError):
    """The connection lacks what a sign-in needs, so it cannot be active."""

    kind, code = Kind.UNPROCESSABLE, "connection_incomplete"
    message = "An active connection needs {missing}."


class CertificateInvalid(DomainError):
    """The text is not the certificate of an identity provider."""

    kind, code = Kind.UNPROCESSABLE, "certificate_invalid"
    message = "{parameter} must be an X.509 certificate in PEM or base64: {reason}"
    parameter = "idp_certificate"


class MetadataNotFetched(DomainError):
    """The metadata of the identity provider could not be fetched."""

    kind, code = Kind.UNPROCESSABLE, "metadata_not_fetched"
    message = "The metadata of the identity provider could not be fetched: {reason}"
    parameter = "idp_metadata_url"


class MetadataInvalid(DomainError):
    """The document is not SAML metadata of an identity provider."""

    kind, code = Kind.UNPROCESSABLE, "metadata_invalid"
    message = "The metadata of the identity provider could not be read: {reason}"
    parameter = "idp_metadata"


class MetadataIncomplete(DomainError):
    """The metadata lacks what a sign-in needs."""

    kind, code = Kind.UNPROCESSABLE, "metadata_incomplete"
    message = "The metadata of the identity provider lacks {missing_fields}."
    parameter = "idp_metadata"


class EnterpriseConnectionCreated(Event):
    """A connection was made."""

    name = "enterpriseConnection.created"


class EnterpriseConnectionUpdated(Event):
    """A connection was changed."""

    name = "enterpriseConnection.updated"


class EnterpriseConnectionDeleted(Event):
    """A connection was taken away."""

    name = "enterpriseConnection.deleted"
