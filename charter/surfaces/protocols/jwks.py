"""The public keys of an instance, for whoever verifies its tokens.

Source: RFC 7517 section 5; RFC 8615.
"""

import msgspec
from falcon.asgi import Request, Response

from charter.core.keys import operations as keys
from charter.kernel.actor import Actor, ActorKind, RequestFacts
from charter.kernel.errors import DomainError, Unavailable
from charter.kernel.operation import run
from charter.kernel.platform import Platform
from charter.surfaces.protocols.instances import instance_id_of
from charter.surfaces.protocols.publishing import publish
from charter.wire.cors import FOR_PAGES

MAX_AGE_SECONDS = 60
"""Far below the time for which the next key is published before it signs."""


class KeySet:
    """The key set of the instance that the host or the path names."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    async def on_get(
        self, request: Request, response: Response, instance_id: str | None = None
    ) -> None:
        """Answer the key set, or that nothing has changed."""
        response.content_type = "application/json"
        FOR_PAGES.welcome_all(request, response)
        try:
            published = await self._published(request, instance_id)
        except DomainError as refusal:
            _refuse(response, refusal)
            return
        publish(request, response, {"keys": published}, MAX_AGE_SECONDS)

    on_head = on_get

    async def _published(
        self, request: Request, instance_id: str | None
    ) -> tuple[dict[str, str], ...]:
        found = await instance_id_of(self._platform, request, instance_id)
        actor = Actor(ActorKind.ANONYMOUS, found)
        facts = RequestFacts(id=request.context.trace_id)
        return await run(self._platform, actor, keys.jwks, facts, arguments={})


def _refuse(response: Response, refusal: DomainError) -> None:
    response.status = 503 if isinstance(refusal, Unavailable) else 404
    response.set_header("cache-control", "no-store")
    if isinstance(refusal, Unavailable):
        response.set_header("retry-after", "1")
    body = {"error": refusal.code, "error_description": refusal.sentence()}
    response.data = msgspec.json.encode(body)
