"""What settings may be: every value is checked here, wherever it comes from."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from charter.core.email_addresses.model import EmailAddressInvalid
from charter.core.email_addresses.normal_form import address_key
from charter.core.grants.links import checked_redirect_url
from charter.core.instances.colours import COLOUR
from charter.core.instances.origins import checked_origin, origin_of
from charter.core.instances.settings import Attribute, InstanceSettings
from charter.core.oauth_applications.scopes import SCOPES
from charter.core.organization_domains.model import EnrollmentMode
from charter.core.sessions.custom_claims import check_template
from charter.core.web3_wallets.proving import STRATEGIES as WALLET_STRATEGIES
from charter.kernel.errors import InvalidInput, UnknownInput

_AT = re.compile(r" - at `\$\.([^`]*)`$")
BOUNDS = {
    "password_minimum_length": (8, 72),
    "lockout_attempts": (1, 100),
    "lockout_seconds": (0, 10 * 365 * 24 * 3600),
    "session_lifetime_seconds": (300, 10 * 365 * 24 * 3600),
    "session_inactivity_seconds": (300, 10 * 365 * 24 * 3600),
    "max_allowed_memberships": (0, 2**31 - 1),
    "max_metadata_bytes": (1024, 8 * 1024 * 1024),
}
"""The numbers among the settings, with the least and the most each may be."""

MOST_ORIGINS, MOST_COUNTRIES = 100, 250
MOST_QUOTA_BYTES = 2**53 - 1
"""The largest number that every reader of JSON keeps exactly."""

_MAIL, _TEXT = frozenset({"email_code", "email_link"}), frozenset({"phone_code"})
_TOTP, _PASSKEY = frozenset({"totp"}), frozenset({"passkey"})
_WALLET = frozenset(WALLET_STRATEGIES)
STRATEGIES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "email_address": {"first_factors": _MAIL, "second_factors": _MAIL, "verifications": _MAIL},
    "phone_number": {"first_factors": _TEXT, "second_factors": _TEXT, "verifications": _TEXT},
    "web3_wallet": {"first_factors": _WALLET, "verifications": _WALLET},
    "passkey": {"first_factors": _PASSKEY, "verifications": _PASSKEY},
    "authenticator_app": {"second_factors": _TOTP, "verifications": _TOTP},
    "backup_code": {"second_factors": frozenset({"backup_code"})},
}
"""What each property of a person can be used by."""
COUNTRY = re.compile(r"[A-Z]{2}")
SCRIPT_VERSION = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,2}")
SENDER_NAME = re.compile(r"[0-9A-Za-z]{1,64}")


def checked(given: Mapping[str, Any]) -> InstanceSettings:
    """The settings that these values make.

    Raises: UnknownInput; InvalidInput, with the dotted name of the setting; what `check_template`
        raises.
    """
    try:
        made = msgspec.convert(dict(given), InstanceSettings)
    except msgspec.ValidationError as mistake:
        place = _AT.search(str(mistake))
        reason = _AT.sub("", str(mistake))
        raise InvalidInput(place[1] if place else "settings", reason=reason) from mistake
    _refuse_unknown(given, msgspec.to_builtins(made), "")
    for name, (least, most) in BOUNDS.items():
        if not least <= getattr(made, name) <= most:
            raise InvalidInput(name, reason=f"it must be from {least} to {most}")
    if not 0 <= made.files.quota_bytes <= MOST_QUOTA_BYTES:
        reason = f"it must be from 0 to {MOST_QUOTA_BYTES}"
        raise InvalidInput("files.quota_bytes", reason=reason)
    _refuse_foreign_strategies(made)
    _refuse_messages_alone(made)
    _refuse_demand_without_means(made)
    _check_branding(made)
    _check_origins(made)
    _check_lists(made)
    for name, value, form, reason in (
        (
            "browser_script_version",
            made.browser_script_version,
            SCRIPT_VERSION,
            "it must be a version such as 6 or 6.40.0",
        ),
        (
            "messages.sender_name",
            made.messages.sender_name,
            SENDER_NAME,
            "it must be 1 to 64 letters and digits, what stands before the @ of an address",
        ),
    ):
        if value is not None and form.fullmatch(value) is None:
            raise InvalidInput(name, reason=reason)
    check_template(made.session_token_template)
    return made


def _check_branding(made: InstanceSettings) -> None:
    branding = made.branding
    if branding.primary_color is not None and not COLOUR.fullmatch(branding.primary_color):
        raise InvalidInput("branding.primary_color", reason="it must be a colour like #1a73e8")
    for name in ("logo_url", "favicon_url", "terms_url", "privacy_policy_url", "help_url"):
        checked_redirect_url(getattr(branding, name))
    if branding.support_email is not None:
        try:
            address_key(branding.support_email)
        except EmailAddressInvalid:
            reason = "it must be an email address"
            raise InvalidInput("branding.support_email", reason=reason) from None


def _check_origins(made: InstanceSettings) -> None:
    _check_each(
        "allowed_origins",
        made.allowed_origins,
        MOST_ORIGINS,
        lambda origin: checked_origin(origin) is not None,
        "an origin such as https://app.acme.com, without a path",
    )
    origin = made.development_origin
    if origin is not None and (origin_of(origin) is None or checked_origin(origin) is None):
        reason = "it must be an origin such as http://localhost:3000, without a path"
        raise InvalidInput("development_origin", reason=reason)


def _check_lists(made: InstanceSettings) -> None:
    _check_each(
        "organizations.domain_enrollment_modes",
        made.organizations.domain_enrollment_modes,
        len(EnrollmentMode),
        lambda mode: mode in set(EnrollmentMode),
        f"one of {', '.join(EnrollmentMode)}",
    )
    check_countries(made.messages.blocked_countries)
    _check_each(
        "oauth_default_scopes",
        made.oauth_default_scopes or (),
        len(SCOPES),
        lambda scope: scope in SCOPES,
        f"one of {', '.join(SCOPES)}",
    )


def check_countries(values: Sequence[str], parameter: str = "messages.blocked_countries") -> None:
    """Check that these look like countries. Raises: InvalidInput."""
    _check_each(
        parameter,
        values,
        MOST_COUNTRIES,
        lambda country: COUNTRY.fullmatch(country) is not None,
        "a country as two capital letters",
    )


def _check_each(
    name: str, values: Sequence[str], most: int, is_fine: Callable[[str], bool], what: str
) -> None:
    """Check the parts of a list. Raises: InvalidInput."""
    if not all(is_fine(value) for value in values):
        raise InvalidInput(name, reason=f"each part of it must be {what}")
    if len(set(values)) != len(values):
        raise InvalidInput(name, reason="it must not name one thing twice")
    if len(values) > most:
        raise InvalidInput(name, reason=f"it must have {most} parts at most")


def _refuse_foreign_strategies(made: InstanceSettings) -> None:
    """Refuse strategies that prove something else, or nothing: they would be kept, and idle."""
    for name in made.attributes.__dataclass_fields__:
        attribute: Attribute = getattr(made.attributes, name)
        for use in ("first_factors", "second_factors", "verifications"):
            known = STRATEGIES.get(name, {}).get(use, frozenset())
            if foreign := set(getattr(attribute, use)) - known:
                reason = f"{min(foreign)!r} is none of {', '.join(sorted(known)) or 'nothing'}"
                raise InvalidInput(f"attributes.{name}.{use}", reason=reason)


def _refuse_messages_alone(made: InstanceSettings) -> None:
    """Refuse text messages as the only second factor: a number can be taken over.

    Source: NIST SP 800-63B-4, section 3.1.3 (restricted authenticators).
    """
    attributes = made.attributes
    if "phone_code" not in attributes.phone_number.second_factors:
        return
    others = (attributes.authenticator_app, attributes.backup_code)
    if not any(each.is_enabled and each.second_factors for each in others):
        reason = "text messages must not be the only second factor: enable another one beside them"
        raise InvalidInput("attributes.phone_number.second_factors", reason=reason)


def _refuse_demand_without_means(made: InstanceSettings) -> None:
    """Refuse to ask everybody for a second factor where nobody can set one up."""
    attributes = made.attributes
    means = (attributes.authenticator_app, attributes.phone_number)
    can_set_up = any(each.is_enabled and each.second_factors for each in means)
    if made.sign_in.requires_second_factor and not can_set_up:
        reason = "enable authenticator apps or text messages as a second factor first"
        raise InvalidInput("sign_in.requires_second_factor", reason=reason)


def _refuse_unknown(given: Any, known: Any, where: str) -> None:
    """Refuse names that no setting has: they would be kept, and mean nothing."""
    if not isinstance(given, Mapping) or not isinstance(known, Mapping):
        return
    for name, value in given.items():
        if name not in known:
            raise UnknownInput(where + name, reason="there is no such setting")
        _refuse_unknown(value, known[name], f"{where}{name}.")
