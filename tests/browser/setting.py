"""What a test finds when it begins, made with the secret key as an app's server would."""

import asyncio
from typing import Any

import httpx

from tests.browser.visitor import PASSWORD, address
from tests.live import LiveServer


class Setting:
    """The Backend API and the outbox of a running server."""

    def __init__(self, server: LiveServer) -> None:
        self._server = server

    async def call(self, method: str, path: str, **body: Any) -> Any:
        """Call the Backend API; the answer, which must be a success."""
        headers = {"authorization": f"Bearer {self._server.secret_key}"}
        async with httpx.AsyncClient(base_url=self._server.url, headers=headers) as client:
            answer = await client.request(method, f"/v1{path}", json=body or None)
        assert answer.is_success, answer.text
        return answer.json()

    async def user(self, name: str) -> str:
        """Make a user with the usual password, called by their name; their id."""
        made = await self.call(
            "POST",
            "/users",
            email_address=[address(name)],
            password=PASSWORD,
            first_name=name.title(),
        )
        return str(made["id"])

    async def organization(self, name: str, owner: str) -> str:
        """Make an organization of a user's; its id."""
        made = await self.call("POST", "/organizations", name=name, created_by=owner)
        return str(made["id"])

    async def user_without_password(self, name: str) -> None:
        """Make somebody who proves their address each time."""
        await self.call(
            "POST", "/users", email_address=[address(name)], skip_password_requirement=True
        )

    async def link(self, name: str) -> str:
        """The link in the newest mail to somebody, waited for if there is none yet."""
        async with httpx.AsyncClient(base_url=self._server.url) as client:
            for _ in range(200):
                answer = await client.get("/dev/outbox.json", params={"to": address(name)})
                if messages := answer.json()["messages"]:
                    return str(messages[0]["links"][0])
                await asyncio.sleep(0.1)
        raise AssertionError("no link was mailed")
