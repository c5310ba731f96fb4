"""Every documented operation that we serve takes all that the document lets a caller send."""

import msgspec
import pytest

from tests.contract.catalogue import Catalogue
from tests.contract.doors import DOORS
from tests.contract.served import (
    COMPLETE_GROUPS,
    WAITING,
    Served,
    documented,
    expected,
    fields_of,
    lacking,
    served_calls,
    served_routes,
)


@pytest.mark.parametrize("group", COMPLETE_GROUPS)
def test_a_complete_group_serves_every_operation(group):
    routes = served_routes()
    wanted = [each for each in documented(group) if each.id not in WAITING]
    assert wanted
    missing = [f"{each.method} {each.path}" for each in wanted if each.shape not in routes]
    assert not missing


def test_the_frontend_api_serves_every_operation_of_the_first_three_tiers():
    routes = served_routes("frontend")
    wanted = expected()
    assert wanted
    missing = [f"{each.method} {each.path}" for each in wanted if each.shape not in routes]
    assert not missing


def test_what_browsers_need_beside_the_document_is_served():
    routes = served_routes("frontend")
    assert ("GET", "/client/touch") in routes
    assert any(path.startswith("/npm/") for _method, path in routes)


@pytest.mark.parametrize("door", DOORS)
def test_served_operations_declare_every_documented_parameter_and_field(door):
    routes = served_routes(door)
    found = {
        each.id: lacking(each, routes[each.shape])
        for each in Catalogue.load(door).operations
        if each.shape in routes
    }
    assert found
    assert {name: missing for name, missing in found.items() if missing} == {}


def test_a_route_that_forgets_a_parameter_and_a_field_is_found():
    documented = Catalogue.load().operation("POST", "/sign_in_tokens")
    route = Served("POST", "/sign_in_tokens", frozenset(), frozenset({"user_id", "org_id"}))
    assert lacking(documented, route) == ["body field expires_in_seconds"]
    documented = Catalogue.load().operation("GET", "/role_sets")
    route = Served("GET", "/role_sets", frozenset({"limit", "offset", "query"}), frozenset())
    assert lacking(documented, route) == ["query parameter order_by"]


def test_the_fields_of_a_body_are_its_wire_names():
    class Entry(msgspec.Struct, rename={"kind": "type"}):
        kind: str
        name: str

    assert fields_of(Entry) == fields_of(list[Entry]) == fields_of(Entry | None) == {"type", "name"}
    assert fields_of(None) == set()


@pytest.mark.parametrize("door", DOORS)
def test_every_route_is_documented_or_known_to_be_called(door):
    known = Catalogue.load(door).by_shape.keys() | DOORS[door].undocumented.keys()
    assert not {route.shape for route in served_calls(door)} - known


def test_what_waits_is_documented_in_a_complete_group():
    ids = {each.id for group in COMPLETE_GROUPS for each in documented(group)}
    assert WAITING.keys() <= ids


def test_nothing_waits_that_is_served():
    routes = served_routes()
    served = {each.id for each in Catalogue.load().operations if each.shape in routes}
    assert not WAITING.keys() & served
