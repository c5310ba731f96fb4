"""The addresses of the portal."""

import re
from typing import Any, NoReturn

import falcon.asgi
from falcon.asgi import Request, Response

from charter.core.keys.lookup import lookup
from charter.kernel.errors import DomainError, NotFound
from charter.kernel.platform import Platform
from charter.web.portal import (
    accounts,
    admin,
    confirming,
    connecting,
    consent,
    identifiers,
    invitations,
    organization,
    profile,
    second,
    security,
    sign_in,
    sign_in_links,
    sign_up,
    social,
)
from charter.web.portal.pages import Page
from charter.web.portal.serving import Portal
from charter.web.portal.visits import Visit
from charter.wire.serving import Limits
from charter.wire.theme import theme_of

MOUNTS = ("/account", "/account/i/{instance_id}")
"""Where the pages are: of the instance of the host, and of one that the path names."""
PAGES: tuple[Page, ...] = (
    *accounts.PAGES,
    *sign_in.PAGES,
    *second.PAGES,
    *sign_in_links.PAGES,
    *sign_up.PAGES,
    *social.PAGES,
    *profile.PAGES,
    *security.PAGES,
    *identifiers.PAGES,
    *confirming.PAGES,
    *organization.PAGES,
    *invitations.PAGES,
    *admin.PAGES,
    *consent.PAGES,
    *connecting.PAGES,
)
OF_INSTANCE = re.compile(r"/account/i/(?P<instance_id>ins_[0-9A-Za-z]{27})(?:/|$)")
A_YEAR = "public, max-age=31536000, immutable"


class PageResource:
    """One page at its address."""

    def __init__(self, portal: Portal, page: Page) -> None:
        self._portal = portal
        self._page = page

    async def on_get(self, request: Request, response: Response, **names: str) -> None:
        """Show the page."""
        await self._portal.show(request, response, self._page, names)

    async def on_post(self, request: Request, response: Response, **names: str) -> None:
        """Take the page's form."""
        await self._portal.take(request, response, self._page, names)


class ThemeResource:
    """The stylesheet with an instance's colours."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    async def on_get(
        self, request: Request, response: Response, instance_id: str | None = None
    ) -> None:
        """Answer with the stylesheet. Its address changes with it, so it may be kept."""
        colour = None
        try:
            found = await self._portal.instance_id(request, instance_id)
            instance = await lookup(self._portal.platform).instance(found)
            colour = instance.settings.branding.primary_color
        except DomainError:
            # The page of an unknown instance has colours too.
            pass
        theme = theme_of(colour)
        response.content_type = "text/css; charset=utf-8"
        response.text = theme.css
        response.set_header("Cross-Origin-Resource-Policy", "same-origin")
        asked = request.params.get("v")
        response.set_header("Cache-Control", A_YEAR if asked == theme.version else "no-cache")


async def _nothing(_visit: Visit) -> NoReturn:
    raise NotFound("page")


NOWHERE = Page("", _nothing)


class Nowhere:
    """Every other address below the portal's."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal

    async def __call__(self, request: Request, response: Response, **_names: Any) -> None:
        """Say that there is no such page, in the name of the instance if there is one."""
        named = OF_INSTANCE.match(request.path)
        await self._portal.show(request, response, NOWHERE, named.groupdict() if named else {})


def add_to(app: "falcon.asgi.App[Any, Any]", platform: Platform, limits: Limits) -> None:
    """Route every page, and answer what is not routed below them with a page too."""
    portal = Portal(platform, limits)
    for mount in MOUNTS:
        for page in PAGES:
            app.add_route(f"{mount}/{page.path}".rstrip("/"), PageResource(portal, page))
        app.add_route(f"{mount}/theme.css", ThemeResource(portal))
    # The framework passes both by position, whatever they are called.
    app.add_sink(Nowhere(portal), "/account/")  # type: ignore[arg-type]
