"""Files, uploads of them, and how much each organization keeps."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)

from charter.core.columns import belongs_to, key_columns, metadata_column, moment, time_columns
from charter.kernel.db import metadata

BYTES = "C"
"""The collation of keys: they are ordered by their bytes, and prefixes of them are ranges."""

files = Table(
    "files",
    metadata,
    *key_columns(),
    Column("organization_id", Text, nullable=False),
    Column("key", Text(collation=BYTES), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("etag", Text, nullable=False),
    Column("checksum_sha256", Text),
    metadata_column("metadata"),
    Column("created_by", Text),
    # Another one for each writing, so that nothing of a file that is replaced is ever mixed up.
    Column("object_name", Text, nullable=False),
    *time_columns(),
    belongs_to("organizations", "organization_id"),
    CheckConstraint("size_bytes >= 0", name="size_bytes"),
    CheckConstraint("octet_length(key) BETWEEN 1 AND 1024", name="key"),
    Index("uq_files_key", "instance_id", "organization_id", "key", unique=True),
    comment="Files of organizations whose bytes have arrived.",
)

file_uploads = Table(
    "file_uploads",
    metadata,
    *key_columns(),
    Column("organization_id", Text, nullable=False),
    Column("key", Text(collation=BYTES), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("checksum_sha256", Text),
    metadata_column("metadata"),
    Column("overwrites", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    # Null where the file comes whole.
    Column("part_size_bytes", BigInteger),
    Column("part_count", Integer),
    Column("store_upload_id", Text),
    Column("object_name", Text, nullable=False),
    # The parts that it is, or was, completed with.
    Column("parts_digest", LargeBinary),
    Column("file_id", Text),
    Column("etag", Text),
    Column("created_by", Text),
    moment("expires_at", nullable=False),
    *time_columns(),
    belongs_to("organizations", "organization_id"),
    CheckConstraint(
        "state IN ('open', 'completing', 'completed', 'aborted', 'expired')", name="state"
    ),
    CheckConstraint("size_bytes >= 0", name="size_bytes"),
    Index("ix_file_uploads_key", "instance_id", "organization_id", "key"),
    Index(
        "ix_file_uploads_expires_at",
        "expires_at",
        postgresql_where=text("state IN ('open', 'completing')"),
    ),
    Index("ix_file_uploads_updated_at", "updated_at"),
    comment="Writings of files that run or ran: whole ones by one address, others in parts.",
)

file_usages = Table(
    "file_usages",
    metadata,
    Column("instance_id", Text, primary_key=True),
    Column("organization_id", Text, primary_key=True),
    Column("used_bytes", BigInteger, nullable=False),
    belongs_to("organizations", "organization_id"),
    CheckConstraint("used_bytes >= 0", name="used_bytes"),
    comment="What an organization's files and running uploads take; held while one changes.",
)
