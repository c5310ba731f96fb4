"""A query finds the payments that it finds when the same is asked of the same data in Python."""

import random
import re

import pytest

from charter.core.query_deletions.model import Deletion, QueryNamesNothing
from charter.core.recorded_payments import operations as recorded_payments
from charter.core.recorded_payments.model import Means, NewRecordedPayment, RecordedStatus

IDS = ("in_1", "in_2", "inX1", "IN_1", "in%1", "in*1", "a b", "ch_ü", "back\\slash", 'quo"te', "1")
PARTS = ("i", "n", "_", "1", "X", "%", "ch", "ü", "*", "*")
PLAIN = re.compile(r"([^0-9A-Za-zÀ-ÿ_%])")
ROWS = 40
QUERIES = 150


def escaped(text):
    return PLAIN.sub(r"\\\1", text)


class Clause:
    """`field:value`, as text and as what it asks of a row."""

    def __init__(self, rng):
        self.field = rng.choice(
            ("external_id", "external_customer_id", "status", "currency", "payment_method")
        )
        self.pattern, self.text = self._value(rng)

    def _value(self, rng):
        if self.field == "status":
            value = rng.choice(list(RecordedStatus)).value
            return re.compile(re.escape(value)), value
        if self.field == "payment_method":
            value = rng.choice(list(Means)).value
            return re.compile(re.escape(value)), value
        if self.field == "currency":
            value = rng.choice(("usd", "EUR", "Usd", "u*", "*r"))
            found = ".*".join(map(re.escape, value.split("*")))
            return re.compile(found, re.IGNORECASE), value
        if rng.random() < 0.4:
            value = rng.choice(IDS)
            is_quoted = rng.random() < 0.5
            quoted = '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'
            return re.compile(re.escape(value)), quoted if is_quoted else escaped(value)
        parts = [rng.choice(PARTS) for _ in range(rng.randint(2, 4))]
        if all(each == "*" for each in parts):
            parts.append("1")
        text = "".join("*" if each == "*" else escaped(each) for each in parts)
        found = "".join(".*" if each == "*" else re.escape(each) for each in parts)
        return re.compile(found, re.DOTALL), text

    def holds(self, row):
        value = getattr(row, self.field)
        return value is not None and self.pattern.fullmatch(str(value)) is not None

    def __str__(self):
        return f"{self.field}:{self.text}"


class Both:
    """Clauses joined by AND or OR, in parentheses."""

    def __init__(self, rng, depth):
        self.word = rng.choice(("AND", "OR"))
        self.parts = [tree(rng, depth + 1) for _ in range(rng.randint(2, 3))]

    def holds(self, row):
        found = [each.holds(row) for each in self.parts]
        return all(found) if self.word == "AND" else any(found)

    def __str__(self):
        return "(" + f" {self.word} ".join(map(str, self.parts)) + ")"


def tree(rng, depth=0):
    return Both(rng, depth) if depth < 2 and rng.random() < 0.6 else Clause(rng)


@pytest.mark.parametrize("seed", range(4))
async def test_a_query_finds_what_python_finds(world, seed):
    rng = random.Random(seed)
    acme = await world.organization()
    rows = []
    for number in range(ROWS):
        name = rng.choice(IDS) if number < len(IDS) else f"{rng.choice(IDS)}{number}"
        taken = {row.external_id for row in rows}
        new = NewRecordedPayment(
            amount=number + 1,
            currency=rng.choice(("usd", "eur")),
            status=rng.choice(list(RecordedStatus)),
            payment_method=rng.choice([*Means, None]),
            external_id=None if name in taken else name,
            external_customer_id=rng.choice((*IDS, None)),
        )
        one = {"organization_id": acme.id, "new": new}
        rows.append(await world.call(None, recorded_payments.record, **one))
    hits = 0
    for _ in range(QUERIES):
        asked = tree(rng)
        text = str(asked)
        if text.count("*") > 8:
            continue
        deletion = Deletion(query=text, dry_run=True, limit=1000)
        one = {"organization_id": acme.id, "deletion": deletion}
        try:
            found = await world.call(None, recorded_payments.delete_by_query, **one)
        except QueryNamesNothing:
            pytest.fail(text)
        wanted = {row.id for row in rows if asked.holds(row)}
        assert {each.id for each in found.items} == wanted, text
        hits += len(wanted)
    assert hits > QUERIES
