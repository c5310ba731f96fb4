"""Begins sessions; shared by every way to sign in."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from charter.core.clients import queries as client_queries
from charter.core.clients.model import ClientRow
from charter.core.instances.model import Instance
from charter.core.second_factors.opening import has_second_factor as can_show_second
from charter.core.sessions import queries
from charter.core.sessions.model import Session, SessionCreated, SessionStatus
from charter.core.users.model import User
from charter.kernel.operation import Context
from charter.kernel.secrets import digest, new_secret

CLIENT_TOKEN_PREFIX = "ct_"  # noqa: S105  # the prefix of one, for scanners


def new_client(ctx: Context, strategy: str | None = None) -> tuple[ClientRow, str]:
    """A new client, not yet inserted, and the token that its browser will hold (256 bits).

    strategy: how its last session began.
    """
    token = new_secret(CLIENT_TOKEN_PREFIX)
    row = ClientRow(
        id=ctx.new_id("client_"),
        digest=digest(token),
        last_active_session_id=None,
        last_authentication_strategy=strategy,
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    return row, token


def new_session(
    ctx: Context,
    instance: Instance,
    user: User,
    client_id: str,
    *,
    organization_id: str | None = None,
    actor: dict[str, Any] | None = None,
    longest_seconds: int | None = None,
    has_second_factor: bool = False,
) -> Session:
    """A new session, not yet inserted, whose factors were proven at this moment.

    Who acts as somebody else has proven none of theirs. longest_seconds: a life shorter than the
    instance's sessions have.

    It is pending where the instance wants an organization chosen, or a second factor of who has
    none; active otherwise. Every way to a session leads through here.
    """
    settings = instance.settings
    life_seconds = settings.session_lifetime_seconds
    if longest_seconds is not None:
        life_seconds = min(life_seconds, longest_seconds)
    must_choose = settings.organizations.are_required and organization_id is None
    needs_second_factor = (
        settings.sign_in.requires_second_factor
        and not (has_second_factor or can_show_second(instance, user))
        # Who acts as somebody else sets up nothing for them.
        and actor is None
    )
    return Session(
        id=ctx.new_id("sess_"),
        user_id=user.id,
        client_id=client_id,
        status=(
            SessionStatus.PENDING if must_choose or needs_second_factor else SessionStatus.ACTIVE
        ),
        actor=actor,
        last_active_organization_id=organization_id,
        latest_activity=None,
        first_factor_at=ctx.now if actor is None else None,
        second_factor_at=ctx.now if has_second_factor else None,
        last_active_at=ctx.now,
        expire_at=ctx.now + timedelta(seconds=life_seconds),
        abandon_at=ctx.now + timedelta(seconds=settings.session_inactivity_seconds),
        created_at=ctx.now,
        updated_at=ctx.now,
        needs_second_factor=needs_second_factor,
    )


def begin_on_new_client(ctx: Context, client: ClientRow, session: Session) -> None:
    """Insert a client with its first session.

    Announces: SessionCreated.
    """
    client = replace(client, last_active_session_id=session.id)
    client_queries.insert_client(ctx.db, client)
    queries.insert_session(ctx.db, session)
    ctx.announce(SessionCreated(session))
