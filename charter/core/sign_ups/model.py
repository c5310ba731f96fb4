"""The words of sign-ups: an attempt of a browser to make a user."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from charter.core.checks.model import Check
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.patch import UNSET, Unset


class SignUpStatus(StrEnum):
    """How a sign-up stands. `abandoned` is read off the clock, never stored."""

    MISSING_REQUIREMENTS = "missing_requirements"
    COMPLETE = "complete"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class SignUp:
    """What a browser has given of a new person.

    The checks are those of the address, the number, the wallet and the account elsewhere.
    ticket: what an invitation said, with the purpose and the id of its grant.
    external_account: who the person is elsewhere, once that is proven.
    external_id, has_custom_action: what the app's server says of it, at any moment: a step of the
    browser that runs meanwhile is none the worse for it.
    """

    id: str
    client_id: str
    status: SignUpStatus
    email_address: str | None
    phone_number: str | None
    username: str | None
    web3_wallet: str | None
    first_name: str | None
    last_name: str | None
    password_digest: str | None = field(repr=False)
    unsafe_metadata: dict[str, Any]
    public_metadata: dict[str, Any]
    email_check: Check | None
    phone_check: Check | None
    web3_check: Check | None
    external_check: Check | None
    external_account: dict[str, Any] | None
    ticket: dict[str, Any] | None
    legal_accepted_at: datetime | None
    external_id: str | None = field(compare=False)
    has_custom_action: bool = field(compare=False)
    created_user_id: str | None
    created_session_id: str | None
    abandon_at: datetime
    created_at: datetime
    updated_at: datetime

    def status_at(self, now: datetime) -> SignUpStatus:
        """How it stands at a moment."""
        is_over = self.status is SignUpStatus.COMPLETE
        return self.status if is_over or self.abandon_at > now else SignUpStatus.ABANDONED

    def marked_as(self, other: "SignUp") -> "SignUp":
        """It with what the app's server says of another reading of it."""
        return replace(
            self, external_id=other.external_id, has_custom_action=other.has_custom_action
        )


def identifiers_of(sign_up: SignUp) -> tuple[str | None, ...]:
    """The address, the number and the wallet that were given."""
    return sign_up.email_address, sign_up.phone_number, sign_up.web3_wallet


@dataclass(frozen=True, slots=True)
class SignUpMarks:
    """What the app's server says of a sign-up."""

    id: str
    external_id: str | None
    has_custom_action: bool


@dataclass(frozen=True, slots=True)
class Requirements:
    """What an instance asks of a sign-up, by the names of the wire."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    missing: tuple[str, ...]
    unverified: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignUpView:
    """A sign-up with what is still asked for."""

    sign_up: SignUp
    requirements: Requirements


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of a step. `client_token` is the browser's new one, where it got one."""

    view: SignUpView
    client_token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenFields:
    """What a browser gives of a new person; the rest stays as it is.

    strategy: an account elsewhere (`oauth_…`), a ticket, a Google token, or a wallet's signature.
    """

    email_address: str | Unset | None = UNSET
    phone_number: str | Unset | None = UNSET
    email_address_or_phone_number: str | Unset | None = UNSET
    username: str | Unset | None = UNSET
    web3_wallet: str | Unset | None = UNSET
    first_name: str | Unset | None = UNSET
    last_name: str | Unset | None = UNSET
    password: str | Unset | None = field(default=UNSET, repr=False)
    unsafe_metadata: dict[str, Any] | Unset | None = UNSET
    legal_accepted: bool | Unset | None = UNSET
    strategy: str | Unset | None = UNSET
    ticket: str | Unset | None = field(default=UNSET, repr=False)
    token: str | Unset | None = field(default=UNSET, repr=False)
    code: str | Unset | None = field(default=UNSET, repr=False)
    transfer: bool | Unset | None = UNSET
    redirect_url: str | Unset | None = UNSET
    action_complete_redirect_url: str | Unset | None = UNSET
    oidc_login_hint: str | Unset | None = UNSET
    oidc_prompt: str | Unset | None = UNSET
    captcha_token: str | Unset | None = field(default=UNSET, repr=False)


class SignUpNotFound(DomainError):
    """There is no such sign-up in this browser."""

    kind, code = Kind.NOT_FOUND, "sign_up_not_found"
    message = "This browser has no sign-up with this id."


class SignUpOver(DomainError):
    """The sign-up is complete, or another step has changed it meanwhile."""

    kind, code = Kind.INVALID, "sign_up_over"
    message = "This sign-up does not wait for this step."


class SignUpRestricted(DomainError):
    """Only who was invited may sign up."""

    kind, code = Kind.NOT_PERMITTED, "sign_up_restricted"
    message = "Sign-ups are restricted. You need an invitation."


class SignUpByWaitlist(DomainError):
    """Only who was let in from the waitlist may sign up."""

    kind, code = Kind.NOT_PERMITTED, "sign_up_by_waitlist"
    message = "Sign-ups are not open yet. Join the waitlist."


class SignUpUpdated(Event):
    """The app's server said something of a sign-up."""

    name = "signUp.updated"
