"""How the Accounts door speaks: bearers act, problems are told by RFC 9457, lists have cursors.

Source: the Accounts API's public pages; where they are silent, docs/decisions.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import msgspec

from charter.core.acting import api_key_actor, session_actor
from charter.core.api_keys.model import SECRET_PREFIX as API_KEY_PREFIX
from charter.core.bearing import account_token_actor, is_account_token
from charter.core.instances.hosts import hosts
from charter.core.keys.lookup import SECRET_PREFIXES
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.errors import DomainError, Unauthenticated
from charter.kernel.lists import Search
from charter.kernel.platform import Platform
from charter.surfaces.accounts.asking import MOST, USUAL, Searched, asked
from charter.surfaces.accounts.errors import STATUSES, ProblemOut, problem
from charter.surfaces.accounts.shapes import Page
from charter.wire.bearers import ACTING_USER, bearer, key_actor
from charter.wire.call import Call, Lists, View
from charter.wire.dialect import Asking, Credentials, PlainAnswers, Written
from charter.wire.statuses import ABSENT

PROBLEM = "application/problem+json"
NO_CONTENT = 204


class AccountsDialect(PlainAnswers):
    """The Accounts door."""

    name = "accounts"
    title = "Charter Accounts"
    version = "1"
    error_media = PROBLEM
    headers: Mapping[str, str] = MappingProxyType({"Charter-Acting-User": ACTING_USER})

    def __init__(self, calls: Sequence[Call], mount: str = "/accounts") -> None:
        self.calls = calls
        self.mount = mount
        self._public = {mount + call.path for call in calls if call.is_public}

    async def actor(self, platform: Platform, request: Credentials) -> Actor:
        """A user by their token, an application's server, or a visitor where anybody may ask.

        Raises: Unauthenticated.
        """
        if request.path in self._public and not request.get_header("authorization"):
            return Actor(ActorKind.ANONYMOUS, await _instance_of(platform, request))
        credential = bearer(request)
        if credential.startswith(SECRET_PREFIXES):
            return await key_actor(platform, request, credential)
        if credential.startswith(API_KEY_PREFIX):
            instance_id = await _instance_of(platform, request)
            return await api_key_actor(platform, instance_id, credential)
        if is_account_token(credential):
            return await account_token_actor(platform, credential)
        return await session_actor(platform, credential)

    async def write(self, call: Call, result: Any, view: View, request: Credentials, /) -> Written:
        """The result as the call's Out writes it, with where it is or where the list goes on."""
        if call.status == NO_CONTENT:
            return Written(NO_CONTENT, b"")
        answer = call.out.of(result, view)
        headers = {}
        if isinstance(answer, Page) and answer.next_cursor and call.method == "GET":
            query = urlencode([*_kept(request), ("cursor", answer.next_cursor)])
            headers["Link"] = f'<{request.path}?{query}>; rel="next"'
        found = getattr(call.out, "location", None)
        if call.status == 201 and found is not None:
            headers["Location"] = f"{self.mount}/api/{found(answer)}"
        return Written(call.status, msgspec.json.encode(answer), headers)

    def search(self, asking: Asking, lists: Lists, _answer: Any) -> Search:
        """`limit`, `cursor` and filters; `query` and `sort` where a list is searched."""
        return asked(asking, lists)

    def refusal(
        self, error: DomainError, call: Call | None, trace_id: str
    ) -> tuple[int, ProblemOut, Mapping[str, str]]:
        """The error as problem details."""
        body = problem(error, call, trace_id, self.mount)
        headers = {"Content-Type": PROBLEM}
        if body.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return body.status, body, headers

    def statuses(self, call: Call) -> Mapping[int, str]:
        """Those of the errors that the operation declares, and of those any may raise."""
        found = {403: "The caller may not do this.", 404: ABSENT, **STATUSES.documented(call)}
        found.pop(422, None)
        if call.body is not None:
            found[415] = "The body is of another media type."
        return found

    def list_parameters(self, call: Call) -> Mapping[str, Any]:
        """The window of a list, where it is not in the body."""
        if isinstance(call.lists, Searched):
            return {}
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
        return {"limit": limit, "cursor": {"type": "string"}}

    def error_type(self) -> Any:
        """The Struct of an error's body."""
        return ProblemOut


def _kept(request: Credentials) -> list[tuple[str, str]]:
    """The query of a request but for its cursor."""
    return [
        (name, each)
        for name, given in request.params.items()
        if name != "cursor"
        for each in ([given] if isinstance(given, str) else given)
    ]


async def _instance_of(platform: Platform, request: Credentials) -> str:
    """The instance of the host, or the only one. Raises: Unauthenticated."""
    found = await hosts(platform.database).instance_of(request.get_header("host") or "")
    if found is None:
        raise Unauthenticated("instance")
    return found
