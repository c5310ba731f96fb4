"""The public keys of an instance, for whoever verifies its tokens.

Source: RFC 7517 section 5; RFC 8615.
"""

import hashlib

import msgspec
from falcon.asgi import Request, Response

from charter.core.keys import operations as keys
from charter.kernel.actor import Actor, ActorKind, RequestFacts
from charter.kernel.errors import DomainError, Unavailable
from charter.kernel.operation import run
from charter.kernel.platform import Platform
from charter.surfaces.protocols.instances import instance_id_of

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
        response.set_header("access-control-allow-origin", "*")
        try:
            published = await self._published(request, instance_id)
        except DomainError as refusal:
            _refuse(response, refusal)
            return
        data = msgspec.json.encode({"keys": published})
        etag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
        response.set_header("etag", etag)
        response.set_header("cache-control", f"public, max-age={MAX_AGE_SECONDS}")
        if request.get_header("if-none-match") == etag:
            response.status = 304
            return
        response.data = data

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
