"""Second factors and passkeys of users in the Backend API."""

from charter.core.passkeys import operations as passkeys
from charter.core.second_factors import overseeing as second_factors
from charter.core.second_factors.overseeing import CodeChecked
from charter.core.users.model import User
from charter.surfaces.backend.shapes import DeletedAs
from charter.wire.call import Call, In, Out, View

TAG = "Users"


class VerifyTotp(In):
    """A code to be checked."""

    code: str


class CodeCheckedOut(Out):
    """The code was right, and of what."""

    verified: bool
    code_type: str

    @classmethod
    def of(cls, row: CodeChecked, _view: View) -> "CodeCheckedOut":
        """As this API writes it: another code is an error."""
        return cls(verified=True, code_type=row.code_type)


class UserIdOut(Out):
    """Whose factors were taken."""

    user_id: str

    @classmethod
    def of(cls, row: User, _view: View) -> "UserIdOut":
        """As this API writes it."""
        return cls(user_id=row.id)


CALLS = [
    Call(
        "POST",
        "/users/{user_id}/verify_totp",
        second_factors.check_code,
        CodeCheckedOut,
        body=VerifyTotp,
        tag=TAG,
    ),
    Call("DELETE", "/users/{user_id}/mfa", second_factors.disable, UserIdOut, tag=TAG),
    Call("DELETE", "/users/{user_id}/totp", second_factors.delete_totp, UserIdOut, tag=TAG),
    Call(
        "DELETE",
        "/users/{user_id}/backup_code",
        second_factors.delete_backup_codes,
        UserIdOut,
        tag=TAG,
    ),
    Call(
        "DELETE",
        "/users/{user_id}/passkeys/{passkey_identification_id}",
        passkeys.remove,
        DeletedAs("passkey"),
        names={"passkey_identification_id": "passkey_id"},
        tag=TAG,
    ),
]
