"""Asks the OData door as somebody."""

from typing import Any

import httpx

from tests.surfaces.asking import Door

ROOT = "/odata/api"


class Asking(Door):
    """The OData door for one person: by a connector that acts for them, or the app's server."""

    root = ROOT

    async def get(self, path: str, **query: Any) -> httpx.Response:
        return await super().get(path, **{f"${key}": value for key, value in query.items()})

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
