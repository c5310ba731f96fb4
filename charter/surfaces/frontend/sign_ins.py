"""Sign-ins in the Frontend API."""

from charter.core.sign_ins import operations as sign_ins
from charter.surfaces.frontend.shapes import Wrapped
from charter.surfaces.frontend.sign_in_out import SignInOut
from charter.wire.call import Call
from charter.wire.forms import FormIn

TAG = "Sign Ins"
PROTECTION = "a mark of the hosted service's own protection, which is not offered here"
DEVICES = "devices of phone apps that sign in by keys of their own are not offered"


class CreateSignIn(FormIn):
    """How a sign-in begins."""

    strategy: str | None = None
    identifier: str | None = None
    password: str | None = None
    ticket: str | None = None
    code: str | None = None
    token: str | None = None
    redirect_url: str | None = None
    action_complete_redirect_url: str | None = None
    transfer: bool | None = None
    oidc_login_hint: str | None = None
    oidc_prompt: str | None = None
    proof_token: str | None = None
    trusted_device_id: str | None = None


class PrepareFactor(FormIn):
    """What a factor is prepared with."""

    strategy: str
    email_address_id: str | None = None
    phone_number_id: str | None = None
    web3_wallet_id: str | None = None
    passkey_id: str | None = None
    redirect_url: str | None = None
    action_complete_redirect_url: str | None = None
    oidc_login_hint: str | None = None
    oidc_prompt: str | None = None
    proof_token: str | None = None
    trusted_device_id: str | None = None


class AttemptFactor(FormIn):
    """What a factor is answered with."""

    strategy: str
    code: str | None = None
    password: str | None = None
    ticket: str | None = None
    signature: str | None = None
    token: str | None = None
    public_key_credential: str | None = None
    trusted_device_id: str | None = None
    client_data: str | None = None
    algorithm: str | None = None


class ResetPassword(FormIn):
    """The new password."""

    password: str
    sign_out_of_other_sessions: bool | None = None


STEP = {"proof_token": PROTECTION, "trusted_device_id": DEVICES}
ANSWER = {"trusted_device_id": DEVICES, "client_data": DEVICES, "algorithm": DEVICES}
SIGN_IN = "/client/sign_ins/{sign_in_id}"

CALLS = [
    Call(
        "POST",
        "/client/sign_ins",
        sign_ins.create,
        Wrapped(SignInOut),
        body=CreateSignIn,
        is_body_optional=True,
        ignores=STEP,
        tag=TAG,
    ),
    Call("GET", SIGN_IN, sign_ins.get, Wrapped(SignInOut), tag=TAG),
    Call(
        "POST",
        SIGN_IN + "/prepare_first_factor",
        sign_ins.prepare_first_factor,
        Wrapped(SignInOut),
        body=PrepareFactor,
        ignores=STEP,
        tag=TAG,
    ),
    Call(
        "POST",
        SIGN_IN + "/attempt_first_factor",
        sign_ins.attempt_first_factor,
        Wrapped(SignInOut),
        body=AttemptFactor,
        ignores=ANSWER,
        tag=TAG,
    ),
    Call(
        "POST",
        SIGN_IN + "/prepare_second_factor",
        sign_ins.prepare_second_factor,
        Wrapped(SignInOut),
        body=PrepareFactor,
        ignores=STEP,
        tag=TAG,
    ),
    Call(
        "POST",
        SIGN_IN + "/attempt_second_factor",
        sign_ins.attempt_second_factor,
        Wrapped(SignInOut),
        body=AttemptFactor,
        ignores=ANSWER,
        tag=TAG,
    ),
    Call(
        "POST",
        SIGN_IN + "/reset_password",
        sign_ins.reset_password,
        Wrapped(SignInOut),
        body=ResetPassword,
        names={"sign_out_of_other_sessions": "ends_other_sessions"},
        tag=TAG,
    ),
]
