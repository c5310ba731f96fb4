"""Refresh tokens: each is good once, and who lost an answer gets the same successor again."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from charter.core.grants import granting
from charter.core.grants import queries as grant_queries
from charter.core.grants.model import GRANT_ERRORS, Grant, GrantSpent, Purpose
from charter.core.oauth_applications import scopes as known
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_authorizations import queries
from charter.core.oauth_authorizations.model import (
    REFRESH_PREFIX,
    RETRY_SECONDS,
    OauthAuthorization,
    OauthAuthorizationRevoked,
    OauthGrantInvalid,
    OauthReplayed,
    OauthRequestInvalid,
    OauthScopeInvalid,
    Replayed,
)
from charter.kernel.operation import Context
from charter.kernel.secrets import digest, new_secret

DERIVED = "oauth_refresh:{id}"


@dataclass(frozen=True, slots=True)
class ReplayFacts:
    """What an event says of a code or refresh token that came twice. what: which it was."""

    id: str
    application_id: str
    what: str


async def read(
    ctx: Context, application: OauthApplication, purpose: Purpose, secret: str | None, name: str
) -> Grant:
    """The grant that an application shows, if it is its own. Whether it is good comes later.

    Raises: OauthRequestInvalid; OauthGrantInvalid.
    """
    if not secret:
        raise OauthRequestInvalid(name, reason=f"{name} is required")
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    grant = await grant_queries.find_by_secret(reading, purpose, digest(secret), None)
    if grant is None or grant.facts["application_id"] != application.id:
        raise OauthGrantInvalid(name)
    return grant


async def first(
    ctx: Context, purpose: Purpose, authorization: OauthAuthorization, expires_at: datetime
) -> str:
    """The first refresh token of an authorization."""
    return await _made(ctx, purpose, authorization, expires_at, new_secret(REFRESH_PREFIX))


async def follow(
    ctx: Context,
    grant: Grant,
    given: str,
    authorization: OauthAuthorization,
    expires_at: datetime,
) -> str | None:
    """Spend a refresh token for the one that follows it; None where it was spent before.

    Who shows it again within ten seconds, and has not used what follows, lost the answer.
    Raises: OauthGrantInvalid.
    """
    successor = _successor(ctx, grant, given)
    try:
        await granting.spend(ctx, grant.purpose, given)
    except GrantSpent:
        return successor if await _is_retry(ctx, grant.purpose, successor) else None
    except GRANT_ERRORS as unusable:
        raise OauthGrantInvalid("refresh_token") from unusable
    return await _made(ctx, grant.purpose, authorization, expires_at, successor)


def narrowed(
    application: OauthApplication, authorization: OauthAuthorization, wanted: str | None
) -> tuple[str, ...]:
    """What a renewed token may: what was agreed to and the application still may, or less.

    Raises: OauthScopeInvalid.
    """
    may = [each for each in authorization.scopes if each in application.scopes]
    if not wanted:
        found = tuple(may)
    else:
        found = known.split(wanted)
        if not frozenset(may).issuperset(found):
            raise OauthScopeInvalid
    if not found:
        raise OauthScopeInvalid
    return known.ordered(found)


async def replayed(ctx: Context, grant: Grant, what: str) -> Replayed:
    """End all that came of a code or refresh token that came twice."""
    facts = ReplayFacts(grant.subject_id, grant.facts["application_id"], what)
    ctx.announce(OauthReplayed(facts))
    ended = await queries.revoke(ctx.db, grant.subject_id, f"{what} used twice", ctx.now)
    if ended is not None:
        ctx.announce(OauthAuthorizationRevoked(ended, before=replace(ended, revoked_at=None)))
    return Replayed()


def _successor(ctx: Context, grant: Grant, secret: str) -> str:
    """What follows a refresh token: the same however often it is asked, known to nobody else.

    It is derived under a key that is not in the database, so that it need not be kept there.
    """
    return REFRESH_PREFIX + ctx.platform.vault.mark(secret, DERIVED.format(id=grant.id))


async def _is_retry(ctx: Context, purpose: Purpose, successor: str) -> bool:
    """Whether a spent token comes from who lost the answer: a moment ago, and unused since."""
    found = await grant_queries.find_by_secret(ctx.db, purpose, digest(successor), None)
    if found is None or not granting.is_usable(found, ctx.now):
        return False
    return ctx.now - found.created_at <= timedelta(seconds=RETRY_SECONDS)


async def _made(
    ctx: Context,
    purpose: Purpose,
    authorization: OauthAuthorization,
    expires_at: datetime,
    secret: str,
) -> str:
    issued = await granting.issue(
        ctx,
        purpose,
        authorization.id,
        expires_at=expires_at,
        facts={"application_id": authorization.application_id},
        secret=secret,
    )
    return issued.secret
