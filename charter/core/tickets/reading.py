"""Reads tickets before a transaction, and spends them within the one that uses them."""

from collections.abc import Mapping

from charter.core.grants import granting
from charter.core.grants import queries as grant_queries
from charter.core.grants.model import (
    GRANT_ERRORS,
    GrantExpired,
    GrantInvalid,
    GrantRevoked,
    GrantSpent,
    Purpose,
)
from charter.core.grants.tickets import read_ticket
from charter.core.keys.claimed import claimed_payload
from charter.core.tickets.model import (
    ActorTokenUsed,
    ActorTokenWithdrawn,
    AgentTaskUsed,
    AgentTaskWithdrawn,
    InvitationTicketRevoked,
    InvitationTicketUsed,
    SignInTokenUsed,
    SignInTokenWithdrawn,
    Ticket,
    TicketExpired,
    TicketInvalid,
)
from charter.kernel.errors import DomainError, MissingInput
from charter.kernel.operation import Context
from charter.kernel.secrets import digest

INVITED: Mapping[type[DomainError], type[DomainError]] = {
    GrantInvalid: TicketInvalid,
    GrantExpired: TicketExpired,
    GrantSpent: InvitationTicketUsed,
    GrantRevoked: InvitationTicketRevoked,
}
REASONS: Mapping[Purpose, Mapping[type[DomainError], type[DomainError]]] = {
    Purpose.SIGN_IN_TOKEN: {
        GrantInvalid: TicketInvalid,
        GrantExpired: TicketExpired,
        GrantSpent: SignInTokenUsed,
        GrantRevoked: SignInTokenWithdrawn,
    },
    Purpose.ACTOR_TOKEN: {
        GrantInvalid: TicketInvalid,
        GrantExpired: TicketExpired,
        GrantSpent: ActorTokenUsed,
        GrantRevoked: ActorTokenWithdrawn,
    },
    Purpose.AGENT_TASK: {
        GrantInvalid: TicketInvalid,
        GrantExpired: TicketExpired,
        GrantSpent: AgentTaskUsed,
        GrantRevoked: AgentTaskWithdrawn,
    },
    Purpose.INVITATION: INVITED,
    Purpose.ORGANIZATION_INVITATION: INVITED,
}
"""What tickets may be for, and what a grant's refusal means to each."""


async def read(ctx: Context, text: str | None) -> Ticket:
    """What a ticket is for, if it could be used now; called before any statement.

    Raises: MissingInput; TicketInvalid; TicketExpired; what REASONS name.
    """
    if not text:
        raise MissingInput("ticket", reason="it is required")
    # Its purpose is believed once the signature over it is.
    claimed = claimed_payload(text).get("st")
    purpose = next((each for each in REASONS if each.value == claimed), None)
    if purpose is None:
        raise TicketInvalid
    try:
        secret = await read_ticket(ctx, text, purpose)
        reading = ctx.platform.database.reading(ctx.actor.instance_id)
        grant = await grant_queries.find_by_secret(reading, purpose, digest(secret), None)
        if grant is None or not granting.is_usable(grant, ctx.now):
            raise granting.refusal(grant, ctx.now)
    except GRANT_ERRORS as refused:
        raise reason(purpose, refused) from refused
    return Ticket(purpose, grant, secret)


async def spend(ctx: Context, purpose: Purpose, grant_id: str) -> None:
    """Use a ticket that was read, by one atomic statement: of two uses at once, one fails.

    Raises: TicketInvalid; TicketExpired; what REASONS name.
    """
    spent = await grant_queries.spend_by_id(ctx.db, purpose, grant_id, None, ctx.now)
    if spent is None:
        found = await grant_queries.find_by_id(ctx.db, purpose, grant_id, None)
        raise reason(purpose, granting.refusal(found, ctx.now))


def reason(purpose: Purpose, refused: DomainError) -> DomainError:
    """What a grant's refusal means to a ticket of this purpose."""
    known = REASONS[purpose]
    return next(error() for kind, error in known.items() if isinstance(refused, kind))
