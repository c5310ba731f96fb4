"""Every call of every door, with data that fit its description and data that do not.

`CHARTER_FUZZ_EXAMPLES` says how many of each sort every call gets; 50 make the ten thousand.
"""

import hashlib
import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from charter.openapi import document
from tests.addressing import KINDS, KINDS_BY_PATH
from tests.cast import Cast, make_cast
from tests.world import new_world

load_all_checks()
EXAMPLES = int(os.environ.get("CHARTER_FUZZ_EXAMPLES", "10"))
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
NOT_IMPLEMENTED = 501


def breaks_nothing(_context: Any, response: Any, _case: Any) -> None:
    """No answer tells of a defect; that a construct is not offered is none."""
    assert response.status_code < 500 or response.status_code == NOT_IMPLEMENTED


def breaks_nothing_here(_context: Any, response: Any, _case: Any) -> None:
    """No answer tells of a defect; that the payment gateway is away, as it is here, is none."""
    is_away = response.status_code == 503 and b"gateway_unavailable" in response.content
    assert response.status_code < 500 or is_away


CHECKS_OF_ODATA = [breaks_nothing, *CHECKS[1:]]
CHECKS_OF_ACCOUNTS = [breaks_nothing_here, *CHECKS[1:]]
ENDING = ("DELETE", "ban", "lock", "/replace", "/revoke", "status", "leave", "remove", "bulk")
"""What the calls have in their names after which the cast is no longer whole."""


def door(name: str) -> Any:
    loaded = schemathesis.openapi.from_dict(document(name))
    loaded.config.generation.update(
        modes=list(schemathesis.GenerationMode), with_security_parameters=False
    )
    # One bad value at a time, thousands of them: for the long run.
    loaded.config.phases.coverage.enabled = EXAMPLES > 10
    loaded.config.phases.stateful.enabled = False
    return loaded


backend, rpc, odata = door("backend"), door("rpc"), door("odata")
accounts = door("accounts")
bounded = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


class Stage:
    """A live server, and a cast that is made anew when a call may have spoiled it."""

    def __init__(self, platform, app, url: str) -> None:
        self._platform, self._app, self.url = platform, app, url
        self.cast: Cast | None = None
        self.is_spoilt = True

    async def set(self) -> None:
        if self.is_spoilt:
            self.cast = await make_cast(await new_world(self._platform, self._app))
            self.is_spoilt = False


@pytest.fixture(scope="module")
def whole_stage(platform, app, live_server):
    return Stage(platform, app, live_server.url)


@pytest.fixture
async def stage(whole_stage):
    await whole_stage.set()
    return whole_stage


@pytest.mark.security("K9")
@backend.parametrize()
@bounded
def test_the_backend_api_answers_as_described(case, stage):
    check(case, stage, "/v1")


@pytest.mark.security("K9")
@rpc.parametrize()
@bounded
def test_the_organizations_rpc_answers_as_described(case, stage):
    check(case, stage, "/rpc/v1/organizations")


@pytest.mark.security("K9")
@odata.parametrize()
@bounded
def test_accounts_by_odata_answer_as_described(case, stage):
    check(case, stage, "/odata/api", CHECKS_OF_ODATA)


@pytest.mark.security("K9")
@accounts.parametrize()
@bounded
def test_accounts_answer_as_described(case, stage):
    check(case, stage, "/accounts", CHECKS_OF_ACCOUNTS)


def check(case, stage: Stage, mount: str, checks: list[Any] = CHECKS) -> None:
    """Send a case, with real ids in most places, and look at the answer."""
    world = stage.cast.world
    point(case, stage.cast)
    if any(part in f"{case.method} {case.path}" for part in ENDING):
        stage.is_spoilt = True
    headers = {
        "authorization": f"Bearer {world.keys.secret_key}",
        "charter-acting-user": world.people["ann" if "ann" in world.people else "owner"],
    }
    case.call_and_validate(base_url=stage.url + mount, headers=headers, checks=checks)


def point(case, cast: Cast) -> None:
    """Let most ids be ids of things that are there, and most versions be left out."""
    for values in (case.path_parameters, case.query, case.body):
        if isinstance(values, dict):
            for name, value in values.items():
                kind = kind_of(name, case.path)
                if kind is not None and is_chosen(value):
                    values[name] = [cast[kind]] if isinstance(value, list) else cast[kind]
    if "If-Match" in case.headers and is_chosen(case.headers["If-Match"]):
        del case.headers["If-Match"]


def kind_of(name: str, path: str) -> str | None:
    for (known, beginning), kind in KINDS_BY_PATH.items():
        if name == known and path.startswith(beginning):
            return kind
    return KINDS.get(name)


def is_chosen(value: Any) -> bool:
    """Three of four, always the same ones."""
    return hashlib.sha256(repr(value).encode("utf-8", "surrogatepass")).digest()[0] % 4 != 0
