"""Says to whoever runs this server whether it can work: for proxies, containers and monitors."""

import json
import time

import falcon
import falcon.asgi

from charter.kernel.db import Database
from charter.kernel.platform import Platform

READY, LIVE = "/health", "/health/live"
REMEMBERED_SECONDS = 1.0
"""However often it is asked, the database is asked no more often than this by one process."""


class Live:
    """Whether this process answers; by itself it says nothing of the database."""

    async def on_get(self, _req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        """200, with the status `healthy`."""
        _answer(resp, is_healthy=True)

    on_head = on_get


class Ready:
    """Whether this process and its database answer, so that requests may be sent here."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked_at = -REMEMBERED_SECONDS
        self._is_healthy = False

    async def on_get(self, _req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        """200 with the status `healthy`, or 503 with the status `unavailable`."""
        if time.monotonic() - self._asked_at >= REMEMBERED_SECONDS:
            self._is_healthy = await self._database.answers()
            self._asked_at = time.monotonic()
        _answer(resp, is_healthy=self._is_healthy)

    on_head = on_get


def _answer(resp: falcon.asgi.Response, *, is_healthy: bool) -> None:
    resp.status = falcon.HTTP_OK if is_healthy else falcon.HTTP_SERVICE_UNAVAILABLE
    resp.data = json.dumps({"status": "healthy" if is_healthy else "unavailable"}).encode()
    resp.content_type = falcon.MEDIA_JSON
    resp.set_header("Cache-Control", "no-store")
    if not is_healthy:
        resp.set_header("Retry-After", "1")


def routes(platform: Platform) -> list[tuple[str, object]]:
    """The paths of health, with what serves them."""
    return [(READY, Ready(platform.database)), (LIVE, Live())]
