"""The OAuth endpoints of the Accounts API: each client has keys and an issuer of its own.

The client's id tells the instance, so that one address serves all of them.
Source: RFC 6749; RFC 6750; RFC 7009; RFC 7662; RFC 8693; OpenID Connect Core 1.0.
"""

from collections.abc import Mapping
from typing import Any

from falcon.asgi import Request, Response

from charter.core.account_clients.queries import find_instance_of
from charter.core.account_tokens import devices, exchanging, telling
from charter.core.account_tokens.model import Asked, Credentials, Waiting
from charter.core.bearing import claimed_instance_of
from charter.core.grants.links import with_parameters
from charter.core.instances.addresses import oauth_issuer, portal_base
from charter.core.keys.claimed import claimed_payload
from charter.core.keys.lookup import lookup
from charter.core.oauth_authorizations.account_ids import own
from charter.core.oauth_authorizations.model import (
    OauthClientInvalid,
    OauthGrantInvalid,
    OauthRequestInvalid,
    OauthTokenInvalid,
    Replayed,
)
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import DomainError
from charter.kernel.operation import Operation, run
from charter.kernel.platform import Platform
from charter.surfaces.protocols import reading
from charter.surfaces.protocols.refusing import refuse, write
from charter.wire.cors import FOR_PAGES
from charter.wire.forms import FORM
from charter.wire.request_facts import facts_of
from charter.wire.serving import Limits

LONGEST_ID = 64
WAITING = {
    "access_denied": "The person did not let the device in.",
    "authorization_pending": "The person has not decided yet.",
    "expired_token": "The code has expired. Begin anew.",
    "slow_down": "Ask five seconds less often from now on.",
}
"""What a device is told that waits (RFC 8628, section 3.5)."""
DEVICE_PAGE = "connect-device"


async def instance_of_client(platform: Platform, client_id: str | None) -> str:
    """The instance whose client calls itself so. Raises: OauthClientInvalid."""
    if not client_id or len(client_id) > LONGEST_ID or "\x00" in client_id:
        raise OauthClientInvalid("client_id")
    found = await find_instance_of(platform.database.reading(""), own(client_id, "oa_"))
    if found is None:
        raise OauthClientInvalid("client_id")
    return found


class Endpoint:
    """An endpoint that programs post to. Pages of any site may: no cookie opens anything here."""

    def __init__(self, platform: Platform, limits: Limits) -> None:
        self.platform = platform
        self.limits = limits

    async def on_options(self, request: Request, response: Response) -> None:
        """Say what pages may send."""
        response.status = 204
        FOR_PAGES.welcome_all(request, response)

    async def on_post(self, request: Request, response: Response) -> None:
        """Take what was posted, or refuse it in the words of OAuth."""
        FOR_PAGES.welcome_all(request, response)
        try:
            await self.answer(request, response)
        except DomainError as refusal:
            refuse(response, refusal)

    async def answer(self, request: Request, response: Response) -> None:
        """Answer what was posted."""
        raise NotImplementedError

    async def ask(
        self, request: Request, instance_id: str, operation: Operation[..., Any], **arguments: Any
    ) -> Any:
        """Call an operation as the program that asks, whoever it says it is."""
        actor = Actor(ActorKind.ANONYMOUS, instance_id)
        facts = facts_of(request, self.limits.trusted_proxies)
        return await run(self.platform, actor, operation, facts, arguments=arguments)

    async def client(self, request: Request, form: Mapping[str, str]) -> tuple[str, Credentials]:
        """Who shows itself, and in which instance that would be.

        Raises: OauthClientInvalid; OauthRequestInvalid.
        """
        client_id, secret = reading.client_of(request, form)
        assertion = form.get("client_assertion")
        named = client_id
        if named is None and assertion is not None:
            claimed = claimed_payload(assertion).get("sub")
            named = claimed if isinstance(claimed, str) else None
        credentials = Credentials(
            client_id=client_id,
            secret=secret,
            assertion_type=form.get("client_assertion_type"),
            assertion=assertion,
        )
        return await instance_of_client(self.platform, named), credentials


class Authorize(Endpoint):
    """Where a client sends people: on to where they sign in, which is their instance's own."""

    async def on_get(self, request: Request, response: Response) -> None:
        """Send the browser on, with all that was asked."""
        try:
            given = reading.read_query(request)
            instance_id = await instance_of_client(self.platform, given.get("client_id"))
            instance = await lookup(self.platform).instance(instance_id)
        except DomainError as refusal:
            refuse(response, refusal)
            response.status = 400
            return
        # Where the answer goes is checked there, before anybody is sent anywhere else.
        here = oauth_issuer(instance, self.platform.addresses) + "/oauth/authorize"
        response.status = 303
        response.set_header("cache-control", "no-store")
        response.set_header("referrer-policy", "no-referrer")
        response.set_header("location", with_parameters(here, given))


class Token(Endpoint):
    """Where a client comes to tokens."""

    async def answer(self, request: Request, response: Response) -> None:
        """Give tokens for what was posted."""
        form = await reading.read_form(request)
        instance_id, credentials = await self.client(request, form)
        asked = Asked(**{name: form.get(name) for name in Asked.__dataclass_fields__})
        found = await self.ask(
            request, instance_id, exchanging.exchange, asked=asked, credentials=credentials
        )
        if isinstance(found, Replayed):
            raise OauthGrantInvalid
        if isinstance(found, Waiting):
            write(response, {"error": found.error, "error_description": WAITING[found.error]}, 400)
            return
        body = {
            "access_token": found.access_token,
            "token_type": "Bearer",
            "expires_in": found.expires_in_seconds,
            "scope": " ".join(found.scopes),
        }
        for name in ("refresh_token", "id_token", "issued_token_type"):
            value = getattr(found, name)
            if value is not None:
                body[name] = value
        write(response, body)


class DeviceAuthorization(Endpoint):
    """Where a device begins that cannot show a sign-in page of its own."""

    async def answer(self, request: Request, response: Response) -> None:
        """Give it its codes, and where its person goes."""
        form = await reading.read_form(request)
        instance_id, credentials = await self.client(request, form)
        given = {"credentials": credentials, "scope": form.get("scope")}
        found = await self.ask(request, instance_id, devices.start, **given)
        instance = await lookup(self.platform).instance(instance_id)
        page = f"{portal_base(instance, self.platform.addresses)}/{DEVICE_PAGE}"
        body = {
            "device_code": found.device_code,
            "user_code": found.user_code,
            "verification_uri": page,
            "verification_uri_complete": with_parameters(page, {"user_code": found.user_code}),
            "expires_in": found.expires_in_seconds,
            "interval": found.interval_seconds,
        }
        write(response, body)


class Device(Endpoint):
    """Where a person types the code of a device: on to the page of their instance."""

    async def on_get(self, request: Request, response: Response) -> None:
        """Send the browser on."""
        try:
            given = reading.read_query(request)
            instance_id = await instance_of_client(self.platform, given.pop("client_id", None))
            instance = await lookup(self.platform).instance(instance_id)
        except DomainError as refusal:
            refuse(response, refusal)
            response.status = 400
            return
        page = f"{portal_base(instance, self.platform.addresses)}/{DEVICE_PAGE}"
        kept = {name: given[name] for name in ("user_code",) if name in given}
        response.status = 303
        response.set_header("cache-control", "no-store")
        response.set_header("location", with_parameters(page, kept) if kept else page)

    async def answer(self, request: Request, response: Response) -> None:
        """What is posted goes the same way: the page there asks whether it was meant."""
        await self.on_get(request, response)


class UserInfo(Endpoint):
    """Where the holder of an access token learns of its person."""

    async def on_get(self, request: Request, response: Response) -> None:
        """The same by GET: the token comes in the header."""
        await self.on_post(request, response)

    async def answer(self, request: Request, response: Response) -> None:
        """Tell of the person."""
        form: Mapping[str, str] = {}
        if reading.media_type(request) == FORM:
            form = await reading.read_form(request)
        token = reading.bearer_of(request, form)
        instance_id = None if token is None else claimed_instance_of(token)
        if token is None or instance_id is None:
            raise OauthTokenInvalid
        found = await self.ask(request, instance_id, telling.describe_person, access_token=token)
        write(response, found.claims)


class Introspect(Endpoint):
    """Where a client asks whether a token of its own holds."""

    async def answer(self, request: Request, response: Response) -> None:
        """Tell of the token."""
        form = await reading.read_form(request)
        instance_id, credentials = await self.client(request, form)
        given = {"token": _token_of(form), "credentials": credentials}
        found = await self.ask(request, instance_id, telling.introspect, **given)
        write(response, {"active": found.claims is not None, **(found.claims or {})})


class Revoke(Endpoint):
    """Where a client gives a token back."""

    async def answer(self, request: Request, response: Response) -> None:
        """End the token's login."""
        form = await reading.read_form(request)
        instance_id, credentials = await self.client(request, form)
        given = {"token": _token_of(form), "credentials": credentials}
        await self.ask(request, instance_id, telling.revoke, **given)
        response.status = 200
        response.set_header("cache-control", "no-store")


def _token_of(form: Mapping[str, str]) -> str:
    token = form.get("token")
    if token is None:
        raise OauthRequestInvalid("token", reason="token is required")
    return token
