from dataclasses import replace

import pytest

from charter.kernel.filters.odata import orders, selected, whole
from charter.kernel.filters.tree import FilterNotSupported, FilterSyntax, FilterType, Order
from tests.kernel.filters.accounts import NAMES, ROWS, asking

UP, DOWN = Order("name"), Order("name", is_descending=True)


@pytest.fixture(scope="module")
def ask(database_url):
    with asking(database_url) as made:
        yield made


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("name", (UP,)),
        ("name asc", (UP,)),
        ("name DESC", (DOWN,)),
        (" name  Desc , id", (DOWN, Order("number"))),
        ("createdAt desc,name,id desc", (Order("created_at", True), UP, Order("number", True))),
    ],
)
def test_an_order_is_read(text, order):
    assert orders(text, NAMES) == order


def test_an_order_ends_with_a_property_without_equals():
    assert orders("name desc", NAMES, last="number") == (DOWN, Order("number"))
    assert orders("id desc", NAMES, last="number") == (Order("number", is_descending=True),)


@pytest.mark.parametrize(
    ("text", "error", "position"),
    [
        ("", FilterSyntax, 0),
        ("name,", FilterSyntax, 5),
        (",name", FilterSyntax, 0),
        ("name,,id", FilterSyntax, 5),
        ("name up", FilterSyntax, 5),
        ("name desc id", FilterSyntax, 10),
        ("name desc asc", FilterSyntax, 10),
        ("name;id", FilterSyntax, 4),
        (")", FilterSyntax, 0),
        ("x" * 4097, FilterSyntax, 4096),
        ("nam", FilterType, 0),
        ("name,NAME", FilterType, 5),
        ("name,id,name desc", FilterType, 8),
        ("length(name)", FilterNotSupported, 0),
        ("name,'x'", FilterNotSupported, 5),
        ("-id", FilterNotSupported, 0),
        ("owner/name", FilterNotSupported, 5),
    ],
)
def test_what_is_no_order_is_told_with_its_position(text, error, position):
    with pytest.raises(error) as refused:
        orders(text, NAMES)
    assert refused.value.parameter == "$orderby"
    assert refused.value.meta["position"] == position


def test_nulls_come_before_values_and_false_before_true(ask):
    described = orders("description,id", NAMES)
    assert ask(None, described) == [2, 6, 3, 5, 1, 4, 7]
    down = (replace(described[0], is_descending=True), described[1])
    assert ask(None, down) == [7, 4, 1, 5, 3, 2, 6]
    assert ask(None, orders("isClosed", NAMES, last="number")) == [2, 5, 1, 4, 3, 6, 7]
    assert ask(None, orders("status desc", NAMES, last="number")) == [3, 6, 4, 1, 2, 5, 7]
    assert len(ask(None, orders("createdAt desc", NAMES))) == len(ROWS)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("name", ("name",)),
        ("id, name", ("id", "name")),
        ("name,id,name", ("name", "id")),
        ("*", tuple(NAMES)),
        ("name,*", ("name", *(each for each in NAMES if each != "name"))),
    ],
)
def test_a_selection_is_read(text, names):
    assert selected(text, NAMES) == names


@pytest.mark.parametrize(
    ("text", "error", "position"),
    [
        ("", FilterSyntax, 0),
        ("id,", FilterSyntax, 3),
        ("id name", FilterSyntax, 3),
        ("* name", FilterSyntax, 2),
        ("Name", FilterType, 0),
        ("id,number", FilterType, 3),
        ("owner/name", FilterNotSupported, 5),
        ("id,'x'", FilterNotSupported, 3),
    ],
)
def test_what_is_no_selection_is_told_with_its_position(text, error, position):
    with pytest.raises(error) as refused:
        selected(text, NAMES)
    assert (refused.value.parameter, refused.value.meta["position"]) == ("$select", position)


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("200", 200), ("00012", 12)])
def test_a_window_is_digits_alone(text, number):
    assert whole(text, most=200, parameter="$top") == number


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0), ("-1", 0), ("+1", 0), (" 1", 0), ("1 ", 1), ("1.5", 1), ("1e3", 1), ("0x1", 1),
        ("\uff11", 0), ("٣", 0), ("1_0", 1), ("201", 0), ("9" * 10_000, 0), ("\0", 0), ("null", 0),
        ("1\n", 1),
    ],
)  # fmt: skip
def test_anything_else_is_no_window(text, position):
    with pytest.raises(FilterSyntax) as refused:
        whole(text, most=200, parameter="$top")
    assert (refused.value.parameter, refused.value.meta["position"]) == ("$top", position)
