"""Signing in by an account elsewhere, for clients of the Accounts API.

What a client asks for waits at the authorization endpoint; first its person goes to the provider,
by the pages of their instance, which also take what the provider answers.
"""

from urllib.parse import quote

from falcon.asgi import Request, Response

from charter.core.grants.links import with_parameters
from charter.core.identity_providers.speaking import callback_url
from charter.core.instances import operations as instances
from charter.core.instances.addresses import oauth_issuer, portal_base
from charter.core.instances.hosts import hosts
from charter.core.keys.lookup import lookup
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import DomainError, NotFound
from charter.kernel.operation import run
from charter.kernel.platform import Platform
from charter.surfaces.protocols import reading
from charter.surfaces.protocols.account_oauth import instance_of_client
from charter.surfaces.protocols.refusing import refuse

STRATEGY = "oauth_{provider}"
START_PAGE = "sign-in/with"
AUTHORIZE, BACK = "/oauth/authorize", "/oauth2/callback"


def send(response: Response, address: str) -> None:
    """Send the browser on; nobody learns from it where it was."""
    response.status = 303
    response.set_header("cache-control", "no-store")
    response.set_header("referrer-policy", "no-referrer")
    response.set_header("location", address)


class Begin:
    """Where a client sends people who are to sign in at one provider."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    async def on_get(self, request: Request, response: Response, provider: str) -> None:
        """Send the browser to the provider, and from there to the authorization endpoint."""
        try:
            given = reading.read_query(request)
            instance_id = await instance_of_client(self.platform, given.get("client_id"))
            await self._check(instance_id, STRATEGY.format(provider=provider))
            instance = await lookup(self.platform).instance(instance_id)
        except DomainError as refusal:
            refuse(response, refusal)
            response.status = 404 if isinstance(refusal, NotFound) else 400
            return
        addresses = self.platform.addresses
        # Where the answer goes is checked there, once the person is known.
        back = with_parameters(f"{oauth_issuer(instance, addresses)}{AUTHORIZE}", given)
        page = f"{portal_base(instance, addresses)}/{START_PAGE}"
        wanted = {"strategy": STRATEGY.format(provider=provider), "redirect_url": back}
        send(response, with_parameters(page, wanted))

    async def _check(self, instance_id: str, strategy: str) -> None:
        """Refuse a provider that the instance does not offer. Raises: NotFound."""
        actor = Actor(ActorKind.ANONYMOUS, instance_id)
        described = await run(self.platform, actor, instances.describe, arguments={})
        if strategy not in {each.strategy for each in described.providers}:
            raise NotFound("provider")


class Forward:
    """Where a provider may send people back to: on to the callback of this API."""

    def __init__(self, mount: str) -> None:
        self.mount = mount

    async def on_get(self, request: Request, response: Response, provider: str) -> None:
        """Send the browser on, with all that the provider said."""
        query = f"?{request.query_string}" if request.query_string else ""
        send(response, f"{self.mount}{BACK}/{quote(provider, safe='')}{query}")


class Callback:
    """Where a provider's answer goes on to the instance that asked."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    async def on_get(self, request: Request, response: Response, provider: str) -> None:
        """Send the browser to where the instance takes answers; its state tells what waits."""
        found = await hosts(self.platform.database).instance_of(request.get_header("host") or "")
        if found is None or not provider:
            refuse(response, NotFound("instance"))
            return
        instance = await lookup(self.platform).instance(found)
        query = f"?{request.query_string}" if request.query_string else ""
        send(response, callback_url(self.platform.addresses, instance) + query)
