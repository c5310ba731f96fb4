"""How the OData door speaks: a user acts; lists are asked for in OData's language.

Source: the Accounts API's public page; OData 4.01 (OASIS); where both are silent, docs/decisions.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from charter.kernel.actor import Actor
from charter.kernel.errors import DomainError, Kind, Unauthenticated
from charter.kernel.lists import Search
from charter.kernel.platform import Platform
from charter.surfaces.odata.asking import OPTIONS_OFFERED, asked, counted
from charter.surfaces.odata.errors import CREDENTIALS, OPTIONS, STATUSES
from charter.surfaces.odata.shapes import Counted
from charter.wire.bearers import ACTING_USER, bearer, credential_actor, visitor
from charter.wire.call import Call, Lists, View
from charter.wire.dialect import Asking, Credentials, PlainAnswers, Written
from charter.wire.refused_credentials import sentence_of
from charter.wire.statuses import ABSENT

VERSION = "4.01"


class Detail(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """More of what is wrong."""

    code: str
    message: str
    target: str | None = None


class ErrorBody(msgspec.Struct, kw_only=True, frozen=True, omit_defaults=True):
    """What went wrong, and with which input."""

    code: str
    message: str
    target: str | None = None
    details: list[Detail] = []


class ErrorOut(msgspec.Struct, kw_only=True, frozen=True):
    """What an error answers. Source: OData 4.01, JSON format, section 21.1."""

    error: ErrorBody


class ODataDialect(PlainAnswers):
    """The OData door."""

    name = "odata"
    title = "Charter Accounts by OData"
    version = VERSION
    headers: Mapping[str, str] = MappingProxyType({"Charter-Acting-User": ACTING_USER})

    def __init__(self, calls: Sequence[Call], mount: str = "/odata/api") -> None:
        self.calls = calls
        self.mount = mount
        self._public = {mount + call.path for call in calls if call.is_public}

    async def actor(self, platform: Platform, request: Credentials) -> Actor:
        """A user by session token or API key, an app's server, or a visitor who signs up.

        Raises: Unauthenticated.
        """
        if request.path in self._public and not request.get_header("authorization"):
            return await visitor(platform, request)
        return await credential_actor(platform, request, bearer(request))

    async def write(self, call: Call, result: Any, view: View, request: Credentials, /) -> Written:
        """The result as the call's Out writes it, with the version of the protocol."""
        written = await super().write(call, result, view, request)
        headers = {"OData-Version": VERSION}
        if isinstance(call.out, Counted):
            headers["Content-Type"] = call.out.content_type
        return Written(written.status, written.data, headers)

    def search(self, asking: Asking, lists: Lists, answer: Any) -> Search:
        """`$filter`, `$orderby`, `$skip`, `$top`, `$count` and `$select`."""
        if isinstance(answer, Counted):
            return counted(asking.query, lists, asking.now)
        return asked(asking.query, lists, answer.properties, asking.now)

    def refusal(
        self, error: DomainError, call: Call | None, _request: Credentials
    ) -> tuple[int, ErrorOut, Mapping[str, str]]:
        """The error as the standard writes it; the request's id is in a header."""
        status, code = STATUSES.of(error)
        target, sentence = error.parameter, sentence_of(error, CREDENTIALS)
        headers = {"OData-Version": VERSION}
        if isinstance(error, Unauthenticated):
            headers["WWW-Authenticate"] = "Bearer"
        if call is not None:
            wire = {core: name for name, core in call.names.items()}
            target = wire.get(target or "", target)
        details = []
        if error.kind is Kind.NOT_IMPLEMENTED:
            code = "NOT_IMPLEMENTED"
        elif target in OPTIONS:
            details = [Detail(code=code.upper(), message=sentence, target=target)]
            code = OPTIONS[target]
        elif status == 400 and error.kind is Kind.UNPROCESSABLE:
            code = "VALIDATION_ERROR"
        body = ErrorBody(code=code.upper(), message=sentence, target=target, details=details)
        return status, ErrorOut(error=body), headers

    def statuses(self, call: Call) -> Mapping[int, str]:
        """Those of the errors that the operation declares, and of those any may raise."""
        common = {403: "The caller may not do this.", 404: ABSENT}
        if call.lists is not None:
            common[501] = "The query uses what the standard has and this server has not."
        return {**common, **STATUSES.documented(call)}

    def list_parameters(self, call: Call) -> Mapping[str, Any]:
        """The options of a query."""
        if isinstance(call.out, Counted):
            return {"$filter": OPTIONS_OFFERED["$filter"]}
        return OPTIONS_OFFERED

    def error_type(self) -> Any:
        """The Struct of an error's body."""
        return ErrorOut
