"""The address of the page of an instance's webhooks; a signed link leads to it."""

import falcon
import falcon.asgi

from charter.core.webhooks import log
from charter.core.webhooks import operations as webhooks
from charter.core.webhooks.links import PATH, is_open
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.lists import Search
from charter.kernel.operation import run
from charter.kernel.platform import Platform
from charter.web.pages import TEMPLATES, answer

MOST = 50


class WebhooksPage:
    """Shows endpoints and the attempts of late, to who holds a link of ours."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def on_get(self, req: falcon.asgi.Request, resp: falcon.asgi.Response) -> None:
        """Answer with the page; a link that is not ours, or too old, is 404."""
        instance_id, until, mark = (_one(req, name) for name in ("instance", "until", "mark"))
        if not is_open(self._platform, instance_id, until, mark, self._platform.clock()):
            resp.status = falcon.HTTP_NOT_FOUND
            answer(req, resp, TEMPLATES.get_template("hooks/templates/closed.html").render())
            return
        actor = Actor(ActorKind.SYSTEM, instance_id)
        endpoints = await run(
            self._platform,
            actor,
            webhooks.search_endpoints,
            arguments={"search": Search(limit=100)},
        )
        attempts = await run(
            self._platform, actor, log.search_attempts, arguments={"search": Search(limit=MOST)}
        )
        page = TEMPLATES.get_template("hooks/templates/list.html")
        answer(
            req,
            resp,
            page.render(
                endpoints=endpoints.items, attempts=attempts.items, instance_id=instance_id
            ),
        )


def _one(req: falcon.asgi.Request, name: str) -> str:
    given = req.get_param_as_list(name) or [""]
    return str(given[0])


def routes(platform: Platform) -> list[tuple[str, object]]:
    """Path and resource."""
    return [(PATH, WebhooksPage(platform))]
