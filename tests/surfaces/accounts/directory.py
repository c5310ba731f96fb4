"""A company's directory that provisions users by SCIM."""

from dataclasses import dataclass
from typing import Any

import httpx

from charter.surfaces.accounts import ids
from tests.world import World

ROOT = "/accounts/scim/v2"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"


@dataclass
class Directory:
    """What a directory asks, with the secret key of the application."""

    world: World

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        given = {"content-type": "application/scim+json", **headers}
        options: dict[str, Any] = {} if body is None else {"json": body}
        return await self.world.client.request(method, ROOT + path, headers=given, **options)

    async def make(self, user_name: str = "bea@example.com", **fields: Any) -> dict[str, Any]:
        body = {"schemas": [USER], "userName": user_name, **fields}
        made = await self.ask("POST", "/Users", body)
        assert made.status_code == 201, made.text
        found: dict[str, Any] = made.json()
        return found

    async def patch(self, user: dict[str, Any], *operations: Any, **headers: str) -> httpx.Response:
        body = {"schemas": [PATCH], "Operations": list(operations)}
        return await self.ask("PATCH", f"/Users/{user['id']}", body, **headers)

    async def named(self, condition: str, **query: Any) -> list[str]:
        """The user names that meet a filter, in order."""
        params = httpx.QueryParams({"filter": condition, **query})
        answer = await self.ask("GET", f"/Users?{params}")
        assert answer.status_code == 200, answer.text
        return [each["userName"] for each in answer.json()["Resources"]]

    async def status(self, user: dict[str, Any]) -> str:
        """The status of a user at the door beside it."""
        answer = await self.world.client.get(f"/accounts/api/users/{user['id']}")
        return str(answer.json()["status"])

    async def core_id(self, user: dict[str, Any]) -> str:
        return ids.user_id(user["id"])


def refused(answer: httpx.Response) -> tuple[int, str | None]:
    """The status and SCIM's word of an error."""
    body = answer.json()
    assert answer.headers["content-type"] == "application/scim+json", answer.text
    assert body["schemas"] == [ERROR]
    assert body["status"] == str(answer.status_code)
    assert body["detail"]
    return answer.status_code, body.get("scimType")
