"""The ledger of credits.

Triggers, which its migration makes, keep it true: an entry moves the balance of its account; a
transaction whose entries are not nothing together does not commit; entries and transactions are
never changed.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Table,
    Text,
    text,
)

from charter.core.columns import belongs_to, key_columns, moment
from charter.kernel.db import metadata

MOST_HELD = 10**15

ledger_accounts = Table(
    "ledger_accounts",
    metadata,
    *key_columns(),
    Column("payer_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("currency", Text, nullable=False),
    # The sum of the entries; the import of an instance leaves it to them.
    Column("balance", BigInteger, nullable=False, server_default=text("0")),
    moment("created_at", nullable=False),
    belongs_to("payers", "payer_id"),
    CheckConstraint(
        "kind IN ('credits', 'granted', 'spent', 'unused', 'paid', 'outside')", name="kind"
    ),
    CheckConstraint("kind <> 'credits' OR balance >= 0", name="balance"),
    CheckConstraint(f"abs(balance) <= {MOST_HELD}", name="most"),
    Index("uq_ledger_accounts_kind", "instance_id", "payer_id", "kind", "currency", unique=True),
    comment="What a payer holds, and where that came from and went to.",
)

ledger_transactions = Table(
    "ledger_transactions",
    metadata,
    *key_columns(),
    Column("payer_id", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("source_type", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("note", Text),
    Column("idempotency_key", Text),
    moment("created_at", nullable=False),
    belongs_to("payers", "payer_id"),
    Index(
        "uq_ledger_transactions_idempotency_key",
        "instance_id",
        "payer_id",
        "idempotency_key",
        unique=True,
    ),
    # What is given back for a payment, say, is given back once.
    Index(
        "uq_ledger_transactions_source",
        "instance_id",
        "payer_id",
        "source_type",
        "source_id",
        unique=True,
    ),
    comment="Why something moved between accounts; a row never changes.",
)

ledger_entries = Table(
    "ledger_entries",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("transaction_id", Text, primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    ForeignKeyConstraint(
        ["instance_id", "transaction_id"],
        ["ledger_transactions.instance_id", "ledger_transactions.id"],
        ondelete="CASCADE",
    ),
    belongs_to("ledger_accounts", "account_id"),
    CheckConstraint("amount <> 0", name="amount"),
    Index("ix_ledger_entries_account_id", "instance_id", "account_id"),
    comment="What a transaction moved on an account; a row never changes.",
)
