"""Reads a file into an instance, some thousand records a transaction."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from charter.cli.sources import Source
from charter.core.transfers import operations
from charter.core.transfers.model import Import, Rejection, SourceKind
from charter.kernel.actor import Actor
from charter.kernel.operation import run
from charter.kernel.platform import Platform
from charter.migrate import is_known
from charter.problems import EnvironmentProblem, NewerDataProblem

Record = TypeVar("Record")
Outcome = Import
RECORDS = 2000
"""Records of a transaction."""
MAX_BYTES = 8 * 1024 * 1024
"""Lines of a transaction, in bytes: pictures are long."""


class RejectFile:
    """Rejected records on the disk, as lines of JSON. The first of them replaces what was there."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, at: int, rejections: Sequence[Rejection]) -> int:
        """Write these from this byte on, whatever stood there. Returns: where they end."""
        flags = os.O_WRONLY | os.O_CREAT
        with os.fdopen(os.open(self._path, flags, 0o600), "wb") as file:
            file.truncate(at)
            file.seek(at)
            file.writelines(each.line() for each in rejections)
            file.flush()
            os.fsync(file.fileno())
            return file.tell()


async def read_in(
    platform: Platform,
    actor: Actor,
    source: Source,
    rejects: Path,
    progress: Callable[[int, int | None], None],
) -> Outcome:
    """Read a file that is whole, from its beginning or from where a run before stopped.

    Raises: Problem; DomainError, for what the core refuses.
    """

    async def call(operation: Any, **arguments: Any) -> Import:
        made: Import = await run(platform, actor, operation, arguments=arguments)
        return made

    if source.header is not None and not is_known(source.header.schema):
        raise NewerDataProblem(
            f"The export is of a newer Charter (revision {source.header.schema}); "
            "install that version."
        )
    reached = await call(operations.begin, source=source.sha256, header=source.header)
    _check(rejects, reached)
    file = RejectFile(rejects)
    if source.kind is SourceKind.CSV:
        for people in _chunks(islice(source.people(), reached.place, None), _no_size):
            reached = await call(
                operations.take_people,
                import_id=reached.id,
                place=reached.place,
                people_given=people,
                rejects=file,
            )
            progress(reached.place, source.records)
    else:
        for lines in _chunks(islice(source.lines(), reached.place, None), len):
            reached = await call(
                operations.take_lines,
                import_id=reached.id,
                place=reached.place,
                lines=lines,
                rejects=file,
            )
            progress(reached.place, source.records)
    return await call(operations.finish, import_id=reached.id, place=reached.place)


def _check(path: Path, reached: Import) -> None:
    """Refuse a file of rejected records that is not the one of the run before.

    Raises: EnvironmentProblem.
    """
    size = path.stat().st_size if path.exists() else 0
    if reached.rejects_bytes > size:
        raise EnvironmentProblem(
            f"{path} lacks what a run before wrote to it; name that file with --rejects."
        )


def _no_size(_record: Any) -> int:
    return 0


def _chunks(records: Iterable[Record], size: Callable[[Record], int]) -> Iterator[list[Record]]:
    chunk: list[Record] = []
    length = 0
    for record in records:
        chunk.append(record)
        length += size(record)
        if len(chunk) == RECORDS or length >= MAX_BYTES:
            yield chunk
            chunk, length = [], 0
    if chunk:
        yield chunk
