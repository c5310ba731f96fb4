"""Money of accounts."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "202611221524"
down_revision: str | None = "202611221522"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Money of accounts."""
    op.create_table(
        "gateway_events",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("gateway IN ('stripe')", name=op.f("ck_gateway_events_gateway")),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["instances.id"],
            name=op.f("fk_gateway_events_instance_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "instance_id", "gateway", "external_id", name=op.f("pk_gateway_events")
        ),
        comment="An event of a gateway that has had its effect: it has none again.",
    )
    op.create_index(
        "ix_gateway_events_received_at", "gateway_events", ["received_at"], unique=False
    )
    op.create_table(
        "tombstones",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("forgotten_until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('payment', 'invoice')", name=op.f("ck_tombstones_kind")),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["instances.id"],
            name=op.f("fk_tombstones_instance_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", "kind", "external_id", name=op.f("pk_tombstones")),
        comment="That a payment or an invoice was deleted, so that a provider does not bring it back.",
    )
    op.create_index(
        "ix_tombstones_forgotten_until", "tombstones", ["forgotten_until"], unique=False
    )
    op.create_table(
        "gateway_customers",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("payer_id", sa.Text(), nullable=False),
        sa.Column("gateway", sa.Text(), nullable=False),
        sa.Column("external_customer_id", sa.Text(), nullable=False),
        sa.Column(
            "features",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'::jsonb"),
            nullable=False,
        ),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("gateway IN ('stripe')", name=op.f("ck_gateway_customers_gateway")),
        sa.ForeignKeyConstraint(
            ["instance_id", "payer_id"],
            ["payers.instance_id", "payers.id"],
            name=op.f("fk_gateway_customers_instance_id_payer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", "id", name=op.f("pk_gateway_customers")),
        comment="Which customer of a gateway a payer is.",
    )
    op.create_index(
        "uq_gateway_customers_external_customer_id",
        "gateway_customers",
        ["instance_id", "gateway", "external_customer_id"],
        unique=True,
    )
    op.create_index(
        "uq_gateway_customers_payer_id",
        "gateway_customers",
        ["instance_id", "payer_id", "gateway"],
        unique=True,
    )
    op.create_table(
        "invoices",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("payer_id", sa.Text(), nullable=False),
        sa.Column("subscription_id", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("amount_due", sa.BigInteger(), nullable=False),
        sa.Column("amount_paid", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("period_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("period_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("external_customer_id", sa.Text(), nullable=False),
        sa.Column("external_data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'open', 'paid', 'void', 'uncollectible')",
            name=op.f("ck_invoices_status"),
        ),
        sa.ForeignKeyConstraint(
            ["instance_id", "payer_id"],
            ["payers.instance_id", "payers.id"],
            name=op.f("fk_invoices_instance_id_payer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", "id", name=op.f("pk_invoices")),
        comment="What a gateway asked an organization to pay.",
    )
    op.create_index(
        "ix_invoices_created_at",
        "invoices",
        ["instance_id", "payer_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_invoices_external_id", "invoices", ["instance_id", "external_id"], unique=True
    )
    op.create_table(
        "provider_subscriptions",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("payer_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("price_id", sa.Text(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("current_period_start", sa.DateTime(timezone=True), nullable=True),
        sa.Column("current_period_end", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_at_period_end", sa.Boolean(), nullable=False),
        sa.Column("canceled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("external_customer_id", sa.Text(), nullable=False),
        sa.Column("external_data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('trialing', 'active', 'past_due', 'canceled', 'unpaid', 'incomplete', 'incomplete_expired', 'paused')",
            name=op.f("ck_provider_subscriptions_status"),
        ),
        sa.ForeignKeyConstraint(
            ["instance_id", "payer_id"],
            ["payers.instance_id", "payers.id"],
            name=op.f("fk_provider_subscriptions_instance_id_payer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", "id", name=op.f("pk_provider_subscriptions")),
        comment="A subscription that a gateway keeps, as it was when the gateway was last asked.",
    )
    op.create_index(
        "ix_provider_subscriptions_created_at",
        "provider_subscriptions",
        ["instance_id", "payer_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_provider_subscriptions_external_id",
        "provider_subscriptions",
        ["instance_id", "external_id"],
        unique=True,
    )
    op.create_table(
        "recorded_payments",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("payer_id", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("refunded_amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("payment_method", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("external_customer_id", sa.Text(), nullable=True),
        sa.Column("external_data", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "metadata",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(status = 'refunded') = (refunded_amount = amount)",
            name=op.f("ck_recorded_payments_refunded"),
        ),
        sa.CheckConstraint(
            "payment_method IN ('card', 'ach', 'wire', 'other')",
            name=op.f("ck_recorded_payments_payment_method"),
        ),
        sa.CheckConstraint(
            "status IN ('pending', 'succeeded', 'failed', 'canceled', 'refunded')",
            name=op.f("ck_recorded_payments_status"),
        ),
        sa.CheckConstraint(
            "amount > 0 AND refunded_amount BETWEEN 0 AND amount",
            name=op.f("ck_recorded_payments_amount"),
        ),
        sa.ForeignKeyConstraint(
            ["instance_id", "payer_id"],
            ["payers.instance_id", "payers.id"],
            name=op.f("fk_recorded_payments_instance_id_payer_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", "id", name=op.f("pk_recorded_payments")),
        comment="A payment made outside: recorded by hand, or learned from a gateway.",
    )
    op.create_index(
        "ix_recorded_payments_created_at",
        "recorded_payments",
        ["instance_id", "payer_id", "created_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_recorded_payments_external_id",
        "recorded_payments",
        ["instance_id", "external_id"],
        unique=True,
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.add_column(
        "payment_gateways", sa.Column("sealed_webhook_secret", sa.LargeBinary(), nullable=True)
    )
    op.create_table_comment(
        "payment_gateways",
        "How an instance reaches a gateway; the secrets are sealed.",
        existing_comment="How an instance reaches a gateway; the secret is sealed.",
        schema=None,
    )
    op.drop_constraint(op.f("ck_ledger_accounts_kind"), "ledger_accounts", type_="check")
    op.create_check_constraint(
        op.f("ck_ledger_accounts_kind"),
        "ledger_accounts",
        "kind IN ('credits', 'granted', 'spent', 'unused', 'paid', 'outside')",
    )
