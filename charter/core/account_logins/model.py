"""The words of account logins: people signed in at a client of the app, by one call."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum, auto

from charter.core.memberships.model import Membership
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_authorizations.logins import AccountTokens
from charter.core.users.model import User
from charter.kernel.errors import DomainError, Kind

SIGN_IN_MINUTES, RESET_MINUTES, PROVE_MINUTES = 15, 30, 60


class LinkKind(StrEnum):
    """What a mailed link is for."""

    SIGN_IN = auto()
    RESET = auto()
    PROVE = auto()


LIFETIMES = {
    LinkKind.SIGN_IN: timedelta(minutes=SIGN_IN_MINUTES),
    LinkKind.RESET: timedelta(minutes=RESET_MINUTES),
    LinkKind.PROVE: timedelta(minutes=PROVE_MINUTES),
}
"""How long a mailed link can be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLogin:
    """What somebody signs up with. captcha_token: that a person asks, where that is checked."""

    email_address: str
    password: str = field(repr=False)
    first_name: str | None = None
    last_name: str | None = None
    captcha_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class LoginProfile:
    """Who is signed in: the user, the organizations they are in, and the one they work in."""

    user: User
    memberships: tuple[Membership, ...]
    active: Membership | None


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A login that has begun or moved: its client, its tokens, and whose it is."""

    client: OauthApplication
    tokens: AccountTokens = field(repr=False)
    profile: LoginProfile


@dataclass(frozen=True, slots=True)
class Renewed:
    """A login that goes on, with new tokens."""

    client: OauthApplication
    tokens: AccountTokens = field(repr=False)


@dataclass(frozen=True, slots=True)
class LoginReplayed:
    """A refresh token came a second time: its login and its session have ended.

    An answer and not an error, because an error would undo it. A door refuses it as LoginOver.
    """


@dataclass(frozen=True, slots=True)
class SignedUpUnproven:
    """A user who was made, and gets in once their address is proven: a link was mailed there.

    A door refuses it as AddressUnproven.
    """

    user: User


@dataclass(frozen=True, slots=True)
class FormSession:
    """What binds the forms of a browser to it. secret: for its cookie; token: for its forms."""

    secret: str = field(repr=False)
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EmailCheck:
    """What an address may sign in by. is_known: whether a user has it, as far as that is told."""

    is_known: bool
    by_password: bool
    by_link: bool


@dataclass(frozen=True, slots=True)
class LoginMethods:
    """What a client offers to sign in by. strategies: those of the providers elsewhere."""

    client: OauthApplication
    by_password: bool
    by_link: bool
    strategies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignedOut:
    """A login that has ended, or was none. client: whose cookies are to go."""

    client: OauthApplication | None


class CredentialsWrong(DomainError):
    """The address, the password, or both: which of them is not told."""

    kind, code = Kind.UNAUTHENTICATED, "credentials_wrong"
    message = "The email address or the password is not right."


class SecondFactorRequired(DomainError):
    """The person has a second factor, and has not shown it."""

    kind, code = Kind.UNAUTHENTICATED, "second_factor_required"
    message = "A second factor is needed: send a code of the authenticator app, or a backup code."
    parameter = "code"


class SecondFactorWrong(DomainError):
    """The code is none of the person's."""

    kind, code = Kind.UNAUTHENTICATED, "second_factor_wrong"
    message = "The code is not right."
    parameter = "code"


class NewPasswordNeeded(DomainError):
    """The password is right, and may not be used any more."""

    kind, code = Kind.UNAUTHENTICATED, "new_password_needed"
    message = "This password cannot be used any more. Have a link mailed to set a new one."
    parameter = "password"


class DeviceUnknown(DomainError):
    """A password alone does not do where the person was never seen."""

    kind, code = Kind.UNAUTHENTICATED, "device_unknown"
    message = "This device is new: sign in by a link that is mailed."


class SignInUnfinished(DomainError):
    """Who signs in has something left to do before they are let in."""

    kind, code = Kind.NOT_PERMITTED, "sign_in_unfinished"
    message = "Set up a second factor or choose an organization first, on the sign-in page."


class AddressUnproven(DomainError):
    """The user is made, and gets in once their address is proven."""

    kind, code = Kind.NOT_PERMITTED, "address_unproven"
    message = "Open the link that was mailed to this address, and sign in then."
    parameter = "email_address"


class LoginLinkInvalid(DomainError):
    """The token of a mailed link is unknown, spent, too old, or of another client."""

    kind, code = Kind.INVALID, "login_link_invalid"
    message = "The link is not valid any more. Ask for a new one."
    parameter = "token"


class LoginInvitationInvalid(DomainError):
    """The token of an invitation is unknown, spent, too old, or of another application."""

    kind, code = Kind.INVALID, "login_invitation_invalid"
    message = "The invitation is not valid any more."
    parameter = "token"


class LoginOver(DomainError):
    """There is no login any more, or there never was one."""

    kind, code = Kind.UNAUTHENTICATED, "login_over"
    message = "The login has ended. Sign in again."


class LoginClientUnknown(DomainError):
    """There is no such client."""

    kind, code = Kind.INVALID, "login_client_unknown"
    message = "There is no client of this id."
    parameter = "client_id"


class LoginClientNotAllowed(DomainError):
    """A client that the app does not vouch for: people are asked before it gets in."""

    kind, code = Kind.NOT_PERMITTED, "login_client_not_allowed"
    message = "People sign in at this client on the page of the authorization endpoint."
    parameter = "client_id"


class LoginOriginRefused(DomainError):
    """A page of an origin that the client does not name."""

    kind, code = Kind.NOT_PERMITTED, "login_origin_refused"
    message = "Pages of this origin may not sign people in at this client."
    parameter = "origin"


class FormSessionMissing(DomainError):
    """The browser has not begun to fill in forms."""

    kind, code = Kind.NOT_PERMITTED, "form_session_missing"
    message = "Ask for a form session first."


CLIENT_ERRORS = (LoginClientNotAllowed, LoginClientUnknown, LoginOriginRefused)
"""What naming a client may raise, beyond MissingInput."""
