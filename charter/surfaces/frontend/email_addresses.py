"""One's own email addresses in the Frontend API."""

from charter.core.email_addresses import own
from charter.surfaces.backend.shapes import Several
from charter.surfaces.backend.users_out import EmailAddressOut
from charter.surfaces.frontend.shapes import Gone, Wrapped
from charter.wire.call import Call
from charter.wire.forms import FormIn

TAG = "Email Addresses"
ADDRESS = "/me/email_addresses/{email_id}"
ID = {"email_id": "email_address_id"}
ELSEWHERE = "it is for accounts elsewhere, which prove no address of one's own here"


class CreateEmailAddress(FormIn):
    """A new address."""

    email_address: str


class PrepareVerification(FormIn):
    """How the address is to be proven."""

    strategy: str
    redirect_url: str | None = None
    action_complete_redirect_url: str | None = None


class AttemptVerification(FormIn):
    """The code that was sent."""

    code: str


CALLS = [
    Call("GET", "/me/email_addresses", own.search, Several(EmailAddressOut), tag=TAG),
    Call(
        "POST",
        "/me/email_addresses",
        own.create,
        Wrapped(EmailAddressOut),
        body=CreateEmailAddress,
        names={"email_address": "address"},
        tag=TAG,
    ),
    Call("GET", ADDRESS, own.get, Wrapped(EmailAddressOut), names=ID, tag=TAG),
    Call("DELETE", ADDRESS, own.delete, Wrapped(Gone("email_address")), names=ID, tag=TAG),
    Call(
        "POST",
        ADDRESS + "/prepare_verification",
        own.prepare_verification,
        Wrapped(EmailAddressOut),
        body=PrepareVerification,
        names=ID,
        ignores={"action_complete_redirect_url": ELSEWHERE},
        tag=TAG,
    ),
    Call(
        "POST",
        ADDRESS + "/attempt_verification",
        own.attempt_verification,
        Wrapped(EmailAddressOut),
        body=AttemptVerification,
        names=ID,
        tag=TAG,
    ),
]
