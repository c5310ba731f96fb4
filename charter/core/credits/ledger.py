"""Moves credits: each time between two accounts of a payer, one giving what the other gets."""

from dataclasses import fields

from charter.core.credits import queries
from charter.core.credits.model import (
    OTHER_SIDE,
    AccountKind,
    CreditAmountInvalid,
    CreditMove,
    CreditsMoved,
    InsufficientCredits,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Source,
)
from charter.core.money import Money
from charter.kernel.operation import Context

MOVING_ERRORS = (InsufficientCredits, CreditAmountInvalid)


async def move(
    ctx: Context,
    payer_id: str,
    money: Money,
    source: Source,
    source_id: str | None = None,
    *,
    note: str | None = None,
    idempotency_key: str | None = None,
) -> CreditMove:
    """Give a locked payer credits, or take some where the amount is less than nothing.

    source_id: what it is for, the transaction itself where that is left out.
    Raises: InsufficientCredits, where there are not so many; CreditAmountInvalid, where there
    would be more than can be counted. Announces: CreditsMoved.
    """
    transaction_id = ctx.new_id("cltx_")
    transaction = LedgerTransaction(
        id=transaction_id,
        payer_id=payer_id,
        currency=money.currency,
        source_type=source,
        source_id=source_id or transaction_id,
        note=note,
        idempotency_key=idempotency_key,
        created_at=ctx.now,
    )
    await _write(ctx, transaction, AccountKind.CREDITS, OTHER_SIDE[source], money.amount)
    made = await ctx.db.one(
        queries.BY_ID,
        missing=InsufficientCredits(),
        payer_id=payer_id,
        transaction_id=transaction_id,
    )
    ctx.announce(CreditsMoved(made))
    return made


async def post(ctx: Context, payer_id: str, money: Money, source: Source, source_id: str) -> None:
    """Keep that a locked payer paid something outside, or less than nothing: that it is taken back.

    source_id: what was paid; there may be several transactions of it, as a part is given back and
    later another. That none comes twice is seen to by the row that it is about, under the lock.
    Raises: CreditAmountInvalid, where more would have been paid than can be counted.
    """
    transaction_id = ctx.new_id("cltx_")
    transaction = LedgerTransaction(
        id=transaction_id,
        payer_id=payer_id,
        currency=money.currency,
        source_type=source,
        source_id=f"{source_id}/{transaction_id}",
        note=None,
        idempotency_key=None,
        created_at=ctx.now,
    )
    await _write(ctx, transaction, AccountKind.PAID, AccountKind.OUTSIDE, money.amount)


async def _write(
    ctx: Context, transaction: LedgerTransaction, own: AccountKind, other: AccountKind, amount: int
) -> None:
    """Move an amount from one account of a locked payer to its own."""
    payer_id, currency = transaction.payer_id, transaction.currency
    to = await _account(ctx, payer_id, own, currency)
    taken_from = await _account(ctx, payer_id, other, currency)
    await ctx.db.insert(queries.INSERT_TRANSACTION, transaction)
    for account, moved in ((to, amount), (taken_from, -amount)):
        entry = LedgerEntry(transaction.id, account.id, moved)
        await ctx.db.insert(queries.INSERT_ENTRY, entry)


async def _account(ctx: Context, payer_id: str, kind: AccountKind, currency: str) -> LedgerAccount:
    """An account of a locked payer, opened where there is none."""
    for each in await ctx.db.all(queries.ACCOUNTS, payer_id=payer_id):
        if (each.kind, each.currency) == (kind, currency):
            return each
    account = LedgerAccount(ctx.new_id("clacc_"), payer_id, kind, currency, 0, ctx.now)
    values = {field.name: getattr(account, field.name) for field in fields(account)}
    await ctx.db.value(queries.INSERT_ACCOUNT, **values)
    return account
