"""Sign-ups in the Backend API."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from charter.core.checks.model import Check, CheckStatus
from charter.core.links.model import EMAIL_LINK
from charter.core.sign_ups import overseeing
from charter.core.sign_ups.model import Progress, SignUp, SignUpView
from charter.core.sign_ups.requirements import CHECKS
from charter.surfaces.backend.shapes import millis, millis_or_none
from charter.surfaces.backend.verifications import CheckOut
from charter.wire.call import Call, In, Out, View

STEPS = {CheckStatus.UNVERIFIED: "needs_attempt", CheckStatus.VERIFIED: ""}
"""What a proof that has begun waits for; one that has failed or expired, to be begun again."""


class SignUpOut(Out):
    """A sign-up."""

    object: str
    id: str
    status: str
    required_fields: list[str]
    optional_fields: list[str]
    missing_fields: list[str]
    unverified_fields: list[str]
    verifications: dict[str, Any]
    username: str | None
    email_address: str | None
    phone_number: str | None
    web3_wallet: str | None
    password_enabled: bool
    first_name: str | None
    last_name: str | None
    unsafe_metadata: dict[str, Any]
    public_metadata: dict[str, Any]
    custom_action: bool
    external_id: str | None
    created_session_id: str | None
    created_user_id: str | None
    abandon_at: int
    legal_accepted_at: int | None

    @classmethod
    def of(cls, result: Progress | SignUpView, view: View) -> "SignUpOut":
        """As this API writes it."""
        seen = result.view if isinstance(result, Progress) else result
        row, asked = seen.sign_up, seen.requirements
        return cls(
            object="sign_up_attempt",
            id=row.id,
            status=row.status_at(view.now).value,
            required_fields=list(asked.required),
            optional_fields=list(asked.optional),
            missing_fields=list(asked.missing),
            unverified_fields=list(asked.unverified),
            verifications={
                "email_address": _check(row, "email_address", view),
                "phone_number": _check(row, "phone_number", view),
                "web3_wallet": _check(row, "web3_wallet", view),
                "external_account": CheckOut.of(row.external_check, view),
            },
            username=row.username,
            email_address=row.email_address,
            phone_number=row.phone_number,
            web3_wallet=row.web3_wallet,
            password_enabled=row.password_digest is not None or _is_done(row),
            first_name=row.first_name,
            last_name=row.last_name,
            unsafe_metadata=row.unsafe_metadata,
            public_metadata=row.public_metadata,
            custom_action=row.has_custom_action,
            external_id=row.external_id,
            created_session_id=row.created_session_id,
            created_user_id=row.created_user_id,
            abandon_at=millis(row.abandon_at),
            legal_accepted_at=millis_or_none(row.legal_accepted_at),
        )


def _is_done(row: Any) -> bool:
    """Whether the user was made, who has the password now."""
    return row.created_user_id is not None


def _check(row: SignUp, name: str, view: View) -> Any:
    """The proof of a field, with what is to be done for it; None, where it was not given."""
    if not getattr(row, name):
        return None
    check: Check | None = getattr(row, CHECKS[name])
    strategies = getattr(view.instance.settings.attributes, name).verifications
    begun = check or Check(_unbegun(strategies), CheckStatus.UNVERIFIED, 0, row.abandon_at)
    plain = msgspec.to_builtins(CheckOut.of(begun, view))
    if check is None:
        # Components begin what has no strategy yet, and only that.
        plain["strategy"] = None
    return {**plain, "next_action": _next(check, view), "supported_strategies": list(strategies)}


def _unbegun(strategies: Sequence[str]) -> str:
    """The strategy whose form stands for a proof that has not begun; a link's has no such form."""
    return next((each for each in strategies if each != EMAIL_LINK), "email_code")


def _next(check: Check | None, view: View) -> str:
    if check is None:
        return "needs_prepare"
    return STEPS.get(check.status_at(view.now), "needs_prepare")


class UpdateSignUp(In):
    """What the app's server says of a sign-up."""

    external_id: str | UnsetType | None = UNSET
    custom_action: bool | UnsetType | None = UNSET


ONE = "/sign_ups/{sign_up_id}"
TAG = "Sign Ups"
CALLS = [
    Call("GET", ONE, overseeing.read, SignUpOut, tag=TAG),
    Call(
        "PATCH",
        ONE,
        overseeing.mark,
        SignUpOut,
        body=UpdateSignUp,
        is_body_optional=True,
        names={"custom_action": "has_custom_action"},
        tag=TAG,
    ),
]
