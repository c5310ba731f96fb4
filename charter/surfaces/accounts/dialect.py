"""How the Accounts door speaks: bearers act, problems are told by RFC 9457, lists have cursors.

Source: the Accounts API's public pages; where they are silent, docs/decisions.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import msgspec

from charter.core.bearing import account_token_actor, is_account_token
from charter.kernel.actor import Actor
from charter.kernel.errors import DomainError
from charter.kernel.lists import Search
from charter.kernel.platform import Platform
from charter.surfaces.accounts.asking import MOST, USUAL, Searched, asked
from charter.surfaces.accounts.auth import callers
from charter.surfaces.accounts.errors import STATUSES, ProblemOut, problem
from charter.surfaces.accounts.shapes import NOTHING, Beside, Page
from charter.wire.bearers import ACTING_USER, bearer, credential_actor, visitor
from charter.wire.call import Call, Lists, View
from charter.wire.dialect import Asking, Credentials, PlainAnswers, Written, page_origin
from charter.wire.statuses import ABSENT

PROBLEM = "application/problem+json"
NO_CONTENT = 204
SCRIPT = {"Content-Type": "text/javascript; charset=utf-8"}


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
        path = request.path.removeprefix(self.mount)
        if path.startswith(callers.FOLDER):
            is_public = request.path in self._public
            return await callers.caller(
                platform, request, path, is_public=is_public, by_bearer=_by_bearer
            )
        if request.path in self._public and not request.get_header("authorization"):
            return await visitor(platform, request)
        return await _by_bearer(platform, request)

    async def write(self, call: Call, result: Any, view: View, request: Credentials, /) -> Written:
        """The result as the call's Out writes it, with where it is or where the list goes on."""
        # First: an answer may turn out to be a refusal.
        answer = None if call.out is None else call.out.of(result, view)
        find = getattr(call.out, "beside", None)
        beside: Beside = NOTHING if find is None else find(result, view)
        cookies = () if _is_forced(call, request) else beside.cookies
        if call.status == NO_CONTENT:
            return Written(NO_CONTENT, b"", beside.headers, cookies)
        headers = dict(beside.headers)
        if beside.script is not None and _wants_script(request):
            return Written(call.status, beside.script.encode(), headers | SCRIPT, cookies)
        if isinstance(answer, Page) and answer.next_cursor and call.method == "GET":
            query = urlencode([*_kept(request), ("cursor", answer.next_cursor)])
            headers["Link"] = f'<{request.path}?{query}>; rel="next"'
        found = getattr(call.out, "location", None)
        if call.status == 201 and found is not None:
            headers["Location"] = f"{self.mount}/api/{found(answer)}"
        return Written(call.status, msgspec.json.encode(answer), headers, cookies)

    def search(self, asking: Asking, lists: Lists, _answer: Any) -> Search:
        """`limit`, `cursor` and filters; `query` and `sort` where a list is searched."""
        return asked(asking, lists)

    def refusal(
        self, error: DomainError, call: Call | None, request: Credentials
    ) -> tuple[int, ProblemOut, Mapping[str, str]]:
        """The error as problem details."""
        body = problem(error, call, request.context.trace_id, self.mount)
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


async def _by_bearer(platform: Platform, request: Credentials) -> Actor:
    """Whoever a bearer is. Raises: Unauthenticated."""
    credential = bearer(request)
    if is_account_token(credential):
        return await account_token_actor(platform, credential)
    return await credential_actor(platform, request, credential)


def _is_forced(call: Call, request: Credentials) -> bool:
    """Whether any site may have made a browser ask: what signs in then leaves no cookie in it."""
    return call.method == "GET" and call.operation.writes and page_origin(request) is None


def _wants_script(request: Credentials) -> bool:
    """Whether a page loads the answer as a script."""
    accepts = request.get_header("accept") or ""
    return "javascript" in accepts or request.get_header("sec-fetch-dest") == "script"


def _kept(request: Credentials) -> list[tuple[str, str]]:
    """The query of a request but for its cursor."""
    return [
        (name, each)
        for name, given in request.params.items()
        if name != "cursor"
        for each in ([given] if isinstance(given, str) else given)
    ]
