"""Keys that an app brings along, to sign tokens for services that know nothing of ours."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from charter.kernel.tokens import KEY_BITS, PUBLIC_EXPONENT, encoded_header

LONGEST_KEY = 4096
"""Characters of a key: a PEM of the largest RSA key that is taken needs 3300."""
LARGEST_BITS = 4096


class GivenAlgorithm(StrEnum):
    """How a brought key signs. Source: RFC 7518 section 3.1, RFC 8037 section 3.1."""

    HS256 = "HS256"
    HS384 = "HS384"
    HS512 = "HS512"
    RS256 = "RS256"
    RS384 = "RS384"
    RS512 = "RS512"
    PS256 = "PS256"
    PS384 = "PS384"
    PS512 = "PS512"
    ES256 = "ES256"
    ES384 = "ES384"
    ES512 = "ES512"
    EDDSA = "EdDSA"

    @property
    def family(self) -> str:
        """`HS`, `RS`, `PS`, `ES` or `Ed`."""
        return self.value[:2]


SECRET_BYTES = {
    GivenAlgorithm.HS256: 32,
    GivenAlgorithm.HS384: 48,
    GivenAlgorithm.HS512: 64,
}
"""The least that a shared secret holds. Source: RFC 7518 section 3.2."""
CURVES: dict[GivenAlgorithm, type[ec.EllipticCurve]] = {
    GivenAlgorithm.ES256: ec.SECP256R1,
    GivenAlgorithm.ES384: ec.SECP384R1,
    GivenAlgorithm.ES512: ec.SECP521R1,
}
_WANTED = {
    "RS": f"must be a private RSA key of {KEY_BITS} to {LARGEST_BITS} bits in PEM",
    "PS": f"must be a private RSA key of {KEY_BITS} to {LARGEST_BITS} bits in PEM",
    "ES": "must be a private key on the curve of its algorithm in PEM",
    "Ed": "must be a private Ed25519 key in PEM",
}


class GivenKeyInvalid(ValueError):
    """A text is no key for an algorithm. `reason` says what must be, and nothing of the text."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class GivenKey:
    """A key that signs by the algorithm it was given for.

    text: a shared secret as it is, or a private key in PEM, unencrypted; up to 4096 characters.
    is_known: the text was taken before, so that its numbers need not be checked again, which
        takes up to a second of CPU: not for the event loop.
    Raises: GivenKeyInvalid.
    """

    __slots__ = ("_algorithm", "_key", "algorithm", "kid")

    def __init__(
        self, kid: str, algorithm: GivenAlgorithm, text: str, *, is_known: bool = False
    ) -> None:
        if len(text) > LONGEST_KEY:
            raise GivenKeyInvalid(f"must be at most {LONGEST_KEY} characters long")
        self.kid = kid
        self.algorithm = algorithm
        least = SECRET_BYTES.get(algorithm)
        self._key = _private(algorithm, text, is_known) if least is None else _shared(text, least)
        # Not by `get_alg`, which warns of EdDSA: other services know it by no later name yet.
        self._algorithm = JWSRegistry.algorithms[algorithm.value]

    def __repr__(self) -> str:
        return f"GivenKey({self.kid}, {self.algorithm})"

    def signature(self, message: bytes) -> bytes:
        """Sign bytes."""
        return self._algorithm.sign(message, self._key)

    def prefix(self, typ: str, header: Mapping[str, str]) -> bytes:
        """The encoded header with its dot."""
        fields = {"alg": self.algorithm.value, "typ": typ, "kid": self.kid, **header}
        return encoded_header(fields)


def _shared(text: str, least: int) -> Any:
    """A shared secret: the bytes of the text itself."""
    try:
        secret = text.encode()
    except UnicodeEncodeError:
        raise GivenKeyInvalid("must be text") from None
    if len(secret) < least:
        raise GivenKeyInvalid(f"must be at least {least} bytes long for its algorithm")
    if secret.lstrip().startswith(b"-----BEGIN"):
        # A public key that is taken for a shared secret is a secret that everybody knows.
        raise GivenKeyInvalid("must be a shared secret, and no key in PEM")
    return OctKey.import_key(secret)


def _private(algorithm: GivenAlgorithm, text: str, is_known: bool) -> Any:
    """A private key that fits its algorithm."""
    wrong = GivenKeyInvalid(_WANTED[algorithm.family])
    try:
        found = serialization.load_pem_private_key(
            text.encode(), password=None, unsafe_skip_rsa_key_validation=is_known
        )
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise wrong from None
    if algorithm.family in ("RS", "PS"):
        if not isinstance(found, rsa.RSAPrivateKey) or not _is_fit(found):
            raise wrong
        return RSAKey.import_key(found)
    if algorithm is GivenAlgorithm.EDDSA:
        if not isinstance(found, ed25519.Ed25519PrivateKey):
            raise wrong
        return OKPKey.import_key(found)
    if not isinstance(found, ec.EllipticCurvePrivateKey):
        raise wrong
    if not isinstance(found.curve, CURVES[algorithm]):
        raise wrong
    return ECKey.import_key(found)


def _is_fit(key: rsa.RSAPrivateKey) -> bool:
    exponent = key.public_key().public_numbers().e
    return KEY_BITS <= key.key_size <= LARGEST_BITS and exponent == PUBLIC_EXPONENT
