"""Puts the server together: the platform, the doors, the pages, one ASGI application."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from typing import Any

import falcon
import falcon.asgi
from falcon.asgi import Request, Response

from charter import development, logs
from charter.kernel.platform import Platform
from charter.logs import ANSWERS
from charter.outside.counting import open_counter
from charter.platform import create_platform
from charter.settings import Settings
from charter.surfaces import accounts, backend, blobs, frontend, odata, protocols, rpc
from charter.surfaces.accounts.auth.requests import AuthRequests
from charter.surfaces.backend.requests import UnversionedPaths
from charter.surfaces.frontend.requests import FrontendRequests
from charter.surfaces.odata import describing
from charter.web import assets, health, pictures
from charter.web.hooks import routes as hooks
from charter.web.keyless import routes as keyless
from charter.web.portal import routes as portal
from charter.web.scripts import routes as scripts
from charter.web.scripts.routes import version_of
from charter.wire.cors import Preflights
from charter.wire.dialect import Dialect
from charter.wire.rates import CountedRequests, Rates, TooManyRequests, read_rates
from charter.wire.serving import Door, Limits, Observer, door_of

FRONTEND = "/frontend"
"""What stands before the Frontend API's own paths."""
DIALECTS: tuple[Dialect, ...] = (
    backend.DIALECT,
    frontend.DIALECT,
    rpc.DIALECT,
    odata.DIALECT,
    accounts.DIALECT,
)
"""Every door, by its mount."""


def open_rates(settings: Settings) -> Rates | None:
    """What counts requests; None where nothing is limited. Raises: SettingsProblem."""
    rates = read_rates(settings.rate_limits)
    counter = open_counter(settings.rate_limit_store)
    return Rates(rates, counter) if rates else None


class Tracing:
    """Gives every request an id, every answer a few headers, and the log a line.

    The line names the route, never the address: what stands in an address may be a secret.
    """

    async def process_request(self, request: Request, _response: Response) -> None:
        """Before routing."""
        request.context.trace_id = secrets.token_hex(16)
        request.context.began_at = time.perf_counter()

    async def process_response(
        self, request: Request, response: Response, _resource: object, _succeeded: object
    ) -> None:
        """After the answer is made."""
        response.set_header("x-request-id", request.context.trace_id)
        response.set_header("x-content-type-options", "nosniff")
        ANSWERS.add(
            request.method,
            request.uri_template or "-",
            response.status_code,
            time.perf_counter() - request.context.began_at,
            request.context.trace_id,
        )


class Lifespan:
    """Opens and closes the platform with the server."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def process_startup(self, _scope: dict[str, Any], _event: dict[str, Any]) -> None:
        """When the server starts."""
        await self._platform.database.open()

    async def process_shutdown(self, _scope: dict[str, Any], _event: dict[str, Any]) -> None:
        """When the server ends."""
        await self._platform.database.close()


def create_app(
    settings: Settings,
    *,
    platform: Platform | None = None,
    dialects: Sequence[Dialect] = DIALECTS,
    observe: Observer | None = None,
    closing: asyncio.Event | None = None,
) -> "falcon.asgi.App[Any, Any]":
    """The application. With a `platform`, its opening and closing are the caller's.

    closing: set when the server begins to stop, so that streams end and keep it from waiting.
    """
    logs.configure(settings)
    own = platform or create_platform(settings)
    middleware: list[Any] = [
        Tracing(),
        FrontendRequests(own),
        UnversionedPaths(),
        AuthRequests(own),
    ]
    rates = open_rates(settings)
    if rates is not None:
        middleware.append(CountedRequests(rates, settings.trusted_proxies))
    middleware.append(Preflights())
    if platform is None:
        middleware.append(Lifespan(own))
    app: falcon.asgi.App[Any, Any] = falcon.asgi.App(middleware=middleware)
    app.req_options.auto_parse_qs_csv = False
    app.req_options.keep_blank_qs_values = True
    limits = Limits(
        max_body_bytes=settings.max_body_bytes, trusted_proxies=settings.trusted_proxies
    )
    doors = [Door(dialect, own, limits, observe, rates) for dialect in dialects]
    for door in doors:
        door.add_to(app)
    pages = _pages(own, settings, limits)
    if settings.is_development:
        pages += development.routes(own, settings, dialects, closing or asyncio.Event())
    # At no other place: their signatures are over their paths.
    for path, page in [*pages, *blobs.routes(own)]:
        app.add_route(path, page)
    portal.add_to(app, own, limits)
    _handle_errors(app, doors)
    return app


def _pages(platform: Platform, settings: Settings, limits: Limits) -> list[tuple[str, Any]]:
    """What is served beside the calls of the doors: paths, with their resources."""
    public = [
        *pictures.routes(platform),
        *protocols.routes(platform, limits),
        *scripts.routes(settings.scripts_folder, version_of(platform)),
        *hooks.routes(platform),
    ]
    return [
        *public,
        # Below the Frontend API too, because a proxy of an app passes on nothing else.
        *((FRONTEND + path, page) for path, page in public),
        *health.routes(platform),
        *(keyless.routes(platform, limits) if settings.keyless_start else ()),
        *assets.routes(),
        *describing.routes(odata.DIALECT),
        *accounts.routes(platform, limits),
    ]


def _handle_errors(app: "falcon.asgi.App[Any, Any]", doors: Sequence[Door]) -> None:
    async def refused(
        request: Request, response: Response, error: falcon.HTTPError, _params: object
    ) -> None:
        door = door_of(doors, request.path)
        if door is None:
            mounts = ", ".join(each.dialect.mount for each in doors)
            error.description = (
                f"There is nothing here; the APIs of this server are under {mounts}."
            )
            raise error
        door.refuse_http(request, response, error)

    async def too_many(
        request: Request, response: Response, error: TooManyRequests, _params: object
    ) -> None:
        door = door_of(doors, request.path)
        if door is None:
            response.status, response.text = 429, error.sentence()
            response.content_type = falcon.MEDIA_TEXT
            response.set_headers(error.headers)
        else:
            door.refuse(request, response, error)

    async def failed(
        request: Request, response: Response, error: Exception, _params: object
    ) -> None:
        door = door_of(doors, request.path) or doors[0]
        door.fail(request, response, error)

    app.add_error_handler(Exception, failed)
    app.add_error_handler(falcon.HTTPError, refused)
    app.add_error_handler(TooManyRequests, too_many)
