"""Ends sessions; shared by everything that has to sign somebody out."""

from collections.abc import Iterable
from datetime import datetime

from charter.core.clients import queries as client_queries
from charter.core.sessions import queries
from charter.core.sessions.model import ENDINGS, Session, SessionStatus
from charter.kernel.operation import Context


async def end_sessions(
    ctx: Context, session_ids: Iterable[str], *, status: SessionStatus
) -> tuple[Session, ...]:
    """End these sessions, in the caller's transaction.

    status: a key of ENDINGS.
    Returns: those that were alive, as they are now.
    Announces: what ENDINGS names, for each of them.
    """
    ended = await queries.update_ended(ctx.db, status, ctx.now, session_ids=session_ids)
    return await _announce(ctx, status, ended)


async def end_sessions_of_user(
    ctx: Context,
    user_id: str,
    *,
    status: SessionStatus,
    except_session_id: str | None = None,
) -> tuple[Session, ...]:
    """End all sessions of a user, in the caller's transaction; one may be spared.

    status: a key of ENDINGS, REVOKED where somebody else decided it.
    Returns: those that were alive, as they are now.
    Announces: what ENDINGS names, for each of them.
    """
    ended = await queries.update_ended(
        ctx.db, status, ctx.now, user_id=user_id, except_session_id=except_session_id
    )
    return await _announce(ctx, status, ended)


async def end_next_of_instance(
    ctx: Context, before: datetime, after_session_id: str, most: int
) -> tuple[str, ...]:
    """End the next sessions of the instance that were begun before a moment, by their ids.

    Returns: the ids of those that were looked at, in order.
    Announces: SessionRevoked for each that was alive.
    """
    found = await ctx.db.all(
        queries.BEGUN_BEFORE, after_session_id=after_session_id, before=before, most=most
    )
    ids = tuple(str(row["id"]) for row in found)
    await end_sessions(ctx, ids, status=SessionStatus.REVOKED)
    return ids


async def _announce(
    ctx: Context, status: SessionStatus, ended: tuple[Session, ...]
) -> tuple[Session, ...]:
    if ended:
        await client_queries.update_clients(
            ctx.db, (session.client_id for session in ended), ctx.now
        )
    for session in ended:
        ctx.announce(ENDINGS[status](session))
    return ended
