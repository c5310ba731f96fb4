"""All that a browser may know of itself: its sessions, who they are of, and what is running."""

from dataclasses import dataclass, field

from charter.core.clients import queries
from charter.core.clients.model import SeenClient
from charter.core.instances.model import Instance
from charter.core.keys.lookup import instance_of
from charter.core.memberships.lists import find_of_users
from charter.core.memberships.model import Membership
from charter.core.sessions.claims import TokenSubject
from charter.core.sessions.minting import get_subject, mint
from charter.core.sessions.model import Session, SessionNotActive, SessionNotFound
from charter.core.sign_ins import advancing
from charter.core.sign_ins.model import SignIn, SignInView
from charter.core.sign_ups.model import SignUp, SignUpView
from charter.core.sign_ups.requirements import requirements
from charter.core.users import queries as user_queries
from charter.core.users.model import User
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation


@dataclass(frozen=True, slots=True)
class BrowserState:
    """A client with its living sessions, their users, and the flows that are running.

    `tokens` are session tokens by session: that of the session used last, where there is one.
    """

    client: SeenClient
    sessions: tuple[Session, ...]
    users: dict[str, User]
    memberships: dict[str, tuple[Membership, ...]]
    sign_in: SignInView | None
    sign_up: SignUpView | None
    tokens: dict[str, str] = field(default_factory=dict, repr=False)


@operation("clients.get_own", permission=Permission.PUBLIC, writes=False)
async def get_own(ctx: Context) -> BrowserState | None:
    """Read the client of the browser that calls; None, when it has none.

    Source: Clerk FAPI 2026-05-12, getClient.
    """
    await ctx.allow()
    if ctx.actor.client_digest is None:
        return None
    found = await queries.find_snapshot(ctx.db, ctx.actor.client_digest, ctx.now)
    if found is None:
        return None
    instance = await instance_of(ctx)
    user_ids = sorted({session.user_id for session in found.sessions})
    people = await user_queries.find_users(ctx.db, user_ids) if user_ids else ()
    users = {user.id: user for user in people if not user.is_banned}
    sessions = tuple(session for session in found.sessions if session.user_id in users)
    return BrowserState(
        client=found.client,
        sessions=sessions,
        users=users,
        memberships=await find_of_users(ctx.db, user_ids) if user_ids else {},
        sign_in=await _sign_in(ctx, instance, found.sign_in),
        sign_up=_sign_up(instance, found.sign_up),
        tokens=await _tokens(ctx, found.client, sessions),
    )


async def _sign_in(ctx: Context, instance: Instance, row: SignIn | None) -> SignInView | None:
    if row is None:
        return None
    user = await user_queries.get_user(ctx.db, row.user_id) if row.user_id else None
    return advancing.seen(instance, row, user)


def _sign_up(instance: Instance, row: SignUp | None) -> SignUpView | None:
    return None if row is None else SignUpView(row, requirements(instance, row))


async def _subject(ctx: Context, session: Session) -> TokenSubject:
    """What a token of a session just read would say; its user is not banned."""
    instance = await instance_of(ctx)
    if session.last_active_organization_id is None and not instance.has_plans:
        return TokenSubject.without_organization(session, is_banned=False)
    return await get_subject(ctx.db, session.id)


async def _tokens(
    ctx: Context, client: SeenClient, sessions: tuple[Session, ...]
) -> dict[str, str]:
    """A fresh token of the session that was used last: the browser needs it at once."""
    for session in sessions:
        if session.id == client.last_active_session_id:
            try:
                subject = await _subject(ctx, session)
                jwt = await mint(ctx, subject, authorized_party=ctx.request.origin)
            except (SessionNotFound, SessionNotActive):  # it ended at this moment
                return {}
            return {session.id: jwt}
    return {}
