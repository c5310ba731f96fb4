from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charter.kernel.errors import InvalidInput
from charter.kernel.filters.lift import lift
from charter.kernel.filters.plain import Param, boolean, millis, orders, parse, whole, window
from charter.kernel.filters.tree import Apply, FilterType, Name, Op, Order, Text, Value
from tests.kernel.filters.people import FIELDS

PARAMS = (
    Param("person_id", "id", Op.IN, signed=True),
    Param("name", "name", Op.IN, most=3),
    Param("mood", "status", Op.IN, signed=True, separated=True, most=3),
    Param("name_query", "name", Op.CONTAINS),
    Param("banned", "is_banned", convert=boolean),
    Param("status", "status"),
    Param("created_at_after", "created_at", Op.GT, millis),
)
KEYS = {"created_at": "created_at", "handle": "nickname"}


def said(op, name, *values):
    return Apply(op, (Name(name), *values))


@pytest.mark.parametrize(
    ("query", "tree"),
    [
        ({}, None),
        ({"limit": "7"}, None),
        ({"name_query": " "}, None),
        ({"name": "ann"}, said(Op.IN, "name", Text("ann"))),
        ({"name": ["ann", "ben"]}, said(Op.IN, "name", Text("ann"), Text("ben"))),
        ({"banned": "true"}, said(Op.EQ, "is_banned", Value(value=True))),
        (
            {"created_at_after": "1767225600000"},
            said(Op.GT, "created_at", Value(datetime(2026, 1, 1, tzinfo=UTC))),
        ),
        ({"person_id": "+p1"}, said(Op.IN, "id", Text("p1"))),
        ({"person_id": " p1"}, said(Op.IN, "id", Text("p1"))),
        ({"person_id": "p1,p2"}, said(Op.IN, "id", Text("p1,p2"))),
        ({"mood": "open,shy"}, said(Op.IN, "status", Text("open"), Text("shy"))),
        (
            {"mood": ["-open,-shy", "-x"]},
            said(Op.NOT_IN, "status", *map(Text, ("open", "shy", "x"))),
        ),
        (
            {"person_id": ["p1", "-p2", "+p3"], "status": "active"},
            Apply(
                Op.AND,
                (
                    Apply(
                        Op.AND,
                        (
                            said(Op.IN, "id", Text("p1"), Text("p3")),
                            said(Op.NOT_IN, "id", Text("p2")),
                        ),
                    ),
                    said(Op.EQ, "status", Text("active")),
                ),
            ),
        ),
    ],
)
def test_a_query_becomes_a_tree(query, tree):
    assert parse(query, PARAMS) == tree


@pytest.mark.parametrize(
    ("query", "parameter", "reason"),
    [
        ({"banned": "maybe"}, "banned", "must be true or false"),
        ({"created_at_after": "soon"}, "created_at_after", "must be a whole number"),
        ({"created_at_after": "9" * 18}, "created_at_after", "must be a time in milliseconds"),
        ({"name": ["a"] * 4}, "name", "takes at most 3 values"),
        ({"status": ["active", "locked"]}, "status", "may be given once"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_its_parameter(query, parameter, reason):
    with pytest.raises(InvalidInput) as refused:
        parse(query, PARAMS)
    assert (refused.value.parameter, refused.value.meta["reason"]) == (parameter, reason)


def test_a_value_that_does_not_fit_the_field_names_its_parameter_too():
    tree = parse({"name": "ann", "status": "gone"}, PARAMS)
    with pytest.raises(FilterType) as refused:
        lift(tree, FIELDS)
    assert refused.value.parameter == "status"


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ({}, ()),
        ({"order_by": "created_at"}, (Order("created_at"),)),
        ({"order_by": "+handle"}, (Order("nickname"),)),
        ({"order_by": " handle"}, (Order("nickname"),)),
        ({"order_by": ["-handle", "created_at"]}, (Order("nickname", is_descending=True),)),
    ],
)
def test_an_order_is_a_signed_key(query, order):
    assert orders(query, KEYS) == order


@pytest.mark.parametrize("key", ["", "-", "--handle", "nickname", "password_hash", "-name; DROP"])
def test_an_unknown_key_is_refused_by_the_parameter(key):
    """G10: only declared keys order a list."""
    with pytest.raises(InvalidInput) as refused:
        orders({"sort": key}, KEYS, "sort")
    assert refused.value.parameter == "sort"
    assert "created_at, handle" in refused.value.meta["reason"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, (10, 0)),
        ({"limit": "500", "offset": "3"}, (500, 3)),
        ({"limit": "20.0", "offset": "0.0"}, (20, 0)),
    ],
)
def test_a_window_has_bounds_and_defaults(query, found):
    assert window(query) == found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("limit", "0"),
        ("limit", "501"),
        ("limit", "1.5"),
        ("limit", ""),
        ("limit", "\u0661\u0660"),
        ("offset", "-1"),
        ("offset", "2147483648"),
        ("offset", "9" * 5000),
    ],
)
def test_a_window_out_of_bounds_is_refused(name, text):
    with pytest.raises(InvalidInput) as refused:
        window({name: text})
    assert refused.value.parameter == name


def test_signed_values_have_to_be_a_list():
    with pytest.raises(TypeError):
        Param("person_id", "id", signed=True)


def test_separated_values_have_to_be_a_list():
    with pytest.raises(TypeError):
        Param("mood", "status", separated=True)


@given(number=st.integers(-(10**17), 10**17))
def test_whole_numbers_keep_their_value(number):
    assert whole(str(number)) == whole(f"{number}.00") == number


@given(
    query=st.dictionaries(
        st.sampled_from([param.name for param in PARAMS]),
        st.text(max_size=9) | st.lists(st.text(max_size=9), max_size=5),
    )
)
def test_any_query_is_a_filter_or_is_refused_by_parameter(query):
    tree = parameter = None
    try:
        tree = parse(query, PARAMS)
        if tree is not None:
            lift(tree, FIELDS)
    except InvalidInput as refused:
        parameter = refused.parameter
    assert parameter is None or parameter in query
