"""Passwords become argon2id hashes, and digests of other systems are read until they do.

Which hashers there are is a table: name → parser. A parser accepts the digest forms that the
Backend API's page on creating users gives, and refuses parameters that would let a digest cost
more than two or three seconds or 128 MiB to check. What it returns can `matches(password)`.

Every function here but `check_digest` and `needs_upgrade` takes tens of milliseconds or more, so
they are called through a `WorkPool`.
"""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

from charter.core.passwords.errors import PasswordDigestInvalid, PasswordHasherUnknown
from charter.core.passwords.hashers import (
    argon,
    blowfish,
    cognito,
    iterated,
    once,
    pbkdf2,
    scrypt,
)
from charter.core.passwords.hashers.parts import (
    MAXIMUM_DIGEST_LENGTH,
    MAXIMUM_PASSWORD_BYTES,
    Digest,
    Malformed,
    require,
    text_bytes,
)

NEW_HASHER = "argon2id"
"""The hasher of what `hash_new` returns."""

TAKES_ZERO_BYTES = {"argon2i", "argon2id"}

HASHERS: Mapping[str, Callable[[str], Digest]] = MappingProxyType(
    {
        "argon2i": argon.argon2i,
        "argon2id": argon.argon2id,
        "awscognito": cognito.awscognito,
        "bcrypt": blowfish.bcrypt,
        "bcrypt_peppered": blowfish.bcrypt_peppered,
        "bcrypt_sha256_django": blowfish.bcrypt_sha256_django,
        "hmac_sha256_utf16_b64": once.hmac_sha256_utf16_b64,
        "ldap_ssha": once.ldap_ssha,
        "md5": once.md5,
        "md5_phpass": iterated.md5_phpass,
        "md5_salted": once.md5_salted,
        "pbkdf2_sha1": pbkdf2.pbkdf2_sha1,
        "pbkdf2_sha256": pbkdf2.pbkdf2_sha256,
        "pbkdf2_sha256_django": pbkdf2.pbkdf2_sha256_django,
        "pbkdf2_sha512": pbkdf2.pbkdf2_sha512,
        "pbkdf2_sha512_hex": pbkdf2.pbkdf2_sha512_hex,
        "phpass": iterated.phpass,
        "scrypt_firebase": scrypt.scrypt_firebase,
        "scrypt_werkzeug": scrypt.scrypt_werkzeug,
        "sha256": once.sha256,
        "sha256_salted": once.sha256_salted,
        "sha512_symfony": iterated.sha512_symfony,
    }
)


def check_digest(hasher: str, digest: str) -> None:
    """Refuse a digest that could not be checked at sign-in, or only at too great a cost.

    Raises: PasswordHasherUnknown; PasswordDigestInvalid.
    """
    _read(hasher, digest)


def verify(hasher: str, digest: str, password: str) -> bool:
    """Whether the password is the one the digest was made of.

    No part of the password is cut off, trimmed or folded. A reference to Cognito matches no
    password: `cognito.awscognito` reads it for a sign-in that asks the user pool.

    Raises: PasswordHasherUnknown; PasswordDigestInvalid; PasswordTooLongNeedsReset, when bcrypt
    saw the first 72 bytes only and those are right.
    """
    parsed = _read(hasher, digest)
    if len(text_bytes(password)) > MAXIMUM_PASSWORD_BYTES:
        return False
    # bcrypt repeats its key with a zero byte between, and the HMAC in PBKDF2 and scrypt pads it
    # with zero bytes: with those, several passwords would match one digest.
    if "\0" in password and hasher not in TAKES_ZERO_BYTES:
        return False
    return parsed.matches(password)


def verify_absent(password: str) -> bool:
    """Spend the time of `verify` where there is no digest, so that nobody can tell; never true."""
    verify(NEW_HASHER, _nobody(), password)
    return False


def hash_new(password: str) -> str:
    """Hash a password for storage with argon2id (19 MiB, 2 passes, 1 lane) and a fresh salt."""
    return argon.hash_argon2id(password)


def needs_upgrade(hasher: str, digest: str) -> bool:
    """Whether the digest should be replaced by `hash_new` at the next sign-in.

    So is every digest of another hasher, and an argon2id hash of weaker parameters.

    Raises: PasswordDigestInvalid.
    """
    if hasher != NEW_HASHER:
        return True
    try:
        return argon.argon2id(digest).is_weaker_than_new()
    except Malformed as error:
        raise PasswordDigestInvalid("password_digest", hasher=hasher) from error


@cache
def _nobody() -> str:
    return hash_new("")


def _read(hasher: str, digest: str) -> Digest:
    parser = HASHERS.get(hasher)
    if parser is None:
        raise PasswordHasherUnknown("password_hasher")
    try:
        require(len(digest) <= MAXIMUM_DIGEST_LENGTH)
        return parser(digest)
    except Malformed as error:
        raise PasswordDigestInvalid("password_digest", hasher=hasher) from error
