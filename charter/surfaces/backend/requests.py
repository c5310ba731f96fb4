"""The paths of the Backend API that some clients ask for without its version."""

from falcon.asgi import Request, Response

VERSION = "/v1"
UNVERSIONED = ("/api_keys", "/m2m_tokens", "/oauth_applications/access_tokens/verify")


class UnversionedPaths:
    """Puts the version before the paths that stand beside it in the addresses of clients."""

    async def process_request(self, request: Request, _response: Response) -> None:
        """Before routing."""
        if request.path.startswith(UNVERSIONED):
            request.path = VERSION + request.path
