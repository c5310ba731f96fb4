"""Asks the OData door as somebody."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.world import World

ROOT = "/odata/api"


@dataclass
class Asking:
    """The OData door for one person: by a connector that acts for them, or the app's server."""

    world: World
    who: str | None = None

    async def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        headers = {} if self.who is None else {"charter-acting-user": self.world.people[self.who]}
        return await self.world.client.request(method, ROOT + path, headers=headers, **options)

    async def get(self, path: str, **query: str) -> httpx.Response:
        return await self.ask(
            "GET", path, params={f"${key}": value for key, value in query.items()}
        )

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.ask("POST", path, json=body)

    async def put(self, path: str, **body: Any) -> httpx.Response:
        return await self.ask("PUT", path, json=body)

    async def delete(self, path: str) -> httpx.Response:
        return await self.ask("DELETE", path)

    async def account(self, name: str = "Acme", **fields: Any) -> int:
        """The number of a new account."""
        made = await self.post("/accounts", name=name, **fields)
        assert made.status_code == 201, made.text
        return int(made.json()["id"])


def refused(answer: httpx.Response) -> tuple[int, str]:
    """The status and the code of an error, which has the one form that errors have."""
    body = answer.json()
    assert set(body) == {"error"}, body
    assert body["error"]["message"]
    assert answer.headers["odata-version"] == "4.01"
    return answer.status_code, body["error"]["code"]
