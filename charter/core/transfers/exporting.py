"""Writes an instance as lines of JSON, table by table, a page at a time."""

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec

from charter.core.instances.model import Instance
from charter.core.transfers import queries
from charter.core.transfers.model import (
    FORMAT,
    FORMAT_VERSION,
    Exported,
    Header,
    InstanceFacts,
    Sink,
    Trailer,
)
from charter.core.transfers.parts import PARTS, Part
from charter.kernel.db import Statement
from charter.kernel.errors import NotFound
from charter.kernel.operation import Context

PAGE = 1000
"""Rows read at once."""


class Exporting:
    """An export on its way: its lines, counted and digested."""

    def __init__(self, ctx: Context, instance: Instance, sink: Sink) -> None:
        self._ctx = ctx
        self._instance = instance
        self._sink = sink
        self._digest = hashlib.sha256()
        self._lines = 0
        self._rows: dict[str, int] = {}
        self._files = self._missing = self._broken = 0

    async def write(self, schema: str) -> Exported:
        """Write all lines, from header to trailer."""
        self._line({"header": await self._header(schema)})
        for part in PARTS:
            await self._write_rows(part)
        for part in PARTS:
            await self._write_links(part)
            await self._write_files(part)
        digest = self._digest.hexdigest()
        self._line({"trailer": Trailer(self._lines, self._rows, self._files, digest)})
        rows = sum(self._rows.values())
        return Exported(self._instance.id, rows, self._files, self._missing, self._broken)

    async def _header(self, schema: str) -> Header:
        db, instance = self._ctx.db, self._instance
        return Header(
            format=FORMAT,
            version=FORMAT_VERSION,
            schema=schema,
            made_at=self._ctx.now,
            instance=InstanceFacts(
                instance.id,
                instance.environment.value,
                instance.frontend_host,
                instance.application_name,
            ),
            tables={part.name: await db.value(part.count) for part in PARTS},
            numbers={
                part.name: await db.value(part.highest) or 0
                for part in PARTS
                if part.number is not None
            },
        )

    async def _write_rows(self, part: Part) -> None:
        vault, instance_id = self._ctx.platform.vault, self._instance.id
        self._rows[part.name] = 0
        for first, following in part.turns:
            async for record in self._pages(part, following, first):
                row, broken = part.written(record, vault, instance_id)
                self._line({"table": part.name, "row": row})
                self._rows[part.name] += 1
                self._broken += broken

    async def _write_links(self, part: Part) -> None:
        async for record in self._pages(part, part.links):
            self._line({"table": part.name, "later": dict(record)})

    async def _write_files(self, part: Part) -> None:
        async for record in self._pages(part, part.files):
            for name in part.rule.files:
                if record[name] is not None:
                    await self._write_file(record[name])

    async def _write_file(self, key: str) -> None:
        try:
            blob = await self._ctx.platform.blobs.get(key)
        except (NotFound, ValueError):
            self._missing += 1
            return
        self._line({"file": {"key": key, "data": blob.data}})
        self._files += 1

    async def _pages(
        self, part: Part, following: Statement[Any] | None, first: Statement[Any] | None = None
    ) -> AsyncIterator[Any]:
        """The records of a table in the order of their keys."""
        db = self._ctx.db
        last = dict.fromkeys((f"key_{key}" for key in part.keys), "")
        statement = first or following
        while statement is not None:
            records = await db.all(statement, limit=PAGE, **({} if statement is first else last))
            for record in records:
                yield record
            statement = following if len(records) == PAGE else None
            if records:
                last = {f"key_{key}": records[-1][key] for key in part.keys}

    def _line(self, value: dict[str, Any]) -> None:
        line = msgspec.json.encode(value) + b"\n"
        self._digest.update(line)
        self._lines += 1
        self._sink(line)


async def begin_snapshot(ctx: Context) -> None:
    """Have every statement of the transaction see one moment; before any of them."""
    await ctx.db.run(queries.SNAPSHOT)
    # Whoever takes the lines may be slow.
    await ctx.db.run(queries.NO_IDLE_LIMIT)
