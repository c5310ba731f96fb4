"""What can be done with agent tasks: by an app's server, and by the agent's browser."""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode

from charter.core.agent_tasks import queries
from charter.core.agent_tasks.model import (
    AgentTask,
    AgentTaskCreated,
    AgentTaskMade,
    AgentTaskNotFound,
    AgentTaskNotPending,
    AgentTaskRevoked,
    AgentTaskStatus,
    AgentTaskSubjectNotFound,
    NewAgentTask,
    OnBehalfOf,
)
from charter.core.checks.model import CHECK_ERRORS
from charter.core.email_addresses.normal_form import address_key
from charter.core.grants import granting, tickets
from charter.core.grants.links import ReturnUrlNotAllowed, checked_site_url
from charter.core.grants.model import Purpose
from charter.core.grants.withdrawing import withdraw
from charter.core.instances.model import Instance
from charter.core.instances.origins import frontend_base, parsed
from charter.core.keys.lookup import instance_of
from charter.core.keys.model import NoActiveSigningKey
from charter.core.limits.limiting import ATTEMPTS, limit
from charter.core.phone_numbers.normal_form import e164
from charter.core.sign_ins.advancing import ADVANCING_ERRORS
from charter.core.sign_ins.beginning import BEGINNING_ERRORS, begun
from charter.core.sign_ins.identifying import find_person
from charter.core.sign_ins.model import NewSignIn
from charter.core.tickets import reading as ticket_reading
from charter.core.tickets.model import STRATEGY, TICKET_ERRORS, TicketInvalid
from charter.core.users import queries as user_queries
from charter.core.users.model import User, UserNotFound
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context, operation
from charter.kernel.patch import Unset

LIFETIME = timedelta(hours=1)
"""How long the ticket works."""
SESSION_SECONDS = 1800
LONGEST_SECONDS = 315_360_000
LONGEST_NAME = 256
LONGEST_DESCRIPTION = 4096
LONGEST_URL = 2048
PATH = "/agents/tasks"


@dataclass(frozen=True, slots=True)
class AgentArrived:
    """Where an agent's browser goes on to, and the token that it is to hold."""

    location: str
    client_token: str | None = field(repr=False)


@operation(
    "agent_tasks.create",
    permission=Permission.AGENT_TASKS_MANAGE,
    raises=(AgentTaskSubjectNotFound, NoActiveSigningKey),
)
async def create(ctx: Context, new: NewAgentTask) -> AgentTaskMade:
    """Give an agent something to do for a user, with an address that signs it in once.

    The app's server answers for the agent: neither factors nor a consent of the user are asked
    for. Tokens of its session say who acts. The address works for an hour.
    Returns: the task with its address, which is kept nowhere.
    Raises: AgentTaskSubjectNotFound, where there is no such user; InvalidInput.
    Announces: AgentTaskCreated.
    Source: Clerk BAPI 2025-11-10, CreateAgentTask.
    """
    await ctx.allow()
    given = new.session_seconds
    seconds = SESSION_SECONDS if isinstance(given, Unset) else given
    if not 1 <= seconds <= LONGEST_SECONDS:
        reason = f"it must be from 1 to {LONGEST_SECONDS}"
        raise InvalidInput("session_max_duration_in_seconds", reason=reason)
    name = _checked("agent_name", new.agent_name, LONGEST_NAME)
    description = _checked("task_description", new.description, LONGEST_DESCRIPTION)
    signing = await tickets.signer(ctx)
    instance = await instance_of(ctx)
    redirect_url = _checked_url(instance, new.redirect_url)
    user_id = await _subject(ctx, instance, new.on_behalf_of)
    row = AgentTask(
        id=ctx.new_id("agt_"),
        user_id=user_id,
        agent_id=_agent_id(instance.id, name),
        agent_name=name,
        description=description,
        redirect_url=redirect_url,
        session_seconds=seconds,
        status=AgentTaskStatus.PENDING,
        expires_at=ctx.now + LIFETIME,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await queries.TASKS.insert(ctx.db, row)
    issued = await granting.issue(ctx, Purpose.AGENT_TASK, row.id, expires_at=row.expires_at)
    ticket = signing.ticket(Purpose.AGENT_TASK, issued, row.expires_at)
    ctx.announce(AgentTaskCreated(row))
    return AgentTaskMade(row, f"{signing.base}{PATH}?{urlencode({'ticket': ticket})}")


@operation(
    "agent_tasks.revoke",
    permission=Permission.AGENT_TASKS_MANAGE,
    raises=(AgentTaskNotFound, AgentTaskNotPending),
)
async def revoke(ctx: Context, agent_task_id: str) -> AgentTask:
    """Take a pending task back. A session that has begun already goes on.

    Returns: the task as it is now.
    Raises: AgentTaskNotFound; AgentTaskNotPending, when it was used or revoked.
    Announces: AgentTaskRevoked.
    Source: Clerk BAPI 2025-11-10, RevokeAgentTask.
    """
    await ctx.allow()
    revoked = await withdraw(
        ctx,
        queries.TASKS,
        Purpose.AGENT_TASK,
        agent_task_id,
        parameter="agent_task_id",
        missing=AgentTaskNotFound,
        settled=AgentTaskNotPending,
    )
    ctx.announce(AgentTaskRevoked(revoked))
    return revoked


@operation(
    "agent_tasks.accept",
    permission=Permission.PUBLIC,
    raises=(
        *ADVANCING_ERRORS,
        *BEGINNING_ERRORS,
        *CHECK_ERRORS,
        *TICKET_ERRORS,
        ReturnUrlNotAllowed,
    ),
)
async def accept(ctx: Context, ticket: str) -> AgentArrived:
    """Sign an agent in in this browser, and send it on to the app by way of a handshake.

    Returns: where to go on to, and the browser's token.
    Raises: TicketInvalid; TicketExpired; AgentTaskUsed; AgentTaskWithdrawn; ReturnUrlNotAllowed,
        for an address outside the instance's sites.
    Announces: AgentTaskAccepted, SessionCreated.
    Source: Clerk FAPI 2026-05-12, createAgentTask.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    await limit(ctx, instance, ATTEMPTS)
    read = await ticket_reading.read(ctx, ticket)
    if read.purpose is not Purpose.AGENT_TASK:
        raise TicketInvalid
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    task = await queries.TASKS.find(reading, read.grant.subject_id)
    if task is None:
        raise TicketInvalid
    # Before it is spent: a session nobody is sent on with would be lost.
    addresses = ctx.platform.addresses
    back = checked_site_url(instance, addresses, task.redirect_url)
    progress = await begun(ctx, instance, NewSignIn(strategy=STRATEGY, ticket=ticket))
    base = frontend_base(instance, addresses)
    query = urlencode({"redirect_url": back})
    return AgentArrived(f"{base}/client/handshake?{query}", progress.client_token)


def _agent_id(instance_id: str, name: str) -> str:
    """The same for all tasks of an agent of this name in an instance."""
    return "agent_" + hashlib.sha256(f"{instance_id}:{name}".encode()).hexdigest()[:32]


async def _subject(ctx: Context, instance: Instance, meant: OnBehalfOf) -> str:
    """The user that is meant, locked. Raises: AgentTaskSubjectNotFound; InvalidInput."""
    if (meant.user_id is None) == (meant.identifier is None):
        raise InvalidInput("on_behalf_of", reason="give either user_id or identifier")
    user_id = meant.user_id
    if meant.identifier is not None:
        reading = ctx.platform.database.reading(ctx.actor.instance_id)
        found = await find_person(reading, instance, meant.identifier)
        if found is None or not _has_proven(found, meant.identifier.strip()):
            raise AgentTaskSubjectNotFound
        user_id = found.id
    try:
        return (await user_queries.lock_user(ctx.db, user_id or "")).id
    except UserNotFound as missing:
        raise AgentTaskSubjectNotFound from missing


def _has_proven(user: User, identifier: str) -> bool:
    """Whether an identifier that finds a user is one that they have proven to be theirs."""
    if "@" in identifier:
        key = address_key(identifier)
        return any(address_key(e.address) == key and e.is_verified for e in user.email_addresses)
    if identifier.startswith("+"):
        number = e164(identifier)
        return any(each.number == number and each.is_verified for each in user.phone_numbers)
    if identifier.startswith("0x") and user.username != identifier.lower():
        return user.has_wallet
    return True


def _checked(parameter: str, text: str, most: int) -> str:
    trimmed = text.strip()
    if not 1 <= len(trimmed) <= most:
        raise InvalidInput(parameter, reason=f"it must have 1 to {most} characters")
    return trimmed


def _checked_url(instance: Instance, url: str) -> str:
    """An absolute address, https but in development. Raises: InvalidInput."""
    found = parsed(url) if len(url) <= LONGEST_URL else None
    if found is None or (found.protocol == "http:" and not instance.is_development):
        raise InvalidInput("redirect_url", reason="it must be an absolute https address")
    return str(found.href)
