"""Verifications and checks of factors, as this API writes them."""

from typing import Any

import msgspec

from charter.core.checks.model import Check
from charter.core.verification import FROM_OUTSIDE, Verification
from charter.surfaces.backend.external_accounts_out import error_out
from charter.surfaces.backend.shapes import millis, millis_or_none
from charter.wire.call import In, Out, View


class AttemptVerification(In):
    """A code, and the verification it was sent for."""

    verification_id: str
    code: str


class CodeVerificationOut(Out):
    """What became of a code."""

    object: str
    id: str
    status: str
    strategy: str
    attempts: int
    expire_at: int
    channel: str | None

    @classmethod
    def of(cls, row: Verification, _view: View) -> "CodeVerificationOut":
        """As this API writes it."""
        return cls(
            object="verification_otp",
            id=row.id,
            status=row.status.value,
            strategy=row.strategy.value,
            attempts=row.attempts,
            expire_at=millis(row.expires_at),
            channel=row.channel,
        )


OBJECTS = {
    "password": "verification_password",
    "email_link": "verification_email_link",
    "ticket": "verification_ticket",
    "totp": "verification_totp",
    "backup_code": "verification_backup_code",
    "passkey": "verification_passkey",
    "google_one_tap": "verification_google_one_tap",
}


def object_of(strategy: str) -> str:
    """The kind of a verification, which tells clients how to read it."""
    if strategy.startswith("oauth_"):
        return "verification_oauth"
    if strategy.startswith(FROM_OUTSIDE):
        return "verification_from_oauth"
    if strategy.startswith("web3_"):
        return "verification_web3"
    return OBJECTS.get(strategy, "verification_otp")


def is_wallet(check: Check) -> bool:
    """Whether a wallet's signature is what is waited for."""
    return check.strategy.startswith("web3_")


class CheckOut(Out):
    """How far the proof of a factor has come."""

    object: str
    status: str
    strategy: str
    attempts: int | None
    expire_at: int | None
    nonce: str | msgspec.UnsetType
    message: str | msgspec.UnsetType
    external_verification_redirect_url: str | msgspec.UnsetType | None
    error: Any

    @classmethod
    def of(cls, check: Check | None, view: View) -> "CheckOut | None":
        """As this API writes it; None, where nothing has begun."""
        if check is None:
            return None
        is_elsewhere = check.strategy.startswith("oauth_")
        elsewhere = check.redirect_url if is_elsewhere else msgspec.UNSET
        return cls(
            object=object_of(check.strategy),
            status=check.status_at(view.now).value,
            strategy=check.strategy,
            attempts=check.attempts,
            expire_at=millis_or_none(check.expires_at),
            nonce=check.nonce if check.nonce is not None else msgspec.UNSET,
            # What a wallet signs is read from the one name or the other, as clients are old.
            message=check.nonce if check.nonce and is_wallet(check) else msgspec.UNSET,
            external_verification_redirect_url=elsewhere,
            error=error_out(check.error),
        )
