"""Passkeys: public keys whose private halves live on devices of a user."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Index, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from charter.core.columns import belongs_to, key_columns, moment, time_columns
from charter.kernel.db import metadata

passkeys = Table(
    "passkeys",
    metadata,
    *key_columns(),
    Column("user_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("credential_id", Text, nullable=False),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("rp_id", Text, nullable=False),
    Column("aaguid", Text, nullable=False),
    Column("transports", JSONB, nullable=False),
    Column("is_backed_up", Boolean, nullable=False),
    moment("last_used_at"),
    *time_columns(),
    belongs_to("users", "user_id"),
    CheckConstraint("sign_count >= 0", name="sign_count"),
    Index("uq_passkeys_credential_id", "instance_id", "credential_id", unique=True),
    Index("ix_passkeys_user_id", "instance_id", "user_id"),
    comment="Public keys of WebAuthn credentials; credential ids in base64url.",
)
