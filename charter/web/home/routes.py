"""The address of the first page."""

import falcon.asgi

from charter.core.grants.links import TICKET
from charter.web.home.pages import Home, render_home
from charter.web.pages import answer


class HomeResource:
    """The first page, written once; only who comes from a link in mail is told more."""

    def __init__(self, home: Home) -> None:
        self._page = render_home(home)
        self._page_with_ticket = render_home(home, has_ticket=True)

    async def on_get(self, req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        """Show what this server is and where its doors are."""
        answer(req, resp, self._page_with_ticket if req.has_param(TICKET) else self._page)


def routes(home: Home) -> list[tuple[str, object]]:
    """The route of the first page. For development only."""
    return [("/", HomeResource(home))]
