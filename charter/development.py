"""The pages of a development server: its home, its outbox; for this machine alone."""

import asyncio
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import falcon
import falcon.asgi

from charter import __version__
from charter.core.instances.queries import ALL_INSTANCES
from charter.core.keys.model import publishable_key
from charter.core.messages.outbox import DatabaseOutbox
from charter.kernel.platform import Platform
from charter.settings import Settings
from charter.web.home.pages import Home, Place
from charter.web.home.routes import HomeResource
from charter.web.known_hosts import THIS_MACHINE, ForHosts
from charter.web.outbox import routes as outbox
from charter.wire.dialect import Dialect

PURPOSES: Mapping[str, str] = {
    "backend": "For an app's server, with a secret key.",
    "rpc": "Organizations, for a signed-in user or a connector that acts for one.",
    "odata": "Accounts by numbers and OData queries, for business tools.",
    "accounts": "Accounts in a tree, with members, for SaaS back ends and their users.",
}


class FirstPage:
    """The home page, written when it is first asked for: its instance is in the database."""

    def __init__(self, platform: Platform, dialects: Sequence[Dialect]) -> None:
        self._platform = platform
        self._dialects = dialects
        self._written: HomeResource | None = None

    async def on_get(self, req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        """Show what this server is and where its doors are."""
        if self._written is None:
            self._written = HomeResource(await self._facts())
        await self._written.on_get(req, resp)

    async def _facts(self) -> Home:
        found = await self._platform.database.reading("").all(ALL_INSTANCES)
        own = (each for each in found if each.is_development and not each.is_accountless)
        first = next(own, None)
        addresses = self._platform.addresses
        return Home(
            application_name=first.application_name if first else "Charter",
            version=__version__,
            api_url=addresses.api_url,
            publishable_key=(
                publishable_key(first.environment.mark, first.frontend_host) if first else ""
            ),
            doors=tuple(
                Place(each.title, addresses.api_url + each.mount, PURPOSES.get(each.name, ""))
                for each in self._dialects
            ),
            frontend_url=addresses.frontend_url,
        )


def routes(
    platform: Platform, settings: Settings, dialects: Sequence[Dialect], closing: asyncio.Event
) -> list[tuple[str, object]]:
    """The routes of the pages. `closing` is set when the server begins to stop."""
    hosts = THIS_MACHINE | {(urlsplit(settings.api_url).hostname or "").lower()}
    pages = [
        ("/", FirstPage(platform, dialects)),
        *outbox.routes(DatabaseOutbox(platform), closing),
    ]
    return [(path, ForHosts(page, hosts)) for path, page in pages]
