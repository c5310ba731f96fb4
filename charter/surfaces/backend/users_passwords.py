"""Passwords of users in the Backend API."""

from typing import Any

from msgspec import UNSET, UnsetType

from charter.core.passwords import operations as passwords
from charter.surfaces.backend.users_out import UserOut
from charter.wire.call import Call, In, Out, View


class VerifyPassword(In):
    """A password to be checked."""

    password: str


class RemovePassword(In):
    """How a password is removed."""

    sign_out_of_other_sessions: bool | UnsetType = UNSET


class SetPasswordCompromised(In):
    """How a password is marked."""

    revoke_all_sessions: bool | UnsetType | None = UNSET


class VerifiedOut(Out):
    """The password was right."""

    verified: bool

    @classmethod
    def of(cls, _row: Any, _view: View) -> "VerifiedOut":
        """As this API writes it: another password is an error."""
        return cls(verified=True)


CALLS = [
    Call(
        "POST",
        "/users/{user_id}/verify_password",
        passwords.verify,
        VerifiedOut,
        body=VerifyPassword,
        tag="Users",
    ),
    Call(
        "POST",
        "/users/{user_id}/remove_password",
        passwords.remove,
        UserOut,
        body=RemovePassword,
        is_body_optional=True,
        names={"sign_out_of_other_sessions": "ends_sessions"},
        tag="Users",
    ),
    Call(
        "POST",
        "/users/{user_id}/password/set_compromised",
        passwords.set_compromised,
        UserOut,
        body=SetPasswordCompromised,
        is_body_optional=True,
        names={"revoke_all_sessions": "ends_sessions"},
        tag="Users",
    ),
    Call(
        "POST",
        "/users/{user_id}/password/unset_compromised",
        passwords.unset_compromised,
        UserOut,
        tag="Users",
    ),
]
