"""Deletes a user with all that belongs to them; shared by everything that deletes one."""

from charter.core.images import keeping
from charter.core.memberships import queries as membership_queries
from charter.core.memberships.model import MembershipEnded
from charter.core.people.former import KEEP_FORMER
from charter.core.sessions.ending import end_sessions_of_user
from charter.core.sessions.model import SessionStatus
from charter.core.users import queries
from charter.core.users.model import DeletedUser, User, UserDeleted
from charter.kernel.operation import Context


async def delete_locked(ctx: Context, user: User) -> None:
    """Delete a locked user; their sessions end at once.

    Announces: SessionRevoked for each session, MembershipEnded for each membership; UserDeleted,
        which tells nothing of the person.
    """
    await end_sessions_of_user(ctx, user.id, status=SessionStatus.REVOKED)
    for membership in await membership_queries.delete_members_of_user(ctx.db, user.id):
        ctx.announce(MembershipEnded(before=membership))
    await queries.delete_user(ctx.db, user.id)
    await ctx.db.run(KEEP_FORMER, user_id=user.id, now=ctx.now)
    keeping.forget(ctx, user.image_key)
    ctx.announce(UserDeleted(before=DeletedUser(user.id, user.external_id)))
