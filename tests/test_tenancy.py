"""Every route, called with what belongs to another: as if it did not exist, and nothing changes."""

import re
from typing import Any

import httpx
import pytest

from charter.kernel.db import metadata
from charter.kernel.ids import new_id
from charter.server import create_app
from tests.addressed_kinds import KINDS, NOT_IDS
from tests.addressing import LOOKS_LIKE_ID, Place, Route, names_of, routes
from tests.cast import Cast, make_cast
from tests.makers import FAILS
from tests.rolling_back import forgetful
from tests.world import new_world

ROUTES = routes()
WITH_PLACES = [(route, place) for route in ROUTES for place in route.places]


JOINS = frozenset({"memberships.create", "memberships.create_in_full", "organization_users.attach"})


def is_inside(route: Route) -> bool:
    """Whether a route names an organization and something that is in it."""
    kinds = {p.kind.removesuffix("_number") for p in route.places if p.is_required}
    # Whom to make a member is nobody's yet.
    is_about_it = route.call.operation.name not in JOINS
    inner = {"user", "organization_invitation", "join_code", "organization_token"}
    return is_about_it and "organization" in kinds and not kinds.isdisjoint(inner)


INSIDE = [route for route in ROUTES if is_inside(route)]
BY_PERSONS = [route for route in ROUTES if route.door in ("rpc", "odata", "accounts")]
"""Routes of doors where a person acts."""
BY_SERVERS = frozenset(
    {
        "applications.delete",
        "applications.get",
        "applications.update",
        "account_clients.create",
        "account_clients.search",
        "organizations.register_for",
        "organizations.search",
        "people.erase",
        "people.get",
        "people.search",
        "people.update",
        "invoices.delete_by_query",
        "recorded_payments.delete_by_query",
        "recorded_payments.merge_metadata",
        "recorded_payments.record",
        "users.create",
        "users.search",
        "users.update",
    }
)
"""What only an app's server may do, at those doors too."""
ORGANIZATIONS = frozenset({"organization", "organization_number"})

SPENT = {
    "applications.delete": "nobody ends the application that they are in",
    "account_tokens.derive": "who calls by no login token of a client gets none",
    "api_keys.verify": "the secret is made up",
    "instances.show_interstitial": "its instance is named by a key in the query",
    "m2m_tokens.create": "a machine has to ask",
    "m2m_tokens.verify": "the token is made up",
    "oauth_authorizations.revoke_token": "the token is made up",
    "oauth_authorizations.verify": "the token is made up",
    "organization_invitations.accept": "the secret is made up",
    "join_codes.join": "the code is made up",
    "roles.assign_permission": "the role holds the permission already",
    "memberships.create": "the user is a member already",
    "memberships.create_in_full": "the user is a member already",
    "organization_invitations.resend_by_id": "its link was sent a moment ago",
    "organization_users.attach": "the user is a member already",
    "organization_users.invite_again": "the user is a member already",
    "organizations.prove_registered": "the code is known to the address alone",
}
"""Operations that do not succeed with the requests made here, and why."""

TABLES = sorted(table.name for table in metadata.tables.values() if "instance_id" in table.c)
DIGESTS = " UNION ALL ".join(
    f"SELECT '{name}' AS name, md5(string_agg(t::text, '|' ORDER BY t::text)) AS digest"
    f" FROM {name} t WHERE instance_id = $1"
    for name in TABLES
)


@pytest.fixture(scope="module")
async def casts(platform, app) -> tuple[Cast, Cast]:
    """Two instances with the same people and things."""
    worlds = [await new_world(platform, app) for _ in range(2)]
    cast, other = [await make_cast(world) for world in worlds]
    return cast, other


@pytest.fixture(scope="module")
async def trial(settings, platform):
    """A server that does everything and keeps nothing."""
    app = create_app(settings, platform=forgetful(platform))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        yield client


async def state(cast: Cast) -> dict[str, str]:
    """A digest of every row of an instance, by table."""
    rows = await cast.world.sql(DIGESTS, cast.world.instance_id)
    return {row["name"]: row["digest"] for row in rows}


def credentials(cast: Cast, route: Route, who: str = "owner") -> dict[str, str]:
    headers = {"authorization": f"Bearer {cast.world.keys.secret_key}"}
    if route in BY_PERSONS and route.call.operation.name not in BY_SERVERS:
        headers["charter-acting-user"] = cast.world.people[who]
    return headers


def shown(answer: httpx.Response, sent: str) -> tuple[int, str]:
    """An answer without what differs from one request to the next."""
    text = re.sub(r'"(clerk_trace_id|traceId|instance)":"[\w:]+"', "", answer.text)
    return answer.status_code, text.replace(sent, "ID")


async def ask(
    client: httpx.AsyncClient, cast: Cast, route: Route, ids: dict[Place, str], who: str = "owner"
) -> httpx.Response:
    request: dict[str, Any] = route.request(cast, ids)
    return await client.request(**request, headers=credentials(cast, route, who))


def made_up(known: str) -> str:
    if known.isdigit():
        return str(int(known) + 10**12)
    return new_id(known[: known.index("_") + 1])


def test_every_id_of_every_route_has_a_kind():
    unknown = sorted(
        f'"{name}" of {route}'
        for route in ROUTES
        for where, name, _, _ in names_of(route.call)
        if (where == "path" or LOOKS_LIKE_ID.search(name))
        and name not in NOT_IDS
        and name not in {place.name for place in route.places}
    )
    assert not unknown, (
        "add each to KINDS in tests/addressing.py (and what it names to tests/cast.py), or to"
        f" NOT_IDS with a reason: {unknown}"
    )
    named = {name for route in ROUTES for _, name, _, _ in names_of(route.call)}
    assert KINDS.keys() <= named, "no route takes these: remove them from KINDS"


def test_every_route_is_told_what_it_requires():
    lacking = sorted(
        f'("{route.call.method}", "{route.call.path}"): {{"{name}": ...}}'
        for route in ROUTES
        for where, name, _, is_required in names_of(route.call)
        if where == "body" and is_required and name not in {p.name for p in route.places}
        if name not in str(route.body)
    )
    assert not lacking, f"add to BODIES in tests/addressing.py: {lacking}"


@pytest.mark.parametrize("route", ROUTES, ids=str)
async def test_the_requests_succeed_with_ones_own_ids(trial, casts, route):
    cast, _ = casts
    answer = await ask(trial, cast, route, {})
    if route.call.operation.name in {**FAILS, **SPENT}:
        assert answer.status_code != 422, answer.text
    else:
        assert answer.is_success, answer.text


@pytest.mark.security("G1")
@pytest.mark.parametrize(
    ("route", "place"), WITH_PLACES, ids=[f"{r} {p.where} {p.name}" for r, p in WITH_PLACES]
)
async def test_what_another_instance_has_does_not_exist_here(trial, casts, app, route, place):
    cast, other = casts
    foreign = other[place.kind]
    before = await state(other)
    unknown = made_up(foreign)
    wanted = shown(await ask(trial, cast, route, {place: unknown}), unknown)
    answer = await ask(cast.world.client, cast, route, {place: foreign})
    assert shown(answer, foreign) == wanted
    if place.where == "path" and route.call.operation.name not in FAILS:
        assert answer.status_code == 404
    told = answer.text.replace(foreign, "")
    assert not [name for name in other.names if name in told]
    assert await state(other) == before


@pytest.mark.security("G1")
@pytest.mark.parametrize("route", INSIDE, ids=str)
async def test_what_another_organization_has_is_not_reached_through_ones_own(casts, route):
    cast, _ = casts
    twins = {"organization": cast.twin["organization"], **cast.facts["twin_numbers"]}
    elsewhere = {p: twins[p.kind] for p in route.places if p.kind in twins and p.is_required}
    before = await state(cast)
    answer = await ask(
        cast.world.client,
        cast,
        route,
        elsewhere,
        who="rival",
    )
    is_forgiven = bool(route.call.forgives) and answer.status_code == 200
    assert is_forgiven or answer.status_code == 404, answer.text
    assert await state(cast) == before


@pytest.mark.security("G1")
@pytest.mark.parametrize(
    ("route", "place"),
    [
        (r, p)
        for r in BY_PERSONS
        for p in r.places
        if p.kind in ORGANIZATIONS and r.call.operation.name not in BY_SERVERS
    ],
    ids=str,
)
async def test_a_stranger_is_told_that_an_organization_does_not_exist(trial, casts, route, place):
    cast, _ = casts
    unknown = made_up(cast[place.kind])
    wanted = shown(await ask(trial, cast, route, {place: unknown}, who="stranger"), unknown)
    answer = await ask(trial, cast, route, {}, who="stranger")
    assert shown(answer, cast[place.kind]) == wanted
    assert answer.status_code == 404


@pytest.mark.security("G4")
@pytest.mark.parametrize("route", [r for r in ROUTES if not r.call.is_public], ids=str)
async def test_without_credentials_nothing_is_answered(trial, casts, route):
    cast, _ = casts
    ids = {place: cast[place.kind] for place in route.places}
    for headers in ({}, {"charter-acting-user": cast["user"]}, {"authorization": "Bearer"}):
        answer = await trial.request(**route.request(cast, ids), headers=headers)
        assert answer.status_code == 401


@pytest.mark.security("G4")
@pytest.mark.parametrize("route", BY_PERSONS, ids=str)
async def test_a_key_does_not_act_for_a_user_of_another_instance(trial, casts, route):
    cast, other = casts
    headers = credentials(cast, route) | {"charter-acting-user": other.world.people["owner"]}
    answer = await trial.request(**route.request(other, {}), headers=headers)
    assert answer.status_code == 401
