"""Verification of an identifier: what an address or number was proven by."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class VerificationStatus(StrEnum):
    """How far a proof has come."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    FAILED = "failed"
    EXPIRED = "expired"


class Strategy(StrEnum):
    """By what an identifier is proven."""

    ADMIN = "admin"
    EMAIL_CODE = "email_code"
    EMAIL_LINK = "email_link"
    PHONE_CODE = "phone_code"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class Verification:
    """The proof of an identifier."""

    status: VerificationStatus
    strategy: Strategy
    attempts: int | None
    expires_at: datetime | None
