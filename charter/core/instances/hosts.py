"""Which instance a public request is about."""

from typing import Any
from weakref import WeakKeyDictionary

from charter.core.cache import Cache
from charter.core.instances.queries import ANY_TWO, ID_BY_ID, IDS_BY_HOST
from charter.kernel.db import Database
from charter.kernel.ids import is_id

LONGEST_HOST = 255


class Hosts:
    """Remembers for a second which host stands for which instance."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: Cache[str, str | None] = Cache(self._find)
        self._named: Cache[str, str | None] = Cache(self._find_named)

    async def instance_of(self, host: str) -> str | None:
        """The instance of a Host header: the one of that name, else the only one of the server."""
        lowered = host.lower()
        if len(lowered) > LONGEST_HOST or "\x00" in lowered:
            return None
        return await self._known.get(lowered)

    async def named(self, host: str) -> str | None:
        """The instance whose publishable key or satellite names this host, and no other."""
        lowered = host.lower()
        if len(lowered) > LONGEST_HOST or "\x00" in lowered:
            return None
        return await self._named.get(lowered)

    async def _find(self, host: str) -> str | None:
        db = self._database.reading("")
        everywhere: tuple[Any, ...] = await db.all(ANY_TWO)
        for rows in (await self._rows(host), everywhere):
            # Two instances may have one host; then only their paths tell them apart.
            if rows:
                return str(rows[0]["id"]) if len(rows) == 1 else None
        return None

    async def _find_named(self, host: str) -> str | None:
        rows = await self._rows(host)
        return str(rows[0]["id"]) if len(rows) == 1 else None

    async def _rows(self, host: str) -> tuple[Any, ...]:
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        return await self._database.reading("").all(IDS_BY_HOST, host=host, name=name)

    def forget(self) -> None:
        """Drop what is remembered, when this process itself has changed it."""
        self._known.clear()
        self._named.clear()

    async def existing(self, instance_id: str) -> str | None:
        """The instance of this id, if there is one."""
        if not is_id("ins_", instance_id):
            return None
        found = await self._database.reading("").value(ID_BY_ID, id=instance_id)
        return None if found is None else str(found)


_hosts: WeakKeyDictionary[Database, Hosts] = WeakKeyDictionary()


def hosts(database: Database) -> Hosts:
    """The hosts of a platform's database."""
    found = _hosts.get(database)
    if found is None:
        found = _hosts[database] = Hosts(database)
    return found
