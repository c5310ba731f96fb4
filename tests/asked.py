"""What the database is asked while something is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from asyncpg.transaction import Transaction

from charter.kernel.db import Db

OF_CACHES = ("FROM instances", "FROM signing_keys")
"""What is kept for a second, and may be asked for anew beside anything."""


@contextmanager
def asked_meanwhile() -> Iterator[list[str]]:
    """The statements in their order, BEGIN and COMMIT among them, those of caches not."""
    asked: list[str] = []
    ask, start, commit = Db._guard, Transaction.start, Transaction.commit

    async def asking(self: Db, method: str, statement: Any, *given: Any, **named: Any) -> Any:
        if not any(each in statement.sql for each in OF_CACHES):
            asked.append(statement.sql)
        return await ask(self, method, statement, *given, **named)

    async def starting(self: Transaction) -> None:
        asked.append("BEGIN")
        await start(self)

    async def committing(self: Transaction) -> None:
        asked.append("COMMIT")
        await commit(self)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Db, "_guard", asking)
        patched.setattr(Transaction, "start", starting)
        patched.setattr(Transaction, "commit", committing)
        yield asked
