"""One's own passkeys in the Frontend API."""

from msgspec import UNSET, UnsetType

from charter.core.passkeys import operations as passkeys
from charter.core.passkeys.model import CHALLENGE_LIFETIME, STRATEGY, BegunPasskey, Passkey
from charter.surfaces.backend.shapes import millis, millis_or_none
from charter.surfaces.frontend.shapes import Gone, Wrapped
from charter.wire.call import Call, Out, View
from charter.wire.forms import FormIn

TAG = "Passkeys"
PASSKEY = "/me/passkeys/{passkey_id}"


class PasskeyProofOut(Out):
    """The proof of a passkey; `nonce` is what a device has to be asked, as JSON text."""

    object: str
    status: str
    strategy: str
    attempts: int | None
    expire_at: int
    nonce: str | UnsetType


class OwnPasskeyOut(Out):
    """A passkey, or one that a device is to make."""

    id: str
    object: str
    name: str
    last_used_at: int | None
    verification: PasskeyProofOut
    created_at: int
    updated_at: int

    @classmethod
    def of(cls, row: Passkey | BegunPasskey, _view: View) -> "OwnPasskeyOut":
        """As this API writes it."""
        begun = row if isinstance(row, BegunPasskey) else None
        passkey = row.passkey if isinstance(row, BegunPasskey) else row
        proof = PasskeyProofOut(
            object="verification_passkey",
            status="verified" if begun is None else "unverified",
            strategy=STRATEGY,
            attempts=1 if begun is None else 0,
            expire_at=millis(passkey.created_at + CHALLENGE_LIFETIME),
            nonce=UNSET if begun is None else begun.options,
        )
        return cls(
            id=passkey.id,
            object="passkey",
            name=passkey.name,
            last_used_at=millis_or_none(passkey.last_used_at),
            verification=proof,
            created_at=millis(passkey.created_at),
            updated_at=millis(passkey.updated_at),
        )


class AttemptPasskey(FormIn):
    """What the device answered, as JSON text."""

    public_key_credential: str
    strategy: str | None = None


class PatchPasskey(FormIn):
    """The new name."""

    name: str | UnsetType | None = UNSET


CALLS = [
    Call("POST", "/me/passkeys", passkeys.begin, Wrapped(OwnPasskeyOut), tag=TAG),
    Call("GET", PASSKEY, passkeys.get, Wrapped(OwnPasskeyOut), tag=TAG),
    Call("PATCH", PASSKEY, passkeys.update, Wrapped(OwnPasskeyOut), body=PatchPasskey, tag=TAG),
    Call("DELETE", PASSKEY, passkeys.delete, Wrapped(Gone("passkey")), tag=TAG),
    Call(
        "POST",
        PASSKEY + "/attempt_verification",
        passkeys.attempt_verification,
        Wrapped(OwnPasskeyOut),
        body=AttemptPasskey,
        ignores={"strategy": "a passkey is proven in one way"},
        tag=TAG,
    ),
]
