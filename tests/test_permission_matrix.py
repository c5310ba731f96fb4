"""Every operation, called by every kind of caller, decides as the table of the tests says."""

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

import charter.core
from charter.kernel.actor import Actor, RequestFacts
from charter.kernel.errors import DomainError, Kind, NotFound, NotPermitted, Unauthenticated
from charter.kernel.ids import new_id
from charter.kernel.lists import Found
from charter.kernel.operation import CATALOG, run
from charter.kernel.permission import Scope
from charter.kernel.platform import Platform
from tests.cast import Cast, make_cast
from tests.keyless import somewhere
from tests.makers import FAILS, FRESH_INSTANCE, MAKERS, make
from tests.matrix import BY_MACHINES, BY_USERS, GRANTS, HELD, OR_SELF, Decision, callers, expected
from tests.rolling_back import forgetful
from tests.world import new_world

for module in pkgutil.walk_packages(charter.core.__path__, "charter.core."):
    importlib.import_module(module.name)

DECIDED = {
    NotPermitted: Decision.NOT_PERMITTED,
    NotFound: Decision.NOT_FOUND,
    Unauthenticated: Decision.UNAUTHENTICATED,
}
"""What decisions look like: these errors themselves, not what areas derive from them."""

TELLS_NOTHING = {
    "account_tokens.derive": "who calls by no login token of a client gets none",
    "images.draw_organization": "a picture is drawn for any id",
    "images.draw_user": "a picture is drawn for any id",
    "admin_portal.configure": "its browser came in by no link, which is looked at first",
    "directories.create": "a connection that is not there is a mistake in the input",
    "machines.create": "a machine to reach that is not there is a mistake in the input",
    "organizations.create": "a creator who is not there is a mistake in the input",
    "clients.verify": "its token is made up",
    "sessions.mint_own_from_template": "a browser without the session is signed out there",
    "sessions.refresh": "its tokens are made up, and looked at first",
}
"""Operations that answer another instance's ids in another way than not found, and why."""

CALLABLE = sorted(GRANTS.keys() & MAKERS.keys() & CATALOG.keys())
IN_ORGANIZATIONS = [
    name for name in CALLABLE if CATALOG[name].permission.scope is Scope.ORGANIZATION
]


@pytest.fixture(scope="module")
async def casts(platform, app) -> tuple[Cast, Cast]:
    """Two instances with the same people and things."""
    worlds = [await new_world(platform, app) for _ in range(2)]
    cast, other = [await make_cast(world) for world in worlds]
    return cast, other


async def outcome(platform: Platform, actor: Actor, name: str, arguments: Mapping[str, Any]) -> Any:
    """The result of a call, or what it was refused with. Nothing of it is kept."""
    if name in FRESH_INSTANCE:
        actor = dataclasses.replace(actor, instance_id=new_id("ins_"))
    try:
        # From an address of its own: what limits count is kept.
        request = RequestFacts("trace", somewhere(), "test")
        return await run(forgetful(platform), actor, CATALOG[name], request, arguments=arguments)
    except DomainError as error:
        return error


def decision(result: Any) -> Decision:
    return DECIDED.get(type(result), Decision.ALLOWED)


def who_may(name: str, cast: Cast, other: Cast) -> Actor:
    """Somebody who may call an operation."""
    caller = "secret key"
    if name in BY_USERS or CATALOG[name].permission.scope is Scope.USER:
        caller = "owner" if name in BY_USERS else "stranger"
    return callers(cast, other)["machine" if name in BY_MACHINES else caller]


def texts(value: Any) -> Iterator[str]:
    """Every text in arguments."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, Sequence) and not isinstance(value, bytes):
        for inner in value:
            yield from texts(inner)
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from texts(getattr(value, field.name))


@pytest.mark.security("G2")
def test_every_operation_has_a_row_and_every_row_an_operation():
    missing = "\n".join(
        f'    "{name}": Permission.{getattr(CATALOG[name].permission, "name", "?")},'
        for name in sorted(CATALOG.keys() - GRANTS.keys())
    )
    assert not missing, f"add to GRANTS in tests/matrix.py, if that is who may:\n{missing}"
    gone = sorted(GRANTS.keys() - CATALOG.keys())
    assert not gone, f"remove from GRANTS in tests/matrix.py: {gone}"


@pytest.mark.security("G2")
def test_every_operation_asks_for_the_permission_of_its_row():
    differing = {
        name: (CATALOG[name].permission, GRANTS[name])
        for name in GRANTS.keys() & CATALOG.keys()
        if CATALOG[name].permission is not GRANTS[name]
    }
    assert differing == {}, "the code's permission, and that of tests/matrix.py"


def test_every_operation_has_arguments():
    missing = "\n".join(
        f'    "{name}": lambda cast: {{{", ".join(map(repr, CATALOG[name].parameters))}: ...}},'
        for name in sorted(CATALOG.keys() - MAKERS.keys())
    )
    assert not missing, f"add to MAKERS in tests/makers.py:\n{missing}"
    gone = sorted((MAKERS.keys() | FAILS.keys() | OR_SELF) - CATALOG.keys())
    assert not gone, f"remove from tests/makers.py and tests/matrix.py: {gone}"


@pytest.mark.security("G2")
@pytest.mark.security("G4")
@pytest.mark.parametrize("name", CALLABLE)
async def test_every_caller_is_decided_about_as_the_table_says(platform, casts, name):
    cast, other = casts
    arguments = await make(name, cast)
    wrong = {}
    for caller, actor in callers(cast, other).items():
        if caller == "secret key of another instance":
            continue
        wanted = expected(name, caller)
        result = await outcome(platform, actor, name, arguments)
        if decision(result) is not wanted:
            wrong[caller] = f"{result!r} where it has to be {wanted.value}"
    assert wrong == {}


@pytest.mark.parametrize("name", sorted(set(CALLABLE) - FAILS.keys()))
async def test_whoever_may_succeeds_so_that_no_decision_hides_behind_a_mistake(
    platform, casts, name
):
    cast, other = casts
    actor = who_may(name, cast, other)
    result = await outcome(platform, actor, name, await make(name, cast))
    assert not isinstance(result, DomainError), repr(result)


@pytest.mark.security("G1")
@pytest.mark.parametrize("name", CALLABLE)
async def test_another_instances_key_finds_nothing(platform, casts, name):
    cast, other = casts
    arguments = await make(name, cast)
    if name in TELLS_NOTHING or cast.names.isdisjoint(texts(arguments)):
        return
    result = await outcome(platform, other.world.server, name, arguments)
    if isinstance(result, Found):
        assert result.items == ()
        return
    assert isinstance(result, DomainError), repr(result)
    is_own = name in BY_USERS or CATALOG[name].permission.scope is Scope.USER
    assert result.kind is (Kind.UNAUTHENTICATED if is_own else Kind.NOT_FOUND), repr(result)


@pytest.mark.security("G4")
@pytest.mark.parametrize("name", [n for n in CALLABLE if "user_id" in CATALOG[n].parameters])
async def test_naming_oneself_gives_nothing_but_what_is_ones_own(platform, casts, name):
    cast, _ = casts
    viewer = cast.world.acting("viewer")
    arguments = {**await make(name, cast), "user_id": viewer.user_id}
    wanted = expected(name, "viewer")
    if name in OR_SELF:
        wanted = Decision.ALLOWED
    assert decision(await outcome(platform, viewer, name, arguments)) is wanted


@pytest.mark.security("G2")
@pytest.mark.parametrize("name", IN_ORGANIZATIONS)
async def test_what_a_role_loses_it_may_no_longer_do(platform, casts, name):
    cast, _ = casts
    assert GRANTS[name] in HELD["owner"], f"no default role may {name}"
    actor = dataclasses.replace(
        callers(*casts)["token"], permissions=frozenset({"org:sys_billing:read"})
    )
    result = await outcome(platform, actor, name, await make(name, cast))
    assert decision(result) is Decision.NOT_PERMITTED
