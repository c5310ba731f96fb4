"""What a browser does with its own sessions: use, switch, renew and end them."""

from datetime import timedelta
from typing import Literal

from charter.core.clients import queries as client_queries
from charter.core.clients.model import ClientRow
from charter.core.keys.lookup import instance_of
from charter.core.keys.model import NoActiveSigningKey
from charter.core.memberships import queries as membership_queries
from charter.core.memberships.model import MemberNotFound
from charter.core.organizations.queries import find_id
from charter.core.sessions import queries
from charter.core.sessions.activity import ACTIVITY_ID, activity
from charter.core.sessions.claims import ClaimsTooLarge
from charter.core.sessions.ending import end_sessions
from charter.core.sessions.minting import Token, mint
from charter.core.sessions.model import (
    Session,
    SessionNotActive,
    SessionNotHere,
    SessionStatus,
)
from charter.core.sessions.subjects import get_subject_of_browser
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation
from charter.kernel.patch import UNSET, Unset

Intent = Literal["focus", "select_session", "select_org"]


@operation(
    "sessions.mint_own",
    permission=Permission.PUBLIC,
    raises=(ClaimsTooLarge, SessionNotHere, SessionNotActive, MemberNotFound, NoActiveSigningKey),
    writes=False,
)
async def mint_own(
    ctx: Context, session_id: str, organization_id: str | Unset | None = UNSET
) -> Token:
    """Make a token of a session of this browser; every open tab asks for one again and again.

    organization_id: what the token is active in; None: in nothing; left out: as the session is.
    Raises: SessionNotHere, for a session of another browser too; SessionNotActive, when it has
        ended or its user is banned; MemberNotFound, when the user is not in the organization;
        ClaimsTooLarge, when with the instance's own claims no cookie could hold it.
    Source: Clerk FAPI 2026-05-12, createSessionToken.
    """
    await ctx.allow()
    subject = await get_subject_of_browser(ctx, session_id, organization_id)
    if organization_id and subject.organization_id != organization_id:
        raise MemberNotFound("organization_id")
    return Token(await mint(ctx, subject, authorized_party=ctx.request.origin))


@operation("sessions.get_own", permission=Permission.PUBLIC, raises=(SessionNotHere,), writes=False)
async def get_own(ctx: Context, session_id: str) -> Session:
    """Read a session of this browser.

    Raises: SessionNotHere.
    Source: Clerk FAPI 2026-05-12, getSession.
    """
    await ctx.allow()
    client = None
    if ctx.actor.client_digest is not None:
        client = await client_queries.find_row_by_digest(ctx.db, ctx.actor.client_digest)
    if client is None:
        raise SessionNotHere("session_id")
    return await _of_client(ctx, client, session_id)


@operation(
    "sessions.touch",
    permission=Permission.PUBLIC,
    raises=(SessionNotHere, SessionNotActive, MemberNotFound),
)
async def touch(
    ctx: Context,
    session_id: str,
    organization_id: str | Unset | None = UNSET,
    intent: Intent | None = None,
) -> Session:
    """Say that a session is in use, and switch its organization where one is named.

    organization_id: an id or a slug; None: the person acts for themselves; left out: it stays.
    intent: why; choosing a session or an organization makes the session the browser's active one.
    Raises: SessionNotHere; SessionNotActive; MemberNotFound.
    Source: Clerk FAPI 2026-05-12, touchSession.
    """
    await ctx.allow()
    client = await _locked_client(ctx)
    session = await _of_client(ctx, client, session_id, is_locked=True)
    if not session.status_at(ctx.now).is_alive:
        raise SessionNotActive("session_id")
    instance = await instance_of(ctx)
    chosen = session.last_active_organization_id
    if not isinstance(organization_id, Unset):
        chosen = await _member_of(ctx, session, organization_id) if organization_id else None
    must_choose = instance.settings.organizations.are_required and chosen is None
    # Where everybody was asked for a second factor and nobody is any more, none is waited for.
    demands = instance.settings.sign_in.requires_second_factor
    needs_factor = session.needs_second_factor and demands
    used = activity(ctx.new_id(ACTIVITY_ID), ctx.request.user_agent, ctx.request.address)
    await ctx.db.run(
        queries.TOUCH,
        session_id=session_id,
        now=ctx.now,
        new_status=(
            SessionStatus.PENDING if must_choose or needs_factor else SessionStatus.ACTIVE
        ).value,
        needs_factor=needs_factor,
        organization_id=chosen,
        until=ctx.now + timedelta(seconds=instance.settings.session_inactivity_seconds),
        activity=used,
    )
    if intent != "focus" or client.last_active_session_id is None:
        await ctx.db.run(client_queries.SELECT_SESSION, client_id=client.id, session_id=session_id)
    return await _of_client(ctx, client, session_id)


@operation("sessions.end_own", permission=Permission.PUBLIC, raises=(SessionNotHere,))
async def end_own(ctx: Context, session_id: str) -> Session:
    """Sign one session of this browser out.

    Returns: the session as it is now; one that has ended stays as it is.
    Raises: SessionNotHere.
    Announces: SessionEnded.
    Source: Clerk FAPI 2026-05-12, endSession.
    """
    return await _ended(ctx, session_id, SessionStatus.ENDED)


@operation("sessions.remove_own", permission=Permission.PUBLIC, raises=(SessionNotHere,))
async def remove_own(ctx: Context, session_id: str) -> Session:
    """Take one session off this browser.

    Returns: the session as it is now; one that has ended stays as it is.
    Raises: SessionNotHere.
    Announces: SessionRemoved.
    Source: Clerk FAPI 2026-05-12, removeSession.
    """
    return await _ended(ctx, session_id, SessionStatus.REMOVED)


@operation("sessions.remove_all_own", permission=Permission.PUBLIC)
async def remove_all_own(ctx: Context) -> None:
    """Sign all sessions of this browser out; its client stays.

    Announces: SessionRemoved for each of them.
    Source: Clerk FAPI 2026-05-12, removeClientSessionsAndRetainCookie.
    """
    await ctx.allow()
    if (client := await _find_locked(ctx)) is not None:
        await _remove_all(ctx, client)


@operation("clients.delete_own", permission=Permission.PUBLIC)
async def delete_own(ctx: Context) -> None:
    """Sign all sessions of this browser out, and forget its client.

    Announces: SessionRemoved for each of them.
    Source: Clerk FAPI 2026-05-12, deleteClientSessions.
    """
    await ctx.allow()
    if (client := await _find_locked(ctx)) is not None:
        await _remove_all(ctx, client)
        await ctx.db.run(client_queries.FORGET, client_id=client.id, now=ctx.now)


async def _remove_all(ctx: Context, client: ClientRow) -> None:
    alive = await queries.find_alive(ctx.db, client.id, ctx.now)
    await end_sessions(ctx, [each.id for each in alive], status=SessionStatus.REMOVED)


async def _ended(ctx: Context, session_id: str, status: SessionStatus) -> Session:
    await ctx.allow()
    client = await _locked_client(ctx)
    session = await _of_client(ctx, client, session_id, is_locked=True)
    ended = await end_sessions(ctx, [session_id], status=status)
    if client.last_active_session_id == session_id:
        others = await queries.find_alive(ctx.db, client.id, ctx.now)
        following = others[-1].id if others else None
        await ctx.db.run(client_queries.SELECT_SESSION, client_id=client.id, session_id=following)
    return ended[0] if ended else session


async def _find_locked(ctx: Context) -> ClientRow | None:
    if ctx.actor.client_digest is None:
        return None
    return await client_queries.lock_row_by_digest(ctx.db, ctx.actor.client_digest)


async def _locked_client(ctx: Context) -> ClientRow:
    """The client of this browser, locked. Raises: SessionNotHere, for it has no session."""
    client = await _find_locked(ctx)
    if client is None:
        raise SessionNotHere("session_id")
    return client


async def _of_client(
    ctx: Context, client: ClientRow, session_id: str, *, is_locked: bool = False
) -> Session:
    if is_locked:
        await ctx.db.value(queries.LOCK, session_id=session_id)
    return await ctx.db.one(
        queries.OF_CLIENT,
        missing=SessionNotHere("session_id"),
        session_id=session_id,
        client_id=client.id,
    )


async def _member_of(ctx: Context, session: Session, name: str) -> str:
    """The id of an organization that the session's user is in. Raises: MemberNotFound."""
    organization_id = await find_id(ctx.db, name)
    if organization_id is not None:
        standing = await membership_queries.find_standing(ctx.db, organization_id, session.user_id)
        if standing.is_member:
            return organization_id
    raise MemberNotFound("organization_id")
