"""Asks for a fresh proof of who is there before what must not be done by a borrowed session."""

from datetime import timedelta

from charter.core.keys.lookup import instance_of
from charter.core.second_factors.opening import has_second_factor
from charter.core.sessions.queries import SESSION
from charter.core.users import queries as user_queries
from charter.kernel.errors import DomainError, Kind, NotPermitted, Unauthenticated
from charter.kernel.operation import Context

RECENT = timedelta(minutes=10)
"""How long a proven factor counts as fresh."""


class ReverificationRequired(DomainError):
    """The session's factors were proven too long ago for this change.

    Its meta names the `level` to verify, `first_factor` or `second_factor`, and `after_minutes`.
    """

    kind, code = Kind.NOT_PERMITTED, "reverification_required"
    message = "Verify that it is you, then try again."


def refuse_impersonators(ctx: Context) -> None:
    """Go on only if the user acts, not somebody in their place.

    What would outlast a stay as somebody else, such as a key, is not theirs to make.
    Raises: NotPermitted.
    """
    if ctx.actor.impersonator is not None:
        raise NotPermitted


async def require_recent_factor(ctx: Context) -> None:
    """Go on only if the person at this session has shown lately who they are.

    Call it before the operation's first statement. Whoever acts as somebody else may never. Where
    the instance asks for it, the second factor must be fresh of a person who has one, else the
    first. A server that acts for a user has no session, and answers for them itself.
    Raises: ReverificationRequired; NotPermitted.
    """
    refuse_impersonators(ctx)
    session_id = ctx.actor.session_id
    if session_id is None:
        return
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    session = await reading.find(SESSION, session_id=session_id)
    if session is None or session.user_id != ctx.actor.user_id:
        raise Unauthenticated("session_token")
    instance = await instance_of(ctx)
    if not instance.settings.sign_in.asks_again_for_changes:
        return
    user = await user_queries.get_user(reading, session.user_id)
    has_second = has_second_factor(instance, user)
    level = "second_factor" if has_second else "first_factor"
    proven_at = session.second_factor_at if has_second else session.first_factor_at
    if proven_at is None or proven_at <= ctx.now - RECENT:
        minutes = int(RECENT.total_seconds() // 60)
        raise ReverificationRequired(level=level, after_minutes=minutes)
