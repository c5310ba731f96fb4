"""What an instance's settings mean to the interfaces of browsers, which are drawn from it."""

from typing import Any

from charter.core.instances import operations as instances
from charter.core.instances.addresses import portal_base
from charter.core.instances.model import Described, Instance
from charter.core.instances.settings import Attribute, InstanceSettings
from charter.core.users.usernames import MAXIMUM_LENGTH, MINIMUM_LENGTH
from charter.surfaces.backend.shapes import millis_or_none
from charter.surfaces.frontend.identity_providers import social_settings
from charter.wire.call import Call, Out, View
from charter.wire.forms import FormIn

TAG = "Environment"
ATTRIBUTES = (
    "email_address",
    "phone_number",
    "username",
    "web3_wallet",
    "first_name",
    "last_name",
    "password",
    "passkey",
    "authenticator_app",
    "backup_code",
)
LONGEST_PASSWORD = 72
CAPTCHA_WIDGET, CAPTCHA_PROVIDER = "smart", "turnstile"
SWITCHED = ("email_address", "phone_number", "username", "first_name", "last_name", "password")


class EnvironmentOut(Out):
    """An instance as interfaces see it."""

    auth_config: dict[str, Any]
    display_config: dict[str, Any]
    user_settings: dict[str, Any]
    organization_settings: dict[str, Any]
    fraud_settings: dict[str, Any]
    commerce_settings: dict[str, Any]
    api_keys_settings: dict[str, Any]
    protect_config: dict[str, Any]
    client_debug_mode: bool
    partitioned_cookies: bool
    maintenance_mode: bool

    @classmethod
    def of(cls, result: Described, view: View) -> "EnvironmentOut":
        """As this API writes it."""
        instance = result.instance
        keys = instance.settings.api_keys
        return cls(
            auth_config=auth_config(instance),
            display_config=display_config(result, view),
            user_settings=user_settings(result),
            organization_settings=organization_settings(instance),
            fraud_settings={
                "object": "fraud_settings",
                "native": {"device_attestation_mode": "disabled"},
            },
            commerce_settings={"object": "commerce_settings", "billing": NO_BILLING},
            api_keys_settings={
                "object": "api_keys_settings",
                "id": instance.id,
                "enabled": keys.for_users or keys.for_organizations,
                "user_api_keys_enabled": keys.for_users,
                "orgs_api_keys_enabled": keys.for_organizations,
            },
            protect_config={"object": "protect_config", "id": instance.id, "loaders": []},
            client_debug_mode=False,
            partitioned_cookies=False,
            maintenance_mode=False,
        )


NO_BILLING = {
    "stripe_publishable_key": None,
    "free_trial_requires_payment_method": False,
    "user": {"enabled": False, "has_paid_plans": False},
    "organization": {"enabled": False, "has_paid_plans": False},
}


def _switch(attribute: Attribute) -> str:
    if not attribute.is_enabled:
        return "off"
    return "required" if attribute.is_required else "on"


def auth_config(instance: Instance) -> dict[str, Any]:
    """How people sign in, in the older words."""
    settings = instance.settings
    enabled = [getattr(settings.attributes, name) for name in ATTRIBUTES]
    enabled = [each for each in enabled if each.is_enabled]
    identifiers = [
        name
        for name in ("email_address", "phone_number", "username", "web3_wallet")
        if getattr(settings.attributes, name).is_enabled
    ]
    password = ["password"] if settings.attributes.password.is_enabled else []
    return {
        "object": "auth_config",
        "id": f"aconf_{instance.id.partition('_')[2]}",
        **{name: _switch(getattr(settings.attributes, name)) for name in SWITCHED},
        "identification_requirements": [
            [name] for name in identifiers if getattr(settings.attributes, name).is_required
        ],
        "identification_strategies": identifiers,
        "first_factors": [*password, *(f for each in enabled for f in each.first_factors)],
        "second_factors": [f for each in enabled for f in each.second_factors],
        "email_address_verification_strategies": list(
            settings.attributes.email_address.verifications
        ),
        "single_session_mode": settings.sign_in.has_single_session,
        "enhanced_email_deliverability": settings.messages.proves_as_operator,
        "test_mode": instance.has_test_mode,
        "cookieless_dev": settings.syncs_sessions_by_url,
        "url_based_session_syncing": settings.syncs_sessions_by_url,
        "claimed_at": millis_or_none(instance.claimed_at),
        "reverification": settings.sign_in.asks_again_for_changes,
        "native_settings": {
            "object": "native_settings",
            "api_enabled": True,
            "trusted_device_sign_in_enabled": False,
            "trusted_device_enrollment_prompt_after_sign_in_enabled": False,
            "trusted_device_enrollment_prompt_after_sign_up_enabled": False,
        },
    }


PAGES = {
    "sign_in_url": "/sign-in",
    "sign_up_url": "/sign-up",
    "user_profile_url": "/profile",
    "waitlist_url": "/waitlist",
    "oauth_consent_url": "/oauth-consent",
    "organization_profile_url": "/organization",
    "create_organization_url": "/organizations/new",
}
AFTER = (
    "home_url",
    "after_sign_in_url",
    "after_sign_up_url",
    "after_switch_session_url",
    "after_join_waitlist_url",
    "after_leave_organization_url",
    "after_create_organization_url",
    "logo_link_url",
)


def display_config(described: Described, view: View) -> dict[str, Any]:
    """How interfaces look and where they lead; every address is absolute."""
    instance = described.instance
    branding = instance.settings.branding
    portal = portal_base(instance, view.platform.addresses)
    captcha = instance.settings.sign_up.captcha_site_key if instance.checks_browsers else None
    color = branding.primary_color
    return {
        "object": "display_config",
        "id": f"display_config_{instance.id.partition('_')[2]}",
        "instance_environment_type": instance.environment.value,
        "application_name": instance.application_name,
        "theme": {"general": {"color": color}} if color else {},
        "preferred_sign_in_strategy": instance.preferred_strategy.value,
        **{name: portal + path for name, path in PAGES.items()},
        **dict.fromkeys(AFTER, described.app_url),
        "after_sign_out_one_url": portal + PAGES["sign_in_url"],
        "after_sign_out_all_url": portal + PAGES["sign_in_url"],
        "logo_image_url": branding.logo_url,
        "favicon_image_url": branding.favicon_url,
        "logo_url": branding.logo_url,
        "favicon_url": branding.favicon_url,
        "logo_image": None,
        "favicon_image": None,
        "support_email": branding.support_email,
        "help_url": branding.help_url,
        "privacy_policy_url": branding.privacy_policy_url,
        "terms_url": branding.terms_url,
        "branded": False,
        "experimental_force_oauth_first": False,
        "clerk_js_version": instance.settings.browser_script_version,
        "show_devmode_warning": False,
        "google_one_tap_client_id": None,
        "captcha_public_key": captcha,
        "captcha_widget_type": CAPTCHA_WIDGET if captcha else None,
        "captcha_public_key_invisible": captcha,
        "captcha_provider": CAPTCHA_PROVIDER if captcha else None,
        "captcha_oauth_bypass": [],
        "captcha_heartbeat": False,
    }


def attribute_out(attribute: Attribute) -> dict[str, Any]:
    """One property of a person."""
    is_on = attribute.is_enabled
    is_first = is_on and attribute.is_identifier
    return {
        "enabled": is_on,
        "required": is_on and attribute.is_required,
        "used_for_first_factor": is_first,
        "first_factors": list(attribute.first_factors) if is_first else [],
        "used_for_second_factor": is_on and bool(attribute.second_factors),
        "second_factors": list(attribute.second_factors) if is_on else [],
        "verifications": list(attribute.verifications) if is_on else [],
        "verify_at_sign_up": is_on and attribute.is_verified_at_sign_up,
        "immutable": False,
    }


TICKET = Attribute(is_enabled=True, verifications=("ticket",))


def user_settings(result: Described) -> dict[str, Any]:
    """What of people is asked, and how they prove it."""
    instance, settings = result.instance, result.instance.settings
    attributes = {name: attribute_out(getattr(settings.attributes, name)) for name in ATTRIBUTES}
    return {
        "attributes": {**attributes, "ticket": attribute_out(TICKET)},
        "social": social_settings(result.providers),
        "saml": {"enabled": False},
        "enterprise_sso": {"enabled": False, "self_serve_sso": False},
        "sign_in": {"second_factor": {"required": settings.sign_in.requires_second_factor}},
        "sign_up": {
            "captcha_enabled": instance.checks_browsers,
            "captcha_widget_type": CAPTCHA_WIDGET,
            "custom_action_required": settings.sign_up.requires_custom_action,
            "progressive": settings.sign_up.is_progressive,
            "mode": settings.sign_up.mode.value,
            "legal_consent_enabled": settings.sign_up.requires_legal_consent,
        },
        "restrictions": _restrictions(settings),
        "password_settings": _password_settings(settings),
        "username_settings": {
            "min_length": MINIMUM_LENGTH,
            "max_length": MAXIMUM_LENGTH,
            "allow_extended_special_characters": False,
            "allow_numeric_usernames": False,
        },
        "actions": {
            "delete_self": True,
            "create_organization": True,
            "create_organizations_limit": None,
        },
        "attack_protection": _attack_protection(settings),
        "passkey_settings": {
            "allow_autofill": True,
            "show_sign_in_button": True,
            "satisfies_second_factor": True,
        },
    }


def _restrictions(settings: InstanceSettings) -> dict[str, Any]:
    """Whom an instance does not let in."""
    sign_up, lists = settings.sign_up, settings.restrictions
    switched = {
        "allowlist": lists.has_allowlist,
        "blocklist": lists.has_blocklist,
        "allowlist_blocklist_disabled_on_sign_in": lists.spares_sign_ins,
        "block_email_subaddresses": sign_up.blocks_subaddresses,
        "block_disposable_email_domains": sign_up.blocks_disposable_addresses,
    }
    return {name: {"enabled": is_on} for name, is_on in switched.items()}


def _password_settings(settings: InstanceSettings) -> dict[str, Any]:
    """What passwords have to be; there are no rules of composition."""
    return {
        "disable_hibp": not settings.password_checks_breaches,
        "disable_password_reverification": not settings.sign_in.asks_again_for_changes,
        "min_length": settings.password_minimum_length,
        "max_length": LONGEST_PASSWORD,
        "require_special_char": False,
        "require_numbers": False,
        "require_uppercase": False,
        "require_lowercase": False,
        "show_zxcvbn": False,
        "min_zxcvbn_strength": 0,
        "enforce_hibp_on_sign_in": False,
        "allowed_special_characters": "",
    }


def _attack_protection(settings: InstanceSettings) -> dict[str, Any]:
    return {
        "user_lockout": {
            "enabled": True,
            "max_attempts": settings.lockout_attempts,
            "duration_in_minutes": settings.lockout_seconds // 60,
        },
        "pii": {"enabled": True},
        "email_link": {"require_same_client": True},
        "enumeration_protection": {"enabled": settings.sign_in.hides_unknown_identifiers},
    }


def organization_settings(instance: Instance) -> dict[str, Any]:
    """What organizations may do."""
    settings, organizations = instance.settings, instance.settings.organizations
    roles = instance.initial_roles
    return {
        "enabled": organizations.are_enabled,
        "max_allowed_memberships": settings.max_allowed_memberships,
        "force_organization_selection": organizations.are_required,
        "actions": {"admin_delete": organizations.may_be_deleted_by_admins},
        "domains": {
            "enabled": organizations.have_domains,
            "enrollment_modes": list(organizations.domain_enrollment_modes),
            "default_role": (roles.default_role_key if roles else None) or "",
        },
        "slug": {"disabled": not settings.organization_slugs_enabled},
        "creator_role": (roles.creator_role_key if roles else None) or "",
        "organization_creation_defaults": {"enabled": organizations.are_enabled},
    }


class ReportOrigin(FormIn):
    """Where a development app runs; the request itself says it too."""


CALLS = [
    Call("GET", "/environment", instances.describe, EnvironmentOut, tag=TAG),
    Call(
        "PATCH",
        "/environment",
        instances.describe,
        EnvironmentOut,
        body=ReportOrigin,
        is_body_optional=True,
        tag=TAG,
    ),
]
