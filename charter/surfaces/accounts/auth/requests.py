"""What browsers do before a sign-in call is routed: ask whether they may, or open a mailed link."""

from contextlib import suppress
from dataclasses import dataclass

from falcon.asgi import Request, Response

from charter.core.account_logins.queries import is_origin_of_any
from charter.core.instances.origins import LONGEST_ORIGIN
from charter.kernel.errors import Unavailable
from charter.kernel.platform import Platform
from charter.surfaces.accounts.auth.pages import FOLDER, PAGES
from charter.wire.cors import Cors

MOUNT = "/accounts/auth/"
CORS = Cors(
    methods="GET, POST",
    headers="Authorization, Content-Type, X-CSRF-Token",
    exposed="Retry-After, X-CSRF-Token",
)


@dataclass(frozen=True, slots=True)
class AuthRequests:
    """Answers for CORS, and shows a page to whoever opens a mailed link."""

    platform: Platform

    async def process_request(self, request: Request, _response: Response) -> None:
        """Before routing.

        A preflight names no client, so pages of any client's origins may ask; the call itself then
        holds the origin against the client that it names.
        """
        if not request.path.startswith(MOUNT):
            return
        request.context.is_auth, request.context.may_read = True, False
        origin = request.get_header("origin")
        if origin is not None and len(origin) <= LONGEST_ORIGIN and "\x00" not in origin:
            # With the database away the door says so itself.
            with suppress(Unavailable):
                reading = self.platform.database.reading("")
                request.context.may_read = await is_origin_of_any(reading, origin)
        name = request.path.removeprefix(MOUNT)
        if request.method == "OPTIONS":
            request.context.is_preflight = True
        elif request.method == "GET" and name in PAGES and _wants_page(request):
            # Programs that read mail open links: only who presses its button uses one.
            request.path = FOLDER + name

    async def process_response(
        self, request: Request, response: Response, _resource: object, _succeeded: object
    ) -> None:
        """Let pages of a client's origins read the answer."""
        if not getattr(request.context, "is_auth", False):
            return
        response.append_header("vary", "Origin")
        if request.context.may_read:
            CORS.welcome(request, response)


def _wants_page(request: Request) -> bool:
    """Whether somebody looks at the answer, and no program of the client's."""
    return "text/html" in (request.get_header("accept") or "")
