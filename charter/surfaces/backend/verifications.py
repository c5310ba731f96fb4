"""Verifications by code in the Backend API."""

from charter.core.verification import Verification
from charter.surfaces.backend.shapes import millis
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
