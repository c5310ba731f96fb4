"""Every SQL statement about the ledger of credits."""

from typing import Any

from sqlalchemy import ColumnElement, Text, and_, bindparam, case, func, literal_column, select

from charter.core.credits.model import (
    AccountKind,
    CreditAmountInvalid,
    CreditMove,
    InsufficientCredits,
    LedgerAccount,
)
from charter.core.credits.tables import ledger_accounts, ledger_entries, ledger_transactions
from charter.core.statements import columns, inserting_new, refers, word
from charter.kernel.db import INSTANCE, Db, Statement, inserting

_payer_id = bindparam("payer_id", type_=Text)
ACCOUNTS = Statement(
    select(*columns(LedgerAccount, ledger_accounts))
    .where(
        ledger_accounts.c.instance_id == INSTANCE,
        ledger_accounts.c.payer_id == _payer_id,
    )
    .order_by(ledger_accounts.c.created_at, ledger_accounts.c.id),
    LedgerAccount,
)
INSERT_ACCOUNT = inserting_new(ledger_accounts, "payer_id", "kind", "currency")
INSERT_TRANSACTION = inserting(ledger_transactions)
INSERT_ENTRY = inserting(
    ledger_entries,
    violates={
        "ck_ledger_accounts_balance": InsufficientCredits,
        "ck_ledger_accounts_most": CreditAmountInvalid,
    },
)
_moves = (
    select(
        *columns(CreditMove, ledger_transactions, amount=ledger_entries.c.amount),
    )
    .join(
        ledger_entries,
        and_(
            ledger_entries.c.instance_id == ledger_transactions.c.instance_id,
            ledger_entries.c.transaction_id == ledger_transactions.c.id,
        ),
    )
    .join(ledger_accounts, refers(ledger_entries.c.account_id, ledger_accounts))
    .where(
        ledger_transactions.c.instance_id == INSTANCE,
        ledger_transactions.c.payer_id == _payer_id,
        ledger_accounts.c.kind == word("credits"),
    )
)
BY_KEY = Statement(
    _moves.where(ledger_transactions.c.idempotency_key == bindparam("idempotency_key", type_=Text)),
    CreditMove,
)
BY_ID = Statement(
    _moves.where(ledger_transactions.c.id == bindparam("transaction_id", type_=Text)), CreditMove
)


def gives_credits(transactions: Any) -> ColumnElement[bool]:
    """Whether a row of `ledger_transactions` gave its payer credits, rather than took some."""
    # Each question within the other: as joins, a page would be looked for from the beginning.
    kind = (
        select(ledger_accounts.c.kind)
        .where(refers(ledger_entries.c.account_id, ledger_accounts))
        .correlate(ledger_entries)
        .scalar_subquery()
    )
    moved = case((kind == word("credits"), ledger_entries.c.amount), else_=literal_column("0"))
    return (
        select(func.coalesce(func.sum(moved), literal_column("0")))
        .where(
            ledger_entries.c.instance_id == transactions.c.instance_id,
            ledger_entries.c.transaction_id == transactions.c.id,
        )
        .correlate(transactions)
        .scalar_subquery()
    ) > literal_column("0")


async def held(db: Db, payer_id: str, currency: str) -> int:
    """What a payer holds in a currency, in its smallest unit."""
    accounts: tuple[Any, ...] = await db.all(ACCOUNTS, payer_id=payer_id)
    return next(
        (
            each.balance
            for each in accounts
            if each.kind is AccountKind.CREDITS and each.currency == currency
        ),
        0,
    )
