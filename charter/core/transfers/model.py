"""The words of transfers: what is written into a file, and what became of one that was read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

import msgspec

from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event

FORMAT = "charter-export"
FORMAT_VERSION = 1


class SourceKind(StrEnum):
    """What a file holds."""

    CHARTER = "charter"
    """An instance, as an export writes it."""
    CSV = "csv"
    """Users in lines of comma-separated values."""


@dataclass(frozen=True, slots=True)
class Import:
    """A file on its way into an instance.

    source: the SHA-256 of its content, in hex. place: how many of its records are done.
    written, rejected: what became of their rows. rejects_bytes: how long the file of rejected rows
    was when the last of them were done.
    """

    id: str
    kind: SourceKind
    source: str
    place: int
    written: int
    rejected: int
    rejects_bytes: int
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None


class InstanceFacts(msgspec.Struct, forbid_unknown_fields=True):
    """Which instance an export was made of. Nothing of it is taken over."""

    id: str
    environment: str
    frontend_host: str
    application_name: str


class Header(msgspec.Struct, forbid_unknown_fields=True):
    """The first line of an export.

    schema: the revision of the tables. tables: rows of each. numbers: the highest number given in
    each table that counts its rows.
    """

    format: str
    version: int
    schema: str
    made_at: datetime
    instance: InstanceFacts
    tables: dict[str, int]
    numbers: dict[str, int]


class Trailer(msgspec.Struct, forbid_unknown_fields=True):
    """The last line. lines: those before it, with the header. sha256: of their bytes, in hex."""

    lines: int
    tables: dict[str, int]
    files: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export holds. files: pictures. broken: values that open under no key of ours.

    missing_files: pictures that were not where they were kept.
    """

    id: str
    rows: int
    files: int
    missing_files: int
    broken: int


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that was not taken over. record: its number in the file, the first is 1."""

    record: int
    of: str
    id: str | None
    code: str
    reason: str
    parameter: str | None = None

    @classmethod
    def because(cls, error: DomainError, record: int, of: str, row_id: str | None) -> "Rejection":
        """A record that an error of the core refused."""
        return cls(record, of, row_id, error.code, error.sentence(), error.parameter)

    def line(self) -> bytes:
        """As a line of JSON."""
        return msgspec.json.encode(self) + b"\n"


@dataclass(frozen=True, slots=True)
class Person:
    """A record of a CSV file: its number, its values by column, or why it cannot be read."""

    record: int
    values: dict[str, str]
    mistake: str | None = None


class Rejects(Protocol):
    """Where rejected records are written down."""

    def keep(self, at: int, rejections: Sequence[Rejection]) -> int:
        """Write these from this byte on, whatever stood there. Returns: where they end."""


Sink = Callable[[bytes], None]
"""Takes the lines of an export."""


class InstanceExported(Event):
    """An instance was written into a file, with all its secrets."""

    name = "instance.exported"


class ImportBegun(Event):
    """A file began to be read into the instance."""

    name = "import.begun"


class ImportContinued(Event):
    """Records of a file were read into the instance."""

    name = "import.continued"


class ImportFinished(Event):
    """All of a file was read into the instance."""

    name = "import.finished"


class InstanceNotEmpty(DomainError):
    """An export goes into an instance that is as it was made, so that nothing is mixed."""

    kind, code = Kind.CONFLICT, "instance_not_empty"
    message = "The instance already has rows in {table}; an export goes into a new one."


class ImportNotFound(DomainError):
    """There is no such import."""

    kind, code = Kind.NOT_FOUND, "import_not_found"
    message = "No import has this id."


class AlreadyImported(DomainError):
    """The file was read to its end before."""

    kind, code = Kind.CONFLICT, "already_imported"
    message = "This file has been imported into the instance already."


class ImportElsewhere(DomainError):
    """The records are done already: another process reads the same file."""

    kind, code = Kind.CONFLICT, "import_elsewhere"
    message = "Another process is importing the same file."


class LinkInvalid(DomainError):
    """A row cannot refer to that other one."""

    kind, code = Kind.UNPROCESSABLE, "link_invalid"
    message = "The row cannot refer to this one."


class UserIdTaken(DomainError):
    """The instance has a user of this id."""

    kind, code = Kind.CONFLICT, "user_id_taken"
    message = "The instance has a user with this id already."
    parameter = "id"
