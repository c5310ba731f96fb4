"""What is left to do before a pending session becomes active."""

import dataclasses

from sqlalchemy import Text, bindparam, update

from charter.core.sessions import queries
from charter.core.sessions.model import Session, SessionStatus
from charter.core.sessions.tables import sessions
from charter.core.statements import NOW, word
from charter.kernel.db import INSTANCE, Statement
from charter.kernel.operation import Context

CHOOSE_ORGANIZATION = "choose-organization"

RESOLVE = Statement[None](
    update(sessions)
    .where(
        sessions.c.instance_id == INSTANCE,
        sessions.c.id == bindparam("session_id", type_=Text),
        sessions.c.status == word("pending"),
    )
    .values(
        status=word("active"),
        last_active_organization_id=bindparam("organization_id", type_=Text),
        updated_at=NOW,
    )
)


def tasks_of(session: Session) -> tuple[str, ...]:
    """The keys of what is left to do, in the order in which it is done."""
    is_open = session.status is SessionStatus.PENDING
    has_none = session.last_active_organization_id is None
    return (CHOOSE_ORGANIZATION,) if is_open and has_none else ()


async def resolve_pending(ctx: Context, session: Session, organization_id: str) -> Session:
    """A locked session in an organization that its user chose; one that is pending is active now.

    organization_id: the user has to be a member. Any other session stays as it is.
    """
    if CHOOSE_ORGANIZATION not in tasks_of(session):
        return session
    await ctx.db.run(RESOLVE, session_id=session.id, organization_id=organization_id, now=ctx.now)
    return dataclasses.replace(
        session,
        status=SessionStatus.ACTIVE,
        last_active_organization_id=organization_id,
        updated_at=ctx.now,
    )


async def resolve_own(ctx: Context, organization_id: str) -> None:
    """Let the acting session, if it waits for an organization, be active in this one."""
    if ctx.actor.session_id is None:
        return
    await ctx.db.value(queries.LOCK, session_id=ctx.actor.session_id)
    session = await ctx.db.find(queries.SESSION, session_id=ctx.actor.session_id)
    if session is not None:
        await resolve_pending(ctx, session, organization_id)
