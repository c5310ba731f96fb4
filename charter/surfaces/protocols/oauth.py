"""The endpoints of an instance as an OAuth 2.1 and OpenID provider.

They translate: what may be, and what happens, is decided in the core.
Source: RFC 6749; RFC 6750; RFC 7009; RFC 7591; RFC 7662; OpenID Connect Core 1.0.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec
import structlog
from falcon.asgi import Request, Response

from charter.core.grants.links import MAX_RETURN_LENGTH, with_parameters
from charter.core.instances.addresses import oauth_issuer, portal_base
from charter.core.keys.lookup import lookup
from charter.core.oauth_applications import registering
from charter.core.oauth_applications.model import Registration
from charter.core.oauth_authorizations import authorizing, exchanging, operations
from charter.core.oauth_authorizations.model import (
    Asked,
    Need,
    OauthGrantInvalid,
    OauthRequestInvalid,
    OauthTokenInvalid,
    Replayed,
    ResponseMode,
    Sent,
    TokenAsked,
    Waits,
)
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import DomainError, InvalidInput
from charter.kernel.operation import Operation, run
from charter.kernel.platform import Platform
from charter.surfaces.protocols import reading
from charter.surfaces.protocols.instances import instance_id_of
from charter.surfaces.protocols.refusing import refuse, write
from charter.wire import posting
from charter.wire.client_cookie import client_digest
from charter.wire.cors import FOR_PAGES
from charter.wire.forms import FORM
from charter.wire.request_facts import facts_of
from charter.wire.serving import Limits

log = structlog.get_logger("charter.surfaces.protocols")
PAGES = {Need.SIGN_IN: "sign-in", Need.FINISH: "continue", Need.CONFIRM: "confirm"}
"""The page of ours where a person does what is needed; each leads back."""
CONSENT_PAGE = "oauth-consent"
TAKES: Mapping[str, frozenset[str]] = {
    "/oauth/authorize": frozenset(Asked.__dataclass_fields__),
    "/oauth/register": frozenset(Registration.__dataclass_fields__),
    "/oauth/token": frozenset(TokenAsked.__dataclass_fields__),
    # The hint is not needed: a token is found whatever it is.
    "/oauth/token/revoke": frozenset({"token", "token_type_hint"}),
    "/oauth/token_info": frozenset({"token", "token_type_hint", "scope"}),
}
"""The parameters of each endpoint; others are left alone."""


class Endpoint:
    """An endpoint: who asks, in which instance, and how a refusal is answered."""

    is_for_pages = True
    """Whether pages of any site may read its answers: they hold nothing that a cookie opens."""

    def __init__(self, platform: Platform, limits: Limits) -> None:
        self.platform = platform
        self.limits = limits

    async def on_options(self, request: Request, response: Response, **_names: str) -> None:
        """Say what pages may send."""
        response.status = 204
        if self.is_for_pages:
            FOR_PAGES.welcome_all(request, response)

    async def serve(
        self,
        request: Request,
        response: Response,
        instance_id: str | None,
        answer: Callable[[Request, Response, str], Awaitable[None]],
    ) -> None:
        """Answer, or refuse in the words of OAuth."""
        if self.is_for_pages:
            FOR_PAGES.welcome_all(request, response)
        try:
            found = await instance_id_of(self.platform, request, instance_id)
            await answer(request, response, found)
        except DomainError as refusal:
            self.refuse(response, refusal)

    def refuse(self, response: Response, refusal: DomainError) -> None:
        """Answer with an error."""
        refuse(response, refusal)

    async def ask(
        self, request: Request, instance_id: str, operation: Operation[..., Any], **arguments: Any
    ) -> Any:
        """Call an operation as the browser or program that asks."""
        actor = Actor(ActorKind.ANONYMOUS, instance_id)
        if not self.is_for_pages:
            digest = client_digest(request)
            actor = Actor(ActorKind.BROWSER, instance_id, client_digest=digest)
        facts = facts_of(request, self.limits.trusted_proxies)
        return await run(self.platform, actor, operation, facts, arguments=arguments)


class Authorize(Endpoint):
    """Where an application sends people: they come back with a code, or go to a page of ours."""

    is_for_pages = False

    async def on_get(
        self, request: Request, response: Response, instance_id: str | None = None
    ) -> None:
        """Take the request from the address."""
        await self.serve(request, response, instance_id, self._by_query)

    async def on_post(
        self, request: Request, response: Response, instance_id: str | None = None
    ) -> None:
        """Take the request from a form."""
        await self.serve(request, response, instance_id, self._by_form)

    async def _by_query(self, request: Request, response: Response, instance_id: str) -> None:
        await self._answer(request, response, instance_id, reading.read_query(request))

    async def _by_form(self, request: Request, response: Response, instance_id: str) -> None:
        await self._answer(request, response, instance_id, await reading.read_form(request))

    async def _answer(
        self, request: Request, response: Response, instance_id: str, given: Mapping[str, str]
    ) -> None:
        asked = Asked(**{name: given.get(name) for name in Asked.__dataclass_fields__})
        result = await self.ask(request, instance_id, authorizing.authorize, asked=asked)
        response.set_header("cache-control", "no-store")
        response.set_header("referrer-policy", "no-referrer")
        if isinstance(result, Sent):
            send(response, result)
            return
        instance = await lookup(self.platform).instance(instance_id)
        addresses = self.platform.addresses
        here = f"{oauth_issuer(instance, addresses)}/oauth/authorize"
        response.status = 303
        response.set_header("location", way_to(portal_base(instance, addresses), here, result))


class Posted(Endpoint):
    """An endpoint of programs: they post what they ask."""

    async def on_post(
        self, request: Request, response: Response, instance_id: str | None = None
    ) -> None:
        """Take what was posted."""
        await self.serve(request, response, instance_id, self.answer)

    async def answer(self, request: Request, response: Response, instance_id: str) -> None:
        """Answer in the instance that was found."""
        raise NotImplementedError


class Token(Posted):
    """Where a program trades a code or a refresh token for tokens."""

    async def answer(self, request: Request, response: Response, instance_id: str) -> None:
        """Answer in the instance that was found."""
        form = await reading.read_form(request)
        client_id, secret = reading.client_of(request, form)
        given = {name: form.get(name) for name in TokenAsked.__dataclass_fields__}
        asked = TokenAsked(**{**given, "client_id": client_id, "client_secret": secret})
        result = await self.ask(request, instance_id, exchanging.exchange, asked=asked)
        if isinstance(result, Replayed):
            raise OauthGrantInvalid
        body = {
            "access_token": result.access_token,
            "token_type": "Bearer",
            "expires_in": result.expires_in_seconds,
            "refresh_token": result.refresh_token,
            "scope": " ".join(result.scopes),
        }
        if result.id_token is not None:
            body["id_token"] = result.id_token
        write(response, body)


class UserInfo(Posted):
    """Where the holder of an access token learns of its person."""

    async def on_get(
        self, request: Request, response: Response, instance_id: str | None = None
    ) -> None:
        """The same by GET: the token comes in the header."""
        await self.on_post(request, response, instance_id)

    async def answer(self, request: Request, response: Response, instance_id: str) -> None:
        """Answer in the instance that was found."""
        form: Mapping[str, str] = {}
        if reading.media_type(request) == FORM:
            form = await reading.read_form(request)
        token = reading.bearer_of(request, form)
        if token is None:
            raise OauthTokenInvalid
        found = await self.ask(request, instance_id, operations.describe_user, access_token=token)
        shared = {
            "object": "oauth_user_info",
            "instance_id": instance_id,
            "user_id": found.user_id,
            "sub": found.user_id,
        }
        write(response, {**shared, **found.claims})

    def refuse(self, response: Response, refusal: DomainError) -> None:
        """Answer with an error in the form that this one endpoint's clients read."""
        refuse(response, refusal)
        sentence = refusal.sentence()
        error = {"code": refusal.code, "message": sentence.rstrip("."), "long_message": sentence}
        response.data = msgspec.json.encode({"errors": [error]})


class TokenInfo(Posted):
    """Where a program asks whether a token of its own holds."""

    async def answer(self, request: Request, response: Response, instance_id: str) -> None:
        """Answer in the instance that was found."""
        form = await reading.read_form(request)
        client_id, secret = reading.client_of(request, form)
        given = {"client_id": client_id, "client_secret": secret, "token": _token_of(form)}
        found = (await self.ask(request, instance_id, operations.introspect, **given)).token
        wanted = frozenset(form.get("scope", "").split())
        if found is None or not wanted <= frozenset(found.scopes):
            write(response, {"active": False})
            return
        body = {
            "active": True,
            "client_id": found.client_id,
            "iat": int(found.created_at.timestamp()),
            "scope": " ".join(found.scopes),
            "sub": found.user_id,
        }
        if found.organization_id is not None:
            body["org_id"] = found.organization_id
        write(response, body)


class Revoke(Posted):
    """Where a program gives a token back."""

    async def answer(self, request: Request, response: Response, instance_id: str) -> None:
        """Answer in the instance that was found."""
        form = await reading.read_form(request)
        client_id, secret = reading.client_of(request, form)
        given = {"client_id": client_id, "client_secret": secret, "token": _token_of(form)}
        await self.ask(request, instance_id, operations.revoke, **given)
        response.status = 200
        response.set_header("cache-control", "no-store")


class Register(Posted):
    """Where a program registers itself."""

    async def answer(self, request: Request, response: Response, instance_id: str) -> None:
        """Answer in the instance that was found."""
        sent = await reading.read_json(request)
        names = Registration.__dataclass_fields__
        try:
            given = msgspec.convert(
                {name: value for name, value in sent.items() if name in names}, Registration
            )
        except msgspec.ValidationError as mistake:
            raise InvalidInput("metadata", reason=str(mistake)) from mistake
        made = await self.ask(request, instance_id, registering.register, given=given)
        application = made.application
        method = given.token_endpoint_auth_method or registering.METHODS[0]
        body = {
            "client_id": application.client_id,
            "client_id_issued_at": int(application.created_at.timestamp()),
            "client_secret_expires_at": 0,
            "client_name": application.name,
            "redirect_uris": list(application.redirect_uris),
            "grant_types": ["authorization_code", "refresh_token"],
            "response_types": ["code"],
            "scope": " ".join(application.scopes),
            "token_endpoint_auth_method": method,
        }
        if application.client_uri is not None:
            body["client_uri"] = application.client_uri
        if made.secret is not None:
            body["client_secret"] = made.secret
        write(response, body, 201)

    def refuse(self, response: Response, refusal: DomainError) -> None:
        """Answer with an error. Source: RFC 7591, section 3.2.2."""
        refuse(response, refusal)
        if isinstance(refusal, InvalidInput):
            is_uri = refusal.parameter == "redirect_uris"
            error = "invalid_redirect_uri" if is_uri else "invalid_client_metadata"
            described = reading.as_text(refusal)
            write(response, {"error": error, "error_description": described}, 400)


def send(response: Response, sent: Sent) -> None:
    """Send the browser to the application with an answer."""
    if sent.mode is ResponseMode.FORM_POST:
        html, headers = posting.page(sent.redirect_uri, sent.parameters)
        response.set_headers(headers)
        response.text = html
        return
    response.status = 303
    response.set_header("location", with_parameters(sent.redirect_uri, sent.parameters))


def way_to(portal: str, authorize: str, waits: Waits) -> str:
    """The page of ours on which a person does what is needed; it leads back to the request.

    Raises: OauthRequestInvalid, for a request too long to be handed on.
    """
    fields = {name: getattr(waits.asked, name) for name in Asked.__dataclass_fields__}
    query = urlencode({name: value for name, value in fields.items() if value is not None})
    back = f"{authorize}?{query}"
    if len(back) > MAX_RETURN_LENGTH:
        raise OauthRequestInvalid(reason="it is too long")
    if waits.need is Need.CONSENT:
        return f"{portal}/{CONSENT_PAGE}?{query}"
    return f"{portal}/{PAGES[waits.need]}?{urlencode({'redirect_url': back})}"


def _token_of(form: Mapping[str, str]) -> str:
    token = form.get("token")
    if token is None:
        raise OauthRequestInvalid("token", reason="token is required")
    return token
