"""Takes lines of an export over into an instance."""

from collections.abc import Sequence

from charter.core.images.keeping import MAX_BYTES, moved
from charter.core.transfers.model import Rejection
from charter.core.transfers.parts import BY_NAME, Part
from charter.core.transfers.reading import File, read_line
from charter.core.transfers.writing import Unit, write
from charter.kernel.errors import DomainError, InvalidInput
from charter.kernel.operation import Context

_BEGINNINGS = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff"}


async def restore(ctx: Context, place: int, lines: Sequence[bytes]) -> tuple[int, list[Rejection]]:
    """Take these lines over. place: how many records stand before them.

    Returns: how many rows, links and pictures were written; what was not, with the reasons.
    """
    restoring = _Restoring(ctx)
    for record, line in enumerate(lines, place + 1):
        await restoring.take(record, line)
    await restoring.flush()
    return len(lines) - len(restoring.rejected), sorted(
        restoring.rejected, key=lambda each: each.record
    )


class _Restoring:
    """Lines on their way: rows of one table wait until those of the next come."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._table = ""
        self._waiting: list[Unit] = []
        self.rejected: list[Rejection] = []

    async def take(self, record: int, text: bytes) -> None:
        """Take a line over, or say why not."""
        try:
            line = read_line(text)
        except ValueError as mistake:
            self._refuse(record, "line", None, "malformed", f"It cannot be read: {mistake}.")
            return
        if line.file is not None:
            await self._take_file(record, line.file)
            return
        part = BY_NAME.get(line.table or "")
        if part is None:
            self._refuse(record, "line", None, "unknown_table", "No such table is taken over.")
        elif row := bytes(line.row):
            await self._take_row(record, part, row)
        elif line.later is not None:
            await self._take_link(record, part, line.later)
        else:
            self._refuse(record, part.name, None, "malformed", "It holds no row.")

    async def flush(self) -> None:
        """Write the rows that wait."""
        waiting, self._waiting = self._waiting, []
        self.rejected += await write(self._ctx.db, waiting)

    async def _take_row(self, record: int, part: Part, text: bytes) -> None:
        try:
            row = part.decoder.decode(text)
        except ValueError as mistake:
            self._refuse(record, part.name, None, "malformed", f"It cannot be read: {mistake}.")
            return
        row_id = part.id_of(row)
        try:
            if part.rule.check is not None:
                part.rule.check(row)
            rows = part.rows(row, self._ctx.platform.vault, self._ctx.actor.instance_id)
        except DomainError as error:
            self.rejected.append(Rejection.because(error, record, part.name, row_id))
            return
        except ValueError as mistake:
            self._refuse(record, part.name, row_id, "not_allowed", f"{mistake}.")
            return
        if part.replace is not None:
            if b"\\u0000" in text:
                self._refuse(record, part.name, row_id, "not_allowed", "It holds a zero.")
                return
            given = {f"new_{name}": value for name, value in rows[0][1].items()}
            await self._ctx.db.run(part.replace, **given)
            return
        if part.name != self._table:
            await self.flush()
            self._table = part.name
        self._waiting.append(Unit(record, part.name, row_id, rows))

    async def _take_link(self, record: int, part: Part, later: dict[str, str | None]) -> None:
        await self.flush()
        if part.link is None or later.keys() != {*part.keys, *part.later}:
            self._refuse(record, part.name, None, "malformed", "It is no link of this table.")
            return
        row_id = "/".join(str(later[key]) for key in part.keys)
        given = {f"key_{key}": later[key] for key in part.keys}
        given |= {f"new_{name}": later[name] for name in part.later}
        try:
            async with self._ctx.db.savepoint():
                is_there = await self._ctx.db.run(part.link, **given)
        except DomainError as error:
            self.rejected.append(Rejection.because(error, record, part.name, row_id))
            return
        if not is_there:
            self._refuse(record, part.name, row_id, "missing_reference", "The row is not there.")

    async def _take_file(self, record: int, file: File) -> None:
        ending = file.key.rpartition(".")[2]
        try:
            key = moved(file.key, self._ctx.actor.instance_id)
            if not file.data.startswith(_BEGINNINGS[ending]) or len(file.data) > MAX_BYTES:
                raise InvalidInput("file", reason="it is no picture of its kind")
        except DomainError as error:
            self.rejected.append(Rejection.because(error, record, "file", None))
        except ValueError as mistake:
            self._refuse(record, "file", None, "not_allowed", f"{mistake}.")
        else:
            kind = "image/png" if ending == "png" else "image/jpeg"
            await self._ctx.platform.blobs.put(key, file.data, kind)

    def _refuse(self, record: int, of: str, row_id: str | None, code: str, reason: str) -> None:
        self.rejected.append(Rejection(record, of, row_id, code, reason))
