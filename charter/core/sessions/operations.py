"""What can be done with sessions."""

from charter.core.keys.lookup import instance_of
from charter.core.keys.model import NoActiveSigningKey
from charter.core.memberships import queries as membership_queries
from charter.core.memberships.model import MemberNotFound
from charter.core.sessions import queries
from charter.core.sessions.beginning import begin_on_new_client, new_client, new_session
from charter.core.sessions.claims import ClaimsTooLarge
from charter.core.sessions.ending import end_sessions
from charter.core.sessions.minting import Token, check_lifetime, mint
from charter.core.sessions.model import (
    DevelopmentOnly,
    Session,
    SessionNotActive,
    SessionNotFound,
    SessionStatus,
    UserBanned,
)
from charter.core.sessions.subjects import get_whole_subject
from charter.core.users import queries as user_queries
from charter.core.users.model import UserNotFound
from charter.core.vocabulary import Permission
from charter.kernel.lists import Found, Search
from charter.kernel.operation import Context, operation


@operation("sessions.search", permission=Permission.SESSIONS_READ, writes=False)
async def search(ctx: Context, search: Search) -> Found[Session]:
    """List sessions, newest first; `expired` and `abandoned` are read off the clock.

    Source: Clerk BAPI 2025-11-10, GetSessionList.
    """
    await ctx.allow()
    return await queries.SESSIONS.search(ctx.db, search, now=ctx.now)


@operation(
    "sessions.get", permission=Permission.SESSIONS_READ, raises=(SessionNotFound,), writes=False
)
async def get(ctx: Context, session_id: str) -> Session:
    """Read one session.

    Raises: SessionNotFound.
    Source: Clerk BAPI 2025-11-10, GetSession.
    """
    await ctx.allow()
    return await queries.get_session(ctx.db, session_id)


@operation(
    "sessions.create",
    permission=Permission.SESSIONS_MANAGE,
    raises=(DevelopmentOnly, UserNotFound, UserBanned, MemberNotFound),
)
async def create(ctx: Context, user_id: str, active_organization_id: str | None = None) -> Session:
    """Sign a user in on a new client, for trying out.

    active_organization_id: an organization that the user is a member of.
    Returns: the active session.
    Raises: DevelopmentOnly, in a production instance; UserNotFound; UserBanned; MemberNotFound.
    Announces: SessionCreated.
    Source: Clerk BAPI 2025-11-10, createSession.
    """
    await ctx.allow()
    instance = await instance_of(ctx)
    if not instance.is_development:
        raise DevelopmentOnly
    user = await user_queries.lock_user(ctx.db, user_id)
    if user.is_banned:
        raise UserBanned("user_id")
    if active_organization_id is not None:
        standing = await membership_queries.find_standing(ctx.db, active_organization_id, user_id)
        if not standing.is_member:
            raise MemberNotFound("active_organization_id")
    client, _token = new_client(ctx)
    session = new_session(ctx, instance, user, client.id, organization_id=active_organization_id)
    begin_on_new_client(ctx, client, session)
    return session


@operation("sessions.revoke", permission=Permission.SESSIONS_MANAGE, raises=(SessionNotFound,))
async def revoke(ctx: Context, session_id: str) -> Session:
    """End a session; one that has ended stays as it is.

    Returns: the session as it is now.
    Raises: SessionNotFound.
    Announces: SessionRevoked.
    Source: Clerk BAPI 2025-11-10, RevokeSession.
    """
    await ctx.allow()
    session = await queries.lock_session(ctx.db, session_id)
    ctx.expect(session.updated_at)
    ended = await end_sessions(ctx, [session_id], status=SessionStatus.REVOKED)
    return ended[0] if ended else session


@operation(
    "sessions.create_token",
    permission=Permission.SESSIONS_MANAGE,
    raises=(ClaimsTooLarge, SessionNotFound, SessionNotActive, NoActiveSigningKey),
    writes=False,
)
async def create_token(
    ctx: Context, session_id: str, expires_in_seconds: int | None = None
) -> Token:
    """Make a session token.

    expires_in_seconds: 30 to 315360000; 60 when left out.
    Raises: SessionNotFound; SessionNotActive, when it has ended or its user is banned;
        ClaimsTooLarge, when with the instance's own claims no cookie could hold it.
    Source: Clerk BAPI 2025-11-10, CreateSessionToken.
    """
    await ctx.allow()
    lifetime = check_lifetime(expires_in_seconds)
    subject = await get_whole_subject(ctx, session_id)
    return Token(await mint(ctx, subject, lifetime_seconds=lifetime))
