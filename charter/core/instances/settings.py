"""What an instance's owner may set; each setting has an effect, named in its line."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class SignUpMode(StrEnum):
    """Who may sign up."""

    PUBLIC = "public"
    RESTRICTED = "restricted"
    """Only who was invited."""
    WAITLIST = "waitlist"
    """Others may ask to be let in."""


class PreferredStrategy(StrEnum):
    """What a person is asked for first, where a password is required."""

    PASSWORD = "password"  # noqa: S105  # a word, no secret
    CODE = "otp"


@dataclass(frozen=True, slots=True)
class Attribute:
    """How an instance uses one property of a person.

    first_factors, second_factors: the strategies by which it signs in; verifications: those by
    which it is proven. `is_verified_at_sign_up`: nobody gets in before it is proven.
    """

    is_enabled: bool = False
    is_required: bool = False
    is_identifier: bool = False
    first_factors: tuple[str, ...] = ()
    second_factors: tuple[str, ...] = ()
    verifications: tuple[str, ...] = ()
    is_verified_at_sign_up: bool = False


# Each property is a type of its own, so that an owner who sets one thing of it keeps the rest.


@dataclass(frozen=True, slots=True)
class EmailAddressAttribute(Attribute):
    """Official components prove by link wherever they may; a code works on any device."""

    is_enabled: bool = True
    is_required: bool = True
    is_identifier: bool = True
    first_factors: tuple[str, ...] = ("email_code",)
    verifications: tuple[str, ...] = ("email_code",)
    is_verified_at_sign_up: bool = True


@dataclass(frozen=True, slots=True)
class PhoneNumberAttribute(Attribute):
    """Numbers, proven by text message."""

    is_identifier: bool = True
    first_factors: tuple[str, ...] = ("phone_code",)
    verifications: tuple[str, ...] = ("phone_code",)
    is_verified_at_sign_up: bool = True


@dataclass(frozen=True, slots=True)
class UsernameAttribute(Attribute):
    """Usernames."""

    is_identifier: bool = True


WALLETS = ("web3_metamask_signature", "web3_base_signature")


@dataclass(frozen=True, slots=True)
class Web3WalletAttribute(Attribute):
    """Wallets, proven by what they sign."""

    is_identifier: bool = True
    first_factors: tuple[str, ...] = WALLETS
    verifications: tuple[str, ...] = WALLETS
    is_verified_at_sign_up: bool = True


@dataclass(frozen=True, slots=True)
class NameAttribute(Attribute):
    """First and last names."""

    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class PasswordAttribute(Attribute):
    """Passwords."""

    is_enabled: bool = True
    is_required: bool = True


@dataclass(frozen=True, slots=True)
class PasskeyAttribute(Attribute):
    """Passkeys."""

    is_enabled: bool = True
    is_identifier: bool = True
    first_factors: tuple[str, ...] = ("passkey",)
    verifications: tuple[str, ...] = ("passkey",)


@dataclass(frozen=True, slots=True)
class AuthenticatorAppAttribute(Attribute):
    """Apps that show codes."""

    is_enabled: bool = True
    second_factors: tuple[str, ...] = ("totp",)
    verifications: tuple[str, ...] = ("totp",)


@dataclass(frozen=True, slots=True)
class BackupCodeAttribute(Attribute):
    """Recovery codes."""

    is_enabled: bool = True
    second_factors: tuple[str, ...] = ("backup_code",)


@dataclass(frozen=True, slots=True)
class Attributes:
    """The properties of a person that an instance may ask for, by the names of the wire."""

    email_address: EmailAddressAttribute = EmailAddressAttribute()
    phone_number: PhoneNumberAttribute = PhoneNumberAttribute()
    username: UsernameAttribute = UsernameAttribute()
    web3_wallet: Web3WalletAttribute = Web3WalletAttribute()
    first_name: NameAttribute = NameAttribute()
    last_name: NameAttribute = NameAttribute()
    password: PasswordAttribute = PasswordAttribute()
    passkey: PasskeyAttribute = PasskeyAttribute()
    authenticator_app: AuthenticatorAppAttribute = AuthenticatorAppAttribute()
    backup_code: BackupCodeAttribute = BackupCodeAttribute()


@dataclass(frozen=True, slots=True)
class SignUpSettings:
    """How people sign up. `is_progressive`: what is missing may be given step by step.

    Otherwise all that is required is given at once, but for what comes from elsewhere.
    """

    mode: SignUpMode = SignUpMode.PUBLIC
    is_progressive: bool = True
    requires_legal_consent: bool = False
    requires_custom_action: bool = False
    """Whether nobody gets in before the app's server says that it has done its own part."""
    captcha_site_key: str | None = None
    """The public key of the check that browsers make; with it, no sign-up goes without."""
    checks_browsers: bool = True
    """Whether that check is made, where there is a key for it."""
    blocks_disposable_addresses: bool = True
    """Whether addresses of throw-away mail services are refused."""
    blocks_subaddresses: bool = False
    """Whether addresses like `ann+shop@…` are refused: one person could sign up again and again."""
    ignores_gmail_dots: bool = False
    """Whether `a.nn@gmail.com` is refused where somebody has `ann@gmail.com`: it is one mailbox."""


@dataclass(frozen=True, slots=True)
class SignInSettings:
    """How people sign in.

    requires_second_factor: who has none is led to set one up. hides_unknown_identifiers: every
    identifier is asked for the same factors, whoever has it or nobody: those that reach it, and a
    password; a sign-up with somebody's address goes on as any other, and is never proven.
    trusts_known_devices_only: a password alone does not do on a device the user was never seen on.
    """

    requires_second_factor: bool = False
    hides_unknown_identifiers: bool = False
    trusts_known_devices_only: bool = False
    tells_of_new_devices: bool = True
    """Whether people hear by mail of a sign-in on a device that they were never seen on."""
    has_single_session: bool = False
    asks_again_for_changes: bool = False
    """Whether sensitive changes need a factor younger than ten minutes."""
    preferred_strategy: PreferredStrategy | None = None
    """What is asked for first where a password is required; None: the password."""


@dataclass(frozen=True, slots=True)
class RestrictionSettings:
    """Which lists decide who may come in. One who stands in both may, where both decide."""

    has_allowlist: bool = False
    """Whether only those of the allow-list, and who was invited, may come in."""
    has_blocklist: bool = False
    """Whether those of the block-list may not come in."""
    spares_sign_ins: bool = False
    """Whether the lists decide about sign-ups alone."""


@dataclass(frozen=True, slots=True)
class OrganizationSettings:
    """What organizations of an instance may do."""

    are_enabled: bool = True
    are_required: bool = False
    """Whether a session is pending until its user has chosen an organization."""
    may_be_deleted_by_admins: bool = True
    have_domains: bool = True
    max_domains: int = 100
    """Domains that an organization may have."""
    domain_enrollment_modes: tuple[str, ...] = (
        "manual_invitation",
        "automatic_invitation",
        "automatic_suggestion",
    )


@dataclass(frozen=True, slots=True)
class FileSettings:
    """What organizations of an instance may keep."""

    quota_bytes: int = 10 * 1024**3
    """All files of an organization together, and what is promised to uploads that run."""


@dataclass(frozen=True, slots=True)
class ApiKeySettings:
    """Who may make API keys for themselves; an app's server always may."""

    for_users: bool = False
    for_organizations: bool = False


@dataclass(frozen=True, slots=True)
class MessageSettings:
    """How mail and text messages go out.

    sender_name: stands before the `@` of the address that mail comes from, at the domain of the
    operator's; None: mail comes from the operator's address itself. proves_as_operator: mail that
    proves something, by a code or a link, comes from the operator's address all the same: it may
    be better known than a new one.
    """

    sender_name: str | None = None
    proves_as_operator: bool = False
    blocked_countries: tuple[str, ...] = ()
    """Countries to whose numbers no text message is sent, in ISO 3166-1 alpha-2."""


@dataclass(frozen=True, slots=True)
class Branding:
    """How pages look: colours as `#rrggbb`, addresses absolute."""

    primary_color: str | None = None
    logo_url: str | None = None
    favicon_url: str | None = None
    support_email: str | None = None
    terms_url: str | None = None
    privacy_policy_url: str | None = None
    help_url: str | None = None


@dataclass(frozen=True, slots=True)
class InstanceSettings:
    """All settings of an instance."""

    max_allowed_memberships: int = 0
    """Members an organization may have when it sets nothing itself; 0: no limit."""
    password_minimum_length: int = 8
    """Characters, 8 to 72."""
    password_checks_breaches: bool = True
    """Whether new passwords are looked up among breached ones, where the operator has some."""
    session_lifetime_seconds: int = 7 * 24 * 3600
    """From sign-in to the end of a session, whatever happens."""
    session_inactivity_seconds: int = 30 * 24 * 3600
    """From the last activity to the end of a session."""
    lockout_attempts: int = 100
    """Failed attempts in a row before a user is locked, 1 to 100."""
    lockout_seconds: int = 3600
    """How long a lock holds; 0: until it is lifted."""
    max_metadata_bytes: int = 512 * 1024
    """Size of one metadata object as JSON."""
    organization_slugs_enabled: bool = True
    """Whether an organization without a slug is given one made from its name."""
    allowed_origins: tuple[str, ...] = ()
    """Origins, beside the app's own site, whose pages may call the Frontend API. Those of browser
    extensions and of apps for phones have a scheme of their own."""
    development_origin: str | None = None
    """Where the app runs in development, for who did not come from there; None: the app's site."""
    syncs_sessions_by_url: bool = False
    """Whether apps in development hand the name of a browser on in addresses, not in cookies."""
    browser_script_version: str | None = None
    """The version of the browser scripts, such as `6` or `6.40.0`, where an app asks for none."""
    session_token_template: dict[str, Any] = field(default_factory=dict)
    """Claims of session tokens beside the default ones, with shortcodes as JWT templates have."""
    # To be read by the operations of OAuth clients and by what mints their tokens.
    oauth_dynamic_client_registration: bool = False
    """Whether OAuth clients may register themselves (RFC 7591)."""
    oauth_jwt_access_tokens: bool = False
    """Whether the access tokens of OAuth clients are JWTs; else they are opaque."""
    oauth_default_scopes: tuple[str, ...] | None = None
    """Scopes of an OAuth client that asks for none; None: the server's own choice."""
    has_test_mode: bool | None = None
    """Whether test addresses and numbers take the code 424242; None: in development alone."""
    limits_addresses: bool | None = None
    """Whether many requests from one address are refused; None: in production alone."""
    attributes: Attributes = field(default_factory=Attributes)
    sign_up: SignUpSettings = field(default_factory=SignUpSettings)
    sign_in: SignInSettings = field(default_factory=SignInSettings)
    restrictions: RestrictionSettings = field(default_factory=RestrictionSettings)
    organizations: OrganizationSettings = field(default_factory=OrganizationSettings)
    api_keys: ApiKeySettings = field(default_factory=ApiKeySettings)
    files: FileSettings = field(default_factory=FileSettings)
    messages: MessageSettings = field(default_factory=MessageSettings)
    branding: Branding = field(default_factory=Branding)
