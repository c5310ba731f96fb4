"""What a forger has: a genuine token's parts, and ways to put parts together wrongly."""

import base64
import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from charter.kernel.tokens import SigningKey


@dataclass(frozen=True)
class Genuine:
    """What a token is forged from: the true key, header and claims."""

    key: SigningKey
    header: dict[str, Any]
    claims: dict[str, Any]

    def signed(self, header: Any = None, payload: Any = None) -> str:
        """Sign whatever is given with the true key, as no honest code would."""
        return assemble(
            self.header if header is None else header,
            self.claims if payload is None else payload,
            self.key.signature,
        )

    def with_header(self, **changes: Any) -> str:
        return self.signed(header={**self.header, **changes})

    def with_claims(self, **changes: Any) -> str:
        return self.signed(payload={**self.claims, **changes})

    def without_claim(self, name: str) -> str:
        return self.signed(payload={k: v for k, v in self.claims.items() if k != name})

    def without_header(self, name: str) -> str:
        return self.signed(header={k: v for k, v in self.header.items() if k != name})


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def as_bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def assemble(header: Any, payload: Any, signer: Callable[[bytes], bytes]) -> str:
    signed = f"{encode(as_bytes(header))}.{encode(as_bytes(payload))}"
    return f"{signed}.{encode(signer(signed.encode()))}"


@functools.cache
def stranger() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def sign_as_stranger(message: bytes) -> bytes:
    return stranger().sign(message, padding.PKCS1v15(), hashes.SHA256())
