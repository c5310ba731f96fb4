"""Keys of clients: those that sign and those by which tokens are still known."""

from msgspec import UNSET, UnsetType

from charter.core.account_clients import key_operations
from charter.core.account_clients.model import ClientKey, KeysRotated
from charter.kernel.tokens import PublicKey
from charter.surfaces.accounts import ids
from charter.wire.call import Call, In, Out, View


class ClientKeyOut(Out):
    """A key. credential_id: the client's id; jwk, public_key: the public half, in both forms."""

    kid: str
    credential_id: str
    jwk: dict[str, str]
    public_key: str

    @classmethod
    def of(cls, row: ClientKey, _view: View) -> "ClientKeyOut":
        """As this API writes it."""
        return cls(
            kid=row.id,
            credential_id=ids.cid(row.application_id),
            jwk=PublicKey.from_pem(row.id, row.public_pem).to_jwk(),
            public_key=row.public_pem,
        )


class ClientKeysOut(Out):
    """All keys of a client, the newest first."""

    items: list[ClientKeyOut]

    @classmethod
    def of(cls, rows: tuple[ClientKey, ...], view: View) -> "ClientKeysOut":
        """As this API writes them."""
        return cls(items=[ClientKeyOut.of(row, view) for row in rows])


class KeysRotatedOut(Out):
    """The key that signs now, and all that are published."""

    signing_kid: str
    keys: list[ClientKeyOut]

    @classmethod
    def of(cls, row: KeysRotated, view: View) -> "KeysRotatedOut":
        """As this API writes it."""
        return cls(
            signing_kid=row.signing_id, keys=[ClientKeyOut.of(each, view) for each in row.keys]
        )


class MadeKey:
    """Answers with a key just made."""

    type = ClientKeyOut

    def of(self, row: ClientKey, view: View) -> ClientKeyOut:
        """As this API writes it."""
        return ClientKeyOut.of(row, view)

    def location(self, made: ClientKeyOut) -> str:
        """Where it is taken away."""
        return f"client-keys/{made.kid}"


class AddKey(In):
    """Nothing is asked of a key."""


class RotateKeys(In):
    """keep: how many keys stay published, 2 to 4."""

    keep: int | UnsetType = UNSET


ONE = {"client_id": ids.client_id}

CALLS = [
    Call("GET", "/api/clients/{client_id}/keys", key_operations.search, ClientKeysOut, reads=ONE),
    Call(
        "POST",
        "/api/clients/{client_id}/keys",
        key_operations.create,
        MadeKey(),
        body=AddKey,
        is_body_optional=True,
        reads=ONE,
        status=201,
    ),
    Call(
        "POST",
        "/api/clients/{client_id}/jwks/rotate",
        key_operations.rotate,
        KeysRotatedOut,
        body=RotateKeys,
        is_body_optional=True,
        reads=ONE,
    ),
    Call(
        "DELETE",
        "/api/client-keys/{client_key_id}",
        key_operations.retire,
        names={"client_key_id": "key_id"},
        status=204,
    ),
]
