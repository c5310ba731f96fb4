"""Takes pending tokens back, whatever they are tokens of."""

from charter.core.grants import granting
from charter.core.grants.model import Purpose
from charter.core.grants.settling import PendingTokens, Row
from charter.kernel.errors import DomainError
from charter.kernel.operation import Context

REVOKED = "revoked"


async def withdraw(
    ctx: Context,
    tokens: PendingTokens[Row],
    purpose: Purpose,
    token_id: str,
    *,
    parameter: str,
    missing: type[DomainError],
    settled: type[DomainError],
) -> Row:
    """Take a pending token back, and the grant that its secret is.

    parameter: the input that named it. missing, settled: what is raised where there is none, and
        where it was used or taken back already.
    Returns: the token as it is now.
    """
    # One statement: of a sign-in and a revocation at once, one wins.
    revoked = await tokens.settle(ctx.db, token_id, REVOKED, ctx.now)
    if revoked is None:
        found = await tokens.find(ctx.db, token_id)
        if found is None:
            raise missing(parameter)
        raise settled(parameter, status=found.status.value)
    await granting.revoke(ctx, purpose, token_id)
    return revoked
