"""Tickets as a first factor: from an app's server, or from an invitation that was mailed.

A second factor is asked for all the same; but not of an actor, who has none of the user's.
"""

from collections.abc import Awaitable, Callable, Mapping

from charter.core.actor_tokens import queries as actor_queries
from charter.core.actor_tokens.model import ActorTokenAccepted, ActorTokenStatus
from charter.core.agent_tasks import queries as agent_queries
from charter.core.agent_tasks.model import AgentTaskAccepted, AgentTaskStatus
from charter.core.checks.model import Check, CheckStatus
from charter.core.email_addresses.model import EmailAddressTaken
from charter.core.email_addresses.normal_form import address_key
from charter.core.grants.model import Purpose
from charter.core.invitations import queries as invitation_queries
from charter.core.invitations.model import InvitationAccepted
from charter.core.memberships.joining import lock_open_organization
from charter.core.memberships.queries import find_standing
from charter.core.organization_invitations import queries as organization_queries
from charter.core.organization_invitations.accepting import joined_by_link
from charter.core.sign_in_tokens import queries as token_queries
from charter.core.sign_in_tokens.model import SignInTokenStatus
from charter.core.sign_ins.model import Answer, Entry, Passed
from charter.core.sign_ins.ways.way import Way, nothing
from charter.core.tickets import reading
from charter.core.tickets.model import (
    STRATEGY,
    ActedForGone,
    ActorTokenUsed,
    AgentTaskUsed,
    InvitationTicketUsed,
    NobodyInvited,
    SignInTokenUsed,
    Ticket,
    TicketInvalid,
)
from charter.kernel.operation import Context


def _passed(user_id: str, organization_id: str | None = None) -> Passed:
    return Passed(
        Check(STRATEGY, CheckStatus.VERIFIED), user_id=user_id, organization_id=organization_id
    )


async def _by_sign_in_token(ctx: Context, ticket: Ticket) -> Passed:
    """The user whom an app's server lets in."""
    row = await token_queries.TOKENS.settle(
        ctx.db, ticket.grant.subject_id, SignInTokenStatus.ACCEPTED.value, ctx.now
    )
    await reading.spend(ctx, ticket.purpose, ticket.grant.id)
    if row is None:
        raise SignInTokenUsed
    if row.organization_id is not None:
        standing = await find_standing(ctx.db, row.organization_id, row.user_id)
        if standing.is_member:
            return _passed(row.user_id, row.organization_id)
    return _passed(row.user_id)


async def _by_actor_token(ctx: Context, ticket: Ticket) -> Passed:
    """Somebody whom an app's server lets act as a user; it answers for who that is."""
    token_id = ticket.grant.subject_id
    row = await actor_queries.TOKENS.settle(
        ctx.db, token_id, ActorTokenStatus.ACCEPTED.value, ctx.now
    )
    if row is None and await actor_queries.TOKENS.find(ctx.db, token_id) is None:
        raise ActedForGone
    await reading.spend(ctx, ticket.purpose, ticket.grant.id)
    if row is None:
        raise ActorTokenUsed
    ctx.announce(ActorTokenAccepted(row))
    return Passed(
        Check(STRATEGY, CheckStatus.VERIFIED),
        user_id=row.user_id,
        actor=row.actor,
        session_seconds=row.session_seconds,
        is_enough=True,
    )


async def _by_agent_task(ctx: Context, ticket: Ticket) -> Passed:
    """An agent that an app's server lets act for a user; its session says so."""
    task_id = ticket.grant.subject_id
    row = await agent_queries.TASKS.settle(ctx.db, task_id, AgentTaskStatus.ACCEPTED.value, ctx.now)
    if row is None and await agent_queries.TASKS.find(ctx.db, task_id) is None:
        raise ActedForGone
    await reading.spend(ctx, ticket.purpose, ticket.grant.id)
    if row is None:
        raise AgentTaskUsed
    ctx.announce(AgentTaskAccepted(row))
    return Passed(
        Check(STRATEGY, CheckStatus.VERIFIED),
        user_id=row.user_id,
        actor=row.actor,
        session_seconds=row.session_seconds,
        is_enough=True,
    )


async def _by_invitation(ctx: Context, ticket: Ticket) -> Passed:
    """Whoever holds the address that the app invited."""
    invitation = await invitation_queries.get_invitation(ctx.db, ticket.grant.subject_id, ctx.now)
    holder = await organization_queries.find_holder(ctx.db, address_key(invitation.email_address))
    if holder is None:
        raise NobodyInvited
    accepted = await invitation_queries.accept_invitation(ctx.db, invitation.id, ctx.now)
    await reading.spend(ctx, ticket.purpose, ticket.grant.id)
    if accepted is None:
        raise InvitationTicketUsed
    ctx.announce(InvitationAccepted(accepted, before=invitation))
    return _passed(holder)


async def _by_organization_invitation(ctx: Context, ticket: Ticket) -> Passed:
    """Whoever holds the address that an organization invited; they join it."""
    invitation = await organization_queries.find_invitation(
        ctx.db, ticket.grant.subject_id, ctx.now
    )
    if invitation is None:
        raise TicketInvalid
    holder = await organization_queries.find_invited(ctx.db, invitation)
    if holder is None:
        raise NobodyInvited
    organization = await lock_open_organization(ctx, invitation.organization_id)
    await reading.spend(ctx, ticket.purpose, ticket.grant.id)
    try:
        await joined_by_link(ctx, invitation, organization, holder)
    except EmailAddressTaken as taken:
        raise TicketInvalid from taken
    return _passed(holder, organization.id)


WAYS: Mapping[Purpose, Callable[[Context, Ticket], Awaitable[Passed]]] = {
    Purpose.SIGN_IN_TOKEN: _by_sign_in_token,
    Purpose.ACTOR_TOKEN: _by_actor_token,
    Purpose.AGENT_TASK: _by_agent_task,
    Purpose.INVITATION: _by_invitation,
    Purpose.ORGANIZATION_INVITATION: _by_organization_invitation,
}


async def _attempt(ctx: Context, entry: Entry, answer: Answer) -> Passed:
    ticket = await reading.read(ctx, answer.ticket)
    passed = await WAYS[ticket.purpose](ctx, ticket)
    if entry.user is not None and passed.user_id != entry.user.id:
        # Whoever named themselves is not let in as somebody else.
        raise TicketInvalid
    return passed


WAY = Way(frozenset({STRATEGY}), nothing, _attempt, needs_person=False)
