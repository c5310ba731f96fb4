"""How the Backend API speaks: secret keys, its lists, its errors.

Source: Clerk BAPI 2025-11-10; the wire rules of its clients.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from charter.core.keys.lookup import lookup
from charter.core.machines.model import SECRET_PREFIX as MACHINE_PREFIX
from charter.kernel.actor import Actor
from charter.kernel.errors import DomainError, InvalidInput, Unauthenticated
from charter.kernel.filters import plain
from charter.kernel.lists import Search
from charter.kernel.platform import Platform
from charter.surfaces.backend import accountless_applications, interstitial
from charter.surfaces.backend.credentials import CREDENTIALS
from charter.surfaces.backend.errors import MESSAGES, RENAMED
from charter.surfaces.backend.interstitial import InterstitialPage
from charter.surfaces.backend.shapes import Bare
from charter.wire.call import Call, Lists, View
from charter.wire.dialect import Asking, Credentials, PlainAnswers, Written
from charter.wire.refused_credentials import sentence_of
from charter.wire.statuses import Statuses

STATUSES = Statuses(RENAMED)


class ErrorOut(msgspec.Struct, kw_only=True, frozen=True):
    """One error."""

    code: str
    message: str
    long_message: str
    meta: dict[str, Any]


class ErrorsOut(msgspec.Struct, kw_only=True, frozen=True):
    """What an error answers."""

    errors: list[ErrorOut]
    clerk_trace_id: str


class BackendDialect(PlainAnswers):
    """The Backend API."""

    name = "backend"
    title = "Charter Backend API"
    version = "2025-11-10"
    headers: Mapping[str, str] = MappingProxyType({})

    def __init__(self, calls: Sequence[Call], mount: str = "/v1") -> None:
        self.calls = calls
        self.mount = mount

    async def actor(self, platform: Platform, request: Credentials) -> Actor:
        """The holder of a secret key, or a machine with a secret of its own; never a browser.

        Raises: Unauthenticated.
        """
        if request.path == self.mount + interstitial.PATH:
            return await interstitial.visitor(platform, request)
        if request.path == self.mount + accountless_applications.PATH:
            return accountless_applications.visitor(request)
        header = request.get_header("authorization") or ""
        scheme, _, secret = header.partition(" ")
        if scheme.lower() != "bearer" or not secret:
            raise Unauthenticated("authorization")
        if request.get_header("origin") is not None:
            # A browser that holds a secret key has leaked it to everybody it serves.
            raise Unauthenticated("origin")
        secret = secret.strip()
        if secret.startswith(MACHINE_PREFIX):
            return await lookup(platform).machine_of(secret)
        return await lookup(platform).actor_of(secret)

    async def write(self, call: Call, result: Any, view: View, request: Credentials, /) -> Written:
        """The result as the call's Out writes it: JSON, but for one page."""
        if isinstance(call.out, InterstitialPage):
            return call.out.of(result, view)
        return await super().write(call, result, view, request)

    def search(self, asking: Asking, lists: Lists, answer: Any) -> Search:
        """`limit` 1 to 500, `offset`, `order_by` with its sign, `starting_after`, and filters."""
        query = asking.query
        limit, offset = plain.window(query, default=lists.limit)
        after = query.get("starting_after")
        return Search(
            where=plain.parse(query, lists.filters),
            order=plain.orders(query, lists.orders),
            limit=limit,
            offset=offset,
            with_total=bool(answer.wants_total(query)),
            after=after if isinstance(after, str) and after else None,
        )

    def refusal(
        self, error: DomainError, call: Call | None, request: Credentials
    ) -> tuple[int, ErrorsOut, Mapping[str, str]]:
        """The error in this API's form."""
        status, code = STATUSES.of(error)
        meta = {
            name: value for name, value in error.meta.items() if name not in ("reason", "limit")
        }
        if isinstance(error, InvalidInput) or status == 422:
            meta["param_name"] = wire_name(error.parameter, call)
        sentence = sentence_of(error, CREDENTIALS)
        short = MESSAGES.get(code, sentence.rstrip("."))
        out = ErrorOut(code=code, message=short, long_message=sentence, meta=meta)
        return status, ErrorsOut(errors=[out], clerk_trace_id=request.context.trace_id), {}

    def statuses(self, call: Call) -> Mapping[int, str]:
        """Those of the errors that the operation declares, and of those any may raise."""
        return STATUSES.documented(call)

    def list_parameters(self, call: Call) -> Mapping[str, Any]:
        """The window and the order of a list."""
        assert call.lists is not None  # noqa: S101  # asked of lists alone
        found: dict[str, Any] = {
            "limit": {
                "type": "integer",
                "minimum": 1,
                "maximum": plain.MAX_LIMIT,
                "default": call.lists.limit,
            },
            "offset": {"type": "integer", "minimum": 0, "maximum": plain.MAX_OFFSET, "default": 0},
            "starting_after": {"type": "string"},
        }
        if call.lists.orders:
            signed = [sign + key for key in call.lists.orders for sign in ("", "+", "-")]
            found["order_by"] = {"type": "string", "enum": signed}
        if isinstance(call.out, Bare):
            found["paginated"] = {"type": "boolean"}
        return found

    def error_type(self) -> Any:
        """The Struct of an error's body."""
        return ErrorsOut


def wire_name(parameter: str | None, call: Call | None) -> str:
    """The caller's own name for a parameter of the operation."""
    if parameter is None or call is None:
        return parameter or "request"
    for name, target in call.names.items():
        if target == parameter:
            return name
    return parameter
