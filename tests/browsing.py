"""A browser at the Frontend API: it sends forms, keeps cookies, and follows no redirect."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import httpx

if TYPE_CHECKING:
    from tests.world import World

PASSWORD = "a long pass phrase of mine"
FORM = {"content-type": "application/x-www-form-urlencoded"}


class Browser:
    """One browser, with a cookie jar of its own."""

    def __init__(self, world: "World", *, origin: str | None = "http://app.test") -> None:
        self.world = world
        self.session_id: str | None = None
        headers = {"origin": origin} if origin else {}
        self.http = httpx.AsyncClient(
            transport=world.client._transport,  # the app itself, with other cookies
            base_url=f"http://auth.test/frontend/i/{world.instance_id}/v1",
            headers=headers,
        )

    async def get(self, path: str, **query: Any) -> httpx.Response:
        """GET; the active session acts."""
        return await self.http.get(path, params=self._query(path, query))

    async def post(
        self, path: str, form: dict[str, Any] | None = None, **query: Any
    ) -> httpx.Response:
        """POST a form."""
        return await self._send("POST", path, form, query)

    async def patch(self, path: str, form: dict[str, Any] | None = None) -> httpx.Response:
        """PATCH, as browsers' SDKs send it: a POST that names the method."""
        return await self._send("POST", path, form, {"_method": "PATCH"})

    async def put(self, path: str, form: dict[str, Any] | None = None) -> httpx.Response:
        """PUT, as browsers' SDKs send it."""
        return await self._send("POST", path, form, {"_method": "PUT"})

    async def delete(self, path: str) -> httpx.Response:
        """DELETE, as browsers' SDKs send it."""
        return await self._send("POST", path, None, {"_method": "DELETE"})

    async def sign_in(self, name: str, password: str = PASSWORD) -> str:
        """Sign the person of that name in by their password; the id of the session."""
        user = await self.world.user(name, password=password)
        identifier = user.email_addresses[0].address
        answer = await self.post(
            "/client/sign_ins", {"identifier": identifier, "password": password}
        )
        found = answer.json()["response"]
        assert found["status"] == "complete", answer.text
        self.session_id = found["created_session_id"]
        return str(self.session_id)

    async def state(self) -> Any:
        """The browser's client, as the API tells it."""
        return (await self.get("/client")).json()["response"]

    async def token(self) -> str:
        """A token of the active session."""
        answer = await self.post(f"/client/sessions/{self.session_id}/tokens")
        return str(answer.json()["jwt"])

    async def close(self) -> None:
        """Close what is open."""
        await self.http.aclose()

    async def _send(
        self, method: str, path: str, form: dict[str, Any] | None, query: dict[str, Any]
    ) -> httpx.Response:
        return await self.http.request(
            method,
            path,
            params=self._query(path, query),
            content=urlencode(form or {}, doseq=True),
            headers=FORM,
        )

    def _query(self, path: str, query: dict[str, Any]) -> dict[str, Any]:
        found = {"__clerk_api_version": "2026-05-12", **query}
        if self.session_id is not None and not path.startswith(("/client", "/waitlist")):
            found["_clerk_session_id"] = self.session_id
        return found
