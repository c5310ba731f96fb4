"""What holds in every database at any moment between transactions, as SQL that finds the breaks."""

import asyncio
import dataclasses
import time
from typing import Any

import asyncpg
import msgspec

from charter.core.audit.model import GENESIS, AuditEntry, entry_hash

INVARIANTS = {
    "a user has an identifier": """
        SELECT id FROM users AS u WHERE username_key IS NULL
        AND NOT EXISTS (SELECT FROM email_addresses AS e WHERE e.user_id = u.id)
        AND NOT EXISTS (SELECT FROM phone_numbers AS p WHERE p.user_id = u.id)
        AND NOT EXISTS (SELECT FROM web3_wallets AS w WHERE w.user_id = u.id)""",
    "one address of a user is primary": """
        SELECT user_id FROM email_addresses GROUP BY user_id
        HAVING count(*) FILTER (WHERE is_primary) <> 1""",
    "an address is held by one user": """
        SELECT address_key FROM email_addresses WHERE verification_status = 'verified'
        GROUP BY instance_id, address_key HAVING count(*) > 1""",
    "an organization has its creator": """
        SELECT id FROM organizations AS o WHERE created_by IS NOT NULL AND NOT EXISTS (
            SELECT FROM memberships AS m JOIN roles AS r ON r.id = m.role_id
            WHERE m.organization_id = o.id AND m.user_id = o.created_by AND r.key = 'org:admin')""",
    "an invitation has its one-time grant": """
        SELECT id FROM organization_invitations AS i WHERE 1 <> (SELECT count(*) FROM grants AS g
            WHERE g.purpose = 'organization_invitation' AND g.subject_id = i.id)""",
    "a grant of an invitation has its invitation": """
        SELECT id FROM grants AS g WHERE g.purpose = 'organization_invitation' AND NOT EXISTS (
            SELECT FROM organization_invitations AS i WHERE i.id = g.subject_id)""",
    "an invitation has one message": """
        SELECT id FROM organization_invitations AS i WHERE 1 <> (SELECT count(*) FROM messages AS m
            WHERE m.kind = 'organization_invitation' AND m.to_address = i.email_address)""",
    "an invitation's message has its invitation": """
        SELECT id FROM messages AS m WHERE kind = 'organization_invitation' AND NOT EXISTS (
            SELECT FROM organization_invitations AS i WHERE i.email_address = m.to_address)""",
    "a queued message has its job": """
        SELECT id FROM messages AS m WHERE status = 'queued' AND NOT EXISTS (
            SELECT FROM jobs AS j WHERE j.payload ->> 'message_id' = m.id)""",
    "an instance has a signing key, a secret key and roles": """
        SELECT id FROM instances AS i
        WHERE NOT EXISTS (SELECT FROM signing_keys AS k WHERE k.instance_id = i.id)
        OR NOT EXISTS (SELECT FROM secret_keys AS k WHERE k.instance_id = i.id)
        OR NOT EXISTS (SELECT FROM roles AS r WHERE r.instance_id = i.id)""",
    "no event is twice in the audit log": """
        SELECT event_id FROM audit_entries GROUP BY event_id HAVING count(*) > 1""",
    "no audit entry is without its event": """
        SELECT event_id FROM audit_entries AS a
        WHERE NOT EXISTS (SELECT FROM events AS e WHERE e.id = a.event_id)""",
}

ANNOUNCED = {
    "users": "user",
    "organizations": "organization",
    "memberships": "organizationMembership",
    "organization_invitations": "organizationInvitation",
}
"""Table → the noun of its events. Each row is announced once, and nothing else is."""

for table, noun in ANNOUNCED.items():
    INVARIANTS[f"a row of {table} is announced once"] = f"""
        SELECT id FROM {table} AS t WHERE 1 <> (SELECT count(*) FROM events AS e
            WHERE e.subject_id = t.id AND e.name = '{noun}.created')"""
    INVARIANTS[f"what {noun}.created announces is there"] = f"""
        SELECT subject_id FROM events AS e WHERE name = '{noun}.created'
        AND NOT EXISTS (SELECT FROM {table} AS t WHERE t.id = e.subject_id)
        AND NOT EXISTS (SELECT FROM events AS d
            WHERE d.subject_id = e.subject_id AND d.name = '{noun}.deleted')"""

LATE = {
    "every event is sealed": """
        SELECT id FROM events AS e
        WHERE NOT EXISTS (SELECT FROM audit_entries AS a WHERE a.event_id = e.id)""",
    "no job is left": "SELECT id FROM jobs",
    "no message is left": "SELECT id FROM messages WHERE status = 'queued'",
}
"""What holds once the worker has caught up."""


async def check(connection: asyncpg.Connection) -> None:
    """Fail with the sentence of every invariant that is broken, and the rows that break it."""
    broken = {sentence: await ids(connection, sql) for sentence, sql in INVARIANTS.items()}
    assert {sentence: found for sentence, found in broken.items() if found} == {}


async def check_later(connection: asyncpg.Connection, seconds: float = 20) -> None:
    """Wait until the worker has caught up, and look at the chain of the audit log."""
    deadline = time.monotonic() + seconds
    while True:
        late = {sentence: await ids(connection, sql) for sentence, sql in LATE.items()}
        if not any(late.values()):
            break
        assert time.monotonic() < deadline, late
        await asyncio.sleep(0.1)
    await _check_chain(connection)


async def _check_chain(connection: asyncpg.Connection) -> None:
    columns = ", ".join(f.name for f in dataclasses.fields(AuditEntry))
    rows = await connection.fetch(
        f"SELECT {columns} FROM audit_entries ORDER BY instance_id, sequence"
    )
    previous = GENESIS
    for row in rows:
        values = dict(row)
        for name in ("actor", "request", "before", "after"):
            values[name] = None if values[name] is None else msgspec.json.decode(values[name])
        if values["sequence"] == 1:
            previous = GENESIS
        assert values["previous_hash"] == previous
        assert entry_hash(AuditEntry(**values)) == values["hash"]
        previous = values["hash"]


async def ids(connection: asyncpg.Connection, sql: str) -> list[Any]:
    return [row[0] for row in await connection.fetch(sql)]
