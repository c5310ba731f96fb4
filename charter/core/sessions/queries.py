"""Every SQL statement about sessions."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    DateTime,
    Integer,
    LargeBinary,
    Text,
    and_,
    bindparam,
    case,
    false,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

from charter.core.aggregates import gathered
from charter.core.grants.model import Purpose
from charter.core.grants.tables import grants
from charter.core.memberships.tables import memberships
from charter.core.organizations.tables import organizations
from charter.core.passwords.queries import note_sign_in
from charter.core.sessions.model import Session, SessionNotFound, SessionStatus
from charter.core.sessions.tables import sessions
from charter.core.statements import NEWEST_FIRST, NOW, columns, refers, word
from charter.core.users.tables import users
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.filters.fields import Field
from charter.kernel.filters.tree import Op
from charter.kernel.lists import Listing

_alive = or_(
    sessions.c.status == word("active"),
    sessions.c.status == word("pending"),
)
_by_id = sessions.c.id == bindparam("session_id", type_=Text)

# A membership that has ended takes the organization out of the sessions that were active in it.
active_organization = (
    select(memberships.c.organization_id)
    .where(
        memberships.c.instance_id == sessions.c.instance_id,
        memberships.c.organization_id == sessions.c.last_active_organization_id,
        memberships.c.user_id == sessions.c.user_id,
    )
    .correlate(sessions)
    .scalar_subquery()
)


COLUMNS = columns(Session, sessions, last_active_organization_id=active_organization)
SELECT = select(*COLUMNS).where(sessions.c.instance_id == INSTANCE)


def gathered_sessions(*conditions: Any, correlate: Any) -> Any:
    """A JSON array of the sessions that meet the conditions, oldest first."""
    by_name = {column.name: column for column in COLUMNS}
    return gathered(Session, sessions, *conditions, correlate=correlate, column=by_name.__getitem__)


_standing = case(
    (_alive & (sessions.c.expire_at <= NOW), "expired"),
    (_alive & (sessions.c.abandon_at <= NOW), "abandoned"),
    else_=sessions.c.status,
)
FIELDS = {
    "client_id": Field(sessions.c.client_id, str, ops=frozenset({Op.EQ})),
    "user_id": Field(sessions.c.user_id, str, ops=frozenset({Op.EQ})),
    "status": Field(_standing, SessionStatus, ops=frozenset({Op.EQ}), nullable=False),
    "created_at": Field(sessions.c.created_at, datetime, sortable=True),
}
SESSIONS = Listing(SELECT, Session, FIELDS, sessions.c.id, order=NEWEST_FIRST)

SESSION = Statement(SELECT.where(_by_id), Session)
LOCK = Statement[None](
    select(sessions.c.id).where(sessions.c.instance_id == INSTANCE, _by_id).with_for_update()
)
INSERT = inserting(sessions)
END = Statement(
    update(sessions)
    .where(
        sessions.c.instance_id == INSTANCE,
        _alive,
        or_(
            sessions.c.id == bindparam("session_ids", type_=ARRAY(Text)).any_(),
            sessions.c.user_id == bindparam("user_id", type_=Text),
        ),
        sessions.c.id.is_distinct_from(bindparam("except_session_id", type_=Text)),
    )
    .values(status=bindparam("ending", type_=Text), updated_at=NOW)
    .returning(*COLUMNS),
    Session,
)


BEGUN_BEFORE = Statement[Any](
    select(sessions.c.id)
    .where(
        sessions.c.instance_id == INSTANCE,
        sessions.c.id > bindparam("after_session_id", type_=Text),
        sessions.c.created_at < bindparam("before", type_=DateTime(timezone=True)),
        _alive,
    )
    .order_by(sessions.c.id)
    .limit(bindparam("most", type_=Integer))
)


def is_alive_at(moment: Any) -> Any:
    """That a session stands at a moment."""
    return and_(_alive, sessions.c.expire_at > moment, sessions.c.abandon_at > moment)


ALIVE = Statement(
    SELECT.where(
        sessions.c.client_id == bindparam("client_id", type_=Text),
        is_alive_at(NOW),
    ).order_by(sessions.c.created_at, sessions.c.id),
    Session,
)
_of_user = sessions.c.user_id == bindparam("user_id", type_=Text)
_newest_first = (sessions.c.created_at.desc(), sessions.c.id.desc())
OF_USER = Statement(
    SELECT.where(_of_user).order_by(*_newest_first).limit(literal_column("500")), Session
)
ALIVE_OF_USER = Statement(
    SELECT.where(_of_user, _alive, sessions.c.expire_at > NOW, sessions.c.abandon_at > NOW)
    .order_by(*_newest_first)
    .limit(literal_column("500")),
    Session,
)
HAD = Statement[None](
    select(sessions.c.id)
    .where(
        sessions.c.instance_id == INSTANCE,
        sessions.c.client_id == bindparam("client_id", type_=Text),
        sessions.c.user_id == bindparam("user_id", type_=Text),
        sessions.c.actor.is_(None),
    )
    .limit(1)
)
SIGNED_IN = Statement[None](
    update(users)
    .where(users.c.instance_id == INSTANCE, users.c.id == bindparam("user_id", type_=Text))
    .values(last_sign_in_at=NOW, last_active_at=NOW)
)
ORGANIZATION_OF_USER = Statement[str](
    select(memberships.c.organization_id)
    .join(organizations, refers(memberships.c.organization_id, organizations))
    .where(
        memberships.c.instance_id == INSTANCE,
        memberships.c.user_id == bindparam("user_id", type_=Text),
        or_(
            organizations.c.id == bindparam("name", type_=Text),
            organizations.c.slug == bindparam("name", type_=Text),
        ),
    )
    .limit(1)
)
ACTIVATE = Statement[None](
    update(sessions)
    .where(sessions.c.instance_id == INSTANCE, _by_id, _alive)
    .values(
        status=case((sessions.c.needs_second_factor, word("pending")), else_=word("active")),
        last_active_organization_id=bindparam("organization_id", type_=Text),
        updated_at=NOW,
    )
)
RECORD_ACTIVITY = Statement[None](
    update(sessions)
    .where(sessions.c.instance_id == INSTANCE, _by_id)
    .values(
        last_active_at=NOW,
        abandon_at=bindparam("until", type_=DateTime(timezone=True)),
        latest_activity=bindparam("activity", type_=JSONB),
        updated_at=NOW,
    )
)
RECORD_FACTORS = Statement[None](
    update(sessions)
    .where(sessions.c.instance_id == INSTANCE, _by_id)
    .values(
        first_factor_at=case(
            (bindparam("is_first", type_=Boolean), NOW), else_=sessions.c.first_factor_at
        ),
        second_factor_at=case(
            (bindparam("is_second", type_=Boolean), NOW), else_=sessions.c.second_factor_at
        ),
        updated_at=NOW,
    )
)
TOUCH = Statement[None](
    update(sessions)
    .where(sessions.c.instance_id == INSTANCE, _by_id)
    .values(
        status=bindparam("new_status", type_=Text),
        needs_second_factor=bindparam("needs_factor", type_=Boolean),
        last_active_organization_id=bindparam("organization_id", type_=Text),
        last_active_at=NOW,
        abandon_at=bindparam("until", type_=DateTime(timezone=True)),
        latest_activity=bindparam("activity", type_=JSONB),
        updated_at=NOW,
    )
)
OF_CLIENT = Statement(
    SELECT.where(_by_id, sessions.c.client_id == bindparam("client_id", type_=Text)), Session
)

REFRESHED = Statement[None](
    insert(grants)
    .values(
        {
            "instance_id": INSTANCE,
            "id": bindparam("id", type_=Text),
            "purpose": word(Purpose.SESSION_REFRESHED.value),
            "subject_id": bindparam("session_id", type_=Text),
            "digest": bindparam("digest", type_=LargeBinary),
            "max_uses": literal_column("0", Integer),
            "expires_at": bindparam("until", type_=DateTime(timezone=True)),
            "created_at": NOW,
        }
    )
    .on_conflict_do_nothing(index_elements=["instance_id", "purpose", "digest"])
)

RESOLVE = Statement[None](
    update(sessions)
    .where(sessions.c.instance_id == INSTANCE, _by_id, sessions.c.status == word("pending"))
    .values(
        status=case((sessions.c.needs_second_factor, word("pending")), else_=word("active")),
        last_active_organization_id=bindparam("organization_id", type_=Text),
        updated_at=NOW,
    )
)
WAITING_FOR_FACTOR = Statement(
    SELECT.where(
        sessions.c.user_id == bindparam("user_id", type_=Text),
        sessions.c.status == word("pending"),
        sessions.c.needs_second_factor,
    )
    .order_by(sessions.c.id)
    .with_for_update(of=sessions),
    Session,
)
SHOW_FACTOR = Statement[None](
    update(sessions)
    .where(sessions.c.instance_id == INSTANCE, _by_id)
    .values(
        status=bindparam("new_status", type_=Text),
        needs_second_factor=false(),
        updated_at=NOW,
    )
)


async def get_session(db: Db, session_id: str) -> Session:
    """The session. Raises: SessionNotFound."""
    return await db.one(SESSION, missing=SessionNotFound("session_id"), session_id=session_id)


async def find_alive(db: Db, client_id: str, now: datetime) -> tuple[Session, ...]:
    """The sessions of a client that stand, oldest first."""
    return await db.all(ALIVE, client_id=client_id, now=now)


async def find_of_user(db: Db, user_id: str) -> tuple[Session, ...]:
    """The sessions of a user, the newest first, 500 at most."""
    return await db.all(OF_USER, user_id=user_id)


async def find_alive_of_user(db: Db, user_id: str, now: datetime) -> tuple[Session, ...]:
    """The sessions of a user that stand, the newest first, 500 at most."""
    return await db.all(ALIVE_OF_USER, user_id=user_id, now=now)


async def had_session(db: Db, client_id: str, user_id: str) -> bool:
    """Whether a user ever had a session on a client; one of an actor's is not theirs."""
    return await db.value(HAD, client_id=client_id, user_id=user_id) is not None


async def lock_session(db: Db, session_id: str) -> Session:
    """The session, with its row locked until the transaction ends. Raises: SessionNotFound."""
    await db.value(LOCK, session_id=session_id)
    return await get_session(db, session_id)


def insert_session(db: Db, session: Session) -> None:
    """Insert a session, and note at its user that they signed in, unless somebody else did."""
    db.insert_later(INSERT, session)
    if session.actor is None and not note_sign_in(db, session.user_id, session.created_at):
        db.run_later(SIGNED_IN, user_id=session.user_id, now=session.created_at)


async def update_ended(
    db: Db,
    ending: SessionStatus,
    now: datetime,
    *,
    session_ids: Iterable[str] = (),
    user_id: str | None = None,
    except_session_id: str | None = None,
) -> tuple[Session, ...]:
    """End those of the named sessions, or of the user's, that are alive by their stored status."""
    return await db.all(
        END,
        ending=ending.value,
        now=now,
        session_ids=list(session_ids),
        user_id=user_id,
        except_session_id=except_session_id,
    )


async def resolve_session(db: Db, session_id: str, organization_id: str, now: datetime) -> None:
    """Put a pending session into an organization; it is active unless it waits for a factor."""
    await db.run(RESOLVE, session_id=session_id, organization_id=organization_id, now=now)


async def update_activity(
    db: Db, session_id: str, now: datetime, *, until: datetime, activity: dict[str, Any]
) -> None:
    """Remember a use of the session, which puts off its end for want of activity."""
    await db.run(RECORD_ACTIVITY, session_id=session_id, now=now, until=until, activity=activity)


async def find_organization(db: Db, user_id: str, name: str) -> str | None:
    """The organization of this id or slug, if the user is in it."""
    found: str | None = await db.value(ORGANIZATION_OF_USER, user_id=user_id, name=name)
    return found


async def update_organization(
    db: Db, session_id: str, organization_id: str | None, now: datetime
) -> None:
    """Make an organization the active one of a session that stands; None: none is."""
    await db.run(ACTIVATE, session_id=session_id, organization_id=organization_id, now=now)


async def update_factors(
    db: Db, session_id: str, now: datetime, *, is_first: bool = False, is_second: bool = False
) -> None:
    """Note that factors were proven anew at a session."""
    await db.run(
        RECORD_FACTORS, session_id=session_id, now=now, is_first=is_first, is_second=is_second
    )


async def insert_refreshed(
    db: Db, session_id: str, digest: bytes, *, row_id: str, now: datetime, until: datetime
) -> bool:
    """Note, until a moment, that a token was traded for a new one; False if it had been already.

    Of two at once, one waits for the other and gets False.
    """
    made = await db.run(
        REFRESHED, id=row_id, session_id=session_id, digest=digest, now=now, until=until
    )
    return made == 1
