"""The words of sign-ins: an attempt of a browser to get a session."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from charter.core.checks.model import Check
from charter.core.instances.model import Instance
from charter.core.sessions.model import Session
from charter.core.users.model import User, UserStanding
from charter.kernel.errors import DomainError, Kind

RESET_BY_EMAIL, RESET_BY_PHONE = "reset_password_email_code", "reset_password_phone_code"
"""The strategies that are the way to a new password."""


class SignInStatus(StrEnum):
    """What a sign-in waits for. `abandoned` is read off the clock, never stored."""

    NEEDS_IDENTIFIER = "needs_identifier"
    NEEDS_FIRST_FACTOR = "needs_first_factor"
    NEEDS_SECOND_FACTOR = "needs_second_factor"
    NEEDS_CLIENT_TRUST = "needs_client_trust"
    NEEDS_NEW_PASSWORD = "needs_new_password"  # noqa: S105  # a state, not a secret
    COMPLETE = "complete"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A browser's attempt to get a session.

    identifier: as it was typed. user_id: who it is about, once known. organization_id: what the
    session begins in. actor: who signs in as somebody else.
    """

    id: str
    client_id: str
    status: SignInStatus
    identifier: str | None
    user_id: str | None
    first_check: Check | None
    second_check: Check | None
    created_session_id: str | None
    organization_id: str | None
    actor: dict[str, object] | None
    abandon_at: datetime
    created_at: datetime
    updated_at: datetime

    def status_at(self, now: datetime) -> SignInStatus:
        """What it waits for at a moment."""
        is_over = self.status is SignInStatus.COMPLETE
        return self.status if is_over or self.abandon_at > now else SignInStatus.ABANDONED


@dataclass(frozen=True, slots=True)
class Offer:
    """A way that is open to the person: a strategy, and what it would be sent to."""

    strategy: str
    safe_identifier: str | None = None
    email_address_id: str | None = None
    phone_number_id: str | None = None
    web3_wallet_id: str | None = None
    is_primary: bool | None = None
    is_default: bool | None = None


@dataclass(frozen=True, slots=True)
class SignInView:
    """A sign-in with what its page shows: who it is about, and the ways that are open."""

    sign_in: SignIn
    user: User | None
    first_factors: tuple[Offer, ...]
    second_factors: tuple[Offer, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of a step. `client_token` is the browser's new one, where it got one.

    session: that which began, where its client was made with it: nothing else is on that.
    """

    view: SignInView
    client_token: str | None = field(default=None, repr=False)
    session: Session | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What a way works on. `is_new`: the sign-in is still to be inserted."""

    instance: Instance
    sign_in: SignIn
    user: User | None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class Passed:
    """A factor that was passed. `user_id`: who that showed, where it was not known before.

    actor: who passed it in the user's place; their session lasts `session_seconds` at most.
    """

    check: Check
    user_id: str | None = None
    organization_id: str | None = None
    actor: dict[str, object] | None = None
    session_seconds: int | None = None
    is_enough: bool = False
    """Whether it stands for both factors: a passkey that saw its owner, or the app's word."""
    is_sound: bool = False
    """Whether it was a password that nobody else is known to know."""
    standing: UserStanding | None = None
    """How the person stands, where the factor has locked them in this transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSignIn:
    """How a sign-in begins; everything may be given at once."""

    strategy: str | None = None
    identifier: str | None = None
    password: str | None = field(default=None, repr=False)
    ticket: str | None = field(default=None, repr=False)
    code: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    redirect_url: str | None = None
    action_complete_redirect_url: str | None = None
    transfer: bool | None = None
    oidc_login_hint: str | None = None
    oidc_prompt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What a factor is prepared with."""

    strategy: str
    email_address_id: str | None = None
    phone_number_id: str | None = None
    web3_wallet_id: str | None = None
    passkey_id: str | None = None
    redirect_url: str | None = None
    action_complete_redirect_url: str | None = None
    oidc_login_hint: str | None = None
    oidc_prompt: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a factor is answered with."""

    strategy: str
    code: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    ticket: str | None = field(default=None, repr=False)
    signature: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    public_key_credential: str | None = field(default=None, repr=False)


class SignInNotFound(DomainError):
    """There is no such sign-in in this browser."""

    kind, code = Kind.NOT_FOUND, "sign_in_not_found"
    message = "This browser has no sign-in with this id."


class SignInNotWaiting(DomainError):
    """The sign-in does not wait for this step."""

    kind, code = Kind.INVALID, "sign_in_not_waiting"
    message = "This sign-in waits for another step."


class IdentifierUnknown(DomainError):
    """Nobody signs in with this identifier."""

    kind, code = Kind.UNPROCESSABLE, "identifier_unknown"
    message = "Couldn't find your account."
    parameter = "identifier"


class AlreadySignedIn(DomainError):
    """The person has a session in this browser; `session_id` is in the meta."""

    kind, code = Kind.INVALID, "already_signed_in"
    message = "You are already signed in."


class SessionExists(DomainError):
    """The instance allows one session in a browser, and there is one."""

    kind, code = Kind.INVALID, "session_exists"
    message = "You are already signed in."
