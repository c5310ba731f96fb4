"""The operations that are measured: their requests, and what they are to reach."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlencode

from bench.sizes import PASSWORD, TEMPLATE, Drawn
from charter.server import DIALECTS
from charter.surfaces.accounts.ids import account_id

BACKEND, RPC, FRONTEND = "/v1", "/rpc/v1/organizations", "/frontend/v1"


@dataclass(frozen=True)
class Request:
    """One request of HTTP."""

    method: str
    path: str
    bearer: str
    body: str = ""
    cookie: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """Those that clients send."""
        found = {"Accept": "application/json"}
        if self.bearer:
            found["Authorization"] = f"Bearer {self.bearer}"
        if self.cookie:
            found["Cookie"] = self.cookie
        if self.body:
            found["Content-Type"] = "application/json" if self.body[0] == "{" else FORM
        return found

    def raw(self, path: str | None = None) -> str:
        """As it goes over the wire; `path` replaces its own."""
        lines = [f"{self.method} {path or self.path} HTTP/1.1", "Host: bench"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body or self.method == "POST":
            lines.append(f"Content-Length: {len(self.body.encode())}")
        return "\r\n".join(lines) + "\r\n\r\n" + self.body


Requests: TypeAlias = Callable[[Drawn], Iterable[Request]]


@dataclass(frozen=True)
class Operation:
    """One measured operation.

    `route` is its method and path as the door declares them; `requests` are drawn for it.
    `has_floor`: whether the floor can do the same; not, where every request writes rows of its own.
    `share` is the part of the floor's requests per CPU second to reach, `most_us` the most
    CPU microseconds of a request, None where there is no such target.
    """

    name: str
    title: str
    route: tuple[str, str]
    requests: Requests
    share: float | None = None
    most_us: float | None = None
    signs: bool = False
    has_floor: bool = True

    @property
    def is_served(self) -> bool:
        """Whether some door has its route."""
        return self.route in {
            (call.method, dialect.mount + call.path)
            for dialect in DIALECTS
            for call in dialect.calls
        }


FORM = "application/x-www-form-urlencoded"
APP_URL = "https://app.charter-bench.io"
GROWTH = 1.3
"""How many times dearer an operation may be at ten times the data."""


def _gets(drawn: Drawn, paths: Iterable[str]) -> list[Request]:
    return [Request("GET", BACKEND + path, drawn.secret_key) for path in paths]


def _pages(limit: int) -> Callable[[Drawn], list[Request]]:
    return lambda drawn: _gets(
        drawn, (f"/users?limit={limit}&offset={limit * page}" for page in range(10))
    )


def _members(drawn: Drawn) -> list[Request]:
    return _gets(
        drawn, (f"/organizations/{each}/memberships?limit=10" for each in drawn.organizations)
    )


def _mints(drawn: Drawn) -> list[Request]:
    return [
        Request("POST", f"{BACKEND}/sessions/{each}/tokens", drawn.secret_key)
        for each in drawn.sessions
    ]


def _templates(drawn: Drawn) -> list[Request]:
    return [
        Request("POST", f"{BACKEND}/sessions/{each}/tokens/{TEMPLATE}", drawn.secret_key)
        for each in drawn.sessions
    ]


def _verifies(path: str, name: str, secrets: Callable[[Drawn], Iterable[str]]) -> Requests:
    return lambda drawn: [
        Request("POST", BACKEND + path, drawn.secret_key, json.dumps({name: each}))
        for each in secrets(drawn)
    ]


def _checks(drawn: Drawn) -> list[Request]:
    return [
        Request(
            "POST", f"{RPC}/get", each.bearer, json.dumps({"organizationId": each.organization_id})
        )
        for each in drawn.tokens
    ]


def _refreshes(drawn: Drawn) -> list[Request]:
    """What every open tab asks for again and again."""
    return [
        Request(
            "POST",
            f"{FRONTEND}/client/sessions/{each.session_id}/tokens",
            "",
            cookie=f"__client={each.client_token}",
        )
        for each in drawn.browsers
    ]


def _handshakes(drawn: Drawn) -> list[Request]:
    query = urlencode({"redirect_url": f"{APP_URL}/page", "format": "nonce"})
    return [
        Request(
            "GET",
            f"{FRONTEND}/client/handshake?{query}",
            "",
            cookie=f"__client={each.client_token}",
        )
        for each in drawn.browsers
    ]


def password_sign_ins(drawn: Drawn) -> list[Request]:
    """Sign-ins of different people in browsers of their own, in one step."""
    return [
        Request(
            "POST",
            f"{FRONTEND}/client/sign_ins",
            "",
            urlencode({"identifier": each, "password": PASSWORD}),
        )
        for each in drawn.addresses
    ]


def sign_ins(drawn: Drawn) -> list[Request]:
    """Verifications of the right password, for the storm."""
    return [
        Request(
            "POST",
            f"{BACKEND}/users/{each}/verify_password",
            drawn.secret_key,
            json.dumps({"password": PASSWORD}),
        )
        for each in drawn.users
    ]


def _presigns(drawn: Drawn) -> list[Request]:
    body = {"content_type": "text/plain", "size": 1, "overwrite": True}
    return [
        Request(
            "POST",
            f"/accounts/api/accounts/{account_id(each)}/files/presign",
            drawn.secret_key,
            json.dumps({"key": f"bench/{number}", **body}),
        )
        for number, each in enumerate(drawn.organizations)
    ]


SIGN_IN = ("POST", "/v1/users/{user_id}/verify_password")

USER = Operation(
    "user",
    "user by id",
    ("GET", "/v1/users/{user_id}"),
    lambda drawn: _gets(drawn, (f"/users/{each}" for each in drawn.users)),
    share=0.55,
    most_us=500,
)

REFRESH = Operation(
    "refresh",
    "session token refresh",
    ("POST", f"{FRONTEND}/client/sessions/{{session_id}}/tokens"),
    _refreshes,
    share=0.6,
    signs=True,
)

OPERATIONS = (
    USER,
    Operation("page10", "users page of 10", ("GET", "/v1/users"), _pages(10)),
    Operation("page100", "users page of 100", ("GET", "/v1/users"), _pages(100)),
    Operation(
        "search",
        "user search",
        ("GET", "/v1/users"),
        lambda drawn: _gets(drawn, (f"/users?query={each}" for each in drawn.searches)),
    ),
    Operation(
        "members",
        "organization members page",
        ("GET", "/v1/organizations/{organization_id}/memberships"),
        _members,
    ),
    Operation(
        "mint",
        "session token mint",
        ("POST", "/v1/sessions/{session_id}/tokens"),
        _mints,
        share=0.7,
        signs=True,
    ),
    REFRESH,
    Operation(
        "handshake",
        "handshake",
        ("GET", f"{FRONTEND}/client/handshake"),
        _handshakes,
        has_floor=False,
    ),
    Operation(
        "template",
        "JWT template mint",
        ("POST", "/v1/sessions/{session_id}/tokens/{template_name}"),
        _templates,
        signs=True,
    ),
    Operation(
        "m2m",
        "M2M token verification",
        ("POST", "/v1/m2m_tokens/verify"),
        _verifies("/m2m_tokens/verify", "token", lambda drawn: drawn.m2m_tokens),
        share=0.5,
    ),
    Operation(
        "api_key",
        "API key verification",
        ("POST", "/v1/api_keys/verify"),
        _verifies("/api_keys/verify", "secret", lambda drawn: drawn.api_keys),
        share=0.5,
    ),
    Operation("token", "API token check", ("POST", f"{RPC}/get"), _checks),
    Operation(
        "presign",
        "address to write a file",
        ("POST", "/accounts/api/accounts/{account_id}/files/presign"),
        _presigns,
        has_floor=False,
    ),
)
