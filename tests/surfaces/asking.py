"""Asks a door as somebody for whom a connector acts."""

from dataclasses import dataclass
from typing import Any, ClassVar

import httpx

from tests.world import World


@dataclass
class Door:
    """A door for one person, or for the app's server. root: what all its paths begin with."""

    world: World
    who: str | None = None
    root: ClassVar[str] = ""

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = dict(options.pop("headers", {}))
        if self.who is not None:
            headers["charter-acting-user"] = self.world.people[self.who]
        return await self.world.client.request(method, self.root + path, headers=headers, **options)

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await self.ask("GET", path, params=query)

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.ask("POST", path, json=body)

    async def put(self, path: str, **body: Any) -> httpx.Response:
        return await self.ask("PUT", path, json=body)

    async def patch(self, path: str, **body: Any) -> httpx.Response:
        return await self.ask("PATCH", path, json=body)

    async def delete(self, path: str, **query: Any) -> httpx.Response:
        return await self.ask("DELETE", path, params=query)
