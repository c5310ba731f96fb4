"""The words of external accounts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from charter.core.checks.model import CheckStatus
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ExternalAccount:
    """A user's account at a provider, or the wish for one.

    provider: the strategy. issuer, provider_user_id: who it is; None until that is proven.
    is_open: whether the provider can be used now. All that the provider said of the person is
    theirs to say, and gives no rights. error: why the proof failed, as `code`, `message`, `meta`.
    """

    id: str
    user_id: str
    identification_id: str
    provider: str
    is_open: bool
    issuer: str | None
    provider_user_id: str | None
    approved_scopes: str
    email_address: str | None
    is_email_verified: bool
    first_name: str | None
    last_name: str | None
    username: str | None
    image_url: str | None
    status: CheckStatus
    expires_at: datetime | None
    error: dict[str, Any] | None
    created_at: datetime
    updated_at: datetime

    @property
    def is_verified(self) -> bool:
        """Whether it signs its user in."""
        return self.provider_user_id is not None

    def status_at(self, now: datetime) -> CheckStatus:
        """How the proof stands at a moment: what was not done in time has expired."""
        is_late = self.expires_at is not None and self.expires_at <= now
        is_waiting = self.status is CheckStatus.UNVERIFIED
        return CheckStatus.EXPIRED if is_late and is_waiting else self.status


@dataclass(frozen=True, slots=True)
class ExternalAccountRow:
    """An account on its way into its table, with the provider's tokens sealed."""

    id: str
    user_id: str
    identification_id: str
    provider: str
    issuer: str | None
    provider_user_id: str | None
    approved_scopes: str
    email_address: str | None
    is_email_verified: bool
    first_name: str | None
    last_name: str | None
    username: str | None
    image_url: str | None
    status: CheckStatus
    expires_at: datetime | None
    error: dict[str, Any] | None
    created_at: datetime
    updated_at: datetime
    sealed_access_token: bytes | None = field(default=None, repr=False)
    sealed_refresh_token: bytes | None = field(default=None, repr=False)
    token_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExternalAccountTokens:
    """What a provider gave for a proven account, sealed."""

    id: str
    provider: str
    provider_user_id: str
    approved_scopes: str
    sealed_access_token: bytes | None = field(repr=False)
    sealed_refresh_token: bytes | None = field(repr=False)
    token_expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExternalAccount:
    """How a signed-in user asks to link an account."""

    strategy: str
    redirect_url: str | None = None
    action_complete_redirect_url: str | None = None
    additional_scope: Sequence[str] | None = None
    oidc_login_hint: str | None = None
    oidc_prompt: str | None = None


@dataclass(frozen=True, slots=True)
class ExternalAccountView:
    """An account, and where its user has to be sent to prove it."""

    account: ExternalAccount
    redirect_url: str | None = None


class ExternalAccountNotFound(DomainError):
    """The user has no such account."""

    kind, code = Kind.NOT_FOUND, "external_account_not_found"
    message = "No external account has this id."


class RefreshTokenMissing(DomainError):
    """The token has ended, and the provider gave nothing to renew it by."""

    kind, code = Kind.INVALID, "refresh_token_missing"
    message = "The token has expired, and there is no refresh token. The user has to sign in again."


class RefreshFailed(DomainError):
    """The provider did not renew the token."""

    kind, code = Kind.INVALID, "refresh_failed"
    message = "The identity provider did not renew the token. The user has to sign in again."


class ExternalAccountUnknown(DomainError):
    """Nobody here has this account at the provider."""

    kind, code = Kind.UNPROCESSABLE, "external_account_unknown"
    message = "The external account was not found."


class ExternalAccountExists(DomainError):
    """Somebody here has this account at the provider."""

    kind, code = Kind.UNPROCESSABLE, "external_account_exists"
    message = "This external account belongs to a user already."


class ExternalAccountClaimed(DomainError):
    """Another user has this account at the provider, or the address of it."""

    kind, code = Kind.INVALID, "external_account_claimed"
    message = "This external account is connected to another user."


class ExternalAccountConnected(DomainError):
    """The user has an account at this provider already."""

    kind, code = Kind.INVALID, "external_account_connected"
    message = "An account at this provider is connected already."


class AddressNotProven(DomainError):
    """The address belongs to somebody here, and the provider does not prove it."""

    kind, code = Kind.INVALID, "address_not_proven"
    message = (
        "Your email address at this provider belongs to an account here. Sign in to that account "
        "and connect the provider there."
    )


class NotTheSameAccount(DomainError):
    """The account that was proven is not the one that was to be authorized again."""

    kind, code = Kind.INVALID, "not_the_same_account"
    message = "You chose another account at the provider than the one that is connected."


class BrowserNeeded(DomainError):
    """Nobody could be sent to the provider: it is not a browser that calls."""

    kind, code = Kind.INVALID, "browser_needed"
    message = "Only a browser can be sent to an identity provider."


class CallbackInvalid(DomainError):
    """Nobody in this browser waits for this answer of a provider."""

    kind, code = Kind.INVALID, "callback_invalid"
    message = "This answer of an identity provider is not one that this browser waits for."


class TransferInvalid(DomainError):
    """Nothing in this browser waits to be taken over."""

    kind, code = Kind.INVALID, "transfer_invalid"
    message = "There is no external account to go on with. Start again."


class ExternalAccountLinked(Event):
    """An account at a provider was connected to a user."""

    name = "externalAccount.linked"


class ExternalAccountUnlinked(Event):
    """An account at a provider was taken from a user."""

    name = "externalAccount.unlinked"
