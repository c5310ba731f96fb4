"""The words of checks: how far the proof of one factor has come, within a flow."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from charter.core.verification import CODE_ATTEMPTS
from charter.kernel.errors import DomainError, Kind


class CheckStatus(StrEnum):
    """How a check stands."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    FAILED = "failed"
    EXPIRED = "expired"
    TRANSFERABLE = "transferable"
    """Proven, but nobody's here yet, or somebody's already: the other flow goes on with it."""


@dataclass(frozen=True, slots=True)
class Check:
    """A factor that is being proven.

    strategy: as the wire names it (`email_code`, `password`, `oauth_google`, …).
    attempts: so many tries were made, of what is tried; they are counted beside the flow, and one
    that is made meanwhile makes no other check of it.
    target_id: the identifier, passkey or account it is about; grant_id: the one-time grant that
    is waited for. nonce: what a passkey or a wallet has to sign. redirect_url: where the person
    has to be sent for it. return_url, complete_url: where they come back to.
    error: what went wrong elsewhere, as `code` and `message`, with `meta`.
    """

    strategy: str
    status: CheckStatus
    attempts: int | None = field(default=None, compare=False)
    expires_at: datetime | None = None
    grant_id: str | None = None
    target_id: str | None = None
    nonce: str | None = None
    redirect_url: str | None = None
    return_url: str | None = None
    complete_url: str | None = None
    error: dict[str, Any] | None = None

    @property
    def is_verified(self) -> bool:
        """Whether the factor is proven."""
        return self.status is CheckStatus.VERIFIED

    def status_at(self, now: datetime) -> CheckStatus:
        """How the check stands at a moment: what was not done in time has expired."""
        if self.status is not CheckStatus.UNVERIFIED:
            return self.status
        if self.expires_at is not None and self.expires_at <= now:
            return CheckStatus.EXPIRED
        is_worn = self.attempts is not None and self.attempts >= CODE_ATTEMPTS
        return CheckStatus.FAILED if is_worn else self.status


class CodeIncorrect(DomainError):
    """The code is not the one that was sent."""

    kind, code = Kind.UNPROCESSABLE, "code_incorrect"
    message = "The code is incorrect."


class CheckExpired(DomainError):
    """The code or link came too late."""

    kind, code = Kind.INVALID, "check_expired"
    message = "This verification has expired. Start it again."


class CheckFailed(DomainError):
    """Too many tries, or a proof that is none."""

    kind, code = Kind.INVALID, "check_failed"
    message = "This verification has failed. Start it again."


class CheckDone(DomainError):
    """The factor is proven already."""

    kind, code = Kind.INVALID, "check_done"
    message = "This verification has already been verified."


class CheckNotPrepared(DomainError):
    """Nothing was sent or asked for that could be answered."""

    kind, code = Kind.INVALID, "check_not_prepared"
    message = "Prepare this verification before you attempt it."


class StrategyNotAllowed(DomainError):
    """This strategy is not among those that can be used here and now."""

    kind, code = Kind.UNPROCESSABLE, "strategy_not_allowed"
    message = "This strategy cannot be used here."
    parameter = "strategy"


class SignatureIncorrect(DomainError):
    """The signature is not that of the wallet, over the message that was asked for."""

    kind, code = Kind.UNPROCESSABLE, "signature_incorrect"
    message = "The signature is not the wallet's own, or of another message."
    parameter = "signature"


CHECK_ERRORS = (
    CheckDone,
    CheckExpired,
    CheckFailed,
    CheckNotPrepared,
    CodeIncorrect,
    SignatureIncorrect,
    StrategyNotAllowed,
)
"""What proving a factor may raise."""
