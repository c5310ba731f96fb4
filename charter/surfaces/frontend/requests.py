"""What browsers' SDKs do to requests, undone before they are routed.

They send GET and POST alone and name the method meant in the query; they call the API under the
host of the publishable key, under the path of a proxy, or under that of one of several instances.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from falcon.asgi import Request, Response

from charter.core.instances.hosts import hosts
from charter.core.instances.origins import origin_of
from charter.core.keys.lookup import lookup
from charter.kernel.errors import DomainError, Unavailable
from charter.kernel.platform import Platform
from charter.surfaces.frontend.cookies import is_welcome
from charter.wire.client_address import FORWARDED_BY_APP
from charter.wire.cors import Cors

MOUNT = "/frontend"
METHOD = "_method"
METHODS = frozenset({"PATCH", "PUT", "DELETE"})
OF_INSTANCE = re.compile(r"^/frontend/i/(ins_[0-9A-Za-z]{27})(/.*)$")
ROOTS = ("/v1/", "/api_keys", "/npm/")
"""What lies under the host of a publishable key."""
CORS = Cors(
    methods="GET, POST, PATCH, PUT, DELETE",
    headers="Authorization, Content-Type",
    exposed="Authorization, Clerk-Db-Jwt, Retry-After, X-Country",
)


@dataclass(frozen=True, slots=True)
class FrontendRequests:
    """Finds the instance, the path and the method that a request means; answers for CORS."""

    platform: Platform

    async def process_request(self, request: Request, _response: Response) -> None:
        """Before routing."""
        request.context.instance_id = None
        known = hosts(self.platform.database)
        if request.path.startswith(ROOTS) and not await self._is_under_own_host(request):
            return
        match = OF_INSTANCE.match(request.path)
        if match is not None:
            request.path = MOUNT + match[2]
        if request.path.startswith(MOUNT + "/api_keys"):
            # Alone among all it stands beside the version in the addresses of its clients.
            request.path = f"{MOUNT}/v1{request.path.removeprefix(MOUNT)}"
        if not request.path.startswith(MOUNT + "/"):
            return
        request.context.is_frontend = True
        request.context.is_welcome, request.context.refused = False, None
        request.context.satellite = request.context.proxy_url = None
        try:
            if match is not None:
                request.context.instance_id = await known.existing(match[1])
            await self._resolve(request, known)
            await self._welcome(request)
        except DomainError as refused:
            # The door answers with it, in its own form.
            request.context.refused = refused
        if request.method == "OPTIONS":
            request.context.is_preflight = True
        elif request.method == "POST":
            meant = request.params.get(METHOD)
            if isinstance(meant, str) and meant.upper() in METHODS:
                request.method = meant.upper()

    async def _is_under_own_host(self, request: Request) -> bool:
        """Mount a request to the host of a publishable key; others are for the Backend API."""
        if request.netloc == urlsplit(self.platform.addresses.api_url).netloc:
            return False
        instance_id = None
        # With the database away that API says so itself.
        with suppress(Unavailable):
            instance_id = await hosts(self.platform.database).named(request.netloc)
        if instance_id is None:
            return False
        request.context.instance_id = instance_id
        request.path = MOUNT + request.path
        return True

    async def _resolve(self, request: Request, known: Any) -> None:
        if request.context.instance_id is not None:
            return
        secret = request.get_header("clerk-secret-key")
        if secret is not None:
            actor = await lookup(self.platform).actor_of(secret)
            request.context.instance_id = actor.instance_id
            request.context.proxy_url = request.get_header("clerk-proxy-url") or ""
            setattr(request.context, FORWARDED_BY_APP, True)
            if request.get_header("origin") is None:
                # Pages do not say their origin to their own site, which its proxy is a part of.
                request.context.page_origin = origin_of(request.get_header("clerk-proxy-url") or "")
            return
        request.context.instance_id = await known.instance_of(request.netloc)

    async def _welcome(self, request: Request) -> None:
        """Decide whether pages of the request's origin may read the answer."""
        instance_id, origin = request.context.instance_id, request.get_header("origin")
        if instance_id is not None:
            instance = await lookup(self.platform).instance(instance_id)
            satellite = instance.satellite_at(request.netloc, request.context.proxy_url)
            request.context.satellite = None if satellite is None else satellite.name
            request.context.is_welcome = is_welcome(self.platform, instance, origin)

    async def process_response(
        self, request: Request, response: Response, _resource: object, _succeeded: object
    ) -> None:
        """Let pages of a welcome origin read the answer."""
        if not getattr(request.context, "is_frontend", False):
            return
        response.append_header("vary", "Origin")
        if request.context.is_welcome and request.get_header("origin") is not None:
            CORS.welcome(request, response)
