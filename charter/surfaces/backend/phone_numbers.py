"""Phone numbers in the Backend API."""

from msgspec import UNSET, UnsetType

from charter.core.phone_numbers import codes
from charter.core.phone_numbers import operations as phone_numbers
from charter.core.verification import ReplacementStatus
from charter.surfaces.backend.shapes import DeletedAs
from charter.surfaces.backend.users_out import PhoneNumberOut
from charter.surfaces.backend.verifications import AttemptVerification, CodeVerificationOut
from charter.wire.call import Call, In

Flag = bool | None | UnsetType

NAMES = {
    "verified": "is_verified",
    "primary": "is_primary",
    "reserved_for_second_factor": "is_second_factor",
}


class CreatePhoneNumber(In):
    """A new number of a user."""

    user_id: str
    phone_number: str
    verified: Flag = UNSET
    primary: Flag = UNSET
    reserved_for_second_factor: Flag = UNSET


class UpdatePhoneNumber(In):
    """What is to change of a number."""

    verified: Flag = UNSET
    primary: Flag = UNSET
    reserved_for_second_factor: Flag = UNSET


class ReplacePhoneNumber(In):
    """The one number that a user is to have."""

    phone_number: str
    identification_status: ReplacementStatus | UnsetType = UNSET


CALLS = [
    Call(
        "POST",
        "/phone_numbers",
        phone_numbers.create,
        PhoneNumberOut,
        body=CreatePhoneNumber,
        names={"phone_number": "number", **NAMES},
        tag="Phone Numbers",
    ),
    Call(
        "GET",
        "/phone_numbers/{phone_number_id}",
        phone_numbers.get,
        PhoneNumberOut,
        tag="Phone Numbers",
    ),
    Call(
        "PATCH",
        "/phone_numbers/{phone_number_id}",
        phone_numbers.update,
        PhoneNumberOut,
        body=UpdatePhoneNumber,
        is_body_optional=True,
        names=NAMES,
        tag="Phone Numbers",
    ),
    Call(
        "DELETE",
        "/phone_numbers/{phone_number_id}",
        phone_numbers.delete,
        DeletedAs("phone_number"),
        tag="Phone Numbers",
    ),
    Call(
        "POST",
        "/phone_numbers/{phone_number_id}/prepare_verification",
        codes.prepare_verification,
        CodeVerificationOut,
        tag="Phone Numbers",
    ),
    Call(
        "POST",
        "/phone_numbers/{phone_number_id}/attempt_verification",
        codes.attempt_verification,
        CodeVerificationOut,
        body=AttemptVerification,
        tag="Phone Numbers",
    ),
    Call(
        "PUT",
        "/users/{user_id}/phone_number",
        phone_numbers.replace,
        PhoneNumberOut,
        body=ReplacePhoneNumber,
        names={"phone_number": "number", "identification_status": "status"},
        tag="Phone Numbers",
    ),
]
