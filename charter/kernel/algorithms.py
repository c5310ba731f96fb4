"""Which algorithms guard what, and which keys are in use: the list that a command prints."""

from collections.abc import Iterable
from dataclasses import dataclass

from charter.kernel.secrets import KEY_BYTES, MINIMUM_SECRET_BYTES, Vault
from charter.kernel.tokens import ALGORITHM, KEY_BITS, PUBLIC_EXPONENT, PublicKey


@dataclass(frozen=True, slots=True)
class Algorithm:
    """What guards one thing, in words that a reviewer can check against a standard."""

    purpose: str
    algorithm: str
    parameters: str
    standard: str


@dataclass(frozen=True, slots=True)
class KeyInUse:
    """A key by its name; never the key."""

    purpose: str
    key_id: str
    algorithm: str
    use: str


ALGORITHMS = (
    Algorithm(
        "password hash",
        "argon2id",
        "19456 KiB, 2 passes, 1 lane, salt of 16 bytes, hash of 32 bytes",
        "RFC 9106; OWASP Password Storage Cheat Sheet",
    ),
    Algorithm(
        "session token signature",
        f"{ALGORITHM} (RSASSA-PKCS1-v1_5 with SHA-256)",
        f"RSA of {KEY_BITS} bits, exponent {PUBLIC_EXPONENT}",
        "RFC 7518 section 3.3; FIPS 186-5",
    ),
    Algorithm(
        "secret digest",
        "SHA-256",
        f"over secrets of {MINIMUM_SECRET_BYTES * 8} bits or more",
        "FIPS 180-4",
    ),
    Algorithm(
        "webhook signature",
        "HMAC-SHA256",
        "secret of 192 bits for each endpoint",
        "RFC 2104; Standard Webhooks 1.0",
    ),
    Algorithm(
        "encryption at rest",
        "AES-256-GCM",
        f"key of {KEY_BYTES * 8} bits, random nonce of 96 bits, tag of 128 bits",
        "NIST SP 800-38D",
    ),
    Algorithm(
        "randomness of secrets and ids",
        "the operating system's generator",
        "getrandom(2)",
        "NIST SP 800-90A",
    ),
)


def keys_in_use(vault: Vault, signing_keys: Iterable[PublicKey]) -> list[KeyInUse]:
    """Name the keys of a server.

    signing_keys: those that verify now, the signing ones and those still in their overlap.
    """
    newest, *older = vault.key_ids
    sealing = [KeyInUse("encryption at rest", newest, "AES-256-GCM", "seals and opens")]
    sealing += [
        KeyInUse("encryption at rest", key_id, "AES-256-GCM", "opens until rotated")
        for key_id in older
    ]
    signing = [
        KeyInUse("session token signature", key.kid, ALGORITHM, "verifies") for key in signing_keys
    ]
    return sealing + signing
