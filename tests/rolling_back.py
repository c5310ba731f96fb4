"""A platform on which everything works and nothing is kept, so that one cast serves all calls."""

import dataclasses

from charter.kernel.db import Database, Db
from charter.kernel.platform import Platform


class _Forgetting(Db):
    async def end(self, *, commit: bool) -> None:
        if commit:
            await self.flush()
        await super().end(commit=False)


class Borrowing(Database):
    """A database that takes its connections from another, and gives every one of them back."""

    def __init__(self, real: Database) -> None:
        super().__init__(real.url)
        self._pool = real.pool
        self._real = real

    async def acquire(self):
        return await self._real.acquire()

    async def release(self, connection, *, is_clean: bool = False) -> None:
        await self._real.release(connection, is_clean=is_clean)


class _Forgetful(Borrowing):
    def writing(self, instance_id: str) -> Db:
        return _Forgetting(self, instance_id, writes=True)


def forgetful(platform: Platform) -> Platform:
    """The platform, with every transaction rolled back at its end."""
    return dataclasses.replace(platform, database=_Forgetful(platform.database))
