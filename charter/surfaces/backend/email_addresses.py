"""Email addresses in the Backend API."""

from msgspec import UNSET, UnsetType

from charter.core.email_addresses import codes
from charter.core.email_addresses import operations as email_addresses
from charter.core.verification import ReplacementStatus
from charter.surfaces.backend.shapes import DeletedAs
from charter.surfaces.backend.users_out import EmailAddressOut
from charter.surfaces.backend.verifications import AttemptVerification, CodeVerificationOut
from charter.wire.call import Call, In

Flag = bool | None | UnsetType

NOTIFIES = {"notify_primary_email_address_changed": "notifies_previous"}
NAMES = {"verified": "is_verified", "primary": "is_primary", **NOTIFIES}


class CreateEmailAddress(In):
    """A new address of a user."""

    user_id: str
    email_address: str
    verified: Flag = UNSET
    primary: Flag = UNSET
    notify_primary_email_address_changed: Flag = UNSET


class UpdateEmailAddress(In):
    """What is to change of an address."""

    verified: Flag = UNSET
    primary: Flag = UNSET
    notify_primary_email_address_changed: Flag = UNSET


class ReplaceEmailAddress(In):
    """The one address that a user is to have."""

    email_address: str
    identification_status: ReplacementStatus | UnsetType = UNSET
    notify_primary_email_address_changed: Flag = UNSET


CALLS = [
    Call(
        "POST",
        "/email_addresses",
        email_addresses.create,
        EmailAddressOut,
        body=CreateEmailAddress,
        names={"email_address": "address", **NAMES},
        tag="Email Addresses",
    ),
    Call(
        "GET",
        "/email_addresses/{email_address_id}",
        email_addresses.get,
        EmailAddressOut,
        tag="Email Addresses",
    ),
    Call(
        "PATCH",
        "/email_addresses/{email_address_id}",
        email_addresses.update,
        EmailAddressOut,
        body=UpdateEmailAddress,
        is_body_optional=True,
        names=NAMES,
        tag="Email Addresses",
    ),
    Call(
        "DELETE",
        "/email_addresses/{email_address_id}",
        email_addresses.delete,
        DeletedAs("email_address"),
        tag="Email Addresses",
    ),
    Call(
        "POST",
        "/email_addresses/{email_address_id}/prepare_verification",
        codes.prepare_verification,
        CodeVerificationOut,
        tag="Email Addresses",
    ),
    Call(
        "POST",
        "/email_addresses/{email_address_id}/attempt_verification",
        codes.attempt_verification,
        CodeVerificationOut,
        body=AttemptVerification,
        tag="Email Addresses",
    ),
    Call(
        "PUT",
        "/users/{user_id}/email_address",
        email_addresses.replace,
        EmailAddressOut,
        body=ReplaceEmailAddress,
        names={"email_address": "address", "identification_status": "status", **NOTIFIES},
        tag="Email Addresses",
    ),
]
