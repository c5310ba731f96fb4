"""What people owe and hold moves with them: the ledger stays true on the way."""

import asyncpg
import msgspec
import pytest

from charter.core.transfers import operations
from charter.core.transfers.reading import whole
from tests.core.transfers.moving import Kept, exported, imported, rows_of, without_place
from tests.paying import balances_are_true, grant

BALANCES = "SELECT id, balance FROM ledger_accounts WHERE instance_id = $1 ORDER BY id"
ENTRIES = (
    "SELECT transaction_id, account_id, amount FROM ledger_entries WHERE instance_id = $1"
    " ORDER BY 1, 2"
)


async def same_ledger(here, there):
    """Both instances hold the same, by the same entries, and both are true."""
    for query in (BALANCES, ENTRIES):
        found = [list(map(dict, await each.sql(query, each.instance_id))) for each in (here, there)]
        assert found[0] == found[1]
        assert found[0]
    await balances_are_true(there)


def line(table, row) -> bytes:
    return msgspec.json.encode({"table": table, "row": row}) + b"\n"


async def begun(elsewhere, lines):
    found = whole(lines)
    return await elsewhere.call(None, operations.begin, source=found.sha256, header=found.header)


async def take(elsewhere, made, lines, place, rejects):
    given = {"import_id": made.id, "place": place, "lines": lines, "rejects": rejects}
    return await elsewhere.call(None, operations.take_lines, **given)


@pytest.mark.parametrize("chunk", [1, 7, 2000])
async def test_the_ledger_is_the_same_and_true_however_it_is_cut(paying, elsewhere, chunk):
    lines = await exported(paying)
    rejects = await imported(elsewhere, lines, chunk=chunk)
    assert rejects.rejections == []
    await same_ledger(paying, elsewhere)
    assert without_place(await exported(elsewhere)) == without_place(lines)


async def test_what_gave_credits_stands_before_what_took_them(world, elsewhere):
    """By their ids those that took come first, and there are more than a page of either."""
    await grant(world, 1)
    [payer] = await world.sql("SELECT id FROM payers WHERE instance_id = $1", world.instance_id)
    async with world.platform.database.pool.acquire() as connection, connection.transaction():
        await connection.execute(MANY_TRANSACTIONS, world.instance_id, payer["id"])
        await connection.execute(MANY_ENTRIES, world.instance_id)
    lines = await exported(world)
    found = [row["source_type"] for row in rows_of(lines, "ledger_transactions")]
    assert found == ["grant"] * 1201 + ["deduction"] * 1200
    assert (await imported(elsewhere, lines, chunk=1000)).rejections == []
    await same_ledger(world, elsewhere)


MANY_TRANSACTIONS = """
INSERT INTO ledger_transactions (instance_id, id, payer_id, currency, source_type, source_id,
    created_at)
SELECT $1, 'cltx_' || n, $2, 'USD', CASE WHEN n > 1200 THEN 'grant' ELSE 'deduction' END,
    'cltx_' || n, now() FROM generate_series(1, 2400) n
"""
MANY_ENTRIES = """
INSERT INTO ledger_entries (instance_id, transaction_id, account_id, amount)
SELECT $1, 'cltx_' || n, a.id,
    CASE WHEN (n > 1200) = (a.kind = 'credits') THEN 5 ELSE -5 END
FROM generate_series(1, 2400) n, ledger_accounts a WHERE a.instance_id = $1 ORDER BY n DESC
"""


@pytest.mark.parametrize("seen", ["ledger_accounts", "ledger_transactions", "payments"])
async def test_an_import_that_ends_in_the_middle_of_money_goes_on_there(paying, elsewhere, seen):
    lines = await exported(paying)
    middle = [n for n, each in enumerate(lines) if f'"{seen}","row"'.encode() in each][1]
    made = await begun(elsewhere, lines)
    made = await take(elsewhere, made, lines[1:middle], 0, Kept())

    class Dies(Kept):
        def keep(self, at, rejections):
            raise KeyboardInterrupt

    # The process ends after these were written and before they were committed.
    with pytest.raises(KeyboardInterrupt):
        await take(elsewhere, made, [*lines[middle:-1], b"{]\n"], made.place, Dies())
    rejects = await imported(elsewhere, lines, chunk=3)
    assert rejects.rejections == []
    await same_ledger(paying, elsewhere)
    assert without_place(await exported(elsewhere)) == without_place(lines)


async def test_what_is_on_record_of_payers_who_are_gone_goes_along(paying, elsewhere):
    lines = await exported(paying)
    kim = paying.people["kim"]
    assert kim not in {row["id"] for row in rows_of(lines, "users")}
    assert kim in {row["user_id"] for row in rows_of(lines, "payers")}
    await imported(elsewhere, lines)
    assert kim in {row["user_id"] for row in rows_of(await exported(elsewhere), "payers")}


def with_entries(change):
    """A transaction of the export with other entries."""

    def made(lines):
        row = rows_of(lines, "ledger_transactions")[0]
        fresh = {"id": "cltx_x", "source_id": "x", "idempotency_key": None}
        return line("ledger_transactions", {**row, **fresh, "ledger_entries": change(row)})

    return made


def entry(row, number, **values):
    return {**row["ledger_entries"][number], **values}


HOSTILE = {
    "gives what nobody gave": (
        "invalid_input",
        with_entries(lambda row: [entry(row, 0, amount=5), entry(row, 1, amount=5)]),
    ),
    "has one side": ("invalid_input", with_entries(lambda row: [entry(row, 0, amount=5)])),
    "moves nothing": ("invalid_input", with_entries(lambda row: [])),
    "moves nothing twice": (
        "not_allowed",
        with_entries(lambda row: [entry(row, 0, amount=0), entry(row, 1, amount=0)]),
    ),
    "moves an account twice": (
        "duplicate",
        with_entries(lambda row: [entry(row, 0, amount=5), entry(row, 0, amount=-5)]),
    ),
    "has an account of nobody": (
        "missing_reference",
        with_entries(
            lambda row: [
                entry(row, 0, amount=5),
                entry(row, 1, amount=-5, account_id="clacc_x"),
            ]
        ),
    ),
    "holds more than can be": (
        "not_allowed",
        with_entries(lambda row: [entry(row, 0, amount=2**62), entry(row, 1, amount=-(2**62))]),
    ),
    "is no number": (
        "malformed",
        with_entries(lambda row: [entry(row, 0, amount=2**63), entry(row, 1, amount=-1)]),
    ),
    "is of another transaction": (
        "malformed",
        with_entries(lambda row: [entry(row, 0, transaction_id="cltx_y")]),
    ),
    "stands alone": (
        "unknown_table",
        lambda lines: line(
            "ledger_entries",
            {
                "transaction_id": rows_of(lines, "ledger_transactions")[0]["id"],
                "account_id": "clacc_x",
                "amount": 5,
            },
        ),
    ),
    "comes twice": (
        "duplicate",
        lambda lines: line("ledger_transactions", rows_of(lines, "ledger_transactions")[0]),
    ),
    "says what is held": (
        "malformed",
        lambda lines: line(
            "ledger_accounts", {**rows_of(lines, "ledger_accounts")[0], "balance": 10**6}
        ),
    ),
    "pays less than it says": (
        "not_allowed",
        lambda lines: line(
            "payments", {**rows_of(lines, "payments")[0], "id": "cpay_x", "base_amount": 1}
        ),
    ),
    "charges a period twice": (
        "duplicate",
        lambda lines: line("payments", {**rows_of(lines, "payments")[0], "id": "cpay_x"}),
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_money_that_cannot_be_is_rejected_alone(paying, elsewhere, name):
    code, hostile = HOSTILE[name]
    lines = await exported(paying)
    rejects = Kept()
    made = await begun(elsewhere, lines)
    await take(elsewhere, made, [*lines[1:-1], hostile(lines)], 0, rejects)
    assert [(each.record, each.code) for each in rejects.rejections] == [(len(lines) - 1, code)]
    await same_ledger(paying, elsewhere)


async def test_the_ledger_that_came_is_as_closed_as_any(paying, elsewhere):
    await imported(elsewhere, await exported(paying))
    own = elsewhere.instance_id
    with pytest.raises(asyncpg.RestrictViolationError):
        await elsewhere.sql("UPDATE ledger_entries SET amount = 1 WHERE instance_id = $1", own)
    with pytest.raises(asyncpg.CheckViolationError):
        await elsewhere.sql("DELETE FROM ledger_entries WHERE amount > 0 AND instance_id = $1", own)
