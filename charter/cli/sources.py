"""The file that an import reads: what it is, whether it is whole, and its records."""

import csv
import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TextIO, TypeVar

import click

from charter.core.transfers.csv_columns import COLUMNS, IDENTIFYING
from charter.core.transfers.model import Header, Person, SourceKind
from charter.core.transfers.reading import ExportBroken, lines_of, whole
from charter.kernel.sealed_files import MAGIC, SealedFileBroken, opened
from charter.problems import EnvironmentProblem, Problem

Record = TypeVar("Record")
_BLOCK_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Kind:
    """What a file is by its first bytes."""

    of: SourceKind
    is_sealed: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read to its end once. header: of an export.

    sha256: of its content, in hex. records: how many there are to take over.
    """

    path: Path
    kind: SourceKind
    sha256: str
    records: int
    header: Header | None = None
    passphrase: str | None = field(default=None, repr=False)

    def lines(self) -> Iterator[bytes]:
        """The lines of an export between header and trailer. Raises: Problem."""
        with _told(self.path), self.path.open("rb") as file:
            found = lines_of(_blocks(file, self.passphrase))
            next(found)
            for _, line in zip(range(self.records), found, strict=False):
                yield line

    def people(self) -> Iterator[Person]:
        """The records of a CSV file. Raises: Problem."""
        with _told(self.path), _opened_text(self.path) as file:
            yield from _people(file)


def kind_of(path: Path) -> Kind:
    """What a file is. Raises: EnvironmentProblem."""
    with _told(path), path.open("rb") as file:
        head = file.read(len(MAGIC))
    if head == MAGIC:
        return Kind(SourceKind.CHARTER, is_sealed=True)
    return Kind(SourceKind.CHARTER if head.startswith(b"{") else SourceKind.CSV)


def look(path: Path, kind: Kind, passphrase: str | None, progress: Callable[[int], None]) -> Source:
    """Read a file to its end, taking nothing over. Raises: Problem, when it is not whole."""
    if kind.of is SourceKind.CSV:
        return _look_at_csv(path, progress)
    with _told(path), path.open("rb") as file:
        found = whole(_counted(lines_of(_blocks(file, passphrase)), progress))
    return Source(path, kind.of, found.sha256, found.records, found.header, passphrase)


def _look_at_csv(path: Path, progress: Callable[[int], None]) -> Source:
    with _told(path), path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with _told(path), _opened_text(path) as file:
        columns = _columns(file)
    unknown = [name for name in columns if name not in COLUMNS]
    if unknown:
        click.echo(f"Columns that are not taken over: {', '.join(unknown)}.", err=True)
    with _told(path), _opened_text(path) as file:
        records = sum(1 for _ in _counted(_people(file), progress))
    return Source(path, SourceKind.CSV, digest, records)


def _blocks(file: BinaryIO, passphrase: str | None) -> Iterator[bytes]:
    if passphrase is not None:
        return opened(file, passphrase)
    return iter(lambda: file.read(_BLOCK_BYTES), b"")


def _counted(given: Iterable[Record], progress: Callable[[int], None]) -> Iterator[Record]:
    for count, each in enumerate(given, 1):
        yield each
        progress(count)


def _opened_text(path: Path) -> TextIO:
    # Bytes that are no UTF-8 become surrogates, and the record that holds them is refused alone.
    return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")


def _columns(file: TextIO) -> list[str]:
    """The names of a CSV file's columns. Raises: Problem."""
    try:
        columns = [name.strip().lower() for name in next(csv.reader(file), [])]
    except csv.Error as mistake:
        raise Problem(f"The file is no CSV file of users: {mistake}.") from mistake
    if IDENTIFYING.isdisjoint(columns):
        raise Problem(
            "The file is neither an export of Charter nor a CSV file of users: its first line "
            f"names none of {', '.join(sorted(IDENTIFYING))}."
        )
    if len(set(columns)) < len(columns):
        raise Problem("The first line of the CSV file names a column twice.")
    return columns


def _people(file: TextIO) -> Iterator[Person]:
    rows = csv.reader(file)
    columns = [name.strip().lower() for name in next(rows, [])]
    record = 0
    while True:
        try:
            values = next(rows, None)
        except csv.Error as mistake:
            record += 1
            yield Person(record, {}, f"it cannot be read ({mistake})")
            continue
        if values is None:
            return
        if not values:
            continue
        record += 1
        if len(values) != len(columns):
            reason = f"it has {len(values)} values where the first line names {len(columns)}"
            yield Person(record, {}, reason)
            continue
        found = dict(zip(columns, values, strict=True))
        yield Person(record, {name: found[name] for name in COLUMNS if name in found})


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """What is wrong with a file, in a sentence. Raises: Problem."""
    try:
        yield
    except (ExportBroken, SealedFileBroken) as broken:
        raise Problem(str(broken)) from broken
    except OSError as error:
        raise EnvironmentProblem(f"{path} cannot be read: {error.strerror}.") from error
