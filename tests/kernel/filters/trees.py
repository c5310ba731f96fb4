"""Random trees: well-typed ones that mean something, and wild ones that must be refused."""

from decimal import Decimal

from hypothesis import strategies as st

from charter.kernel.filters.tree import Apply, Name, Op, Text, Value
from tests.kernel.filters.people import FIELDS, day

TEXTS = st.sampled_from(
    ["ann", "ANN", "", "in_1", "inX1", "i", "%", "_", "\\", "a\\b", "x%y", "annie", "ann@home.test"]
)
PATTERNS = st.sampled_from(["*", "a*", "in_*", "?nn", "*\\", "\\*", "i*1", "*\\%*", "a\\\\b", ""])
NUMBERS = st.sampled_from([-1, 0, 4, 7, 30, 2**31 - 1])
DECIMALS = st.sampled_from([Decimal("1.5"), Decimal(0), Decimal("-2.001"), Decimal("1e20"), 99])
MOMENTS = st.sampled_from([day(1), day(3), day(8), day(9)])
NULL = st.just(None)

COMPARISONS = st.sampled_from([Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE])
LISTED = st.sampled_from([Op.IN, Op.NOT_IN])
PARTS = st.sampled_from([Op.CONTAINS, Op.STARTS_WITH, Op.ENDS_WITH])


def _apply(op, *args):
    return st.builds(lambda op, *args: Apply(op, args), op, *args)


def _asked(name, values, comparisons=COMPARISONS):
    name, value = st.just(name), st.builds(Value, values | NULL)
    many = st.lists(value, max_size=3)
    return st.one_of(
        _apply(comparisons, name, value),
        _apply(comparisons, value, name),
        st.builds(lambda op, name, many: Apply(op, (name, *many)), LISTED, name, many),
        _apply(st.just(Op.EXISTS), name),
    )


def _textual(name):
    name = st.just(name)
    return _apply(PARTS, name, st.builds(Value, TEXTS)) | _apply(
        st.just(Op.MATCHES), name, st.builds(Value, PATTERNS)
    )


def _part(op, name):
    return Apply(op, (Name(name),))


EQUALITIES = st.sampled_from([Op.EQ, Op.NE])
_INNER = st.one_of(
    _asked(Name("address"), TEXTS),
    _asked(Name("label"), st.sampled_from(["work", "home"])),
    _textual(Name("label")),
)
LEAVES = st.one_of(
    _asked(Name("name"), TEXTS),
    _textual(Name("name")),
    _asked(Name("nickname"), TEXTS, EQUALITIES),
    _apply(PARTS, st.just(Name("nickname")), st.builds(Value, TEXTS)),
    _asked(Name("status"), st.sampled_from(["active", "locked"]), EQUALITIES),
    _asked(Name("age"), NUMBERS),
    _asked(Name("score"), DECIMALS),
    _asked(Name("is_banned"), st.booleans(), EQUALITIES),
    _asked(Name("created_at"), MOMENTS),
    _asked(Name("seen_at"), MOMENTS),
    _asked(Name("email"), TEXTS),
    _textual(Name("email")),
    _apply(st.just(Op.CONTAINS), st.just(Name("text")), st.builds(Value, TEXTS)),
    _apply(COMPARISONS, st.just(Name("seen_at")), st.just(Name("created_at"))),
    _asked(_part(Op.LENGTH, "nickname"), NUMBERS),
    _asked(_part(Op.UPPER, "name"), TEXTS),
    _asked(_part(Op.DAY, "seen_at"), NUMBERS),
    st.sampled_from([Name("is_banned"), Value(value=True), Value(value=False)]),
)


def _joined(inner):
    several = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Apply, st.sampled_from([Op.AND, Op.OR]), several),
        inner.map(lambda node: Apply(Op.NOT, (node,))),
    )


_WITHIN = st.recursive(_INNER, _joined, max_leaves=3)
TREES = st.recursive(
    LEAVES | _apply(st.just(Op.ANY), st.just(Name("emails")), _WITHIN), _joined, max_leaves=8
)

_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(st.characters()),
    st.datetimes(),
    st.dates(),
    st.binary(max_size=3),
)
_NAMES = st.sampled_from([*FIELDS, "unknown", ""])
WILD = st.recursive(
    st.one_of(
        st.builds(Name, _NAMES),
        st.builds(Value, _VALUES),
        st.builds(Text, st.text(st.characters())),
        st.builds(Text, st.from_regex(r"\A[+-]?[0-9]{1,25}(\.[0-9]+)?\Z|\A[0-9TZ:+-]{1,30}\Z")),
    ),
    lambda inner: st.builds(Apply, st.sampled_from(Op), st.lists(inner, max_size=3).map(tuple)),
    max_leaves=12,
)
