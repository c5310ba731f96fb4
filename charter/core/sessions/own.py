"""What people do with all sessions of their own, on whatever device."""

from charter.core.sessions import queries
from charter.core.sessions.ending import end_sessions
from charter.core.sessions.model import Session, SessionNotFound, SessionStatus
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@operation("sessions.search_own", permission=Permission.SELF, writes=False)
async def search(ctx: Context) -> tuple[Session, ...]:
    """List one's own sessions, the newest first, those that have ended too; at most 500.

    Source: Clerk FAPI 2026-05-12, getUsersSessions.
    """
    await ctx.allow()
    return await queries.find_of_user(ctx.db, ctx.user_id)


@operation("sessions.search_own_active", permission=Permission.SELF, writes=False)
async def search_active(ctx: Context) -> tuple[Session, ...]:
    """List one's own sessions that stand, with where each was used last; at most 500.

    Source: Clerk FAPI 2026-05-12, getSessions.
    """
    await ctx.allow()
    return await queries.find_alive_of_user(ctx.db, ctx.user_id, ctx.now)


@operation("sessions.revoke_own", permission=Permission.SELF, raises=(SessionNotFound,))
async def revoke(ctx: Context, session_id: str) -> Session:
    """End a session of one's own; one that has ended stays as it is.

    Returns: the session as it is now.
    Raises: SessionNotFound, for another's too.
    Announces: SessionRevoked.
    Source: Clerk FAPI 2026-05-12, revokeSession.
    """
    await ctx.allow()
    session = await queries.lock_session(ctx.db, session_id)
    if session.user_id != ctx.user_id:
        raise SessionNotFound("session_id")
    ctx.expect(session.updated_at)
    ended = await end_sessions(ctx, [session_id], status=SessionStatus.REVOKED)
    return ended[0] if ended else session
