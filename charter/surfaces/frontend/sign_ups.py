"""Sign-ups in the Frontend API."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.sign_ups import operations as sign_ups
from charter.surfaces.backend.sign_ups import SignUpOut
from charter.surfaces.frontend.shapes import Wrapped
from charter.surfaces.frontend.sign_ins import PROTECTION
from charter.wire.call import Call
from charter.wire.forms import FormIn

TAG = "Sign Ups"
CAPTCHA = "says only how the browser's own check went; the token is what is looked at"


class SignUpFields(FormIn):
    """What is given of a new person."""

    transfer: bool | UnsetType | None = UNSET
    password: str | UnsetType | None = UNSET
    first_name: str | UnsetType | None = UNSET
    last_name: str | UnsetType | None = UNSET
    username: str | UnsetType | None = UNSET
    email_address: str | UnsetType | None = UNSET
    phone_number: str | UnsetType | None = UNSET
    email_address_or_phone_number: str | UnsetType | None = UNSET
    unsafe_metadata: dict[str, Any] | UnsetType | None = UNSET
    strategy: str | UnsetType | None = UNSET
    action_complete_redirect_url: str | UnsetType | None = UNSET
    redirect_url: str | UnsetType | None = UNSET
    ticket: str | UnsetType | None = UNSET
    web3_wallet: str | UnsetType | None = UNSET
    token: str | UnsetType | None = UNSET
    code: str | UnsetType | None = UNSET
    legal_accepted: bool | UnsetType | None = UNSET
    oidc_login_hint: str | UnsetType | None = UNSET
    oidc_prompt: str | UnsetType | None = UNSET
    proof_token: str | UnsetType | None = UNSET


class CreateSignUp(SignUpFields):
    """How a sign-up begins."""

    captcha_token: str | UnsetType | None = UNSET
    captcha_error: str | UnsetType | None = UNSET
    captcha_widget_type: str | UnsetType | None = UNSET


class PrepareVerification(FormIn):
    """Which field is to be proven, and how."""

    strategy: str
    redirect_url: str | None = None
    action_complete_redirect_url: str | None = None
    oidc_login_hint: str | None = None
    oidc_prompt: str | None = None
    proof_token: str | None = None


class AttemptVerification(FormIn):
    """The proof."""

    strategy: str
    code: str | None = None
    signature: str | None = None
    token: str | None = None


SIGN_UP = "/client/sign_ups/{sign_up_id}"
LATER = "it is for strategies that prove a field elsewhere"

CALLS = [
    Call(
        "POST",
        "/client/sign_ups",
        sign_ups.create,
        Wrapped(SignUpOut),
        body=CreateSignUp,
        is_body_optional=True,
        ignores={
            "proof_token": PROTECTION,
            "captcha_error": CAPTCHA,
            "captcha_widget_type": CAPTCHA,
        },
        tag=TAG,
    ),
    Call("GET", SIGN_UP, sign_ups.get, Wrapped(SignUpOut), tag=TAG),
    Call(
        "PATCH",
        SIGN_UP,
        sign_ups.update,
        Wrapped(SignUpOut),
        body=SignUpFields,
        is_body_optional=True,
        ignores={"proof_token": PROTECTION},
        tag=TAG,
    ),
    Call(
        "POST",
        SIGN_UP + "/prepare_verification",
        sign_ups.prepare_verification,
        Wrapped(SignUpOut),
        body=PrepareVerification,
        ignores={
            "action_complete_redirect_url": LATER,
            "oidc_login_hint": LATER,
            "oidc_prompt": LATER,
            "proof_token": PROTECTION,
        },
        tag=TAG,
    ),
    Call(
        "POST",
        SIGN_UP + "/attempt_verification",
        sign_ups.attempt_verification,
        Wrapped(SignUpOut),
        body=AttemptVerification,
        ignores={"token": LATER},
        tag=TAG,
    ),
]
