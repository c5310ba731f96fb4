"""Phone numbers in the Backend API."""

from msgspec import UNSET, UnsetType

from charter.core.phone_numbers import codes
from charter.core.phone_numbers import operations as phone_numbers
from charter.core.verification import ReplacementStatus
from charter.surfaces.backend.shapes import DeletedAs
from charter.surfaces.backend.users_out import PhoneNumberOut
from charter.surfaces.backend.verifications import AttemptIn, CodeVerificationOut
from charter.wire.call import Call, In

Flag = bool | None | UnsetType

NAMES = {
    "verified": "is_verified",
    "primary": "is_primary",
    "reserved_for_second_factor": "is_second_factor",
}


class CreatePhoneNumberIn(In):
    """A new number of a user."""

    user_id: str
    phone_number: str
    verified: Flag = UNSET
    primary: Flag = UNSET
    reserved_for_second_factor: Flag = UNSET


class UpdatePhoneNumberIn(In):
    """What is to change of a number."""

    verified: Flag = UNSET
    primary: Flag = UNSET
    reserved_for_second_factor: Flag = UNSET


class ReplacePhoneNumberIn(In):
    """The one number that a user is to have."""

    phone_number: str
    identification_status: ReplacementStatus | UnsetType = UNSET


CALLS = [
    Call(
        "POST",
        "/phone_numbers",
        phone_numbers.create,
        PhoneNumberOut,
        body=CreatePhoneNumberIn,
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
        body=UpdatePhoneNumberIn,
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
        body=AttemptIn,
        tag="Phone Numbers",
    ),
    Call(
        "PUT",
        "/users/{user_id}/phone_number",
        phone_numbers.replace,
        PhoneNumberOut,
        body=ReplacePhoneNumberIn,
        names={"phone_number": "number", "identification_status": "status"},
        tag="Phone Numbers",
    ),
]
