"""How the Frontend API speaks: browsers' clients, the envelope around every answer, its errors.

Source: Clerk FAPI 2026-05-12; the wire rules of its clients.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from charter.core.acting import browser_actor, session_actor
from charter.core.clients.browsers import is_known
from charter.core.clients.promises import promise
from charter.core.clients.state import BrowserState, get_own
from charter.core.external_accounts.callback import bring
from charter.core.external_accounts.outcome import Returned
from charter.core.instances.model import Instance
from charter.core.keys.lookup import lookup
from charter.core.sessions.model import Session
from charter.core.sign_ins.model import Progress
from charter.core.testing_tokens.marking import is_written
from charter.kernel.actor import Actor, ActorKind, RequestFacts
from charter.kernel.errors import DomainError, InvalidInput, Kind, Unauthenticated
from charter.kernel.filters import plain
from charter.kernel.lists import Search
from charter.kernel.operation import run
from charter.kernel.platform import Platform
from charter.kernel.secrets import digest
from charter.surfaces.backend.dialect import ErrorOut, ErrorsOut, wire_name
from charter.surfaces.backend.errors import MESSAGES, RENAMED
from charter.surfaces.backend.shapes import Bare
from charter.surfaces.frontend import cookies
from charter.surfaces.frontend.client_out import ClientOut, SessionOut
from charter.surfaces.frontend.clients import OwnClient
from charter.surfaces.frontend.errors import DIFFERENT
from charter.surfaces.frontend.pages import refused
from charter.surfaces.frontend.shapes import (
    Enveloped,
    Page,
    Paged,
    Redirect,
    Redirecting,
    Wrapped,
)
from charter.surfaces.frontend.tokens import (
    cookie_token,
    held_token,
    is_native,
    nonce_of,
    session_id_of,
)
from charter.wire.call import Call, Lists, View
from charter.wire.dialect import JSON, Asking, Credentials, Written, encode, encoded, page_origin
from charter.wire.refused_credentials import sentence_of
from charter.wire.statuses import Statuses

PAGE_HEADERS = MappingProxyType({"content-type": "text/html; charset=utf-8"})
STATUSES = Statuses({**RENAMED, **DIFFERENT})


TESTING_TOKEN = "__clerk_testing_token"  # noqa: S105  # the name of a parameter
"""Where tests of an app show their token."""

ANSWERS_OF_OTHERS = "/oauth_callback"
"""Where pages of identity providers post forms to; they act for nobody."""


BY_SESSION_TOKEN = "/api_keys"  # noqa: S105  # a path
"""What browsers ask for with a session token instead of their cookie."""


async def _session_actor(platform: Platform, instance: Instance, request: Credentials) -> Actor:
    """The user of a session token of this instance. Raises: Unauthenticated."""
    scheme, _, token = (request.get_header("authorization") or "").partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("session_token")
    actor = await session_actor(platform, token.strip())
    if actor.instance_id != instance.id:
        raise Unauthenticated("session_token")
    return actor


async def _brought(
    platform: Platform, instance: Instance, token: str | None, nonce: str, request: Credentials
) -> str | None:
    """Go on with a provider's answer that an app on a phone was given; its new token, if any."""
    actor = await browser_actor(platform, instance.id, token, None)
    facts: RequestFacts = request.context.facts()
    arguments = {"nonce": nonce}
    returned: Returned = await run(platform, actor, bring, facts, arguments=arguments)
    request.context.client_token = returned.client_token
    return returned.client_token


def _response(out: Wrapped, result: Any, state: BrowserState | None, view: View) -> Any:
    """What stands in the envelope; a client or living session as whole as beside it."""
    if out.item is OwnClient:
        return out.of(state, view)
    if isinstance(result, Session) and state is not None:
        found = next((each for each in state.sessions if each.id == result.id), None)
        if found is not None:
            return SessionOut.of(found, state, view)
    return out.of(result, view)


def _is_opened(call: Call, request: Credentials) -> bool:
    """Whether a person opened the call's address: the answer is for their eyes."""
    is_for_browsers = isinstance(call.out, Redirecting | Paged)
    return is_for_browsers and "text/html" in (request.get_header("accept") or "")


def _promised(view: View, request: Credentials) -> tuple[str, ...]:
    """For a browser without a client: what it asks for next, at once perhaps, is all of one."""
    if view.actor.is_client_promised or is_native(request):
        return ()
    return cookies.of_promise(view.instance, promise(view.platform, view.instance.id), request)


class OriginNotAllowed(DomainError):
    """A page of this origin may not call; the instance's settings name those that may."""

    kind, code = Kind.INVALID, "origin_not_allowed"
    message = "Pages of this origin may not call this API."


class HostInvalid(DomainError):
    """The request came to no instance: its host is none's, and no secret key came with it."""

    kind, code = Kind.INVALID, "host_invalid"
    message = (
        "No instance is at this host and path; the publishable key of the app is another server's, "
        "or of an instance that is gone."
    )


class FrontendDialect:
    """The Frontend API."""

    name = "frontend"
    title = "Charter Frontend API"
    error_media = JSON
    version = "2026-05-12"
    headers: Mapping[str, str] = MappingProxyType({})

    def __init__(self, calls: Sequence[Call], mount: str = "/frontend/v1") -> None:
        self.calls = calls
        self.mount = mount

    async def actor(self, platform: Platform, request: Credentials) -> Actor:
        """The browser that calls, and the user of the session that it names, if it does.

        Raises: Unauthenticated; HostInvalid; OriginNotAllowed.
        """
        if request.context.refused is not None:
            raise request.context.refused
        instance_id = request.context.instance_id
        if instance_id is None:
            raise HostInvalid
        instance = await lookup(platform).instance(instance_id)
        shown = request.params.get(TESTING_TOKEN)
        request.context.is_testing = is_written(platform, instance.id, shown)
        if not request.context.is_welcome:
            if request.path == self.mount + ANSWERS_OF_OTHERS:
                return Actor(ActorKind.BROWSER, instance.id)
            raise OriginNotAllowed("origin")
        if request.path.startswith(self.mount + BY_SESSION_TOKEN):
            return await _session_actor(platform, instance, request)
        token, kept = held_token(request, instance), cookie_token(request)
        request.context.is_native = is_native(request)
        if token is not None and kept is not None and not is_native(request):
            # A name in the address that no client has must not hide the browser's own cookie.
            is_named = token == kept or await is_known(platform, instance.id, digest(token))
            token = token if is_named else kept
        if nonce := nonce_of(request):
            token = await _brought(platform, instance, token, nonce, request) or token
        return await browser_actor(platform, instance.id, token, session_id_of(request, self.mount))

    async def write(self, call: Call, result: Any, view: View, request: Credentials) -> Written:
        """The answer, in its envelope with the browser's state, and the cookies it needs."""
        if isinstance(result, Redirect):
            headers = {"location": result.location}
            return Written(result.status, b"", headers, result.cookies)
        brought: str | None = getattr(request.context, "client_token", None)
        token = getattr(result, "client_token", None) or brought
        if isinstance(call.out, Redirecting | Paged):
            return await self._navigated(call.out, result, view, request)
        if not isinstance(call.out, Wrapped):
            found = cookies.of_client(view.instance, token, None, request) if token else ()
            return Written(call.status, encoded(call, result, view), cookies=found)
        if token is not None:
            view = replace(view, actor=replace(view.actor, client_digest=digest(token)))
        is_asked = call.operation is get_own
        state = result if is_asked else await self._state(view, request, result)
        body = Enveloped(
            response=_response(call.out, result, state, view),
            client=None if state is None else ClientOut.of(state, view),
        )
        changed = call.method != "GET" and call.operation.writes
        found = cookies.of_client(view.instance, token, state, request) if changed else ()
        if is_asked and state is None:
            found = _promised(view, request)
        headers = {"clerk-db-jwt": token} if token and view.instance.is_development else {}
        if token and is_native(request):
            headers["authorization"] = token
        return Written(call.status, encode(body), headers, found)

    async def _navigated(
        self, out: Redirecting | Paged, result: Any, view: View, request: Credentials
    ) -> Written:
        """The answer to a browser that came by a link: a page, or the way to another."""
        view = replace(view, accept_language=request.get_header("accept-language"))
        shown = out.of(result, view)
        if isinstance(shown, Page):
            return Written(200, shown.html.encode(), {**PAGE_HEADERS, **shown.headers})
        token = getattr(result, "client_token", None)
        found = shown.cookies
        if token is not None:
            view = replace(view, actor=replace(view.actor, client_digest=digest(token)))
            state = await self._state(view, request)
            found += cookies.of_client(view.instance, token, state, request)
        elif isinstance(out, Redirecting) and out.renews_client:
            held = cookie_token(request)
            is_own = held is not None and digest(held) == view.actor.client_digest
            state = await self._state(view, request) if is_own else None
            if state is not None:
                found += cookies.of_client(view.instance, held, state, request)
        return Written(shown.status, b"", {"location": shown.location}, found)

    async def _state(
        self, view: View, request: Credentials, result: Any = None
    ) -> BrowserState | None:
        facts = RequestFacts(origin=page_origin(request))
        known = {"begun": result} if isinstance(result, Progress) else {}
        found: BrowserState | None = await run(
            view.platform, view.actor, get_own, facts, arguments=known
        )
        return found

    def search(self, asking: Asking, lists: Lists, answer: Any) -> Search:
        """`limit` 1 to 500, `offset`, and filters; some lists are pages where they are asked to."""
        shape = getattr(answer, "item", None)
        query = asking.query
        limit, offset = plain.window(query)
        return Search(
            where=plain.parse(query, lists.filters),
            order=plain.orders(query, lists.orders),
            limit=limit,
            offset=offset,
            with_total=shape.wants_total(query) if isinstance(shape, Bare) else True,
        )

    def refusal(
        self, error: DomainError, call: Call | None, request: Credentials
    ) -> tuple[int, ErrorsOut | bytes, Mapping[str, str]]:
        """The error in this API's form; a page, for a person who opened an address."""
        status, code = STATUSES.of(error)
        meta = {
            name: value for name, value in error.meta.items() if name not in ("reason", "limit")
        }
        if isinstance(error, InvalidInput) or status == 422:
            meta["param_name"] = wire_name(error.parameter, call)
        sentence, trace_id = sentence_of(error, {}), request.context.trace_id
        if call is not None and _is_opened(call, request):
            shown = refused(request, status, sentence, trace_id)
            return status, shown.html.encode(), {**PAGE_HEADERS, **shown.headers}
        short = MESSAGES.get(code, sentence.rstrip("."))
        out = ErrorOut(code=code, message=short, long_message=sentence, meta=meta)
        return status, ErrorsOut(errors=[out], clerk_trace_id=trace_id), {}

    def statuses(self, call: Call) -> Mapping[int, str]:
        """Those of the errors that the operation declares, and of those any may raise."""
        return {403: "This is not allowed.", **STATUSES.documented(call)}

    def list_parameters(self, call: Call) -> Mapping[str, Any]:
        """The window of a list, and whether it is a page where that has to be asked for."""
        found: dict[str, Any] = {
            "limit": {"type": "integer", "minimum": 1, "maximum": plain.MAX_LIMIT, "default": 10},
            "offset": {"type": "integer", "minimum": 0, "maximum": plain.MAX_OFFSET, "default": 0},
        }
        if isinstance(getattr(call.out, "item", None), Bare):
            found["paginated"] = {"type": "boolean"}
        return found

    def error_type(self) -> Any:
        """The Struct of an error's body."""
        return ErrorsOut
