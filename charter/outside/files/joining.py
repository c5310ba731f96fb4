"""How parts in a folder become a file: they are set aside, looked at, and moved to their place.

Each step is one renaming, so that whoever comes after a crash finds the upload before it or
behind it, and goes on from there.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from charter.core.files.keys import read_checksum
from charter.core.files.model import (
    LEAST_PART_BYTES,
    FileUpload,
    FileUploadNotFound,
    NamedPart,
    PartInvalid,
    PartTooSmall,
    Stored,
)
from charter.outside.files.pieces import MD5_BYTES, READ_BYTES, Piece, sync_folder


def pieces(place: Path) -> list[Piece]:
    """The pieces in a folder, by number; none, where there is no such folder."""
    try:
        entries = [each for each in os.scandir(place) if each.name.isdigit()]
        found = [
            Piece(int(each.name), Path(each.path), each.stat().st_size - MD5_BYTES)
            for each in entries
        ]
    except FileNotFoundError:
        return []
    return sorted(found, key=lambda piece: piece.number)


def stored(found: Sequence[Piece]) -> Stored:
    """What pieces are together: of one its MD5, of several the MD5 of theirs and their number."""
    size_bytes = sum(piece.size_bytes for piece in found)
    md5s = b"".join(piece.md5() for piece in found)
    return Stored(
        size_bytes, f'"{hashlib.md5(md5s, usedforsecurity=False).hexdigest()}-{len(found)}"'
    )


def join(
    upload: FileUpload, parts: Sequence[NamedPart], waiting: Path, aside: Path, kept: Path
) -> Stored:
    """Join parts. Raises: as `Store.complete`."""
    with _alone(aside):
        if done := pieces(kept):
            return stored(done)
        if not aside.exists():
            # From here on no part can come any more: its folder is gone.
            _rename(waiting, aside)
        try:
            named = _named(pieces(aside), parts, upload)
        except (PartInvalid, PartTooSmall):
            _rename(aside, waiting)
            raise
        keeps = {piece.path.name for piece in named}
        for entry in os.scandir(aside):
            if entry.name not in keeps:
                Path(entry.path).unlink()
        result = stored(named)
        _rename(aside, kept)
        return result


def _named(found: Sequence[Piece], parts: Sequence[NamedPart], upload: FileUpload) -> list[Piece]:
    """The pieces that the parts name. Raises: PartInvalid; PartTooSmall."""
    by_number = {piece.number: piece for piece in found}
    named = []
    for part in parts:
        piece = by_number.get(part.part_number)
        if piece is None or piece.md5().hex() != part.etag.strip('"'):
            raise PartInvalid(reason=f"part {part.part_number} is not the one that arrived")
        named.append(piece)
    for piece in named[:-1]:
        if piece.size_bytes < LEAST_PART_BYTES:
            raise PartTooSmall(part_number=piece.number, limit=LEAST_PART_BYTES)
    if sum(piece.size_bytes for piece in named) != upload.size_bytes:
        raise PartInvalid(reason=f"together they must have {upload.size_bytes} bytes")
    if upload.checksum_sha256 is not None and _sha256(named) != read_checksum(
        upload.checksum_sha256
    ):
        raise PartInvalid(reason="together they have another checksum")
    return named


def _sha256(named: Sequence[Piece]) -> bytes:
    sha256 = hashlib.sha256()
    for piece in named:
        left = piece.size_bytes
        with piece.path.open("rb", buffering=0) as file:
            while left and (data := file.read(min(READ_BYTES, left))):
                sha256.update(data)
                left -= len(data)
    return sha256.digest()


def _rename(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        source.rename(target)
    except FileNotFoundError:
        raise FileUploadNotFound from None
    sync_folder(target.parent)


@contextmanager
def _alone(aside: Path) -> Iterator[None]:
    """Of several that join one upload, in whatever process, one does it; the others find it."""
    aside.parent.mkdir(parents=True, exist_ok=True)
    lock = aside.with_suffix(".lock")
    descriptor = os.open(lock, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def forget(aside: Path) -> None:
    """Forget what joining left beside the pieces."""
    aside.with_suffix(".lock").unlink(missing_ok=True)
    shutil.rmtree(aside, ignore_errors=True)
