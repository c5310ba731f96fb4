"""Reads the lines of an export: their form, and whether all of them are there."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from charter.core.transfers.model import FORMAT, FORMAT_VERSION, Header, Trailer

MAX_LINE_BYTES = 32 * 1024 * 1024
"""A picture of 10 MiB in base64 is the longest there can be."""


class ExportBroken(Exception):
    """A file is no whole export; the sentence says why."""


class File(msgspec.Struct, forbid_unknown_fields=True):
    """A picture."""

    key: str
    data: bytes


class Line(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A line of an export: one of its forms."""

    header: Header | None = None
    table: str | None = None
    row: msgspec.Raw = msgspec.Raw()
    later: dict[str, str | None] | None = None
    file: File | None = None
    trailer: Trailer | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    """An export of which every line is there. records: lines between header and trailer."""

    header: Header
    sha256: str
    records: int


_decoder = msgspec.json.Decoder(Line)
_BEGINS = (b'{"header":', b'{"trailer":')


def lines_of(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a file that comes in blocks, with their ends. Raises: ExportBroken."""
    rest = b""
    for block in blocks:
        *parts, rest = (rest + block).split(b"\n")
        if len(rest) > MAX_LINE_BYTES:
            raise ExportBroken("The file has a line that is longer than any of an export.")
        for part in parts:
            yield part + b"\n"
    if rest:
        raise ExportBroken("The file ends too early: its last line is not whole.")


def read_line(line: bytes) -> Line:
    """A line. Raises: ValueError, for what is none."""
    return _decoder.decode(line)


def whole(lines: Iterable[bytes]) -> Whole:
    """Read an export to its end without taking anything over.

    Raises: ExportBroken.
    """
    digest = hashlib.sha256()
    header: Header | None = None
    trailer: Trailer | None = None
    count = 0
    for line in lines:
        if trailer is not None:
            raise ExportBroken("The file goes on after its end.")
        if header is None:
            header = _header(line)
        elif line.startswith(_BEGINS[1]):
            trailer = _read(line).trailer
            continue
        digest.update(line)
        count += 1
    if header is None:
        raise ExportBroken("The file is empty.")
    if trailer is None:
        raise ExportBroken("The file ends too early: its last line, the trailer, is missing.")
    if (trailer.lines, trailer.sha256) != (count, digest.hexdigest()):
        raise ExportBroken("The file is not as it was written: its lines do not fit its trailer.")
    return Whole(header, digest.hexdigest(), count - 1)


def _header(line: bytes) -> Header:
    header = _read(line).header if line.startswith(_BEGINS[0]) else None
    if header is None or header.format != FORMAT:
        raise ExportBroken("The file is no export of an instance.")
    if header.version != FORMAT_VERSION:
        raise ExportBroken(
            f"The export is of format {header.version}; this version reads {FORMAT_VERSION}."
        )
    return header


def _read(line: bytes) -> Line:
    try:
        return read_line(line)
    except ValueError as mistake:
        raise ExportBroken(f"The file is no export of an instance: {mistake}.") from mistake
