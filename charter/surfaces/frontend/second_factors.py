"""One's own second factors in the Frontend API."""

from charter.core.second_factors import operations as second_factors
from charter.core.second_factors.model import BackupCodes, Totp
from charter.surfaces.backend.shapes import millis
from charter.surfaces.frontend.shapes import Gone, Wrapped
from charter.wire.call import Call, Out, View
from charter.wire.forms import FormIn

TOTP = "/me/totp"
TAG = "TOTP"


class TotpOut(Out):
    """An authenticator app. What it is set up with, and recovery codes, are shown once."""

    object: str
    id: str
    secret: str | None
    uri: str | None
    verified: bool
    backup_codes: list[str] | None
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, totp: Totp, _view: View) -> "TotpOut":
        """As this API writes it."""
        return cls(
            object="totp",
            id=totp.id,
            secret=totp.secret,
            uri=totp.uri,
            verified=totp.is_verified,
            backup_codes=None if totp.backup_codes is None else list(totp.backup_codes),
            created_at=millis(totp.created_at),
            updated_at=millis(totp.updated_at),
        )


class BackupCodesOut(Out):
    """New recovery codes."""

    object: str
    id: str
    codes: list[str]
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, made: BackupCodes, _view: View) -> "BackupCodesOut":
        """As this API writes them."""
        return cls(
            object="backup_code",
            id=made.id,
            codes=list(made.codes),
            created_at=millis(made.created_at),
            updated_at=millis(made.created_at),
        )


class VerifyTotp(FormIn):
    """A code that the app shows."""

    code: str


CALLS = [
    Call("POST", TOTP, second_factors.begin_totp, Wrapped(TotpOut), tag=TAG),
    Call("DELETE", TOTP, second_factors.remove_totp, Wrapped(Gone("totp")), tag=TAG),
    Call(
        "POST",
        TOTP + "/attempt_verification",
        second_factors.verify_totp,
        Wrapped(TotpOut),
        body=VerifyTotp,
        tag=TAG,
    ),
    Call(
        "POST",
        "/me/backup_codes",
        second_factors.create_backup_codes,
        Wrapped(BackupCodesOut),
        tag="Backup Codes",
    ),
]
