import asyncio
from decimal import Decimal

import asyncpg
import pytest
from hypothesis import given, settings
from sqlalchemy import func, select

from charter.kernel.db import Statement
from charter.kernel.filters import sql
from charter.kernel.filters.fields import Field, Many
from charter.kernel.filters.lift import lift
from charter.kernel.filters.rules import FUNCTIONS
from charter.kernel.filters.tree import (
    MAX_DEPTH,
    MAX_TERMS,
    MAX_VALUES,
    Apply,
    FilterType,
    Name,
    Op,
    Place,
    Text,
    Value,
)
from tests.kernel.filters.oracle import truth
from tests.kernel.filters.people import BASE, FIELDS, ROWS, Person, emails, fill, people
from tests.kernel.filters.trees import TREES, WILD

NAME, AGE, BANNED = Name("name"), Name("age"), Name("is_banned")
REPEATED = settings(max_examples=400)


def compiled(tree):
    """The statement for a tree, and its arguments."""
    shape, values = lift(tree, FIELDS)
    statement = Statement(BASE.where(sql.lower(shape, FIELDS)), Person)
    return statement, statement.arguments("here", values)


@pytest.fixture(scope="module")
def matching(database_url):
    """Ask the database for the ids that match a tree."""
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(database_url))
        runner.run(fill(connection))

        def ask(tree):
            statement, arguments = compiled(tree)
            rows = runner.run(connection.fetch(statement.sql, *arguments))
            return sorted(statement.make(row).id for row in rows)

        yield ask
        runner.run(connection.close())


@REPEATED
@given(tree=TREES)
def test_the_database_finds_what_the_filter_means(matching, tree):
    assert matching(tree) == [row.id for row in ROWS if truth(tree, row) is True]


@REPEATED
@given(tree=WILD)
def test_any_tree_runs_or_is_refused_by_name(matching, tree):
    try:
        found = matching(tree)
    except FilterType:
        found = []
    assert set(found) <= {row.id for row in ROWS}


SQL = {
    Op.EQ: (Apply(Op.EQ, (NAME, Text("a"))), "people.name = $2::VARCHAR"),
    Op.NE: (Apply(Op.NE, (NAME, Text("a"))), "people.name != $2::VARCHAR"),
    Op.LT: (Apply(Op.LT, (AGE, Text("7"))), "people.age < $2::INTEGER"),
    Op.LE: (Apply(Op.LE, (AGE, Text("7"))), "people.age <= $2::INTEGER"),
    Op.GT: (Apply(Op.GT, (AGE, Text("7"))), "people.age > $2::INTEGER"),
    Op.GE: (Apply(Op.GE, (AGE, Text("7"))), "people.age >= $2::INTEGER"),
    Op.IN: (Apply(Op.IN, (NAME, Text("a"))), "people.name = ANY ($2::VARCHAR[])"),
    Op.NOT_IN: (Apply(Op.NOT_IN, (NAME, Text("a"))), "people.name != ALL ($2::VARCHAR[])"),
    Op.CONTAINS: (Apply(Op.CONTAINS, (NAME, Text("a"))), "people.name LIKE $2::VARCHAR"),
    Op.STARTS_WITH: (Apply(Op.STARTS_WITH, (NAME, Text("a"))), "people.name LIKE $2::VARCHAR"),
    Op.ENDS_WITH: (Apply(Op.ENDS_WITH, (NAME, Text("a"))), "people.name LIKE $2::VARCHAR"),
    Op.MATCHES: (Apply(Op.MATCHES, (NAME, Text("a*"))), "people.name LIKE $2::VARCHAR"),
    Op.EXISTS: (Apply(Op.EXISTS, (AGE,)), "people.age IS NOT NULL"),
    Op.AND: (Apply(Op.AND, (BANNED, BANNED)), "people.is_banned AND people.is_banned"),
    Op.OR: (Apply(Op.OR, (BANNED, BANNED)), "(people.is_banned OR people.is_banned)"),
    Op.NOT: (Apply(Op.NOT, (BANNED,)), "NOT people.is_banned"),
    Op.ANY: (
        Apply(Op.ANY, (Name("emails"), Apply(Op.EXISTS, (Name("label"),)))),
        "(EXISTS (SELECT * FROM emails WHERE {OWN} AND emails.label IS NOT NULL))",
    ),
}


OWN = "emails.instance_id = people.instance_id AND emails.person_id = people.id"


def condition(tree):
    """The condition of a tree, as it stands in its statement after that of the instance."""
    sql = " ".join(compiled(tree)[0].sql.split())
    return sql.partition("people.instance_id = $1::VARCHAR AND ")[2]


@pytest.mark.parametrize("op", SQL)
def test_each_operator_has_its_sql(op):
    tree, expected = SQL[op]
    assert condition(tree) == expected.replace("{OWN}", OWN)


@pytest.mark.parametrize(
    ("op", "text", "expected"),
    [
        (Op.CONTAINS, "abc", "lower(people.nickname) LIKE lower($2::VARCHAR)"),
        (Op.STARTS_WITH, "ab", "lower(people.nickname) LIKE lower($2::VARCHAR)"),
        (Op.ENDS_WITH, "ab", "lower(people.nickname) LIKE lower($2::VARCHAR)"),
        (Op.CONTAINS, "ab", "people.nickname ILIKE $2::VARCHAR"),
        (Op.CONTAINS, "a%b", "people.nickname ILIKE $2::VARCHAR"),
    ],
)
def test_a_part_with_trigrams_is_looked_up_in_lower_case(op, text, expected):
    assert condition(Apply(op, (Name("nickname"), Text(text)))) == expected


def test_no_operator_is_left_without_a_test_of_its_sql():
    assert set(Op) == {*SQL, *FUNCTIONS}


@pytest.mark.parametrize(
    ("op", "name", "value", "found"),
    [
        (Op.LOWER, "name", "ann", ["p1", "p6"]),
        (Op.UPPER, "name", "BEN", ["p2"]),
        (Op.TRIM, "nickname", "x%y", ["p3"]),
        (Op.LENGTH, "name", 4, ["p3", "p4"]),
        (Op.YEAR, "created_at", 2026, ["p1", "p2", "p3", "p4", "p5", "p6"]),
        (Op.MONTH, "seen_at", 1, ["p1", "p3", "p5", "p6"]),
        (Op.DAY, "created_at", 3, ["p3", "p4", "p6"]),
        (Op.HOUR, "seen_at", 12, ["p1", "p3", "p5", "p6"]),
        (Op.MINUTE, "created_at", 29, []),
        (Op.SECOND, "seen_at", 0, ["p1", "p3", "p5", "p6"]),
    ],
)
def test_functions_give_values_to_compare(matching, op, name, value, found):
    assert matching(Apply(Op.EQ, (Apply(op, (Name(name),)), Value(value)))) == found


def test_negation_moves_to_the_columns_and_keeps_rows_with_null():
    tree = Apply(Op.NOT, (Apply(Op.OR, (BANNED, Apply(Op.LT, (AGE, Text("7"))))),))
    assert condition(tree) == (
        "NOT people.is_banned AND (people.age >= $2::INTEGER OR people.age IS NULL)"
    )


def test_a_value_never_becomes_part_of_the_sql():
    statement, arguments = compiled(Apply(Op.EQ, (NAME, Text("x' OR 1=1 --"))))
    assert "OR 1=1" not in statement.sql
    assert arguments == ["here", "x' OR 1=1 --"]


def test_pattern_characters_in_a_text_are_literal(matching):
    starts = Apply(Op.STARTS_WITH, (NAME, Text("in_")))
    assert matching(starts) == ["p3"]
    assert matching(Apply(Op.MATCHES, (NAME, Text("in?1")))) == ["p3", "p4"]


def test_a_value_longer_than_the_column_equals_nothing(matching):
    # A cast to varchar(40) would cut it to one that exists.
    assert matching(Apply(Op.EQ, (NAME, Text("ann" + " " * 60)))) == []


def test_related_rows_are_asked_for_one_that_meets_all(matching):
    def where(address, label):
        both = (
            Apply(Op.ENDS_WITH, (Name("address"), Text(address))),
            Apply(Op.EQ, (Name("label"), Text(label))),
        )
        return Apply(Op.ANY, (Name("emails"), Apply(Op.AND, both)))

    assert matching(where("@home.test", "home")) == ["p4"]
    assert matching(where("@home.test", "work")) == []


def test_a_list_that_shows_related_rows_is_still_asked_for_all_of_them():
    shape, _ = lift(Apply(Op.EQ, (Name("email"), Text("x"))), FIELDS)
    listed = select(people.c.id, emails.c.address).join_from(people, emails, emails.c.label == "x")
    sql_text = str(listed.where(sql.lower(shape, FIELDS)))
    assert sql_text.count("FROM emails") == 1


@pytest.mark.parametrize(
    ("tree", "reason"),
    [
        (Apply(Op.EQ, (Name("password_hash"), Text("x"))), "there is no such field"),
        (Apply(Op.GT, (Name("secretive"), Text("x"))), "the field does not take gt"),
        (Apply(Op.GT, (Name("status"), Text("active"))), "the field does not take gt"),
        (Apply(Op.EQ, (Name("status"), Text("gone"))), "expected one of: active, locked"),
        (Apply(Op.EQ, (AGE, Text("ten"))), "expected a whole number from -2147483648"),
        (Apply(Op.EQ, (AGE, Value(2**31))), "expected a whole number from -2147483648"),
        (Apply(Op.EQ, (AGE, Value(value=True))), "expected a whole number"),
        (Apply(Op.EQ, (Name("seen_at"), Text("yesterday"))), "expected a time as in"),
        (Apply(Op.EQ, (Name("seen_at"), Text("0001-01-01T00:00:00+14:00"))), "expected a time"),
        (Apply(Op.EQ, (Name("score"), Value(Decimal("NaN")))), "expected a number"),
        (Apply(Op.EQ, (Name("is_banned"), Text("1"))), "expected true or false"),
        (Apply(Op.EQ, (NAME, Text("a\0b"))), "a text cannot hold the character NUL"),
        (Apply(Op.EQ, (NAME, Text("\ud800"))), "the text is not valid Unicode"),
        (Apply(Op.EQ, (NAME, Text("x" * 1001))), "text longer than 1000 characters"),
        (Apply(Op.CONTAINS, (AGE, Text("7"))), "the field does not take contains"),
        (Apply(Op.EQ, (Name("text"), Text("a"))), "the field does not take eq"),
        (Apply(Op.EQ, (Name("emails"), Text("a"))), "the field can only be asked for its parts"),
        (Apply(Op.EQ, (AGE, Name("name"))), "the two sides have different types"),
        (Apply(Op.NOT, ()), "not has the wrong number of conditions"),
        (AGE, "expected a condition"),
        (Text("true"), "expected a condition"),
    ],
)
def test_what_does_not_fit_the_fields_is_refused_with_its_place(tree, reason):
    with pytest.raises(FilterType) as refused:
        lift(Apply(Op.AND, (BANNED, tree)), FIELDS)
    assert refused.value.meta["reason"].startswith(reason)
    assert {"position", "reason"} == set(refused.value.meta)


def test_the_place_of_a_mistake_is_that_of_the_node():
    wrong = Apply(Op.EQ, (AGE, Text("ten", Place("query", 17))), Place("query", 13))
    with pytest.raises(FilterType) as refused:
        lift(wrong, FIELDS)
    assert (refused.value.parameter, refused.value.meta["position"]) == ("query", 17)


def test_nesting_and_terms_and_values_are_bounded():
    """G10: a filter cannot be made to cost more than its bounds."""
    deep = BANNED
    for _ in range(MAX_DEPTH):
        deep = Apply(Op.NOT, (deep,))
    lift(deep, FIELDS)
    wide = tuple(Apply(Op.EQ, (AGE, Value(number))) for number in range(MAX_TERMS))
    lift(Apply(Op.OR, wide), FIELDS)
    long = tuple(Value(number) for number in range(MAX_VALUES))
    lift(Apply(Op.IN, (AGE, *long)), FIELDS)
    for excessive, reason in (
        (Apply(Op.NOT, (deep,)), "nested deeper"),
        (Apply(Op.OR, (*wide, wide[0])), "more than 200 conditions"),
        (Apply(Op.IN, (AGE, *long, Value(0))), "more than 1000 values"),
    ):
        with pytest.raises(FilterType) as refused:
            lift(excessive, FIELDS)
        assert reason in refused.value.meta["reason"]


@pytest.mark.parametrize(
    "declare",
    [
        lambda: Field(people.c.age, int, ops=frozenset({Op.CONTAINS})),
        lambda: Field(people.c.age, int, ignore_case=True),
        lambda: Field(people.c.age, bytes),
        lambda: Field(func.oddity(people.c.age), int),
        lambda: Many(people, people.c.age > 1),
    ],
)
def test_a_field_that_makes_no_sense_fails_where_it_is_declared(declare):
    with pytest.raises(TypeError):
        declare()
