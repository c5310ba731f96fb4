"""An app on a phone at the Frontend API: it keeps its client's token itself, and no cookies."""

from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from tests.world import World


class Phone:
    """One app on one phone; it takes a new token from every answer that has one."""

    def __init__(self, world: "World") -> None:
        self.token: str | None = None
        self.http = httpx.AsyncClient(
            transport=world.client._transport,  # the app itself
            base_url=f"http://auth.test/frontend/i/{world.instance_id}/v1",
        )

    async def get(self, path: str, **query: Any) -> httpx.Response:
        """GET."""
        return await self._send("GET", path, None, query)

    async def post(
        self, path: str, form: dict[str, Any] | None = None, **query: Any
    ) -> httpx.Response:
        """POST a form."""
        return await self._send("POST", path, form or {}, query)

    async def state(self) -> Any:
        """The app's client, as the API tells it."""
        return (await self.get("/client")).json()["response"]

    async def _send(
        self, method: str, path: str, form: dict[str, Any] | None, query: dict[str, Any]
    ) -> httpx.Response:
        headers = {} if self.token is None else {"authorization": self.token}
        answer = await self.http.request(
            method, path, params={"_is_native": "1", **query}, data=form, headers=headers
        )
        self.token = answer.headers.get("authorization", self.token)
        return answer
