"""What pages of other origins may do with answers.

Source: Fetch standard, CORS protocol.
"""

from dataclasses import dataclass

from falcon.asgi import Request, Response

ORIGIN = "access-control-allow-origin"
PREFLIGHT_SECONDS = 7200
"""How long a browser may keep the answer to a preflight: the most that any of them does."""


@dataclass(frozen=True, slots=True)
class Cors:
    """What pages that may read answers may send and see, each apart by commas."""

    methods: str
    headers: str
    exposed: str = ""

    def welcome(self, request: Request, response: Response) -> None:
        """Let pages of the request's own origin read the answer, with their cookies."""
        response.set_header(ORIGIN, request.get_header("origin") or "")
        response.set_header("access-control-allow-credentials", "true")
        response.set_header("access-control-expose-headers", self.exposed)
        if request.method == "OPTIONS":
            self._tell(response)

    def welcome_all(self, request: Request, response: Response) -> None:
        """Let pages of any origin read the answer, which no cookie opens."""
        response.set_header(ORIGIN, "*")
        if request.method == "OPTIONS":
            self._tell(response)

    def _tell(self, response: Response) -> None:
        response.set_header("access-control-allow-methods", self.methods)
        response.set_header("access-control-allow-headers", self.headers)
        response.set_header("access-control-max-age", str(PREFLIGHT_SECONDS))


class Preflights:
    """Answers preflights of what is not routed itself: after all that may refuse a request."""

    async def process_request(self, request: Request, response: Response) -> None:
        """Before routing."""
        if getattr(request.context, "is_preflight", False):
            response.complete = True
            response.status = 204


FOR_PAGES = Cors(methods="GET, POST", headers="Authorization, Content-Type")
"""For what programs of any site may ask, whose answers hold nothing that a cookie opens."""
