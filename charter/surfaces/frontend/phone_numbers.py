"""One's own phone numbers in the Frontend API."""

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.phone_numbers import factors, own
from charter.surfaces.backend.shapes import Several
from charter.surfaces.backend.users_out import PhoneNumberOut
from charter.surfaces.frontend.shapes import Gone, Wrapped
from charter.surfaces.frontend.sign_ins import PROTECTION
from charter.wire.call import Call, View
from charter.wire.forms import FormIn

TAG = "Phone Numbers"
NUMBER = "/me/phone_numbers/{phone_number_id}"
UNPROVEN = "only a proven number can be a second factor: it is made one once it is"
Flag = bool | UnsetType | None


class CreatePhoneNumber(FormIn):
    """A new number."""

    phone_number: str
    reserved_for_second_factor: bool | None = None


class UpdatePhoneNumber(FormIn):
    """What a number is good for."""

    reserved_for_second_factor: Flag = UNSET
    default_second_factor: Flag = UNSET


class PrepareVerification(FormIn):
    """How the number is to be proven."""

    strategy: str
    proof_token: str | None = None


class AttemptVerification(FormIn):
    """The code that was sent."""

    code: str


class ChangedNumberOut:
    """A number with the recovery codes that it brought."""

    type = PhoneNumberOut

    @classmethod
    def of(cls, result: factors.ChangedNumber, view: View) -> PhoneNumberOut:
        """As this API writes it."""
        written = PhoneNumberOut.of(result.row, view)
        codes = None if result.backup_codes is None else list(result.backup_codes)
        return msgspec.structs.replace(written, backup_codes=codes)


CALLS = [
    Call("GET", "/me/phone_numbers", own.search, Several(PhoneNumberOut), tag=TAG),
    Call(
        "POST",
        "/me/phone_numbers",
        own.create,
        Wrapped(PhoneNumberOut),
        body=CreatePhoneNumber,
        names={"phone_number": "number"},
        ignores={"reserved_for_second_factor": UNPROVEN},
        tag=TAG,
    ),
    Call("GET", NUMBER, own.get, Wrapped(PhoneNumberOut), tag=TAG),
    Call(
        "PATCH",
        NUMBER,
        factors.update,
        Wrapped(ChangedNumberOut),
        body=UpdatePhoneNumber,
        is_body_optional=True,
        names={
            "reserved_for_second_factor": "is_second_factor",
            "default_second_factor": "is_default",
        },
        tag=TAG,
    ),
    Call("DELETE", NUMBER, own.delete, Wrapped(Gone("phone_number")), tag=TAG),
    Call(
        "POST",
        NUMBER + "/prepare_verification",
        own.prepare_verification,
        Wrapped(PhoneNumberOut),
        body=PrepareVerification,
        ignores={"proof_token": PROTECTION},
        tag=TAG,
    ),
    Call(
        "POST",
        NUMBER + "/attempt_verification",
        own.attempt_verification,
        Wrapped(PhoneNumberOut),
        body=AttemptVerification,
        tag=TAG,
    ),
]
