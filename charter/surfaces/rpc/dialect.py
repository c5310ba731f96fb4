"""How the Organizations RPC speaks: a user acts, by their session token, a connector or a token.

Source: the Organizations API's public pages; where they are silent, docs/decisions.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from charter.core.acting import organization_token_actor, session_actor
from charter.core.keys.lookup import SECRET_PREFIXES
from charter.kernel.actor import Actor
from charter.kernel.errors import DomainError, InvalidInput, Kind
from charter.kernel.lists import Search
from charter.kernel.platform import Platform
from charter.wire.bearers import ACTING_USER, bearer, key_actor
from charter.wire.call import Call, Lists
from charter.wire.dialect import Asking, Credentials, PlainAnswers
from charter.wire.refused_credentials import sentence_of
from charter.wire.statuses import ABSENT, Statuses

MOST_ROWS = 1000

RENAMED = {
    "authentication_invalid": (401, "unauthorized"),
    "not_permitted": (403, "forbidden"),
    "role_above_own": (403, "forbidden"),
    "method_not_allowed": (405, "method_not_allowed"),
    "resource_not_found": (404, "organization_not_found"),
    "idempotency_key_reused": (422, "idempotency_key_reused"),
}
CREDENTIALS = {
    "token": "There is no such organization token, or it was revoked.",
    "user": "A user has to act: send a session token, or a secret key with the header "
    "`Charter-Acting-User: user_…`.",
    "acting_user": "Charter-Acting-User names no user of this key's instance, or a banned one.",
}
"""What is wrong with a credential → how to mend it; nothing that its holder does not know."""
STATUSES = Statuses(RENAMED, {Kind.UNPROCESSABLE: 400})


class ErrorOut(msgspec.Struct, kw_only=True, frozen=True):
    """What an error answers."""

    ok: bool
    error: str
    message: str
    parameter: str | None
    traceId: str  # noqa: N815  # this API's spelling


class RpcDialect(PlainAnswers):
    """The Organizations RPC."""

    name = "rpc"
    title = "Charter Organizations RPC"
    version = "1"
    headers: Mapping[str, str] = MappingProxyType({"Charter-Acting-User": ACTING_USER})

    def __init__(self, calls: Sequence[Call], mount: str = "/rpc/v1/organizations") -> None:
        self.calls = calls
        self.mount = mount

    async def actor(self, platform: Platform, request: Credentials) -> Actor:
        """A signed-in user, a connector that acts for one, or an organization's token.

        Raises: Unauthenticated.
        """
        credential = bearer(request)
        if credential.startswith(SECRET_PREFIXES):
            return await key_actor(platform, request, credential)
        if ":" in credential:
            return await organization_token_actor(platform, credential)
        return await session_actor(platform, credential)

    def search(self, _asking: Asking, _lists: Lists, _answer: Any) -> Search:
        """Lists here have neither pages nor filters: all rows, to a bound."""
        return Search(limit=MOST_ROWS, with_total=False)

    def refusal(
        self, error: DomainError, call: Call | None, request: Credentials
    ) -> tuple[int, ErrorOut, Mapping[str, str]]:
        """The error in this API's form."""
        status, code = STATUSES.of(error)
        if isinstance(error, InvalidInput):
            code = "invalid_input"
        parameter, sentence = error.parameter, sentence_of(error, CREDENTIALS)
        if call is not None:
            parameter = {core: wire for wire, core in call.names.items()}.get(
                parameter or "", parameter
            )
        return (
            status,
            ErrorOut(
                ok=False,
                error=code,
                message=sentence,
                parameter=parameter,
                traceId=request.context.trace_id,
            ),
            {},
        )

    def statuses(self, call: Call) -> Mapping[int, str]:
        """Those of the errors that the operation declares, and of those any may raise."""
        common = {403: "The acting user may not do this.", 404: ABSENT}
        return {**common, **STATUSES.documented(call)}

    def list_parameters(self, _call: Call) -> Mapping[str, Any]:
        """None: lists are whole."""
        return {}

    def error_type(self) -> Any:
        """The Struct of an error's body."""
        return ErrorOut
