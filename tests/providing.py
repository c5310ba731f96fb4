"""An OpenID provider of the tests' own, on this machine, which speaks the real protocol.

It keeps to the rules unless `lies` says where it does not: it checks clients, redirect addresses,
codes and PKCE, signs ID tokens, and publishes its keys.
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from aiohttp import web
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID = "charter-at-the-provider"
CLIENT_SECRET = "what only we and the provider know"
KEYS = {name: RSAKey.generate_key(2048, {"kid": name, "use": "sig"}) for name in ("first", "next")}


@dataclass
class Lies:
    """Where the provider does not keep to the rules.

    claims: of the ID token, in place of the true ones; None takes one away. algorithm: `none`, or
    `HS256` signed with our secret. profile: of the user info, in place of the true one.
    """

    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    profile: dict[str, Any] = field(default_factory=dict)
    algorithm: str | None = None
    is_deaf_to_pkce: bool = False
    has_forged_key: bool = False


@dataclass
class Code:
    """What a code was given for."""

    person: dict[str, Any]
    redirect_uri: str
    nonce: str | None
    challenge: str | None
    scope: str


class Provider:
    """The provider. `person` is who is signed in there now."""

    def __init__(self) -> None:
        self.issuer = ""
        self.person: dict[str, Any] = {
            "sub": "ann-there",
            "email": "ann@gmail.test",
            "email_verified": True,
            "given_name": "Ann",
            "family_name": "Archer",
            "picture": "https://pictures.test/ann.png",
        }
        self.lies = Lies()
        self.key = "first"
        self.codes: dict[str, Code] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        self.exchanged: list[dict[str, str]] = []

    async def visit(self, url: str) -> dict[str, str]:
        """What a browser that goes to `url` is sent back with, after its person said yes."""
        async with httpx.AsyncClient() as client:
            answer = await client.get(url)
        assert answer.status_code == 302, answer.text
        return dict(httpx.URL(answer.headers["location"]).params)

    async def document(self, _request: web.Request) -> web.Response:
        """OpenID Connect Discovery 1.0, section 3."""
        return web.json_response(
            {
                "issuer": self.lies.header.get("issuer", self.issuer),
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/jwks",
            }
        )

    async def authorize(self, request: web.Request) -> web.Response:
        """RFC 6749, section 4.1.1."""
        query = request.query
        assert query["client_id"] == CLIENT_ID
        assert query["response_type"] == "code"
        code = secrets.token_urlsafe(16)
        self.codes[code] = Code(
            dict(self.person),
            query["redirect_uri"],
            query.get("nonce"),
            query.get("code_challenge"),
            query.get("scope", ""),
        )
        back = urlencode({"code": code, "state": query["state"]})
        headers = {"location": f"{query['redirect_uri']}?{back}"}
        return web.Response(status=302, headers=headers)

    async def token(self, request: web.Request) -> web.Response:
        """RFC 6749, section 4.1.3; RFC 7636, section 4.6."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.exchanged.append(form)
        if form["grant_type"] == "refresh_token":
            return self.renewed(form)
        # Used at most once.
        code = self.codes.pop(form["code"], None)
        is_client = (form["client_id"], form["client_secret"]) == (CLIENT_ID, CLIENT_SECRET)
        if code is None or not is_client or form["redirect_uri"] != code.redirect_uri:
            return web.json_response({"error": "invalid_grant"}, status=400)
        if not self.lies.is_deaf_to_pkce and _challenge(form["code_verifier"]) != code.challenge:
            return web.json_response({"error": "invalid_grant"}, status=400)
        token = secrets.token_urlsafe(16)
        self.tokens[token] = code.person
        return web.json_response(
            {
                "access_token": token,
                "refresh_token": f"refresh-{token}",
                "token_type": "Bearer",
                "expires_in": 3600,
                "scope": code.scope,
                "id_token": self.id_token(code),
            }
        )

    def renewed(self, form: dict[str, str]) -> web.Response:
        """RFC 6749, section 6."""
        person = self.tokens.pop(form["refresh_token"].removeprefix("refresh-"), None)
        if person is None or form["client_secret"] != CLIENT_SECRET:
            return web.json_response({"error": "invalid_grant"}, status=400)
        token = secrets.token_urlsafe(16)
        self.tokens[token] = person
        return web.json_response(
            {"access_token": token, "refresh_token": f"refresh-{token}", "expires_in": 3600}
        )

    def id_token(self, code: Code) -> str:
        """OpenID Connect Core 1.0, section 2, where it does not lie."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": code.nonce,
            **code.person,
            **self.lies.claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        if self.lies.algorithm == "none":
            return f"{_encoded({'alg': 'none'})}.{_encoded(claims)}."
        if self.lies.algorithm == "HS256":
            return _signed_with_secret(claims)
        key = KEYS[self.key]
        if self.lies.has_forged_key:
            key = RSAKey.generate_key(2048, {"kid": self.key, "use": "sig"})
        return jwt.encode({"alg": "RS256", "kid": self.key, **self.lies.header}, claims, key)

    async def jwks(self, _request: web.Request) -> web.Response:
        """RFC 7517, section 5."""
        return web.json_response({"keys": [KEYS[self.key].as_dict(private=False)]})

    async def userinfo(self, request: web.Request) -> web.Response:
        """OpenID Connect Core 1.0, section 5.3."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        person = self.tokens.get(token)
        if person is None:
            return web.json_response({"error": "invalid_token"}, status=401)
        return web.json_response({**person, **self.lies.profile})


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _encoded(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _signed_with_secret(claims: dict[str, Any]) -> str:
    signed = f"{_encoded({'alg': 'HS256', 'kid': 'first'})}.{_encoded(claims)}"
    mac = hmac.new(CLIENT_SECRET.encode(), signed.encode(), "sha256").digest()
    return f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


@asynccontextmanager
async def providing() -> AsyncIterator[Provider]:
    """A provider that listens on a port of this machine."""
    provider = Provider()
    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", provider.document)
    app.router.add_get("/authorize", provider.authorize)
    app.router.add_post("/token", provider.token)
    app.router.add_get("/jwks", provider.jwks)
    app.router.add_get("/userinfo", provider.userinfo)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    provider.issuer = f"http://127.0.0.1:{port}"
    try:
        yield provider
    finally:
        await runner.cleanup()
