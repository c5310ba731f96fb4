"""Every table and every column that looks like a secret has a rule."""

import pytest

from charter.core.tables import ALL
from charter.core.transfers.catalogue import CONTEXTS, RULES, SEEDED, Carried, LeftOut, Within
from charter.core.transfers.parts import BY_NAME, PARTS, looks_secret

CARRIED = {name: rule for name, rule in RULES.items() if isinstance(rule, Carried)}
TABLES = {table.name: table for table in ALL}


def test_every_table_has_a_rule_and_every_rule_a_table():
    missing = "\n".join(
        f'    "{name}": Carried(),' for name in sorted(TABLES.keys() - RULES.keys())
    )
    assert not missing, (
        "add to RULES in charter/core/transfers/catalogue.py what becomes of these tables when an"
        f" instance is exported; for one that goes along:\n{missing}"
    )
    assert sorted(RULES.keys() - TABLES.keys()) == []
    assert sorted(RULES) == list(RULES), "the rules stand in the order of their names"


def test_a_table_that_stays_says_why():
    assert all(len(rule.reason) > 10 for rule in RULES.values() if isinstance(rule, LeftOut))


@pytest.mark.parametrize("name", sorted(CARRIED))
def test_a_column_that_looks_like_a_secret_is_sealed_or_named(name):
    rule = CARRIED[name]
    known = {column for table, column in CONTEXTS if table == name}
    known |= {*rule.as_they_are, *rule.left}
    secret = {column.name for column in TABLES[name].columns if looks_secret(column)}
    assert secret - known == set(), (
        f"say of {name} in RULES whether these go along as_they_are, are left, or are sealed"
        " (then SEALED in charter/core/keys/resealing.py has them)"
    )


def test_what_stands_within_the_rows_of_another_table_is_no_secret_and_nothing_of_it_is_left():
    inner = {each.name: (part, each) for part in PARTS for each in part.inner}
    assert set(inner) == {name for name, rule in RULES.items() if isinstance(rule, Within)}
    for name, (part, each) in inner.items():
        assert isinstance(RULES[part.name], Carried)
        assert not [c.name for c in TABLES[name].columns if looks_secret(c)]
        by_reference = set(TABLES[name].columns.keys()) - set(each.names)
        assert by_reference == {"instance_id", "transaction_id"}


@pytest.mark.parametrize("name", sorted(CARRIED))
def test_a_rule_names_columns_that_are_there(name):
    rule, table = CARRIED[name], TABLES[name]
    assert {*rule.as_they_are, *rule.left, *rule.files} <= set(table.columns.keys())
    sealed = {column for of, column in CONTEXTS if of == name}
    assert sealed.isdisjoint(rule.as_they_are), "what is sealed here opens nowhere else"
    assert not [
        c.name for c in table.columns if c.name.startswith("sealed_") and c.name not in sealed
    ]


@pytest.mark.parametrize("name", sorted(CARRIED.keys() - {"instances"}))
def test_a_column_that_is_left_has_a_value_of_its_own_elsewhere(name):
    for column in CARRIED[name].left:
        found = TABLES[name].c[column]
        assert found.nullable or found.server_default is not None or found.identity is not None


def test_what_goes_along_belongs_to_an_instance():
    assert [part.name for part in PARTS if "instance_id" not in part.table.c] == ["instances"]


def test_rows_come_after_those_they_refer_to():
    order = [part.name for part in PARTS]
    for part in PARTS:
        for reference in part.table.foreign_key_constraints:
            other = reference.referred_table.name
            if other in BY_NAME and other != part.name:
                assert order.index(other) < order.index(part.name)
            elif other != part.name:
                nullable = [c.nullable for c in reference.columns if c.name != "instance_id"]
                assert all(nullable) or other in {"applications", "instances"}, (
                    f"{part.name} goes along and refers to {other}, which stays"
                )


def test_what_an_instance_is_made_with_goes_along():
    assert set(CARRIED) >= SEEDED
