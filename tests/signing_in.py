"""A page or an app that signs people in at the Accounts door."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from charter.core.oauth_applications.model import OauthApplication
from charter.surfaces.accounts import ids
from tests.browsing import PASSWORD
from tests.logging_in import app_client
from tests.sent import sent, work_off
from tests.world import World

PAGE = "https://shop.example"
CALLBACK = "https://shop.example/back"


class Page:
    """One browser or app at a client, with a cookie jar of its own."""

    def __init__(
        self, world: World, client: OauthApplication, *, origin: str | None = None
    ) -> None:
        self.world = world
        self.client = client
        self.client_id = "cid_" + client.id.removeprefix("oa_")
        self.http = httpx.AsyncClient(
            transport=world.client._transport,  # the app itself, with other cookies
            base_url="http://api.test/accounts/auth",
            headers={"origin": origin} if origin else {},
        )

    async def post(
        self, name: str, *, bearer: str | None = None, headers: Any = None, **body: Any
    ) -> httpx.Response:
        """POST to a sign-in call; with an access token, by whoever has that."""
        if bearer is None and "client_id" not in body:
            body["client_id"] = self.client_id
        given = dict(headers or {}) | ({"authorization": f"Bearer {bearer}"} if bearer else {})
        return await self.http.post(f"/{name}", json=body, headers=given)

    async def get(
        self, name: str, *, bearer: str | None = None, headers: Any = None, **query: Any
    ) -> httpx.Response:
        """GET from a sign-in call."""
        given = dict(headers or {}) | ({"authorization": f"Bearer {bearer}"} if bearer else {})
        return await self.http.get(f"/{name}", params=query, headers=given)

    async def sign_in(self, name: str, password: str = PASSWORD, **more: Any) -> httpx.Response:
        """Sign the person of that name in by their password."""
        return await self.post("sign-in", email=f"{name}@example.com", password=password, **more)

    async def tokens(self, name: str, **more: Any) -> Any:
        """The tokens of the person of that name, who signs in."""
        await self.world.user(name, password=PASSWORD)
        answer = await self.sign_in(name, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()["tokens"]

    async def form(self) -> dict[str, str]:
        """The header that forms of this browser show."""
        answer = await self.get("csrf-session", client_id=self.client_id)
        return {"x-csrf-token": answer.json()["csrf_token"]}


async def page_of(world: World, *, origin: str | None = None, **fields: Any) -> Page:
    """A page of a new client of the app."""
    given = {"redirect_uris": [CALLBACK], "allowed_origins": [PAGE], **fields}
    made = await app_client(world, **given)
    return Page(world, made.application, origin=origin)


async def mailed(world: World, to: str) -> list[str]:
    """The links that were mailed to an address, the oldest first."""
    await work_off(world)
    return [
        link for message in await sent(world, to) for link in message.links[:1] if "token=" in link
    ]


def token_in(link: str) -> str:
    """The token that a link carries."""
    return parse_qs(urlsplit(link).query)["token"][0]


def uid(world: World, name: str) -> str:
    """How the door names a person."""
    return ids.uid(world.people[name])
