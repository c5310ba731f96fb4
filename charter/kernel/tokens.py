"""Signed tokens: JWTs of our own making, and the one strict way to take them back."""

import base64
import json
import re
from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Never, Protocol, Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

ALGORITHM = "RS256"
KEY_BITS = 2048
PUBLIC_EXPONENT = 65537
# A browser's cookie holds 4 KB; template tokens travel in headers and may be larger.
MAXIMUM_TOKEN_LENGTH = 16_384
MAXIMUM_HEADER_LENGTH = 1024
MAXIMUM_LEEWAY_SECONDS = 30
LAST_SECOND = 253_402_300_799  # 9999-12-31T23:59:59Z, the last that a datetime holds

# All that our tokens ever carry. Key material, critical extensions, unencoded payloads, compression
# and nesting need another name here, so they are refused without being understood.
_HEADERS = frozenset({"alg", "typ", "kid", "cat"})
_KID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_NAME = re.compile(r"[0-9A-Za-z_#-]{1,32}")
_BASE64URL = re.compile(r"[0-9A-Za-z_-]*")
_RS256 = JWSRegistry(algorithms=[ALGORITHM]).get_alg(ALGORITHM)
_write = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


class Typ(StrEnum):
    """The `typ` header: which kind of token it is. `JWT` covers session, template and ID tokens."""

    JWT = "JWT"
    ACCESS = "at+jwt"
    LOGOUT = "logout+jwt"
    TICKET = "ticket+jwt"
    INVITATION = "invitation+jwt"


class Category(StrEnum):
    """The `cat` header, by which existing clients tell apart tokens of `typ` `JWT`."""

    SESSION = "cl_B7d4PD111AAA"
    TEMPLATE = "cl_B7d4PD222AAA"
    M2M = "cl_B7d4PD333AAA"


class Reason(StrEnum):
    """Why a token was refused. For logs and for doors that tell; never a secret."""

    TOO_LONG = "too_long"
    MALFORMED = "malformed"
    DUPLICATE_KEY = "duplicate_key"
    HEADER_NOT_ALLOWED = "header_not_allowed"
    UNKNOWN_KEY = "unknown_key"
    WRONG_ALGORITHM = "wrong_algorithm"
    WRONG_TYPE = "wrong_type"
    WRONG_CATEGORY = "wrong_category"
    BAD_SIGNATURE = "bad_signature"
    CLAIM_MISSING = "claim_missing"
    CLAIM_TYPE = "claim_type"
    WRONG_ISSUER = "wrong_issuer"
    WRONG_AUDIENCE = "wrong_audience"
    WRONG_PARTY = "wrong_party"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    ISSUED_LATER = "issued_later"


class TokenRefused(Exception):
    """A token does not hold. `part` names the header or claim at fault, where there is one."""

    def __init__(self, reason: Reason, part: str | None = None) -> None:
        self.reason = reason
        self.part = part
        super().__init__(reason.value if part is None else f"{reason.value}: {part}")


class TokenTooLong(ValueError):
    """With these claims a token would be longer than any that is taken back."""


class Signer(Protocol):
    """What a token is signed with."""

    def signature(self, message: bytes) -> bytes:
        """Sign bytes."""

    def prefix(self, typ: str, header: Mapping[str, str]) -> bytes:
        """The encoded header with its dot."""


class PublicKey:
    """A key that verifies: RSA of 2048 bits or more, exponent 65537, RS256 and nothing else."""

    __slots__ = ("_key", "kid")

    def __init__(self, kid: str, key: rsa.RSAPublicKey) -> None:
        self.kid = _checked_kid(kid)
        if key.key_size < KEY_BITS or key.public_numbers().e != PUBLIC_EXPONENT:
            raise ValueError("A key is RSA of 2048 bits or more with the exponent 65537.")
        self._key = RSAKey.import_key(key)

    def __repr__(self) -> str:
        return f"PublicKey({self.kid})"

    @classmethod
    def from_pem(cls, kid: str, pem: str) -> Self:
        """Read a SubjectPublicKeyInfo. Raises: ValueError, when it is no RSA key of ours."""
        key = serialization.load_pem_public_key(pem.encode())
        if not isinstance(key, rsa.RSAPublicKey):
            raise ValueError("A key is RSA of 2048 bits or more with the exponent 65537.")  # noqa: TRY004 - a wrong value in a right type
        return cls(kid, key)

    def to_pem(self) -> str:
        """The key as SubjectPublicKeyInfo, the form for networkless verification."""
        return self._key.as_pem(private=False).decode()

    def to_jwk(self) -> dict[str, str]:
        """The key as an entry of a JWKS: use, kty, kid, alg, n, e."""
        numbers = self._key.as_dict(private=False)
        return {
            "use": "sig",
            "kty": "RSA",
            "kid": self.kid,
            "alg": ALGORITHM,
            "n": str(numbers["n"]),
            "e": str(numbers["e"]),
        }

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's over the message (RSASSA-PKCS1-v1_5, SHA-256)."""
        return _RS256.verify(message, signature, self._key)


class SigningKey:
    """A key that signs: RSA of 2048 bits, as existing clients demand, and its public half."""

    __slots__ = ("_key", "_prefixes", "kid", "public")

    def __init__(self, kid: str, key: rsa.RSAPrivateKey) -> None:
        if key.key_size != KEY_BITS:
            raise ValueError("A signing key is RSA of 2048 bits with the exponent 65537.")
        self.public = PublicKey(kid, key.public_key())
        self.kid = kid
        self._key = RSAKey.import_key(key)
        self._prefixes: dict[tuple[str, tuple[tuple[str, str], ...]], bytes] = {}

    def __repr__(self) -> str:
        return f"SigningKey({self.kid})"

    @classmethod
    def generate(cls, kid: str) -> Self:
        """Make a new key. Takes 50 to 300 ms of CPU: not for the event loop."""
        return cls(kid, rsa.generate_private_key(PUBLIC_EXPONENT, KEY_BITS))

    @classmethod
    def from_pem(cls, kid: str, pem: str) -> Self:
        """Read a private key in PKCS8. Raises: ValueError, when it is no RSA key of ours."""
        key = serialization.load_pem_private_key(pem.encode(), password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ValueError("A signing key is RSA of 2048 bits with the exponent 65537.")  # noqa: TRY004 - a wrong value in a right type
        return cls(kid, key)

    def to_pem(self) -> str:
        """The private key in PKCS8, unencrypted: to be sealed by a `Vault`, never to be logged."""
        return self._key.as_pem(private=True).decode()

    def public_pem(self) -> str:
        """The public half as SubjectPublicKeyInfo."""
        return self.public.to_pem()

    def public_jwk(self) -> dict[str, str]:
        """The public half as an entry of a JWKS: use, kty, kid, alg, n, e."""
        return self.public.to_jwk()

    def signature(self, message: bytes) -> bytes:
        """Sign bytes: RSASSA-PKCS1-v1_5 with SHA-256, 256 bytes."""
        return _RS256.sign(message, self._key)

    def prefix(self, typ: str, header: Mapping[str, str]) -> bytes:
        """The encoded header with its dot, kept because a key signs few kinds of token.

        Raises: ValueError, when the header sets what `verify` would refuse, or `alg`, `typ`, `kid`.
        """
        kind = (typ, tuple(header.items()))
        known = self._prefixes.get(kind)
        if known is None:
            if not header.keys() <= _HEADERS - {"alg", "typ", "kid"}:
                raise ValueError("A token's header adds nothing but its category.")
            fields = {"alg": ALGORITHM, "typ": typ, "kid": self.kid, **header}
            known = self._prefixes[kind] = encoded_header(fields)
        return known


def encoded_header(fields: Mapping[str, str]) -> bytes:
    """A header as it stands in a token, with its dot."""
    return _encode(_write(fields).encode()) + b"."


def sign(
    key: Signer,
    claims: Mapping[str, Any],
    *,
    typ: str = Typ.JWT,
    header: Mapping[str, str] = {},
) -> str:
    """Sign claims as they are: what they may say is decided by whoever made them.

    header: `{"cat": Category.SESSION}` or nothing. Times in the claims are whole seconds.
    Raises: ValueError, when the header or a claim cannot be written; TokenTooLong.
    """
    signed = key.prefix(typ, header) + _encode(_write(claims).encode())
    if len(signed) > MAXIMUM_TOKEN_LENGTH:
        raise TokenTooLong("A token is at most 16384 characters long.")
    token = (signed + b"." + _encode(key.signature(signed))).decode("ascii")
    if len(token) > MAXIMUM_TOKEN_LENGTH:
        raise TokenTooLong("A token is at most 16384 characters long.")
    return token


def verify(
    token: str,
    keys: Mapping[str, PublicKey],
    *,
    typ: str,
    issuer: str,
    now: datetime,
    audience: str | None = None,
    authorized_parties: Collection[str | None] | None = None,
    leeway_seconds: int = 5,
    categories: Collection[str | None] = (None,),
) -> dict[str, Any]:
    """Verify a token that we signed, and read its claims.

    keys: by `kid`, the current one and those still in their overlap. The key decides the algorithm.
    typ: the one kind that is taken, letter for letter.
    now: aware. leeway_seconds: 0 to 30, granted to `exp`, `nbf` and `iat`.
    audience: must be `aud` or in it; with None, `aud` is not looked at.
    authorized_parties: allowed values of `azp`; None among them allows a token without one.
    categories: allowed values of the `cat` header; None among them allows a token without one.
    Returns: the claims; `iss` is a string, `exp` and `iat` are integers.
    Raises: TokenRefused.
    Source: RFC 7515 section 5.2, RFC 7519 section 7.2, RFC 8725 section 3.
    """
    if now.tzinfo is None or not 0 <= leeway_seconds <= MAXIMUM_LEEWAY_SECONDS:
        raise ValueError("Verification needs an aware time and a leeway of 0 to 30 seconds.")
    if isinstance(categories, str) or isinstance(authorized_parties, str):
        # `in` would find parts of a string, so that a fragment of a category would pass.
        raise TypeError("Categories and authorized parties are collections of strings.")
    if len(token) > MAXIMUM_TOKEN_LENGTH:
        raise TokenRefused(Reason.TOO_LONG)
    segments = token.split(".")
    if len(segments) != 3:
        raise TokenRefused(Reason.MALFORMED)
    key = _key_of(segments[0], keys, typ, categories)
    signature = _decode(segments[2], "signature")
    payload = _decode(segments[1], "payload")
    if not key.has_signed(f"{segments[0]}.{segments[1]}".encode("ascii"), signature):
        raise TokenRefused(Reason.BAD_SIGNATURE)
    claims = _read_object(payload, "payload")
    _check_times(claims, now.timestamp(), leeway_seconds)
    _check_parties(claims, issuer, audience, authorized_parties)
    return claims


def _key_of(
    segment: str,
    keys: Mapping[str, PublicKey],
    typ: str,
    categories: Collection[str | None],
) -> PublicKey:
    """Read the header, compare it with what is expected, and give the key it names."""
    if len(segment) > MAXIMUM_HEADER_LENGTH:
        raise TokenRefused(Reason.TOO_LONG, "header")
    header = _read_object(_decode(segment, "header"), "header")
    for name, value in header.items():
        if name not in _HEADERS:
            # The name is the sender's: only a harmless one goes into logs and answers.
            raise TokenRefused(Reason.HEADER_NOT_ALLOWED, name if _NAME.fullmatch(name) else None)
        if type(value) is not str:
            raise TokenRefused(Reason.MALFORMED, name)
    key = keys.get(header.get("kid", ""))
    if key is None:
        raise TokenRefused(Reason.UNKNOWN_KEY, "kid")
    if header.get("alg") != ALGORITHM:
        raise TokenRefused(Reason.WRONG_ALGORITHM, "alg")
    if header.get("typ") != typ:
        raise TokenRefused(Reason.WRONG_TYPE, "typ")
    if header.get("cat") not in categories:
        raise TokenRefused(Reason.WRONG_CATEGORY, "cat")
    return key


def _check_times(claims: Mapping[str, Any], now: float, leeway_seconds: int) -> None:
    """Check `exp` and `iat`, which every token has, and `nbf`, which some have."""
    expires, issued = _seconds(claims, "exp"), _seconds(claims, "iat")
    if now >= expires + leeway_seconds:
        raise TokenRefused(Reason.EXPIRED, "exp")
    if issued > now + leeway_seconds:
        raise TokenRefused(Reason.ISSUED_LATER, "iat")
    if "nbf" in claims and _seconds(claims, "nbf") > now + leeway_seconds:
        raise TokenRefused(Reason.NOT_YET_VALID, "nbf")


def _check_parties(
    claims: Mapping[str, Any],
    issuer: str,
    audience: str | None,
    authorized_parties: Collection[str | None] | None,
) -> None:
    """Check who made the token, for whom, and that every name in it is text."""
    for name in ("iss", "sub", "sid", "jti", "azp"):
        if name in claims and type(claims[name]) is not str:
            raise TokenRefused(Reason.CLAIM_TYPE, name)
    if claims.get("iss") != issuer:
        raise TokenRefused(Reason.WRONG_ISSUER, "iss")
    if audience is not None and audience not in _audiences(claims):
        raise TokenRefused(Reason.WRONG_AUDIENCE, "aud")
    if authorized_parties is not None and claims.get("azp") not in authorized_parties:
        raise TokenRefused(Reason.WRONG_PARTY, "azp")


def _audiences(claims: Mapping[str, Any]) -> list[str]:
    """The audiences of a token, which come as one or as a list."""
    found = claims.get("aud", [])
    audiences = [found] if type(found) is str else found
    if type(audiences) is not list or any(type(each) is not str for each in audiences):
        raise TokenRefused(Reason.CLAIM_TYPE, "aud")
    return audiences


def _seconds(claims: Mapping[str, Any], name: str) -> int:
    """A time of a token. A bool is an int to Python and not to us."""
    if name not in claims:
        raise TokenRefused(Reason.CLAIM_MISSING, name)
    value = claims[name]
    if type(value) is not int or not 0 <= value <= LAST_SECOND:
        raise TokenRefused(Reason.CLAIM_TYPE, name)
    return value


def _read_object(data: bytes, part: str) -> dict[str, Any]:
    """Read a JSON object in UTF-8 in which no name comes twice and every number is a number."""
    try:
        # Decoded here, because `json` would take UTF-16 and UTF-32 from bytes as well.
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError):
        raise TokenRefused(Reason.MALFORMED, part) from None
    if type(value) is not dict:
        raise TokenRefused(Reason.MALFORMED, part)
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise TokenRefused(Reason.DUPLICATE_KEY)
    return made


def _refuse_constant(name: str) -> Never:
    raise ValueError(name)


def _encode(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _decode(segment: str, part: str) -> bytes:
    """Read base64url that has one spelling: no padding, no foreign character, no stray last bit."""
    if _BASE64URL.fullmatch(segment) is None or len(segment) % 4 == 1 or not segment:
        raise TokenRefused(Reason.MALFORMED, part)
    data = base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4))
    if _encode(data) != segment.encode("ascii"):
        raise TokenRefused(Reason.MALFORMED, part)
    return data


def _checked_kid(kid: str) -> str:
    """A key id that can stand in a URL, a file name and a log line."""
    if _KID.fullmatch(kid) is None:
        raise ValueError("A key id is 1 to 64 letters, digits, hyphens or underscores.")
    return kid
