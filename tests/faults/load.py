"""Many clients that write at once through HTTP and remember what they were answered."""

import asyncio
import itertools
import random
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

WRITERS = 6
PATIENCE_SECONDS = 30


@dataclass
class Asked:
    """A request, and what came back: a status and a body, or nothing at all."""

    method: str
    path: str
    body: dict[str, Any]
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    status: int | None = None
    answer: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    retry_after: str | None = None

    @property
    def is_acknowledged(self) -> bool:
        return self.status == 200

    @property
    def is_open(self) -> bool:
        """Whether the caller cannot know if it was done."""
        return self.status in {None, 503}


class Load:
    """Writers on one instance, over as many servers as it takes to test their deaths."""

    def __init__(self, seed: int) -> None:
        self.asked: list[Asked] = []
        self._random = random.Random(seed)
        self._numbers = itertools.count(1)
        self._users: list[str] = []
        self._organizations: list[str] = []

    async def run(self, url: str, secret_key: str, stop: asyncio.Event) -> None:
        """Write until `stop` is set, or the server has gone."""
        async with client_of(url, secret_key) as client:
            await asyncio.gather(*(self._write(client, stop) for _ in range(WRITERS)))

    async def _write(self, client: httpx.AsyncClient, stop: asyncio.Event) -> None:
        while not stop.is_set():
            asked = self._next()
            self.asked.append(asked)
            try:
                await ask(client, asked)
            except httpx.TransportError:
                await asyncio.sleep(0.1)
                continue
            if asked.is_acknowledged and asked.path == "/v1/users":
                self._users.append(asked.answer["id"])
            elif asked.is_acknowledged and asked.path == "/v1/organizations":
                self._organizations.append(asked.answer["id"])
            elif asked.status == 503:
                await asyncio.sleep(0.1)

    def _next(self) -> Asked:
        number, chance = next(self._numbers), self._random.random()
        if chance < 0.3 or not self._users:
            body: dict[str, Any] = {"email_address": [f"user{number}@example.com"]}
            if chance < 0.03:
                body["password"] = "correct horse battery"
            return Asked("POST", "/v1/users", body)
        user_id = self._random.choice(self._users)
        if chance < 0.5 or not self._organizations:
            body = {"name": f"Organization {number}", "created_by": user_id}
            return Asked("POST", "/v1/organizations", {**body, "max_allowed_memberships": 0})
        path = f"/v1/organizations/{self._random.choice(self._organizations)}"
        if chance < 0.7:
            body = {"user_id": user_id, "role": "org:member"}
            return Asked("POST", f"{path}/memberships", body)
        if chance < 0.9:
            body = {"email_address": f"invited{number}@example.com", "role": "org:member"}
            return Asked("POST", f"{path}/invitations", body)
        return Asked("PATCH", f"{path}/metadata", {"public_metadata": {f"k{number}": number}})


def client_of(url: str, secret_key: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=url,
        headers={"authorization": f"Bearer {secret_key}"},
        timeout=PATIENCE_SECONDS,
        trust_env=False,
    )


async def ask(client: httpx.AsyncClient, asked: Asked) -> None:
    """Send a request and note its answer. Raises: TransportError, when none comes."""
    started = time.monotonic()
    try:
        response = await client.request(
            asked.method, asked.path, json=asked.body, headers={"idempotency-key": asked.key}
        )
    finally:
        asked.seconds = time.monotonic() - started
    asked.status = response.status_code
    asked.answer = response.json()
    asked.retry_after = response.headers.get("retry-after")
