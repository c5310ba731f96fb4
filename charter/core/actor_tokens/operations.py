"""What can be done with actor tokens."""

from datetime import timedelta
from typing import Any

from charter.core.actor_tokens import queries
from charter.core.actor_tokens.model import (
    ActorToken,
    ActorTokenCreated,
    ActorTokenMade,
    ActorTokenNotFound,
    ActorTokenNotPending,
    ActorTokenRevoked,
    ActorTokenStatus,
)
from charter.core.grants import granting, tickets
from charter.core.grants.model import Purpose
from charter.core.grants.withdrawing import withdraw
from charter.core.keys.model import NoActiveSigningKey
from charter.core.users import queries as user_queries
from charter.core.users.model import UserNotFound
from charter.core.vocabulary import Permission
from charter.kernel.errors import InvalidInput, MissingInput
from charter.kernel.operation import Context, operation
from charter.kernel.patch import metadata

LIFETIME_SECONDS = 3600
SESSION_SECONDS = 1800
LONGEST_SECONDS = 315_360_000
LONGEST_SUBJECT = 256
ACTOR_BYTES = 1024
"""All that is said of an actor stands in every token of the session, which a cookie holds."""


@operation(
    "actor_tokens.create",
    permission=Permission.ACTOR_TOKENS_MANAGE,
    raises=(UserNotFound, NoActiveSigningKey),
)
async def create(
    ctx: Context,
    user_id: str,
    actor: dict[str, Any],
    expires_in_seconds: int | None = None,
    session_seconds: int | None = None,
) -> ActorTokenMade:
    """Make a ticket by which somebody signs in once as a user.

    The app's server answers for who that is: it asks neither for the user's factors nor whether
    there is a user behind `actor.sub`.
    actor: JSON with a text of 1 to 256 characters as `sub`, 1024 bytes at most; tokens of the
        session say all of it as their claim `act`.
    expires_in_seconds: how long the ticket works, 1 to 315360000; 3600 when left out.
    session_seconds: how long the session lasts at most, in the same range; 1800 when left out.
        It never lasts longer than the instance's own sessions do.
    Returns: the token with its ticket and link, which are kept nowhere.
    Raises: UserNotFound; TooLarge, for an actor of whom too much is said.
    Announces: ActorTokenCreated.
    Source: Clerk BAPI 2025-11-10, CreateActorToken.
    """
    await ctx.allow()
    lifetime = _seconds("expires_in_seconds", expires_in_seconds, LIFETIME_SECONDS)
    signing = await tickets.signer(ctx)
    await user_queries.lock_user(ctx.db, user_id)
    row = ActorToken(
        id=ctx.new_id("act_"),
        user_id=user_id,
        actor=_checked(actor),
        session_seconds=_seconds("session_seconds", session_seconds, SESSION_SECONDS),
        status=ActorTokenStatus.PENDING,
        expires_at=ctx.now + timedelta(seconds=lifetime),
        created_at=ctx.now,
        updated_at=ctx.now,
    )
    await queries.TOKENS.insert(ctx.db, row)
    issued = await granting.issue(ctx, Purpose.ACTOR_TOKEN, row.id, expires_at=row.expires_at)
    ticket = signing.ticket(Purpose.ACTOR_TOKEN, issued, row.expires_at)
    ctx.announce(ActorTokenCreated(row))
    return ActorTokenMade(row, ticket, signing.url(ticket))


@operation(
    "actor_tokens.revoke",
    permission=Permission.ACTOR_TOKENS_MANAGE,
    raises=(ActorTokenNotFound, ActorTokenNotPending),
)
async def revoke(ctx: Context, actor_token_id: str) -> ActorToken:
    """Take a pending ticket back.

    A session that the ticket has begun already goes on; it is ended as any other session is.
    Returns: the token as it is now.
    Raises: ActorTokenNotFound; ActorTokenNotPending, when it was used or revoked.
    Announces: ActorTokenRevoked.
    Source: Clerk BAPI 2025-11-10, RevokeActorToken.
    """
    await ctx.allow()
    revoked = await withdraw(
        ctx,
        queries.TOKENS,
        Purpose.ACTOR_TOKEN,
        actor_token_id,
        parameter="actor_token_id",
        missing=ActorTokenNotFound,
        settled=ActorTokenNotPending,
    )
    ctx.announce(ActorTokenRevoked(revoked))
    return revoked


def _seconds(parameter: str, given: int | None, usual: int) -> int:
    seconds = usual if given is None else given
    if not 1 <= seconds <= LONGEST_SECONDS:
        raise InvalidInput(parameter, reason=f"it must be from 1 to {LONGEST_SECONDS}")
    return seconds


def _checked(actor: dict[str, Any]) -> dict[str, Any]:
    """The actor as it is kept. Raises: MissingInput; InvalidInput; TooLarge."""
    subject = actor.get("sub")
    if subject is None:
        raise MissingInput("actor", reason="its sub is required")
    if not isinstance(subject, str) or not 1 <= len(subject) <= LONGEST_SUBJECT:
        raise InvalidInput(
            "actor", reason=f"its sub must be a text of 1 to {LONGEST_SUBJECT} characters"
        )
    return metadata(actor, parameter="actor", limit_bytes=ACTOR_BYTES)
