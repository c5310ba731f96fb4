"""A soft authenticator: it makes passkeys and proves them as a phone does, and lies when told to.

Source: W3C Web Authentication Level 3, sections 6.1 and 6.5.
"""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
SEEN = PRESENT | VERIFIED
ORIGIN = "http://app.test"


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def plain(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Lie:
    """What an answer says other than the truth."""

    origin: str | None = None
    rp_id: str | None = None
    challenge: str | None = None
    kind: str | None = None
    flags: int | None = None
    algorithm: int | None = None
    count: int | None = None
    handle: str | None = None
    frame: bool = False
    signature: bytes | None = None
    cut: int = 0
    """Bytes that are missing at the end of what the device signed or attested."""


HONEST = Lie()


@dataclass
class Authenticator:
    """A device with at most one passkey. `counts`: whether it counts its proofs."""

    origin: str = ORIGIN
    counts: bool = True
    aaguid: bytes = bytes(16)
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: str = ""
    count: int = 0

    def make(self, options: str, lie: Lie = HONEST) -> str:
        """A new passkey, as JSON text: the answer to creation options."""
        asked = json.loads(options)
        self.handle = asked["user"]["id"]
        point = self.key.public_key().public_numbers()
        cose = {1: 2, 3: lie.algorithm or -7, -1: 1}
        cose |= {-2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
        attested = self.aaguid + len(self.credential_id).to_bytes(2) + self.credential_id
        data = self._data(asked["rp"]["id"], ATTESTED, lie) + attested + cbor2.dumps(cose)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        if lie.cut:
            attestation = attestation[: -lie.cut]
        response = {
            "clientDataJSON": base64url(self._client_data("webauthn.create", asked, lie)),
            "attestationObject": base64url(attestation),
            "transports": ["internal", "hybrid"],
        }
        return self._credential(response)

    def prove(self, options: str, lie: Lie = HONEST) -> str:
        """A proof that the passkey is held, as JSON text: the answer to request options."""
        asked = json.loads(options)
        self.count += self.counts
        data = self._data(asked["rpId"], 0, lie)
        client_data = self._client_data("webauthn.get", asked, lie)
        signed = data + hashlib.sha256(client_data).digest()
        if lie.cut:
            data = data[: -lie.cut]
        response: dict[str, Any] = {
            "clientDataJSON": base64url(client_data),
            "authenticatorData": base64url(data),
            "signature": base64url(lie.signature or self.key.sign(signed, ec.ECDSA(SHA256()))),
            "userHandle": self.handle if lie.handle is None else lie.handle,
        }
        if lie.handle == "":
            del response["userHandle"]
        return self._credential(response)

    def _data(self, rp_id: str, flags: int, lie: Lie) -> bytes:
        shown = flags | (SEEN if lie.flags is None else lie.flags)
        count = self.count if lie.count is None else lie.count
        hashed = hashlib.sha256((lie.rp_id or rp_id).encode()).digest()
        return hashed + bytes([shown]) + count.to_bytes(4)

    def _client_data(self, kind: str, asked: dict[str, Any], lie: Lie) -> bytes:
        said = {
            "type": lie.kind or kind,
            "challenge": lie.challenge or asked["challenge"],
            "origin": lie.origin or self.origin,
            "crossOrigin": lie.frame,
        }
        return json.dumps(said).encode()

    def _credential(self, response: dict[str, Any]) -> str:
        name = base64url(self.credential_id)
        said = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps({**said, "clientExtensionResults": {}})
