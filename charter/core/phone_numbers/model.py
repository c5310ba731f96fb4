"""The words of phone numbers."""

from dataclasses import dataclass
from datetime import datetime

from charter.core.verification import Strategy, VerificationStatus
from charter.kernel.errors import DomainError, Kind
from charter.kernel.patch import UNSET, Unset


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number of a user, in E.164."""

    id: str
    user_id: str
    number: str
    is_primary: bool
    is_reserved: bool
    is_second_factor: bool
    is_default_second_factor: bool
    verification_status: VerificationStatus | None
    verification_strategy: Strategy | None
    verification_attempts: int | None
    verification_expires_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def is_verified(self) -> bool:
        """Whether it has been proven, or vouched for by an administrator."""
        return self.verification_status is VerificationStatus.VERIFIED


@dataclass(frozen=True, slots=True)
class PhoneNumberPatch:
    """What an administrator may change of a number; None changes nothing."""

    is_verified: bool | Unset | None = UNSET
    is_primary: bool | Unset | None = UNSET
    is_second_factor: bool | Unset | None = UNSET


class PhoneNumberNotFound(DomainError):
    """There is no such number."""

    kind, code = Kind.NOT_FOUND, "phone_number_not_found"
    message = "No phone number has this id."


class PhoneNumberTaken(DomainError):
    """A user of the instance has this number already."""

    kind, code = Kind.UNPROCESSABLE, "phone_number_taken"
    message = "That phone number is taken. Please try another."
    parameter = "phone_number"


class PhoneNumberInvalid(DomainError):
    """The text is not a phone number in international form."""

    kind, code = Kind.UNPROCESSABLE, "phone_number_invalid"
    message = "{parameter} must be a valid phone number in international form."
    parameter = "phone_number"


class SecondFactorNotVerified(DomainError):
    """Only a verified number can be a second factor."""

    kind, code = Kind.INVALID, "second_factor_not_verified"
    message = "Only a verified phone number can be a second factor."
    parameter = "is_second_factor"


class NewSecondFactorNotVerified(SecondFactorNotVerified):
    """A new number is to be a second factor and is not verified."""

    code = "new_second_factor_not_verified"
