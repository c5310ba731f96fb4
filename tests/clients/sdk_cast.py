"""Names, numbers and pictures that no other run of the story uses."""

import secrets
import struct
import zlib
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Cast:
    """Who and what one run of the story is about."""

    plan_id: str
    """A paid plan for users."""
    discount_id: str
    """A discount of 12.5 percent for three charges."""
    stamp: str = field(default_factory=lambda: secrets.token_hex(4))
    phones: int = field(default_factory=lambda: secrets.randbelow(9_900))
    ann: Any = None
    """The main user, with an email address, a phone number, a username and a password."""
    ben: Any = None
    """A user with an email address alone."""
    password: str = field(default_factory=lambda: secrets.token_urlsafe(18))

    def email(self, name: str) -> str:
        """An address of this run."""
        return f"{name}-{self.stamp}@example.com"

    def phone(self) -> str:
        """The next unused number of the French range that is kept for fiction."""
        self.phones += 1
        return f"+3363998{self.phones:04d}"


def picture(size: int = 64) -> dict[str, Any]:
    """A square PNG, ready for the SDK's upload parameters."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    rows = b"".join(b"\x00" + b"\x30\x80\xc0" * size for _ in range(size))
    content = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    return {"file_name": "picture.png", "content": content, "content_type": "image/png"}
