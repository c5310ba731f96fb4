"""Files sealed with a passphrase, written and read block by block.

A file is the line `charter-sealed-1`, 16 bytes of salt, a check of 16 bytes, then blocks. The key
is scrypt(passphrase in NFKC and UTF-8, salt, N=2**16, r=8, p=2), 32 bytes. A block is 64 KiB of
plain bytes, the last one fewer, under AES-256-GCM; its nonce is its number from 0 in 11 bytes, then
1 for the last block and 0 for every other. All are bound to line and salt; the check is the seal of
nothing under a nonce of 0xff. So no block can be changed, left out, moved or cut off unseen.
Source: Hoang, Reyhanitabar, Rogaway, Vizar, "Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance", section 7 (STREAM).
"""

import hashlib
import os
import unicodedata
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"charter-sealed-1\n"
BLOCK_BYTES = 64 * 1024
_SALT_BYTES = 16
_TAG_BYTES = 16
_COUNTER_BYTES = 11
_FOR_CHECK = b"\xff" * 12
_SCRYPT_BYTES = 160 * 1024 * 1024


class SealedFileBroken(Exception):
    """A sealed file does not open; the sentence says why."""


class SealingWriter:
    """Seals what is written to a file; `close` writes the last block, not the file's end."""

    def __init__(self, target: BinaryIO, passphrase: str) -> None:
        self._target = target
        bound = MAGIC + os.urandom(_SALT_BYTES)
        self._cipher = _Blocks(passphrase, bound)
        self._waiting = bytearray()
        target.write(bound + self._cipher.check())

    def write(self, data: bytes) -> None:
        """Add bytes."""
        self._waiting += data
        # A full block waits until more comes: only then is it known not to be the last.
        while len(self._waiting) > BLOCK_BYTES:
            self._target.write(self._cipher.seal(bytes(self._waiting[:BLOCK_BYTES]), is_last=False))
            del self._waiting[:BLOCK_BYTES]

    def close(self) -> None:
        """Write the last block."""
        self._target.write(self._cipher.seal(bytes(self._waiting), is_last=True))
        self._waiting.clear()


def opened(source: BinaryIO, passphrase: str) -> Iterator[bytes]:
    """What was sealed, block by block, from the beginning of a file.

    Raises: SealedFileBroken.
    """
    bound = source.read(len(MAGIC) + _SALT_BYTES)
    if len(bound) < len(MAGIC) + _SALT_BYTES or not bound.startswith(MAGIC):
        raise SealedFileBroken("The file is not one that was sealed with a passphrase.")
    blocks = _Blocks(passphrase, bound)
    if source.read(_TAG_BYTES) != blocks.check():
        raise SealedFileBroken("The passphrase is not the one that the file was sealed with.")
    block = source.read(BLOCK_BYTES + _TAG_BYTES)
    while True:
        # Only what follows tells whether a block must be the last one.
        following = source.read(BLOCK_BYTES + _TAG_BYTES)
        yield blocks.open(block, is_last=not following)
        if not following:
            return
        block = following


class _Blocks:
    """The blocks of one file, in their order."""

    def __init__(self, passphrase: str, bound: bytes) -> None:
        self._bound = bound
        self._count = 0
        key = hashlib.scrypt(
            unicodedata.normalize("NFKC", passphrase).encode("utf-8", "surrogatepass"),
            salt=bound[len(MAGIC) :],
            n=2**16,
            r=8,
            p=2,
            maxmem=_SCRYPT_BYTES,
            dklen=32,
        )
        self._cipher = AESGCM(key)

    def check(self) -> bytes:
        """What tells the right passphrase from others."""
        return self._cipher.encrypt(_FOR_CHECK, b"", self._bound)

    def seal(self, data: bytes, *, is_last: bool) -> bytes:
        """The next block."""
        return self._cipher.encrypt(self._nonce(is_last=is_last), data, self._bound)

    def open(self, block: bytes, *, is_last: bool) -> bytes:
        """What is in the next block. Raises: SealedFileBroken."""
        number = self._count
        nonce = self._nonce(is_last=is_last)
        try:
            return self._cipher.decrypt(nonce, block, self._bound)
        except InvalidTag:
            if is_last and self._is_inner(number, block):
                raise SealedFileBroken(
                    "The file ends too early: a part of it is missing."
                ) from None
            raise SealedFileBroken(
                f"The file was changed or cut off: block {number} is not as it was sealed."
            ) from None

    def _is_inner(self, number: int, block: bytes) -> bool:
        """Whether a block that stands last was sealed as one that others follow."""
        try:
            self._cipher.decrypt(_nonce(number, is_last=False), block, self._bound)
        except InvalidTag:
            return False
        return True

    def _nonce(self, *, is_last: bool) -> bytes:
        nonce = _nonce(self._count, is_last=is_last)
        self._count += 1
        return nonce


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(_COUNTER_BYTES) + bytes((is_last,))
