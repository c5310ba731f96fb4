"""All that a browser may know of itself: its sessions, who they are of, and what is running."""

from dataclasses import dataclass, field, fields, replace

from charter.core.clients import queries
from charter.core.clients.model import SeenClient
from charter.core.instances.model import Instance
from charter.core.keys.lookup import instance_of
from charter.core.memberships.lists import find_of_users
from charter.core.memberships.model import Membership
from charter.core.organizations.model import OrganizationStatus
from charter.core.sessions.claims import ClaimsTooLarge, TokenSubject
from charter.core.sessions.minting import mint
from charter.core.sessions.model import Session, SessionNotActive, SessionNotFound
from charter.core.sessions.subjects import ToldSubject, get_whole_subject, tells
from charter.core.sign_ins import advancing
from charter.core.sign_ins.model import Progress, SignIn, SignInView
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
async def get_own(ctx: Context, begun: Progress | None = None) -> BrowserState | None:
    """Read the client of the browser that calls; None, when it has none.

    begun: the sign-in that has just made it, whose rows are not read again.
    Source: Clerk FAPI 2026-05-12, getClient.
    """
    await ctx.allow()
    if begun is not None and begun.session is not None and begun.view.user is not None:
        return await _made(ctx, begun.view, begun.session, begun.view.user)
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
    state = BrowserState(
        client=found.client,
        sessions=sessions,
        users=users,
        memberships=await find_of_users(ctx.db, user_ids) if user_ids else {},
        sign_in=await _sign_in(ctx, instance, found.sign_in),
        sign_up=_sign_up(instance, found.sign_up),
    )
    return replace(state, tokens=await _tokens(ctx, instance, state))


async def _made(ctx: Context, sign_in: SignInView, session: Session, user: User) -> BrowserState:
    """The state of a client that was made with a session, and is known to nobody else yet."""
    check = sign_in.sign_in.first_check
    client = SeenClient(
        id=session.client_id,
        last_active_session_id=session.id,
        last_authentication_strategy=None if check is None else check.strategy,
        created_at=session.created_at,
        updated_at=session.created_at,
    )
    memberships = await find_of_users(ctx.db, [user.id])
    state = BrowserState(client, (session,), {user.id: user}, memberships, None, None)
    return replace(state, tokens=await _tokens(ctx, await instance_of(ctx), state))


async def _sign_in(ctx: Context, instance: Instance, row: SignIn | None) -> SignInView | None:
    if row is None:
        return None
    user = await user_queries.get_user(ctx.db, row.user_id) if row.user_id else None
    return advancing.seen(instance, row, user)


def _sign_up(instance: Instance, row: SignUp | None) -> SignUpView | None:
    return None if row is None else SignUpView(row, requirements(instance, row))


async def _subject(
    ctx: Context, instance: Instance, session: Session, state: BrowserState
) -> TokenSubject:
    """What a token of a session just read would say; its user is not banned."""
    if session.last_active_organization_id is not None or instance.has_plans:
        return await get_whole_subject(ctx, session.id)
    plain = TokenSubject.without_organization(session, is_banned=False)
    if not tells(instance):
        return plain
    return ToldSubject(
        **{field.name: getattr(plain, field.name) for field in fields(plain)},
        user=state.users[session.user_id],
        member=None,
        roles={
            each.organization_id: each.role_key
            for each in state.memberships.get(session.user_id, ())
            if each.organization.status is not OrganizationStatus.CLOSED
        },
    )


async def _tokens(ctx: Context, instance: Instance, state: BrowserState) -> dict[str, str]:
    """A fresh token of the session that was used last: the browser needs it at once."""
    for session in state.sessions:
        if session.id == state.client.last_active_session_id:
            try:
                subject = await _subject(ctx, instance, session, state)
                jwt = await mint(ctx, subject, authorized_party=ctx.request.origin)
            except (SessionNotFound, SessionNotActive, ClaimsTooLarge):
                # It ended at this moment, or no cookie would hold it.
                return {}
            return {session.id: jwt}
    return {}
