"""A platform on which everything works and nothing is kept, so that one cast serves all calls."""

import dataclasses

from charter.kernel.db import Database, Db
from charter.kernel.platform import Platform


class _Forgetting(Db):
    async def end(self, *, commit: bool) -> None:
        await super().end(commit=False)


class _Forgetful(Database):
    def __init__(self, real: Database) -> None:
        super().__init__(real.url)
        self._pool = real.pool

    def writing(self, instance_id: str) -> Db:
        return _Forgetting(self, instance_id, writes=True)


def forgetful(platform: Platform) -> Platform:
    """The platform, with every transaction rolled back at its end."""
    return dataclasses.replace(platform, database=_Forgetful(platform.database))
