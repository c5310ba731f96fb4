"""OAuth applications of a world, and people who let them in."""

import base64
import hashlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from charter.core.oauth_applications import operations as oauth_applications
from charter.core.oauth_applications.model import NewOauthApplication
from charter.core.oauth_authorizations import authorizing, exchanging
from charter.core.oauth_authorizations.model import Asked, TokenAsked
from charter.kernel.actor import Actor, ActorKind

CALLBACK = "https://client.test/callback"
VERIFIER = "a-verifier-that-has-43-characters-or-more-00"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)
STATE = "state-of-the-client"


@dataclass
class Program:
    """An OAuth application with its secret, as its owner runs it."""

    world: Any
    id: str
    client_id: str
    secret: str | None

    def asking(self, **more: Any) -> dict[str, str]:
        """What it sends people with; None leaves a parameter out."""
        usual = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": CALLBACK,
            "state": STATE,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in {**usual, **more}.items() if value is not None}

    async def code(self, who: Actor, **more: Any) -> str:
        """A code for the account of somebody who agrees."""
        asked = Asked(**self.asking(**more))
        sent = await self.world.call(who, authorizing.decide, asked=asked, consented=True)
        return str(sent.parameters["code"])

    async def trade(self, code: str, *, platform: Any = None, **more: Any) -> Any:
        """What a code gives."""
        given = {
            "grant_type": "authorization_code",
            "client_id": self.client_id,
            "client_secret": self.secret,
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        return await self._exchange({**given, **more}, platform)

    async def refresh(self, token: str, *, platform: Any = None, **more: Any) -> Any:
        """What a refresh token gives."""
        given = {
            "grant_type": "refresh_token",
            "client_id": self.client_id,
            "client_secret": self.secret,
            "refresh_token": token,
        }
        return await self._exchange({**given, **more}, platform)

    async def tokens(self, who: Actor, **more: Any) -> Any:
        """Tokens for the account of somebody who agrees."""
        return await self.trade(await self.code(who, **more))

    async def _exchange(self, given: dict[str, Any], platform: Any) -> Any:
        anonymous = Actor(ActorKind.ANONYMOUS, self.world.instance_id)
        asked = TokenAsked(**given)
        return await self.world.call(anonymous, exchanging.exchange, platform=platform, asked=asked)


async def program(world: Any, name: str = "Planner", **fields: Any) -> Program:
    """An OAuth application that people may be sent back to at CALLBACK."""
    fields.setdefault("redirect_uris", [CALLBACK])
    fields.setdefault(
        "scopes",
        "openid profile email public_metadata private_metadata offline_access user:org:read",
    )
    made = await world.call(
        None, oauth_applications.create, new=NewOauthApplication(name=name, **fields)
    )
    return Program(world, made.application.id, made.application.client_id, made.secret)


async def present(world: Any, name: str, organization: Any = None) -> Actor:
    """Somebody who is signed in, in a session of their own."""
    session = await world.session(name, organization)
    return Actor(
        ActorKind.USER,
        world.instance_id,
        session.id,
        user_id=session.user_id,
        session_id=session.id,
    )


def sent_with(answer: httpx.Response) -> dict[str, str]:
    """What a redirect carries."""
    query = parse_qs(urlsplit(answer.headers["location"]).query, strict_parsing=True)
    return {name: values[-1] for name, values in query.items()}
