"""Identity providers of an instance."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.columns import key_columns, metadata_column, time_columns
from charter.kernel.db import metadata

identity_providers = Table(
    "identity_providers",
    metadata,
    *key_columns(),
    Column("strategy", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("client_id", Text, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("is_enabled", Boolean, nullable=False, server_default=text("true")),
    Column("issuer", Text),
    Column("authorize_url", Text),
    Column("token_url", Text),
    Column("userinfo_url", Text),
    Column("jwks_url", Text),
    metadata_column("claims"),
    Column("trusted_domains", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    *time_columns(),
    # What signs nothing has to be asked who somebody is.
    CheckConstraint(
        "strategy NOT LIKE 'oauth\\_custom\\_%' OR (authorize_url IS NOT NULL"
        " AND token_url IS NOT NULL AND (userinfo_url IS NOT NULL"
        " OR (jwks_url IS NOT NULL AND issuer IS NOT NULL)))",
        name="endpoints",
    ),
    Index("uq_identity_providers_strategy", "instance_id", "strategy", unique=True),
    comment="Where else people may prove who they are; our secret there is sealed.",
)
