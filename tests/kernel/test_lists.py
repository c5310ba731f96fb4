import asyncio
import dataclasses

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from charter.kernel.db import INSTANCE
from charter.kernel.errors import InvalidInput
from charter.kernel.filters.tree import Apply, FilterType, Name, Op, Text, Value
from charter.kernel.lists import MAX_OFFSET, MAX_SHAPES, Found, Listing, Order, Search
from charter.kernel.tenancy import UnboundTenant
from tests.kernel.filters.people import FIELDS, OLDER, PEOPLE, ROWS, Person, fill, people

LATEST = Order("created_at", is_descending=True)
ORDERS = st.lists(
    st.builds(
        Order, st.sampled_from(["name", "nickname", "age", "created_at", "seen_at"]), st.booleans()
    ),
    max_size=3,
    unique_by=lambda order: order.name,
).map(tuple)


class OneConnection:
    """The part of Db that a listing uses, over one connection; counts what it is asked."""

    def __init__(self, connection):
        self.connection = connection
        self.asked = 0

    async def all(self, statement, **parameters):
        self.asked += 1
        arguments = statement.arguments("here", parameters)
        rows = await self.connection.fetch(statement.sql, *arguments)
        return tuple(map(statement.make, rows))

    async def value(self, statement, **parameters):
        self.asked += 1
        arguments = statement.arguments("here", parameters)
        return await self.connection.fetchval(statement.sql, *arguments)


@pytest.fixture(scope="module")
def database(database_url):
    with asyncio.Runner() as runner:
        connection = runner.run(asyncpg.connect(database_url))
        runner.run(fill(connection))
        yield runner, OneConnection(connection)
        runner.run(connection.close())


@pytest.fixture
def ask(database):
    runner, db = database
    db.asked = 0

    def ask(search, listing=PEOPLE, **parameters):
        return runner.run(listing.search(db, search, **parameters))

    return ask


def ids(found):
    return [row.id for row in found.items]


def ordered(order):
    """The rows in an order, nulls before values; the id last, in the direction before it."""
    rows = sorted(ROWS, key=lambda row: row.id, reverse=bool(order) and order[-1].is_descending)
    for key in reversed(order):
        rows.sort(
            key=lambda row, name=key.name: _place(getattr(row, name)), reverse=key.is_descending
        )
    return [row.id for row in rows]


def _place(value):
    return (value is not None, value) if value is not None else (False,)


def test_a_page_says_what_it_holds_and_how_much_there_is(ask):
    assert ask(Search(limit=2, offset=1)) == Found((ROWS[5], ROWS[3]), 6)


def test_another_instance_is_not_in_the_list(ask):
    assert sorted(ids(ask(Search()))) == [row.id for row in ROWS]


def test_a_count_ends_where_the_caller_says(ask):
    assert ask(Search(limit=2, most_counted=6)).total == 6
    assert ask(Search(limit=2, most_counted=5)).total is None
    assert ask(Search(limit=10, most_counted=5)).total == 6


def test_nobody_counts_what_is_known_or_not_asked_for(ask, database):
    assert ask(Search(limit=10)).total == 6
    assert ask(Search(limit=4, offset=4)).total == 6
    assert ask(Search(limit=2, with_total=False)).total is None
    assert database[1].asked == 3
    assert ask(Search(limit=6)).total == 6
    assert ask(Search(limit=4, offset=50)) == Found((), 6)
    assert ask(Search(limit=0)) == Found((), 6)
    assert database[1].asked == 9


def test_the_parameters_of_the_base_are_the_caller_s(ask):
    where = Apply(Op.NE, (Name("name"), Text("ann")))
    assert ids(ask(Search(where), OLDER, least=8)) == ["p3", "p6"]


def test_a_count_alone_needs_no_page(database):
    runner, db = database
    where = Apply(Op.EXISTS, (Name("age"),))
    assert runner.run(PEOPLE.count(db, where)) == 4
    assert runner.run(PEOPLE.count(db, None)) == 6


REPEATED = settings(max_examples=200)


@REPEATED
@given(order=ORDERS)
def test_any_order_is_total(ask, order):
    assert ids(ask(Search(order=order))) == ordered(order or (LATEST,))


@REPEATED
@given(order=ORDERS, size=st.integers(1, 4))
def test_pages_after_one_another_make_the_list(ask, order, size):
    seen, after = [], None
    while page := ids(ask(Search(order=order, limit=size, after=after))):
        seen += page
        after = page[-1]
    assert seen == ordered(order or (LATEST,))


def test_a_page_after_a_row_still_counts_all(ask):
    assert ask(Search(limit=10, after="p2")).total == 6


@REPEATED
@given(order=ORDERS, limit=st.sampled_from([1, 2, 3, 10, 20]), offset=st.integers(0, 7))
def test_a_page_is_a_part_of_the_list_whatever_its_window(ask, order, limit, offset):
    everything = ordered(order or (LATEST,))
    found = ask(Search(order=order, limit=limit, offset=offset))
    assert ids(found) == everything[offset : offset + limit]
    assert found.total == len(ROWS)


def test_a_usual_limit_stands_in_the_statement_so_that_it_is_planned_once():
    assert "LIMIT 10" in PEOPLE.statements(Search(limit=10)).page.sql
    assert "page_limit" in PEOPLE.statements(Search(limit=11)).page.parameters


@pytest.mark.parametrize(
    ("offset", "reach"),
    [(1, 100), (90, 100), (91, 1000), (10**6, 2 * MAX_OFFSET), (MAX_OFFSET, 2 * MAX_OFFSET)],
)
def test_a_page_behind_the_first_says_how_far_it_reaches_so_that_it_is_planned_once(offset, reach):
    """Whatever the table's size: else a large one's page is planned anew each time."""
    page = PEOPLE.statements(Search(limit=10, offset=offset)).page
    assert f"LIMIT {reach})" in page.sql
    assert "page_offset" in page.parameters


@pytest.mark.parametrize("after", ["nobody", "p0"])
def test_a_page_after_a_row_that_may_not_be_seen_is_empty(ask, after):
    assert ids(ask(Search(after=after))) == []


def test_searches_of_one_shape_share_their_statements():
    def statements(*names, limit):
        where = Apply(Op.IN, (Name("name"), *map(Text, names)))
        return PEOPLE.statements(Search(where, (LATEST,), limit))

    one, other = statements("ann", limit=1), statements("x", "y", limit=7)
    assert one.page is other.page
    assert one.total is other.total
    assert other.values == {"f_0": ["x", "y"], "page_limit": 7, "page_offset": 0}


def test_searches_of_another_shape_have_their_own_statements():
    null = Apply(Op.EQ, (Name("nickname"), Value(None)))
    word = Apply(Op.EQ, (Name("nickname"), Text("x")))
    pages = {PEOPLE.statements(Search(where)).page for where in (None, null, word)}
    assert len(pages) == 3


def test_statements_kept_are_bounded():
    """G10: inventing shapes does not fill the memory."""
    listing = Listing(
        select(people.c.id).where(people.c.instance_id == INSTANCE),
        dataclasses.make_dataclass("Id", [("id", str)]),
        FIELDS,
        people.c.id,
        order=(),
    )
    term = Apply(Op.EXISTS, (Name("name"),))
    other = Apply(Op.EXISTS, (Name("age"),))
    for number in range(MAX_SHAPES + 10):
        bits = tuple(term if number >> bit & 1 else other for bit in range(10))
        listing.statements(Search(Apply(Op.AND, bits), with_total=False))
    assert listing._page.cache_info().currsize == MAX_SHAPES


@pytest.mark.parametrize("name", ["password_hash", "status", "email", "text", ""])
def test_only_declared_keys_order_a_list(name):
    """G10: a list cannot be ordered by what it does not show."""
    with pytest.raises(FilterType):
        PEOPLE.statements(Search(order=(Order(name),)))


def test_a_key_comes_once_in_an_order():
    with pytest.raises(FilterType):
        PEOPLE.statements(Search(order=(Order("name"), Order("name", is_descending=True))))


@pytest.mark.parametrize(
    ("search", "parameter"),
    [
        (Search(limit=-1), "limit"),
        (Search(limit=1001), "limit"),
        (Search(offset=-1), "offset"),
        (Search(offset=2**31), "offset"),
        (Search(after="p\0"), "after"),
        (Search(after="\ud800"), "after"),
    ],
)
def test_a_window_out_of_range_is_refused_by_name(search, parameter):
    with pytest.raises(InvalidInput) as refused:
        PEOPLE.statements(search)
    assert refused.value.parameter == parameter


def test_a_list_that_forgets_the_instance_fails_where_it_is_declared():
    columns = [people.c[field.name] for field in dataclasses.fields(Person)]
    with pytest.raises(UnboundTenant):
        Listing(select(*columns), Person, FIELDS, people.c.id, order=(LATEST,))
