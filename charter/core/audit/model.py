"""The words of the audit log."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

GENESIS = bytes(32)
"""What the first entry of an instance stands on."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An event as the log keeps it; `sequence` counts from 1 without gaps in each instance."""

    sequence: int
    event_id: str
    name: str
    subject_id: str | None
    organization_id: str | None
    actor: dict[str, Any]
    request: dict[str, Any]
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    occurred_at: datetime
    previous_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far the stream has been read: the last event by its transaction and position."""

    transaction_id: int
    position: int


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The last entry of an instance's chain."""

    sequence: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """Where the chain does not hold, and how: `missing`, `altered` or `relinked`."""

    sequence: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What a walk along the chain found: how many entries, and the first break if there is one."""

    entries: int
    first_break: ChainBreak | None


def entry_hash(entry: AuditEntry) -> bytes:
    """The SHA-256 of an entry and of the hash before it, over deterministic JSON."""
    content = {
        "sequence": entry.sequence,
        "event_id": entry.event_id,
        "name": entry.name,
        "subject_id": entry.subject_id,
        "organization_id": entry.organization_id,
        "actor": entry.actor,
        "request": entry.request,
        "before": entry.before,
        "after": entry.after,
        "occurred_at": entry.occurred_at.isoformat(),
    }
    encoded = msgspec.json.encode(content, order="deterministic")
    return hashlib.sha256(entry.previous_hash + encoded).digest()
