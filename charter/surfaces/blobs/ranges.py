"""Which bytes of a file are asked for. Source: RFC 9110, sections 13 and 14."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes from a place on. is_whole: nobody asked for less than all."""

    start: int
    length: int
    is_whole: bool = False

    def content_range(self, size_bytes: int) -> str:
        """The header that says which they are."""
        return f"bytes {self.start}-{self.start + self.length - 1}/{size_bytes}"


def wanted(header: str | None, if_range: str | None, etag: str, size_bytes: int) -> Part | None:
    """The bytes to send; None, where there are none of those that are asked for.

    Of several ranges, and of what is no range of bytes, all is sent: both may be passed over.
    """
    whole = Part(0, size_bytes, is_whole=True)
    if header is None or (if_range is not None and if_range != etag):
        return whole
    match = _RANGE.fullmatch(header.strip())
    if match is None or match[0] == "bytes=-":
        return whole
    first, last = match[1], match[2]
    if not first:
        length = min(int(last), size_bytes)
        return Part(size_bytes - length, length) if length else None
    start = int(first)
    if last and int(last) < start:
        return whole
    if start >= size_bytes:
        return None
    end = min(int(last), size_bytes - 1) if last else size_bytes - 1
    return Part(start, end - start + 1)
