"""What is left to do before a pending session becomes active."""

import dataclasses

from charter.core.instances.model import Instance
from charter.core.keys.lookup import instance_of
from charter.core.sessions import queries
from charter.core.sessions.ending import end_sessions
from charter.core.sessions.model import Session, SessionStatus
from charter.kernel.operation import Context

CHOOSE_ORGANIZATION = "choose-organization"
SET_UP_MFA = "setup-mfa"


def tasks_of(instance: Instance, session: Session) -> tuple[str, ...]:
    """The keys of what is left to do, in the order in which it is done."""
    if session.status is not SessionStatus.PENDING:
        return ()
    found = []
    if session.needs_second_factor:
        found.append(SET_UP_MFA)
    must_choose = instance.settings.organizations.are_required
    # What a setting asked for that is off by now is still asked: nothing else would end it.
    if session.last_active_organization_id is None and (must_choose or not found):
        found.append(CHOOSE_ORGANIZATION)
    return tuple(found)


async def resolve_pending(ctx: Context, session: Session, organization_id: str) -> Session:
    """A locked session in an organization that its user chose; one that is pending is active now.

    organization_id: the user has to be a member. Any other session stays as it is.
    """
    if CHOOSE_ORGANIZATION not in tasks_of(await instance_of(ctx), session):
        return session
    await queries.resolve_session(ctx.db, session.id, organization_id, ctx.now)
    return dataclasses.replace(
        session,
        status=SessionStatus.PENDING if session.needs_second_factor else SessionStatus.ACTIVE,
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


async def second_factor_shown(ctx: Context, user_id: str, session_id: str | None) -> None:
    """Let a session whose user has shown a second factor no longer wait for that.

    Other sessions of theirs that wait end: nobody has shown it there, nor is it asked there.
    Announces: SessionRevoked for each that ends.
    """
    waiting = await ctx.db.all(queries.WAITING_FOR_FACTOR, user_id=user_id)
    own = next((each for each in waiting if each.id == session_id), None)
    if own is not None:
        instance = await instance_of(ctx)
        must_choose = instance.settings.organizations.are_required
        is_left = must_choose and own.last_active_organization_id is None
        status = SessionStatus.PENDING if is_left else SessionStatus.ACTIVE
        await ctx.db.run(
            queries.SHOW_FACTOR, session_id=own.id, new_status=status.value, now=ctx.now
        )
    others = [each.id for each in waiting if each is not own]
    if others:
        await end_sessions(ctx, others, status=SessionStatus.REVOKED)
