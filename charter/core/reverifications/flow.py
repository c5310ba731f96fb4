"""What a step of a reverification works on, and how it goes on from a proven factor."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from charter.core.clients import queries as client_queries
from charter.core.clients.browsers import find_own, rotated
from charter.core.clients.model import ClientRow
from charter.core.instances.model import Instance
from charter.core.keys.lookup import instance_of
from charter.core.passwords.model import UserLocked
from charter.core.reverifications import queries
from charter.core.reverifications.model import (
    Level,
    Reverification,
    ReverificationMissing,
    ReverificationNotWaiting,
    ReverificationProgress,
    ReverificationStatus,
    SessionReverified,
)
from charter.core.sessions import queries as session_queries
from charter.core.sessions.model import Session, SessionNotHere
from charter.core.sessions.tasks import second_factor_shown
from charter.core.sign_ins.model import Entry, Offer, Passed, SignIn, SignInStatus
from charter.core.sign_ins.ways import table
from charter.core.sign_ins.ways.codes import EMAIL_CODE, by_email
from charter.core.sign_ins.ways.way import Way
from charter.core.users import queries as user_queries
from charter.core.users.model import User
from charter.kernel.errors import NotPermitted
from charter.kernel.operation import Context

FIRST = frozenset({"password", "email_code", "phone_code", "passkey"})
SECOND = frozenset({"phone_code", "totp", "backup_code"})
"""The strategies by which somebody who is signed in shows who they are."""


@dataclass(frozen=True, slots=True)
class Place:
    """Whose session it is about, read before any transaction."""

    instance: Instance
    client: ClientRow
    session: Session
    user: User

    @property
    def first(self) -> tuple[Offer, ...]:
        """What is open to the person as a first factor.

        A code to their address, where they sign in by nothing that can be shown again here.
        """
        return self._offers(table.FIRST, FIRST) or tuple(by_email(EMAIL_CODE, self.user))

    @property
    def second(self) -> tuple[Offer, ...]:
        """What is open to the person as a second factor."""
        return self._offers(table.SECOND, SECOND)

    def _offers(self, ways: Sequence[Way], strategies: frozenset[str]) -> tuple[Offer, ...]:
        found = table.offers(ways, self.instance, self.user)
        return tuple(offer for offer in found if offer.strategy in strategies)


async def place_of(ctx: Context, session_id: str) -> Place:
    """The session of this browser, if it stands.

    Who acts as the user has none of their factors to show.
    Raises: SessionNotHere; UserLocked; NotPermitted.
    """
    client = await find_own(ctx)
    if client is None:
        raise SessionNotHere("session_id")
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    alive = await session_queries.find_alive(reading, client.id, ctx.now)
    session = next((each for each in alive if each.id == session_id), None)
    if session is None:
        raise SessionNotHere("session_id")
    if session.actor is not None:
        raise NotPermitted
    user = await user_queries.get_user(reading, session.user_id)
    if user.is_locked_at(ctx.now):
        raise UserLocked("user_id")
    return Place(await instance_of(ctx), client, session, user)


async def running(
    ctx: Context, place: Place, status: ReverificationStatus
) -> tuple[Reverification, Entry]:
    """The session's reverification, waiting for a step, and what the ways work on.

    Raises: ReverificationMissing; ReverificationNotWaiting.
    """
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    row = await queries.find_of_session(reading, place.session.id)
    if row is None or row.expires_at <= ctx.now:
        raise ReverificationMissing("session_id")
    if row.status is not status:
        raise ReverificationNotWaiting("session_id")
    return row, Entry(place.instance, _as_sign_in(place, row), place.user)


async def lock_client(ctx: Context, place: Place) -> ClientRow:
    """The browser's client, locked until the transaction ends. Raises: SessionNotHere."""
    digest = ctx.actor.client_digest
    client = None if digest is None else await client_queries.lock_row_by_digest(ctx.db, digest)
    if client is None or client.id != place.client.id:
        raise SessionNotHere("session_id")
    return client


async def locked(ctx: Context, place: Place, row: Reverification) -> ClientRow:
    """The browser's client, locked, and the reverification unchanged since it was read.

    Raises: SessionNotHere; ReverificationNotWaiting.
    """
    client = await lock_client(ctx, place)
    if await queries.find_of_session(ctx.db, row.session_id) != row:
        raise ReverificationNotWaiting("session_id")
    return client


async def passed(
    ctx: Context, place: Place, row: Reverification, proof: Passed, *, is_second: bool
) -> ReverificationProgress:
    """Go on from a proven factor: to the second one, or to the end.

    The browser gets a new token: the one it held before ends.
    Raises: SessionNotHere; ReverificationNotWaiting.
    Announces: SessionReverified.
    """
    client = await locked(ctx, place, row)
    is_first = not is_second
    needs_more = is_first and row.level is Level.MULTI_FACTOR and not proof.is_enough
    status = (
        ReverificationStatus.NEEDS_SECOND_FACTOR if needs_more else ReverificationStatus.COMPLETE
    )
    row = replace(row.checked(proof.check, ctx.now, is_second=is_second), status=status)
    await queries.update_reverification(ctx.db, row)
    before = await session_queries.lock_session(ctx.db, place.session.id)
    if not before.status_at(ctx.now).is_alive:
        raise SessionNotHere("session_id")
    has_second = is_second or proof.is_enough
    await session_queries.update_factors(
        ctx.db, before.id, ctx.now, is_first=is_first, is_second=has_second
    )
    if has_second:
        await second_factor_shown(ctx, place.user.id, before.id)
    after = await session_queries.get_session(ctx.db, before.id)
    ctx.announce(SessionReverified(after, before=before))
    held = rotated(ctx, client)
    return seen(replace(place, session=after), row, client_token=held.token)


def seen(
    place: Place, row: Reverification, *, client_token: str | None = None
) -> ReverificationProgress:
    """A reverification with the ways that are open now."""
    waits = ReverificationStatus
    return ReverificationProgress(
        reverification=row,
        session=place.session,
        user=place.user,
        first_factors=place.first if row.status is waits.NEEDS_FIRST_FACTOR else (),
        second_factors=place.second if row.status is waits.NEEDS_SECOND_FACTOR else (),
        client_token=client_token,
    )


def _as_sign_in(place: Place, row: Reverification) -> SignIn:
    """The reverification in the form in which the ways know an attempt; it is stored nowhere."""
    return SignIn(
        id=row.id,
        client_id=place.client.id,
        status=SignInStatus(row.status.value),
        identifier=place.user.identifier,
        user_id=place.user.id,
        first_check=row.first_check,
        second_check=row.second_check,
        created_session_id=None,
        organization_id=None,
        actor=None,
        abandon_at=row.expires_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
