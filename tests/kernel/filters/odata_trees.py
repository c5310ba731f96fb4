"""Random trees over the accounts with all that OData can say, well-typed."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from charter.kernel.filters.tree import Apply, Name, Op, Value
from tests.kernel.filters.accounts import NOW, at

COMPARISONS = st.sampled_from([Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE])
EQUALITIES = st.sampled_from([Op.EQ, Op.NE])
NULL = Value(None)
WORDS = (
    "", "a", "A", "e", "me", "Acme", "acme", "x", "%", "_", "\\", "zebra", "ß", "É", "école",
    "O'Neil", "'", "''", "STRASSE", " ", "\u00a0", "active", "The first", "or 1 eq 1",
)  # fmt: skip


def apply(op, *args):
    return st.builds(lambda op, *args: Apply(op, args), op, *args)


def function(op, *args):
    return apply(st.just(op), *args)


def values(*found):
    return st.sampled_from([Value(each) for each in found])


def names(*found):
    return st.sampled_from([Name(each) for each in found])


NUMBERS = values(-1, 0, 1, 2, 4, 5, 7, 2**31, 2**63 - 1, -(2**63))
DECIMALS = values(Decimal("1.5"), Decimal("-2.25"), Decimal("1E+3"), Decimal(7), Decimal("1e-9"))
MOMENTS = values(NOW, at(2026, 2, 2), at(2025, 12, 31, 23, 59, 59), at(1, 1, 1), at(9999, 12, 31))
DAYS = values(date(2026, 6, 2), date(2025, 12, 31), date(1, 1, 1), date(9999, 12, 31))

_texts = st.deferred(lambda: TEXTS)
_wholes = st.deferred(lambda: WHOLES)
_conditions = st.deferred(lambda: CONDITIONS)
_maybe = st.one_of(_texts, st.just(NULL))
_bounds = st.one_of(_wholes, values(0, 1, 2, 5, 2**40), st.just(NULL))
TEXTS = st.one_of(
    names("name", "description", "status"),
    names("name", "description", "status"),
    values(*WORDS),
    function(Op.LOWER, _maybe),
    function(Op.UPPER, _texts),
    function(Op.TRIM, _texts),
    function(Op.SUBSTRING, _texts, _bounds),
    function(Op.SUBSTRING, _texts, _bounds, _bounds),
    function(Op.CONCAT, _texts, _maybe),
)
_moments = names("created_at", "updated_at")
_dates = function(Op.DATE, _moments)
WHOLES = st.one_of(
    names("number"),
    function(Op.LENGTH, _texts),
    function(Op.INDEX_OF, _texts, _maybe),
    *(function(op, _moments) for op in (Op.YEAR, Op.MONTH, Op.DAY, Op.HOUR, Op.MINUTE, Op.SECOND)),
    function(Op.DAY, _dates),
)
_numbers = st.one_of(
    WHOLES, names("number", "score"), function(Op.NEGATE, st.one_of(WHOLES, names("score")))
)
_small = values(-1, 0, 1, 2, 4, 5, 7, 59, 2026)
_lists = st.sampled_from([Op.IN, Op.NOT_IN])


def _listed(left, inner):
    many = st.lists(inner | st.just(NULL), max_size=3)
    return st.builds(lambda op, left, many: Apply(op, (left, *many)), _lists, left, many)


def _compared(left, right):
    right = right | st.just(NULL)
    return apply(COMPARISONS, left, right) | apply(COMPARISONS, right, left)


_asked_parts = apply(
    st.sampled_from([Op.CONTAINS, Op.STARTS_WITH, Op.ENDS_WITH]), _texts, values(*WORDS) | _maybe
)
LEAVES = st.one_of(
    _asked_parts,
    _compared(_texts, values(*WORDS) | _texts),
    _compared(names("number"), NUMBERS | DECIMALS | _numbers),
    _compared(_numbers, _small | _numbers | DECIMALS),
    _compared(_moments, MOMENTS | _moments),
    _compared(_dates, DAYS | _dates),
    _compared(names("is_closed"), st.nothing()).filter(lambda node: node.op in {Op.EQ, Op.NE}),
    _listed(_texts, values(*WORDS)),
    _listed(WHOLES, _small),
    _listed(_moments, MOMENTS),
    _listed(st.just(NULL), values(*WORDS)),
    names("is_closed"),
    values(True, False, None),
)


def _joined(inner):
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Apply, st.sampled_from([Op.AND, Op.OR]), several),
        inner.map(lambda node: Apply(Op.NOT, (node,))),
        apply(EQUALITIES, inner, inner),
        _listed(inner, values(True, False)),
    )


CONDITIONS = st.recursive(LEAVES, _joined, max_leaves=7)
