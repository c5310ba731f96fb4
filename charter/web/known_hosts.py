"""Pages that answer under known host names alone."""

from collections.abc import Awaitable, Callable
from typing import Any

import falcon
import falcon.asgi

from charter.kernel.errors import Unavailable

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


class ForHosts:
    """A page that answers under known host names alone.

    A foreign name that is made to lead here would otherwise read the page as its own (DNS
    rebinding), and such pages show codes, links and keys.
    """

    def __init__(self, page: Any, hosts: frozenset[str]) -> None:
        self._page = page
        self._hosts = hosts

    async def on_get(
        self, req: falcon.asgi.Request, resp: falcon.asgi.Response, **names: str
    ) -> None:
        """Answer as the page does; under a foreign name, 421 (RFC 9110, section 15.5.20)."""
        await self._answer(self._page.on_get, req, resp, names)

    async def _answer(
        self,
        responder: Callable[..., Awaitable[None]],
        req: falcon.asgi.Request,
        resp: falcon.asgi.Response,
        names: dict[str, str],
    ) -> None:
        host = req.host.strip("[]").lower()
        if host not in self._hosts and not host.endswith(".localhost"):
            resp.status = falcon.HTTP_MISDIRECTED_REQUEST
            resp.content_type = falcon.MEDIA_TEXT
            resp.text = "This page is shown under the address of this server alone.\n"
            return
        try:
            await responder(req, resp, **names)
        except Unavailable as away:
            resp.status = falcon.HTTP_SERVICE_UNAVAILABLE
            resp.set_header("Retry-After", str(away.retry_after_seconds))


class FormForHosts(ForHosts):
    """The same for a page with a form."""

    async def on_post(
        self, req: falcon.asgi.Request, resp: falcon.asgi.Response, **names: str
    ) -> None:
        """As `on_get`."""
        await self._answer(self._page.on_post, req, resp, names)
