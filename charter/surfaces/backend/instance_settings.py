"""The instance and its settings in the Backend API."""

from msgspec import UNSET, UnsetType

from charter.core.instances import changing
from charter.core.instances import operations as instances
from charter.core.instances.model import Instance
from charter.core.role_sets.model import MOST_ROLES
from charter.wire.call import Call, In, Out, View

ALL = "/instance"
TAG = "Instance Settings"
BETA = "Beta Features"


class InstanceOut(Out):
    """The instance that a secret key belongs to."""

    object: str
    id: str
    environment_type: str
    allowed_origins: list[str]
    workspace_id: str | None

    @classmethod
    def of(cls, row: Instance, _view: View) -> "InstanceOut":
        """As this API writes it."""
        return cls(
            object="instance",
            id=row.id,
            environment_type=row.environment.value,
            allowed_origins=list(row.settings.allowed_origins),
            workspace_id=None,
        )


class RestrictionsOut(Out):
    """Who may come in."""

    object: str
    allowlist: bool
    blocklist: bool
    allowlist_blocklist_disabled_on_sign_in: bool
    block_email_subaddresses: bool
    block_disposable_email_domains: bool
    ignore_dots_for_gmail_addresses: bool

    @classmethod
    def of(cls, row: Instance, _view: View) -> "RestrictionsOut":
        """As this API writes it."""
        lists, sign_up = row.settings.restrictions, row.settings.sign_up
        return cls(
            object="instance_restrictions",
            allowlist=lists.has_allowlist,
            blocklist=lists.has_blocklist,
            allowlist_blocklist_disabled_on_sign_in=lists.spares_sign_ins,
            block_email_subaddresses=sign_up.blocks_subaddresses,
            block_disposable_email_domains=sign_up.blocks_disposable_addresses,
            ignore_dots_for_gmail_addresses=sign_up.ignores_gmail_dots,
        )


class ProtectOut(Out):
    """What keeps machines out."""

    object: str
    rules_enabled: bool
    specter_enabled: bool
    checks_bypassed: bool

    @classmethod
    def of(cls, row: Instance, _view: View) -> "ProtectOut":
        """As this API writes it; the check of browsers is never turned on without its key."""
        return cls(
            object="instance_protect",
            rules_enabled=row.limits_addresses,
            specter_enabled=row.checks_browsers,
            checks_bypassed=False,
        )


class CommunicationOut(Out):
    """To which countries no text message is sent."""

    object: str
    blocked_country_codes: list[str]

    @classmethod
    def of(cls, row: Instance, _view: View) -> "CommunicationOut":
        """As this API writes it."""
        return cls(
            object="instance_communication",
            blocked_country_codes=list(row.settings.messages.blocked_countries),
        )


class OAuthSettingsOut(Out):
    """What OAuth clients may do."""

    object: str
    dynamic_oauth_client_registration: bool
    default_scopes: list[str] | None
    oauth_jwt_access_tokens: bool
    client_id_metadata_documents_advertised: bool
    client_id_metadata_documents_only_allow_pre_registered_clients: bool
    client_id_metadata_documents_block_implicitly_allowed_clients: bool

    @classmethod
    def of(cls, row: Instance, _view: View) -> "OAuthSettingsOut":
        """As this API writes it. No client is known by a document of its own."""
        scopes = row.settings.oauth_default_scopes
        return cls(
            object="oauth_application_settings",
            dynamic_oauth_client_registration=row.settings.oauth_dynamic_client_registration,
            default_scopes=None if scopes is None else list(scopes),
            oauth_jwt_access_tokens=row.settings.oauth_jwt_access_tokens,
            client_id_metadata_documents_advertised=False,
            client_id_metadata_documents_only_allow_pre_registered_clients=False,
            client_id_metadata_documents_block_implicitly_allowed_clients=False,
        )


class OrganizationSettingsOut(Out):
    """What organizations may do."""

    object: str
    enabled: bool
    max_allowed_memberships: int
    max_allowed_roles: int
    max_allowed_domains: int
    creator_role: str
    admin_delete_enabled: bool
    domains_enabled: bool
    slug_disabled: bool
    domains_enrollment_modes: list[str]
    domains_default_role: str
    initial_role_set_key: str | None

    @classmethod
    def of(cls, row: Instance, _view: View) -> "OrganizationSettingsOut":
        """As this API writes it."""
        settings, organizations = row.settings, row.settings.organizations
        roles = row.initial_roles
        return cls(
            object="organization_settings",
            enabled=organizations.are_enabled,
            max_allowed_memberships=settings.max_allowed_memberships,
            max_allowed_roles=MOST_ROLES,
            max_allowed_domains=organizations.max_domains,
            creator_role=(roles.creator_role_key if roles else None) or "",
            admin_delete_enabled=organizations.may_be_deleted_by_admins,
            domains_enabled=organizations.have_domains,
            slug_disabled=not settings.organization_slugs_enabled,
            domains_enrollment_modes=list(organizations.domain_enrollment_modes),
            domains_default_role=(roles.default_role_key if roles else None) or "",
            initial_role_set_key=roles.role_set_key if roles else None,
        )


class InstanceSettingsOut(Out):
    """How people come in, and whom mail comes from."""

    object: str
    id: str
    restricted_to_allowlist: bool
    from_email_address: str
    progressive_sign_up: bool
    enhanced_email_deliverability: bool

    @classmethod
    def of(cls, row: Instance, _view: View) -> "InstanceSettingsOut":
        """As this API writes it."""
        return cls(
            object="instance_settings",
            id=row.id,
            restricted_to_allowlist=row.settings.restrictions.has_allowlist,
            from_email_address=row.settings.messages.sender_name or "",
            progressive_sign_up=row.settings.sign_up.is_progressive,
            enhanced_email_deliverability=row.settings.messages.proves_as_operator,
        )


class UpdateInstance(In):
    """What changes of an instance as a whole."""

    test_mode: bool | UnsetType | None = UNSET
    hibp: bool | UnsetType | None = UNSET
    enhanced_email_deliverability: bool | UnsetType | None = UNSET
    support_email: str | UnsetType | None = UNSET
    clerk_js_version: str | UnsetType | None = UNSET
    development_origin: str | UnsetType | None = UNSET
    allowed_origins: list[str] | UnsetType | None = UNSET
    cookieless_dev: bool | UnsetType | None = UNSET
    url_based_session_syncing: bool | UnsetType | None = UNSET
    preferred_sign_in_strategy_when_password_required: str | UnsetType | None = UNSET


class UpdateRestrictions(In):
    """What changes of who may come in."""

    allowlist: bool | UnsetType | None = UNSET
    blocklist: bool | UnsetType | None = UNSET
    allowlist_blocklist_disabled_on_sign_in: bool | UnsetType | None = UNSET
    block_email_subaddresses: bool | UnsetType | None = UNSET
    block_disposable_email_domains: bool | UnsetType | None = UNSET
    ignore_dots_for_gmail_addresses: bool | UnsetType | None = UNSET


class UpdateProtect(In):
    """What changes of what keeps machines out."""

    rules_enabled: bool | UnsetType | None = UNSET
    specter_enabled: bool | UnsetType | None = UNSET


class UpdateCommunication(In):
    """To which countries no text message is sent from now on."""

    blocked_country_codes: list[str] | UnsetType | None = UNSET


class UpdateOAuthSettings(In):
    """What changes of OAuth clients."""

    dynamic_oauth_client_registration: bool | UnsetType | None = UNSET
    default_scopes: list[str] | UnsetType | None = UNSET
    oauth_jwt_access_tokens: bool | UnsetType | None = UNSET
    client_id_metadata_documents_advertised: bool | UnsetType | None = UNSET
    client_id_metadata_documents_only_allow_pre_registered_clients: bool | UnsetType | None = UNSET
    client_id_metadata_documents_block_implicitly_allowed_clients: bool | UnsetType | None = UNSET


class UpdateOrganizationSettings(In):
    """What changes of organizations."""

    enabled: bool | UnsetType | None = UNSET
    max_allowed_memberships: int | UnsetType | None = UNSET
    admin_delete_enabled: bool | UnsetType | None = UNSET
    domains_enabled: bool | UnsetType | None = UNSET
    slug_disabled: bool | UnsetType | None = UNSET
    domains_enrollment_modes: list[str] | UnsetType | None = UNSET
    creator_role_id: str | UnsetType | None = UNSET
    domains_default_role_id: str | UnsetType | None = UNSET


class UpdateAuthConfig(In):
    """What changes of how people come in."""

    restricted_to_allowlist: bool | UnsetType | None = UNSET
    from_email_address: str | UnsetType | None = UNSET
    progressive_sign_up: bool | UnsetType | None = UNSET
    test_mode: bool | UnsetType | None = UNSET


def opposite(value: bool | None) -> bool | None:
    """What is said the other way round here."""
    return None if value is None else not value


CALLS = [
    Call("GET", ALL, instances.get, InstanceOut, tag=TAG),
    Call(
        "PATCH",
        ALL,
        changing.update,
        body=UpdateInstance,
        is_body_optional=True,
        names={
            "test_mode": "has_test_mode",
            "hibp": "checks_breaches",
            "enhanced_email_deliverability": "proves_as_operator",
            "clerk_js_version": "browser_script_version",
            "cookieless_dev": "hands_names_on",
            "url_based_session_syncing": "syncs_sessions_by_url",
            "preferred_sign_in_strategy_when_password_required": "preferred_strategy",
        },
        status=204,
        tag=TAG,
    ),
    Call(
        "PATCH",
        ALL + "/restrictions",
        changing.update_restrictions,
        RestrictionsOut,
        body=UpdateRestrictions,
        is_body_optional=True,
        names={
            "allowlist": "has_allowlist",
            "blocklist": "has_blocklist",
            "allowlist_blocklist_disabled_on_sign_in": "spares_sign_ins",
            "block_email_subaddresses": "blocks_subaddresses",
            "block_disposable_email_domains": "blocks_disposable_addresses",
            "ignore_dots_for_gmail_addresses": "ignores_gmail_dots",
        },
        tag=TAG,
    ),
    Call("GET", ALL + "/protect", instances.get, ProtectOut, tag=TAG),
    Call(
        "PATCH",
        ALL + "/protect",
        changing.update_protection,
        ProtectOut,
        body=UpdateProtect,
        is_body_optional=True,
        names={"rules_enabled": "limits_addresses", "specter_enabled": "checks_browsers"},
        tag=TAG,
    ),
    Call("GET", ALL + "/communication", instances.get, CommunicationOut, tag=TAG),
    Call(
        "PATCH",
        ALL + "/communication",
        changing.update_messages,
        CommunicationOut,
        body=UpdateCommunication,
        is_body_optional=True,
        names={"blocked_country_codes": "blocked_countries"},
        tag=TAG,
    ),
    Call("GET", ALL + "/oauth_application_settings", instances.get, OAuthSettingsOut, tag=TAG),
    Call(
        "PATCH",
        ALL + "/oauth_application_settings",
        changing.update_oauth,
        OAuthSettingsOut,
        body=UpdateOAuthSettings,
        is_body_optional=True,
        names={
            "dynamic_oauth_client_registration": "has_dynamic_registration",
            "oauth_jwt_access_tokens": "has_jwt_access_tokens",
            "client_id_metadata_documents_advertised": "advertises_client_documents",
            "client_id_metadata_documents_only_allow_pre_registered_clients": (
                "takes_known_documents_only"
            ),
            "client_id_metadata_documents_block_implicitly_allowed_clients": (
                "blocks_implicit_documents"
            ),
        },
        tag=TAG,
    ),
    Call("GET", ALL + "/organization_settings", instances.get, OrganizationSettingsOut, tag=TAG),
    Call(
        "PATCH",
        ALL + "/organization_settings",
        changing.update_organizations,
        OrganizationSettingsOut,
        body=UpdateOrganizationSettings,
        is_body_optional=True,
        names={
            "enabled": "are_enabled",
            "admin_delete_enabled": "may_be_deleted_by_admins",
            "domains_enabled": "have_domains",
            "slug_disabled": "has_slugs",
            "domains_enrollment_modes": "domain_enrollment_modes",
            "domains_default_role_id": "default_role_id",
        },
        reads={"slug_disabled": opposite},
        tag=TAG,
    ),
    Call(
        "PATCH",
        "/beta_features/instance_settings",
        changing.update_authentication,
        InstanceSettingsOut,
        body=UpdateAuthConfig,
        is_body_optional=True,
        names={
            "restricted_to_allowlist": "has_allowlist",
            "from_email_address": "sender_name",
            "progressive_sign_up": "is_progressive",
            "test_mode": "has_test_mode",
        },
        tag=BETA,
    ),
]
