"""Secrets: made with a checksum, stored as a digest, or sealed when they are shown again."""

import base64
import binascii
import hashlib
import hmac
import os
import secrets
import zlib
from collections.abc import Sequence
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from charter.kernel.ids import base62

CHECKSUM_LENGTH = 6
KEY_BYTES = 32
MINIMUM_SECRET_BYTES = 20  # 160 bits
# 27 characters hold the least secret, 128 is far beyond any we make.
BODY_LENGTHS = range(27 + CHECKSUM_LENGTH, 128 + CHECKSUM_LENGTH + 1)

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ALPHABET_SET = frozenset(_ALPHABET)
_FORMAT = 1
_NONCE_BYTES = 12
_TAG_BYTES = 16
_FOR_MARKS = b"charter marks"


def new_secret(prefix: str, size_bytes: int = 32) -> str:
    """Make a secret: the prefix for scanners, the secret in base62, six characters of checksum.

    size_bytes: randomness from a CSPRNG, 20 to 95; 32 bytes make 43 characters.
    Raises: ValueError, when less than 160 bits are asked for.
    """
    length = _base62_length(size_bytes)
    if size_bytes < MINIMUM_SECRET_BYTES or length + CHECKSUM_LENGTH not in BODY_LENGTHS:
        raise ValueError("A secret holds 20 to 95 bytes.")
    text = prefix + base62(int.from_bytes(secrets.token_bytes(size_bytes)), length)
    return text + _checksum(text)


def well_formed(prefix: str, text: str) -> bool:
    """Whether the text could be a secret with this prefix, so that typos cost no database read."""
    if not text.startswith(prefix) or len(text) - len(prefix) not in BODY_LENGTHS:
        return False
    if not _ALPHABET_SET.issuperset(text[len(prefix) :]):
        return False
    return _checksum(text[:-CHECKSUM_LENGTH]) == text[-CHECKSUM_LENGTH:]


def digest(secret: str) -> bytes:
    """The SHA-256 of a secret, 32 bytes: the only form in which a compared secret is stored.

    A plain hash is enough because our secrets hold 160 bits or more; passwords are another matter.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def generate_key() -> str:
    """Make a key for a `Vault`: 32 bytes in base64url without padding, 43 characters."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).rstrip(b"=").decode()


def read_key(text: str) -> bytes:
    """Read a key as `generate_key` wrote it.

    Raises: ValueError, when it is not 32 bytes in base64url. The message never repeats the key.
    """
    try:
        key = base64.b64decode(text.strip().rstrip("=") + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError("A key is 32 bytes written in base64url, 43 characters.") from None
    return key


class SealRefused(Exception):
    """What was to be opened is damaged, was sealed for another context or by an unknown key.

    reason: `malformed`, `unknown_key` or `broken`.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Vault:
    """Seals what is shown again or used again: AES-256-GCM under named keys.

    keys: (key id, 32 bytes), the newest first. The first seals, all of them open. A key id is 1 to
    255 bytes of ASCII and must never be given to another key.

    A sealed value is format (1 byte, 1), length of the key id (1 byte), key id, nonce (12 bytes),
    ciphertext, tag (16 bytes). The nonce is random, so one key serves for 2**32 values.
    Source: NIST SP 800-38D section 8.3.
    """

    def __init__(self, keys: Sequence[tuple[str, bytes]]) -> None:
        if not keys:
            raise ValueError("A vault needs a key.")
        self._ciphers: dict[bytes, AESGCM] = {}
        self._marking: list[bytes] = []
        for key_id, key in keys:
            name = key_id.encode("ascii")
            if not 1 <= len(name) <= 255 or name in self._ciphers:
                raise ValueError("Each key of a vault has a key id of its own, 1 to 255 bytes.")
            if len(key) != KEY_BYTES:
                raise ValueError("A key of a vault is 32 bytes long.")
            self._ciphers[name] = AESGCM(key)
            # One key for one use: that of marks is derived, so that neither tells of the other.
            self._marking.append(hmac.digest(key, _FOR_MARKS, "sha256"))
        newest = keys[0][0].encode("ascii")
        self._newest = self._ciphers[newest]
        self._header = bytes((_FORMAT, len(newest))) + newest

    def __repr__(self) -> str:
        return f"Vault({', '.join(self.key_ids)})"

    @property
    def key_ids(self) -> tuple[str, ...]:
        """The names of the keys, the newest first."""
        return tuple(name.decode("ascii") for name in self._ciphers)

    @property
    def header(self) -> bytes:
        """How every value under the newest key begins, and no other."""
        return self._header

    def seal(self, plaintext: bytes, context: str) -> bytes:
        """Encrypt under the newest key.

        context: what the value is and whose, such as `signing_keys:ins_…`. It is not stored: who
        opens the value must name it again, so a value moved to another row does not open.
        """
        nonce = os.urandom(_NONCE_BYTES)
        bound = _bound(self._header, context)
        return self._header + nonce + self._newest.encrypt(nonce, plaintext, bound)

    def open(self, sealed: bytes, context: str) -> bytes:
        """Decrypt under whichever key sealed it.

        Raises: SealRefused, when the value, its context or its key is not the one that was sealed.
        """
        header, name = _split(sealed)
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise SealRefused("unknown_key")
        nonce = sealed[len(header) : len(header) + _NONCE_BYTES]
        try:
            return cipher.decrypt(
                nonce, sealed[len(header) + _NONCE_BYTES :], _bound(header, context)
            )
        except InvalidTag:
            raise SealRefused("broken") from None

    def derived(self, use: str) -> dict[str, bytes]:
        """A key of 32 bytes for another use, from each key, by its key id; the newest first."""
        return {
            key_id: hmac.digest(marking, use.encode(), "sha256")
            for key_id, marking in zip(self.key_ids, self._marking, strict=True)
        }

    def mark(self, text: str, context: str) -> str:
        """What shows later that this server wrote a text: HMAC-SHA256 in base64url, 43 characters.

        context: as for `seal`. Source: RFC 2104.
        """
        return _mark(self._marking[0], text, context)

    def is_marked(self, text: str, mark: str, context: str) -> bool:
        """Whether this is the mark of a text, under any of the keys."""
        given = mark.encode("utf-8", "surrogatepass")
        found = (_mark(key, text, context).encode() for key in self._marking)
        return any(hmac.compare_digest(each, given) for each in found)

    def needs_rotation(self, sealed: bytes) -> bool:
        """Whether an older key than the newest sealed this.

        Raises: SealRefused, when the value is not a sealed one.
        """
        header, _ = _split(sealed)
        return header != self._header


def _split(sealed: bytes) -> tuple[bytes, bytes]:
    """The header of a sealed value, and the key id within."""
    if len(sealed) < 2 or sealed[0] != _FORMAT or sealed[1] == 0:
        raise SealRefused("malformed")
    length = 2 + sealed[1]
    if len(sealed) < length + _NONCE_BYTES + _TAG_BYTES:
        raise SealRefused("malformed")
    return sealed[:length], sealed[2:length]


def _bound(header: bytes, context: str) -> bytes:
    """The associated data: the header says its own length, so no context can imitate it."""
    if not context:
        raise ValueError("A sealed value names its context.")
    return header + context.encode()


def _mark(key: bytes, text: str, context: str) -> str:
    message = len(context).to_bytes(4, "big") + f"{context}{text}".encode("utf-8", "surrogatepass")
    return base64.urlsafe_b64encode(hmac.digest(key, message, "sha256")).rstrip(b"=").decode()


@cache
def _base62_length(size_bytes: int) -> int:
    """How many base62 characters hold any number of so many bytes."""
    length, room = 0, 1
    while room < 256**size_bytes:
        length, room = length + 1, room * 62
    return length


def _checksum(text: str) -> str:
    """CRC-32 in six base62 characters: it finds typos and keeps nothing secret."""
    return base62(zlib.crc32(text.encode("utf-8", "surrogatepass")), CHECKSUM_LENGTH)
