"""What can be done with the audit log: read it, and check that it is whole."""

from charter.core.audit import queries
from charter.core.audit.model import GENESIS, AuditEntry, ChainBreak, Verification, entry_hash
from charter.core.vocabulary import Permission
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation


@operation("audit.search", permission=Permission.AUDIT_READ, writes=False)
async def search(ctx: Context, search: Search) -> Found[AuditEntry]:
    """List the instance's audit log, the newest first.

    Filters: `sequence`, `name`, `subject_id`, `organization_id`.
    """
    await ctx.allow()
    return await queries.ENTRIES.search(ctx.db, search)


@operation("audit.verify", permission=Permission.AUDIT_READ, writes=False)
async def verify(ctx: Context) -> Verification:
    """Walk along the instance's chain and tell where it first does not hold.

    Returns: the number of entries walked, and the first break: `missing` where a number of the
    sequence is not there, `relinked` where an entry does not stand on the one before, `altered`
    where its content is not what was sealed.
    """
    await ctx.allow()
    expected, previous = 1, GENESIS
    while entries := await ctx.db.all(queries.CHAIN, after=expected - 1):
        for entry in entries:
            reason = _fault(entry, expected, previous)
            if reason is not None:
                return Verification(expected - 1, ChainBreak(expected, reason))
            expected, previous = expected + 1, entry.hash
    return Verification(expected - 1, None)


def _fault(entry: AuditEntry, expected: int, previous: bytes) -> str | None:
    if entry.sequence != expected:
        return "missing"
    if entry.previous_hash != previous:
        return "relinked"
    return None if entry.hash == entry_hash(entry) else "altered"
