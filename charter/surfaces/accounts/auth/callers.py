"""Says who calls a sign-in call: a browser with its cookies, or somebody by their access token."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from falcon.asgi import Request

from charter.core.account_clients.queries import find_instance_of
from charter.core.account_logins.forms import is_token_of
from charter.core.account_logins.model import LoginClientUnknown
from charter.core.bearing import account_token_actor
from charter.core.instances.hosts import hosts
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import DomainError, Kind, Unauthenticated
from charter.kernel.platform import Platform
from charter.surfaces.accounts import ids
from charter.surfaces.accounts.auth.cookies import ACCESS, FORMS, REFRESH
from charter.wire.dialect import Credentials, only_cookie
from charter.wire.reading import read_body

ByBearer = Callable[[Platform, Credentials], Awaitable[Actor]]
FOLDER = "/auth/"
MAX_BYTES = 64 * 1024
"""Of a body: what signs somebody in is small."""
OF_FORMS = ("/auth/csrf-session", "/auth/csrf-token")
BY_REFRESH_TOKEN = ("/auth/refresh", "/auth/sign-out")
SIGN_OUT = "/auth/sign-out"
CSRF_HEADER = "x-csrf-token"


class CsrfFailed(DomainError):
    """A browser's cookies came without the token that belongs to them."""

    kind, code = Kind.NOT_PERMITTED, "csrf_failed"
    message = "Send the token of GET /auth/csrf-token in the header X-CSRF-Token."


async def caller(
    platform: Platform,
    request: Credentials,
    path: str,
    *,
    is_public: bool,
    by_bearer: ByBearer,
) -> Actor:
    """Who calls. path: below the mount. is_public: whether anybody may. by_bearer: who a bearer is.

    Raises: Unauthenticated; CsrfFailed, where cookies alone say who calls; LoginClientUnknown.
    """
    given = await _given(request)
    has_bearer = request.get_header("authorization") is not None
    if not is_public or path == SIGN_OUT:
        if has_bearer:
            return await by_bearer(platform, request)
        actor = await _by_cookie(platform, request, given, is_public=is_public)
        if actor is not None:
            return actor
        if not is_public:
            raise Unauthenticated("authorization")
    instance_id = await _instance_of(platform, request, given)
    if instance_id is None:
        if not has_bearer:
            raise Unauthenticated("instance")
        instance_id = (await by_bearer(platform, request)).instance_id
    kept = _kept(platform, request, path, given)
    return Actor(ActorKind.ANONYMOUS, instance_id, client_token=kept)


async def _by_cookie(
    platform: Platform, request: Credentials, given: Mapping[str, Any], *, is_public: bool
) -> Actor | None:
    """Who acts by the access token in a cookie; None for nobody, where anybody may ask.

    Raises: Unauthenticated; CsrfFailed.
    """
    held = only_cookie(request, ACCESS)
    if held is None or (is_public and given.get("refresh_token")):
        return None
    try:
        actor = await account_token_actor(platform, held)
    except Unauthenticated:
        if is_public:
            return None
        raise
    _check_form(platform, request, given)
    return actor


def _kept(
    platform: Platform, request: Credentials, path: str, given: Mapping[str, Any]
) -> str | None:
    """What the browser keeps for this call. Raises: CsrfFailed."""
    if path in OF_FORMS:
        return only_cookie(request, FORMS)
    if path not in BY_REFRESH_TOKEN or given.get("refresh_token"):
        return None
    kept = only_cookie(request, REFRESH)
    if kept is not None:
        _check_form(platform, request, given)
    return kept


def _check_form(platform: Platform, request: Credentials, given: Mapping[str, Any]) -> None:
    """Refuse what another site may have made a browser send. Raises: CsrfFailed."""
    if getattr(request, "method", "POST") in ("GET", "HEAD"):
        return
    shown = request.get_header(CSRF_HEADER) or given.get("csrf_token")
    if not isinstance(shown, str) or not is_token_of(platform, only_cookie(request, FORMS), shown):
        raise CsrfFailed("csrf_token")


async def _given(request: Credentials) -> Mapping[str, Any]:
    """What a body says, read before anything is known of the caller; nothing for none at all.

    Raises: TooLarge; MalformedInput.
    """
    if not isinstance(request, Request) or request.method in ("GET", "HEAD"):
        return {}
    request.context.body = data = await read_body(request, MAX_BYTES)
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        # Whoever reads the body next says what is wrong with it.
        return {}
    return found if isinstance(found, dict) else {}


async def _instance_of(
    platform: Platform, request: Credentials, given: Mapping[str, Any]
) -> str | None:
    """The instance of the client that is named, else the one of the host.

    Raises: LoginClientUnknown.
    """
    named = given.get("client_id") or request.params.get("client_id")
    if isinstance(named, str):
        if "\x00" in named:
            raise LoginClientUnknown
        found = await find_instance_of(platform.database.reading(""), ids.client_id(named))
        if found is None:
            raise LoginClientUnknown
        return found
    return await hosts(platform.database).instance_of(request.get_header("host") or "")
