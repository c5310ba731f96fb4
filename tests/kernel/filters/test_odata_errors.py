"""What OData refuses: with which error, at which position, and what it says."""

import pytest

from charter.kernel.errors import Kind
from charter.kernel.filters.odata import parse
from charter.kernel.filters.odata.expressions import MAX_CONDITIONS, MAX_LEVELS, MAX_LISTED
from charter.kernel.filters.tree import FilterNotSupported, FilterSyntax, FilterType
from charter.kernel.lists import Search
from charter.wire.statuses import BY_KIND
from tests.kernel.filters.accounts import ACCOUNTS, NAMES, NOW, read


def refusal(text):
    """The error of a text, read and asked of the list as a door would."""
    with pytest.raises((FilterSyntax, FilterType, FilterNotSupported)) as refused:
        ACCOUNTS.statements(Search(parse(text, NAMES, NOW)))
    assert refused.value.parameter == "$filter"
    return refused.value


SYNTAX = {
    "": (0, "the expression is empty"),
    "   ": (3, "the expression is empty"),
    "name eq": (7, "expected an operand, but the expression ends"),
    "eq 'x'": (0, "there is no property 'eq'"),
    "name eq 'x": (8, "the text has no closing quote"),
    "name eq 'O'Neil'": (11, "a text begins with its quote, and a quote within is doubled"),
    'name eq "x"': (8, "write texts in single quotes"),
    "name = 'x'": (5, "write eq"),
    "name eq'x'": (5, "expected a blank after eq"),
    "(id eq 1)and id eq 2": (9, "expected blanks around and"),
    "id eq 1 and(id eq 2)": (8, "expected blanks around and"),
    "id in(1)": (3, "expected blanks around in"),
    "not-id eq 1": (0, "expected blanks around not"),
    "(id eq 1": (8, "expected ), but the expression ends"),
    "id eq 1)": (7, "there is no ( for this )"),
    "id eq 1 id eq 2": (8, "expected an operator, as in name eq 'Acme'"),
    "id eq 1 or": (10, "expected an operand, but the expression ends"),
    "id eq +1": (6, "write numbers without +, and in an address %2B for it"),
    "id eq 1.": (6, "this is neither a number nor a time"),
    "id eq 5L": (6, "this is neither a number nor a time"),
    "id eq 0x10": (6, "this is neither a number nor a time"),
    "id eq \uff11": (6, "unexpected character '\\uff11'"),
    "id eq 9223372036854775808": (6, "a whole number has 64 bits at most"),
    "createdAt gt 2026-02-30T00:00:00Z": (13, "there is no such day or time"),
    "createdAt gt 2026-02-01T24:00:00Z": (13, "there is no such day or time"),
    "createdAt gt 2026-02-01T10:00:00+24:00": (13, "there is no such day or time"),
    "date(createdAt) eq 0000-01-01": (19, "there is no such day or time"),
    "createdAt gt 2026-02-01T10:00:00 02:00": (
        13,
        "a time ends with Z or an offset as in +02:00, whose + is %2B in an address",
    ),
    "createdAt gt 2026-02-01T10:00:00.1234567890123Z": (13, "this is neither a number nor a time"),
    "id in (1,)": (9, "expected a literal"),
    "id in (1 2)": (9, "expected ,"),
    "id in 1": (6, "expected ( and a list"),
    "id in (": (7, "expected a literal, but the expression ends"),
    "contains(name,)": (14, "expected an operand"),
    "contains(name 'x')": (14, "expected ,"),
    "containz(name,'x')": (0, "there is no function 'containz'; did you mean 'contains'?"),
    "substringof('x',name)": (0, "there is no function 'substringof'; did you mean 'substring'?"),
    "qwerty(name)": (0, "there is no function 'qwerty'"),
    "name eq x'1'": (8, "a text begins with its quote, and a quote within is doubled"),
    "name eq \0": (8, "unexpected character '\\x00'"),
    "name eq \ud800": (8, "unexpected character '\\ud800'"),
    "$foo eq 1": (0, "no name begins with $"),
    "id eq 1;id eq 2": (7, "unexpected character ';'"),
    "id eq 1\nor id eq 2": (7, "unexpected character '\\n'"),
}  # fmt: skip
TYPES = {
    "nam eq 'x'": (0, "there is no property 'nam'; did you mean 'name'?"),
    "Name eq 'x'": (0, "there is no property 'Name'; did you mean 'name'?"),
    "number eq 1": (0, "there is no property 'number'; did you mean 'name'?"),
    "primaryContact eq 'x'": (0, "there is no property 'primaryContact'"),
    "id eq 1 and x": (12, "there is no property 'x'"),
    "id eq NULL": (6, "there is no property 'NULL'; did you mean 'null'?"),
    "name": (0, "expected a condition"),
    "5": (0, "expected a condition"),
    "'x'": (0, "expected a condition"),
    "length(name)": (0, "expected a condition"),
    "id eq 1 and name": (12, "expected a condition"),
    "id eq 'x'": (6, "expected a whole number from -9223372036854775808 to 9223372036854775807"),
    "name eq 5": (8, "expected text"),
    "name eq true": (8, "expected text"),
    "id eq 5 gt true": (
        11,
        "expected a whole number from -9223372036854775808 to 9223372036854775807",
    ),
    "isClosed eq 'true'": (12, "expected true or false"),
    "createdAt gt '2026-06-02T10:30:00Z'": (13, "expected a time as in 2026-01-31T12:00:00Z"),
    "createdAt gt 2026-06-02": (13, "expected a time as in 2026-01-31T12:00:00Z"),
    "date(createdAt) eq 2026-06-02T00:00:00Z": (19, "expected a date as in 2026-01-31"),
    "createdAt gt 0001-01-01T00:00:00+14:00": (13, "expected a time as in 2026-01-31T12:00:00Z"),
    "name eq createdAt": (8, "the two sides have different types"),
    "length(name) eq name": (16, "the two sides have different types"),
    "id in (1,'x')": (
        9,
        "expected a whole number from -9223372036854775808 to 9223372036854775807",
    ),
    "null in (1,'x')": (
        11,
        "expected a whole number from -9223372036854775808 to 9223372036854775807",
    ),
    "contains(id,'x')": (0, "the field does not take contains"),
    "contains(name,5)": (14, "expected text"),
    "contains(name,id)": (14, "an argument of the wrong type"),
    "contains(name)": (0, "contains takes 2 arguments, not 1"),
    "substring(name) eq 'x'": (0, "substring takes 2 or 3 arguments, not 1"),
    "substring(name,'1') eq 'x'": (15, "an argument of the wrong type"),
    "substring(name,1.5) eq 'x'": (15, "an argument of the wrong type"),
    "substring(name,1,-1) eq 'x'": (17, "the length of a substring is not negative"),
    "now(1) lt createdAt": (0, "now takes 0 arguments, not 1"),
    "length() eq 1": (0, "length takes 1 argument, not 0"),
    "hour(date(createdAt)) eq 1": (0, "this does not take hour"),
    "-name eq 'x'": (0, "the field does not take negate"),
    "(id gt 5) gt false": (10, "this does not take gt"),
    "name eq 'a\0b'": (8, "a text cannot hold the character NUL"),
    "name eq '\ud800'": (8, "the text is not valid Unicode"),
    "name eq '" + "x" * 1001 + "'": (8, "text longer than 1000 characters"),
    "score gt 1e400": (9, "expected a number"),
    "id gt 1e999999999": (6, "expected a number"),
    "not name eq 'x'": (
        4,
        "expected a condition; not binds tighter than the comparison: write not (name eq 'x')",
    ),
    "not trim(name) gt '' and true": (
        4,
        "expected a condition; not binds tighter than the comparison: write not (trim(name) gt '')",
    ),
    "(not name) eq 'x'": (5, "expected a condition"),
}
LEFT_OUT = {
    "id add 1 eq 2": (3, "add"),
    "id sub 1 eq 2": (3, "sub"),
    "id mul 2 eq 2": (3, "mul"),
    "id DIV 2 eq 2": (3, "div"),
    "id divby 2 eq 2": (3, "divby"),
    "id mod 2 eq 0": (3, "mod"),
    "status has 'x'": (7, "has"),
    "status has Ns.Color'Red'": (11, "a literal of an enumeration"),
    "isof(name,Edm.String)": (0, "the function isof"),
    "cast(id,Edm.String) eq '1'": (0, "the function cast"),
    "case(true:1) eq 1": (9, "a case or a lambda operator with :"),
    "matchesPattern(name,'^(a+)+$')": (0, "the function matchesPattern"),
    "round(score) eq 1": (0, "the function round"),
    "geo.distance(a,b) lt 1": (0, "the function geo.distance"),
    "owner/name eq 'x'": (5, "a path with /"),
    "users/any(u:u/name eq 'x')": (5, "the lambda operator any"),
    "users/all(u:u/name eq 'x')": (5, "the lambda operator all"),
    "$it eq 1": (0, "$it"),
    "$root/x eq 1": (0, "$root"),
    "$this gt 1": (0, "$this"),
    "id eq @p": (6, "an alias or an annotation with @"),
    "id in [1,2]": (6, "a JSON array"),
    '{"a":1} eq id': (0, "a JSON object"),
    "id in name": (6, "in without a list of literals"),
    "id in (now())": (7, "an expression in a list"),
    "substring(name,-1) eq 'x'": (15, "a negative start of substring"),
    "score eq INF": (9, "INF"),
    "score eq NaN": (9, "NaN"),
    "id eq duration'PT1H'": (6, "a literal of duration"),
    "id eq 10:30:00": (6, "a time of day"),
    "id eq 01234567-89ab-cdef-0123-456789abcdef": (6, "a GUID"),
}


@pytest.mark.parametrize("text", SYNTAX, ids=ascii)
def test_what_is_no_expression_is_told_with_its_position(text):
    refused = refusal(text)
    assert (refused.meta["position"], refused.meta["reason"]) == SYNTAX[text]


@pytest.mark.parametrize("text", TYPES, ids=lambda text: ascii(text[:60]))
def test_what_does_not_fit_its_types_is_told_with_its_position(text):
    refused = refusal(text)
    assert isinstance(refused, FilterType)
    assert (refused.meta["position"], refused.meta["reason"]) == TYPES[text]


@pytest.mark.parametrize("text", LEFT_OUT)
def test_what_the_standard_has_and_we_do_not_is_named(text):
    refused = refusal(text)
    assert isinstance(refused, FilterNotSupported)
    assert (refused.meta["position"], refused.meta["construct"]) == LEFT_OUT[text]
    assert refused.meta["construct"] in refused.sentence()
    assert BY_KIND[refused.kind] == 501


def test_every_kind_of_error_has_a_status():
    assert set(BY_KIND) == set(Kind)


@pytest.mark.parametrize(
    ("within", "beyond", "reason"),
    [
        ("(" * 50 + "true" + ")" * 50, "(" * 51 + "true" + ")" * 51, f"deeper than {MAX_LEVELS}"),
        ("not " * 50 + "true", "not " * 51 + "true", f"deeper than {MAX_LEVELS}"),
        ("- " * 50 + "id eq 1", "- " * 51 + "id eq 1", f"deeper than {MAX_LEVELS}"),
        (
            "trim(" * 50 + "name" + ")" * 50 + " eq ''",
            "trim(" * 51 + "name" + ")" * 51 + " eq ''",
            f"deeper than {MAX_LEVELS}",
        ),
        (
            " or ".join(["id eq 1"] * 100),
            " or ".join(["id eq 1"] * 101),
            f"more than {MAX_CONDITIONS} conditions",
        ),
        (
            " or ".join(["true"] * 100),
            " or ".join(["true"] * 101),
            f"more than {MAX_CONDITIONS} conditions",
        ),
        (
            f"id in ({','.join(['1'] * 200)})",
            f"id in ({','.join(['1'] * 201)})",
            f"more than {MAX_LISTED} values",
        ),
        ("true" + " " * 4092, "true" + " " * 4093, "longer than 4096 characters"),
    ],
)
def test_a_query_is_taken_up_to_its_bounds(within, beyond, reason):
    """G10: a filter cannot be made to cost more than its bounds."""
    ACCOUNTS.statements(Search(read(within)))
    assert reason in refusal(beyond).meta["reason"]
