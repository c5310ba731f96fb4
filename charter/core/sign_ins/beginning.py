"""Begins a sign-in: who is meant, and the first steps that were given with it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from charter.core.clients.browsers import Held, find_own, own
from charter.core.instances.model import Instance
from charter.core.sessions import queries as session_queries
from charter.core.sessions.model import Session
from charter.core.sign_ins import advancing, queries
from charter.core.sign_ins.identifying import find_person
from charter.core.sign_ins.model import (
    AlreadySignedIn,
    Answer,
    Entry,
    IdentifierUnknown,
    NewSignIn,
    Preparation,
    Progress,
    SessionExists,
    SignIn,
    SignInNotWaiting,
    SignInStatus,
)
from charter.core.sign_ins.ways import table
from charter.core.sign_ins.ways.password import PASSWORD
from charter.core.tickets.model import STRATEGY as TICKET
from charter.core.users.model import User
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context

LIFETIME = timedelta(days=1)
"""How long a sign-in may wait for its next step."""
BEGINNING_ERRORS = (IdentifierUnknown, AlreadySignedIn, SessionExists)


async def begun(ctx: Context, instance: Instance, new: NewSignIn) -> Progress:
    """Begin a sign-in and take the steps that came with it."""
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    user = None
    if new.identifier:
        user = await find_person(reading, instance, new.identifier)
        if user is None and not instance.settings.sign_in.hides_unknown_identifiers:
            raise IdentifierUnknown("identifier")
    client_id = await refuse_present(ctx, instance, user)
    strategy = new.strategy or (PASSWORD if new.password else TICKET if new.ticket else None)
    sign_in = new_sign_in(ctx, new, user, client_id=client_id)
    entry = Entry(instance, sign_in, user)
    if strategy is None:
        if not new.identifier:
            # An empty one: passkeys and providers name the person later.
            return await _kept(ctx, entry, SignInStatus.NEEDS_IDENTIFIER)
        return await _kept(ctx, entry, SignInStatus.NEEDS_FIRST_FACTOR)
    way = advancing.first_way(entry, strategy)
    if way.needs_person and not new.identifier:
        raise InvalidInput("identifier", reason="this strategy needs one")
    answers = new.password or new.code or new.ticket or new.token
    is_at_once = strategy == PASSWORD or not way.needs_person
    is_one_step = not way.needs_person and way.prepare is None
    if way.attempt is not None and ((answers and is_at_once) or is_one_step):
        return await _answered(ctx, entry, new, strategy)
    return await _prepared(ctx, entry, new, strategy)


async def _answered(ctx: Context, entry: Entry, new: NewSignIn, strategy: str) -> Progress:
    """Take the step that was answered at once; it is tried before the first statement."""
    way = table.of(table.FIRST, strategy)
    assert way.attempt is not None  # noqa: S101  # asked for by the caller
    answer = Answer(
        strategy=strategy,
        password=new.password,
        code=new.code,
        ticket=new.ticket,
        token=new.token,
    )
    passed = await way.attempt(ctx, entry, answer)
    held = await _same_browser(ctx, entry)
    if not held.is_new:
        await queries.abandon_running(ctx.db, held.client.id, ctx.now)
    row = replace(entry.sign_in, client_id=held.client.id)
    # The client may have been made just now: from here on it is the browser's.
    begun_now = replace(entry, sign_in=row, is_new=True)
    progress = await advancing.passed_first(ctx, begun_now, passed, held=held)
    return replace(progress, client_token=progress.client_token or held.token)


async def _prepared(ctx: Context, entry: Entry, new: NewSignIn, strategy: str) -> Progress:
    way = table.of(table.FIRST, strategy)
    held = await _same_browser(ctx, entry)
    status = SignInStatus.NEEDS_FIRST_FACTOR if new.identifier else SignInStatus.NEEDS_IDENTIFIER
    row = replace(entry.sign_in, client_id=held.client.id, status=status)
    entry = replace(entry, sign_in=row)
    if (way.prepare is not None and entry.user is not None) or not way.needs_person:
        assert way.prepare is not None  # noqa: S101  # a way without a person begins with a step
        given = Preparation(
            strategy=strategy,
            redirect_url=new.redirect_url,
            action_complete_redirect_url=new.action_complete_redirect_url,
            oidc_login_hint=new.oidc_login_hint,
            oidc_prompt=new.oidc_prompt,
        )
        row = replace(row, first_check=await way.prepare(ctx, entry, given))
    await queries.begin_sign_in(ctx.db, row)
    return Progress(advancing.seen(entry.instance, row, entry.user), held.token)


async def _kept(ctx: Context, entry: Entry, status: SignInStatus) -> Progress:
    held = await _same_browser(ctx, entry)
    row = replace(entry.sign_in, client_id=held.client.id, status=status)
    await queries.begin_sign_in(ctx.db, row)
    return Progress(advancing.seen(entry.instance, row, entry.user), held.token)


async def _same_browser(ctx: Context, entry: Entry) -> Held:
    """The client that the sign-in was begun on, locked; one that is made now, where there was none.

    Of two sign-ins at once the second comes with a token that the first has ended. It would get a
    client of its own, and the session of the first be lost to the browser.
    Raises: SessionExists; AlreadySignedIn; SignInNotWaiting.
    """
    held = await own(ctx)
    seen = entry.sign_in.client_id
    if seen and held.client.id != seen:
        alive = await session_queries.find_alive(ctx.db, seen, ctx.now)
        _refuse_any(entry.instance, alive, entry.user)
        raise SignInNotWaiting("sign_in_id")
    return held


async def refuse_present(ctx: Context, instance: Instance, user: User | None) -> str:
    """Refuse who is signed in here already.

    Returns: the id of the browser's client; empty, where it has none.
    Raises: SessionExists, AlreadySignedIn.
    """
    client = await find_own(ctx)
    if client is None:
        return ""
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    alive = await session_queries.find_alive(reading, client.id, ctx.now)
    _refuse_any(instance, alive, user)
    return client.id


def _refuse_any(instance: Instance, alive: Sequence[Session], user: User | None) -> None:
    if alive and instance.settings.sign_in.has_single_session:
        raise SessionExists("session", session_id=alive[-1].id)
    for session in alive:
        if user is not None and session.user_id == user.id:
            raise AlreadySignedIn("identifier", session_id=session.id)


def new_sign_in(ctx: Context, new: NewSignIn, user: User | None, *, client_id: str = "") -> SignIn:
    """A sign-in that has just begun; of no browser, where it has no client yet."""
    return SignIn(
        id=ctx.new_id("sia_"),
        client_id=client_id,
        status=SignInStatus.NEEDS_FIRST_FACTOR,
        identifier=new.identifier,
        user_id=user.id if user is not None else None,
        first_check=None,
        second_check=None,
        created_session_id=None,
        organization_id=None,
        actor=None,
        abandon_at=ctx.now + LIFETIME,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
