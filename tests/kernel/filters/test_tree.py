import pytest

from charter.kernel.filters.tree import (
    MAX_DEPTH,
    Apply,
    FilterType,
    Name,
    Op,
    Place,
    Text,
    every,
    rename,
)

ANN = Apply(Op.EQ, (Name("givenName"), Text("ann")))
NAMES = {"givenName": "first_name"}


def test_a_surface_s_names_become_those_of_the_fields():
    renamed = Apply(Op.EQ, (Name("first_name"), Text("ann")))
    assert rename(Apply(Op.NOT, (ANN,)), NAMES) == Apply(Op.NOT, (renamed,))


def test_a_name_the_surface_does_not_offer_is_refused_at_its_place():
    """G10: what a field is called inside is no way to ask for it."""
    hidden = Apply(Op.EQ, (Name("first_name", Place("query", 4)), Text("ann")))
    with pytest.raises(FilterType) as refused:
        rename(hidden, NAMES)
    assert refused.value.meta == {"position": 4, "reason": "there is no field 'first_name'"}
    sentence = "query is not valid at position 4: there is no field 'first_name'"
    assert refused.value.sentence() == sentence


def test_the_field_that_may_have_been_meant_is_named():
    mistyped = Apply(Op.EQ, (Name("Frist", Place("query", 0)), Text("ann")))
    with pytest.raises(FilterType) as refused:
        rename(mistyped, {"first": "first_name", "last": "last_name"})
    assert refused.value.meta["reason"] == "there is no field 'Frist'; did you mean 'first'?"


def test_renaming_stops_where_nesting_goes_too_deep():
    deep = ANN
    for _ in range(MAX_DEPTH):
        deep = Apply(Op.NOT, (deep,))
    with pytest.raises(FilterType):
        rename(deep, NAMES)


def test_conditions_hold_together_and_absent_ones_ask_for_nothing():
    assert every() is None
    assert every(None, ANN) is ANN
    assert every(ANN, None, ANN) == Apply(Op.AND, (ANN, ANN))


def test_places_do_not_make_trees_differ():
    assert Name("a", Place("query", 1)) == Name("a")
    assert hash(Name("a", Place("query", 1))) == hash(Name("a"))
