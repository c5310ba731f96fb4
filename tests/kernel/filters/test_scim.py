"""SCIM's filters and paths become the one tree, or a mistake with its place."""

import pytest

from charter.kernel.filters.scim import Path, Rules, parse, parse_path
from charter.kernel.filters.tree import Apply, FilterSyntax, Name, Op, Text, Value

A, B, C = (Apply(Op.EQ, (Name(name), Text("x"))) for name in ("a", "b", "c"))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ('userName eq "bjensen"', Apply(Op.EQ, (Name("username"), Text("bjensen")))),
        (
            'name.familyName co "O\'Malley"',
            Apply(Op.CONTAINS, (Name("name.familyname"), Text("O'Malley"))),
        ),
        ('USERNAME Sw "J"', Apply(Op.STARTS_WITH, (Name("username"), Text("J")))),
        ('a ew "x"', Apply(Op.ENDS_WITH, (Name("a"), Text("x")))),
        ('a ne "x"', Apply(Op.NE, (Name("a"), Text("x")))),
        ("title pr", Apply(Op.EXISTS, (Name("title"),))),
        ("active eq true", Apply(Op.EQ, (Name("active"), Value(value=True)))),
        ("a eq null", Apply(Op.EQ, (Name("a"), Value(None)))),
        ("a ge -1.5e2", Apply(Op.GE, (Name("a"), Text("-1.5e2")))),
        (
            'meta.lastModified gt "2011-05-13T04:42:34Z"',
            Apply(Op.GT, (Name("meta.lastmodified"), Text("2011-05-13T04:42:34Z"))),
        ),
        (
            'urn:ietf:params:scim:schemas:core:2.0:User:userName lt "J"',
            Apply(Op.LT, (Name("username"), Text("J"))),
        ),
        ('a le "\\"\\u00e9\\\\"', Apply(Op.LE, (Name("a"), Text('"é\\')))),
        ('a eq "x" or b eq "x" and c eq "x"', Apply(Op.OR, (A, Apply(Op.AND, (B, C))))),
        ('(a eq "x" or b eq "x") and c eq "x"', Apply(Op.AND, (Apply(Op.OR, (A, B)), C))),
        ('not (a eq "x") and b eq "x"', Apply(Op.AND, (Apply(Op.NOT, (A,)), B))),
        ('  ( ( a eq "x" ) )  ', A),
        ('emails[a eq "x" and b eq "x"]', Apply(Op.ANY, (Name("emails"), Apply(Op.AND, (A, B))))),
        ("not pr", Apply(Op.EXISTS, (Name("not"),))),
    ],
)
def test_a_filter_becomes_a_tree(text, tree):
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("   ", 0),
        ("userName", 8),
        ("userName eq", 11),
        ("userName eq bjensen", 12),
        ('userName is "x"', 9),
        ('userName eq "x', 12),
        ("userName eq 'x'", 12),
        ('"x" eq userName', 0),
        ('a eq "x" b', 9),
        ('a eq "x" and', 12),
        ('a eq "x" and or', 15),
        ('(a eq "x"', 9),
        ('a eq "x")', 8),
        ('not a eq "x"', 4),
        ('emails[a eq "x"', 15),
        ('emails.value[a eq "x"]', 13),
        ('emails[a eq "x"].value eq "x"', 16),
        ('a eq "\\q"', 5),
        ("a eq 1x", 5),
        ("a eq 01..2", 5),
        ("é eq 1", 0),
        ("a\x00 pr", 1),
    ],
)
def test_a_mistake_has_a_place(text, position):
    with pytest.raises(FilterSyntax) as refused:
        parse(text)
    assert refused.value.meta["position"] == position
    assert refused.value.parameter == "filter"


@pytest.mark.security("G10")
@pytest.mark.parametrize(
    "text",
    [
        "a pr and " * 40 + "a pr",
        "(" * 30 + "a pr" + ")" * 30,
        "not (" * 30 + "a pr" + ")" * 30,
        "e[" * 30 + "a pr" + "]" * 30,
        'a eq "' + "x" * 3000 + '"',
        "(" * 2000,
        "urn:" * 500,
        "a" * 2048,
        '"' + "\\" * 2000,
    ],
)
def test_what_would_be_too_much_is_refused_at_once(text):
    with pytest.raises(FilterSyntax):
        parse(text)
    assert Rules().max_terms == 32


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("userName", Path("username")),
        ("name.familyName", Path("name", "familyname")),
        ('emails[a eq "x"]', Path("emails", None, A)),
        ('emails[a eq "x"].value', Path("emails", "value", A)),
        ('addresses[not (a eq "x")].Street', Path("addresses", "street", Apply(Op.NOT, (A,)))),
        (
            "urn:ietf:params:scim:schemas:core:2.0:User:name.givenName",
            Path("name", "givenname", None, "urn:ietf:params:scim:schemas:core:2.0:User"),
        ),
    ],
)
def test_a_path_names_an_attribute_its_values_and_a_part(text, path):
    assert parse_path(text) == path


@pytest.mark.parametrize(
    "text",
    ["", "[a pr]", "emails[", "emails[a pr", "emails[a pr]x", "emails[a pr].", "a b", "a..b", "1"],
)
def test_what_is_no_path_is_refused(text):
    with pytest.raises(FilterSyntax) as refused:
        parse_path(text)
    assert refused.value.parameter == "path"
