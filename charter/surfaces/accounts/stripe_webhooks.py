"""Where Stripe posts what happened: it signs the body, which is therefore taken as it came."""

import msgspec
from falcon.asgi import Request, Response

from charter.core.instances.hosts import hosts
from charter.core.provider_subscriptions.model import EventNotSigned
from charter.core.provider_subscriptions.receiving import receive
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import DomainError
from charter.kernel.operation import run
from charter.kernel.platform import Platform
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.dialect import AccountsDialect
from charter.wire.reading import read_body
from charter.wire.request_facts import facts_of
from charter.wire.serving import Limits

PATH = "/api/applications/{application_id}/subscriptions/stripe/webhook"
LONGEST_SIGNATURE = 4096


class StripeWebhook:
    """The address that an application gives Stripe for its events."""

    def __init__(self, platform: Platform, limits: Limits, dialect: AccountsDialect) -> None:
        self.platform, self.limits, self.dialect = platform, limits, dialect

    async def on_post(self, request: Request, response: Response, application_id: str) -> None:
        """Take an event. What cannot be taken now is answered so that Stripe posts it again."""
        try:
            body = await read_body(request, self.limits.max_body_bytes)
            received = await self._receive(request, body, ids.instance_id(application_id))
        except DomainError as error:
            response.status, told, headers = self.dialect.refusal(error, None, request)
            response.data = msgspec.json.encode(told)
            response.set_headers(headers)
            return
        response.data = msgspec.json.encode({"received": True, "effect": received})
        response.content_type = "application/json"

    async def _receive(self, request: Request, body: bytes, instance_id: str) -> bool:
        signature = request.get_header("stripe-signature") or ""
        found = None
        if "\x00" not in instance_id and len(signature) <= LONGEST_SIGNATURE:
            found = await hosts(self.platform.database).existing(instance_id)
        if found is None:
            # As for one that is there and signs nothing: nobody learns which there are.
            raise EventNotSigned
        actor = Actor(ActorKind.ANONYMOUS, found)
        facts = facts_of(request, self.limits.trusted_proxies)
        arguments = {"payload": body, "signature": signature}
        received = await run(self.platform, actor, receive, facts, arguments=arguments)
        return received.has_effect


def routes(
    platform: Platform, limits: Limits, dialect: AccountsDialect
) -> list[tuple[str, StripeWebhook]]:
    """Path and resource."""
    return [(dialect.mount + PATH, StripeWebhook(platform, limits, dialect))]
