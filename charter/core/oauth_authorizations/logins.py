"""Logins: what a person's tokens at a client stand and fall with, renewed and moved as one.

These are plain functions that operations call within their own transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from charter.core.account_clients.settings import seconds_of
from charter.core.grants import granting
from charter.core.grants.model import Grant, Purpose
from charter.core.keys.lookup import instance_of
from charter.core.memberships.queries import find_standing
from charter.core.oauth_applications import scopes as known
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_authorizations import account_minting, queries, refreshing
from charter.core.oauth_authorizations.account_minting import Subject
from charter.core.oauth_authorizations.model import (
    OauthAuthorization,
    OauthAuthorizationCreated,
    OauthAuthorizationMoved,
    OauthAuthorizationRenewed,
    OauthAuthorizationRevoked,
    OauthAuthorizationRow,
    OauthClientNotAllowed,
    OauthGrantInvalid,
    OauthScopeInvalid,
    Replayed,
)
from charter.core.organizations.model import OrganizationNotFound
from charter.kernel.operation import Context

REFRESH = Purpose.ACCOUNT_REFRESH
LONGEST = timedelta(days=365)
"""However often a login is renewed."""


@dataclass(frozen=True, slots=True)
class AccountTokens:
    """What a client gets for a person. refresh_token, id_token: None where it gets none."""

    access_token: str = field(repr=False)
    expires_in_seconds: int
    refresh_token: str | None = field(repr=False)
    refresh_expires_in_seconds: int | None
    id_token: str | None = field(repr=False)
    scopes: tuple[str, ...]
    authorization: OauthAuthorization


def check_usable(client: OauthApplication, grant_type: str | None = None) -> None:
    """Refuse a client that nobody vouches for, or that has no such way to tokens.

    Raises: OauthClientNotAllowed.
    """
    is_barred = grant_type is not None and grant_type not in client.grant_types
    if client.is_dynamically_registered or is_barred:
        raise OauthClientNotAllowed("client_id")


def scopes_of(client: OauthApplication, wanted: Sequence[str] | None) -> tuple[str, ...]:
    """What a client gets: what it asks for, else its default, else what tells who one is.

    Raises: OauthScopeInvalid, for what it may not.
    """
    if not wanted:
        usual = client.default_scopes or [
            each for each in client.scopes if each in (*known.DEFAULT, known.OPENID)
        ]
        wanted = [each for each in usual if each in client.scopes]
    elif not frozenset(client.scopes).issuperset(wanted):
        raise OauthScopeInvalid
    return known.ordered(wanted)


async def log_in(
    ctx: Context,
    client: OauthApplication,
    *,
    session_id: str | None,
    user_id: str,
    organization_id: str | None,
    scopes: Sequence[str] | None = None,
    nonce: str | None = None,
    authenticated_at: datetime | None = None,
    authorization_id: str | None = None,
    has_refresh: bool = True,
) -> AccountTokens:
    """Give a client tokens for a person.

    session_id: the session with which all of it ends; it has to be active. organization_id: where
    the person works; one that they are not in is left out. scopes: None for the client's default.
    authorization_id: of the code that it comes from; has_refresh: whether it may be renewed.
    Raises: OauthClientNotAllowed; OauthScopeInvalid; OauthGrantInvalid, where the person may not
        sign in or their session does not hold.
    Announces: OauthAuthorizationCreated.
    """
    check_usable(client)
    granted = scopes_of(client, scopes)
    row = OauthAuthorizationRow(
        id=authorization_id or ctx.new_id("oaz_"),
        user_id=user_id,
        application_id=client.id,
        organization_id=client.organization_id or organization_id,
        scopes=list(granted),
        nonce=nonce,
        authenticated_at=authenticated_at,
        revoked_at=None,
        revocation_reason=None,
        created_at=ctx.now,
        updated_at=ctx.now,
        session_id=session_id,
    )
    await queries.insert_authorization(ctx.db, row)
    authorization = await queries.find_live(ctx.db, row.id, ctx.now)
    if authorization is None:
        raise OauthGrantInvalid("session")
    ctx.announce(OauthAuthorizationCreated(authorization))
    refresh = None
    if has_refresh:
        ends_at = _refresh_ends_at(ctx, client, authorization)
        refresh = await refreshing.first(ctx, REFRESH, authorization, ends_at)
    return await _tokens(ctx, client, authorization, granted, refresh)


async def renew(
    ctx: Context, client: OauthApplication, refresh_token: str, wanted: str | None = None
) -> AccountTokens | Replayed:
    """Trade a refresh token for new tokens; call it before the operation's first statement.

    wanted: fewer scopes, apart by spaces. Who lost the answer gets the same successor for ten
    seconds.
    Returns: the tokens; Replayed, where the token came a second time and all has ended. That is an
        answer and not an error, because an error would undo it: answer it as OauthGrantInvalid.
    Raises: OauthClientNotAllowed; OauthGrantInvalid; OauthRequestInvalid; OauthScopeInvalid.
    Announces: OauthAuthorizationRenewed; OauthReplayed and OauthAuthorizationRevoked.
    """
    check_usable(client)
    settings = (await instance_of(ctx)).settings
    grant = await refreshing.read(ctx, client, REFRESH, refresh_token, "refresh_token")
    authorization = await queries.find_live(ctx.db, grant.subject_id, ctx.now)
    if authorization is None:
        raise OauthGrantInvalid("refresh_token")
    scopes = refreshing.narrowed(client, authorization, wanted)
    ends_at = _refresh_ends_at(ctx, client, authorization)
    successor = await refreshing.follow(ctx, grant, refresh_token, authorization, ends_at)
    if successor is None:
        return await refreshing.replayed(ctx, grant, "refresh_token")
    if authorization.session_id is not None:
        until = ctx.now + timedelta(seconds=settings.session_inactivity_seconds)
        await queries.keep_session(ctx.db, authorization.session_id, until, ctx.now)
    ctx.announce(OauthAuthorizationRenewed(authorization))
    return await _tokens(ctx, client, authorization, scopes, successor)


async def switch(
    ctx: Context, client: OauthApplication, authorization_id: str, organization_id: str
) -> AccountTokens:
    """Move a login to another organization: new tokens, and the refresh token before ends.

    Raises: OrganizationNotFound, where the person is not in it, or the client is another's;
        OauthGrantInvalid, where the login ended, or is another client's.
    Announces: OauthAuthorizationMoved.
    """
    check_usable(client)
    before = await queries.find_live(ctx.db, authorization_id, ctx.now)
    if before is None or before.application_id != client.id:
        raise OauthGrantInvalid("authorization")
    standing = await find_standing(ctx.db, organization_id, before.user_id)
    if not standing.is_member or client.organization_id not in (None, organization_id):
        raise OrganizationNotFound("organization_id")
    after = await queries.move(ctx.db, authorization_id, organization_id, ctx.now)
    if after is None:
        raise OauthGrantInvalid("authorization")
    await granting.revoke(ctx, REFRESH, authorization_id)
    ctx.announce(OauthAuthorizationMoved(after, before=before))
    ends_at = _refresh_ends_at(ctx, client, after)
    refresh = await refreshing.first(ctx, REFRESH, after, ends_at)
    scopes = refreshing.narrowed(client, after, None)
    return await _tokens(ctx, client, after, scopes, refresh)


async def log_out(ctx: Context, authorization_id: str, reason: str) -> OauthAuthorization | None:
    """End a login: its tokens hold no more. None for one that ended before.

    Announces: OauthAuthorizationRevoked.
    """
    ended = await queries.revoke(ctx.db, authorization_id, reason, ctx.now)
    if ended is not None:
        ctx.announce(OauthAuthorizationRevoked(ended, before=replace(ended, revoked_at=None)))
    return ended


async def find_refresh(
    ctx: Context, client: OauthApplication, refresh_token: str
) -> tuple[Grant, OauthAuthorization] | None:
    """A refresh token of a client that could be used, and its login."""
    try:
        grant = await refreshing.read(ctx, client, REFRESH, refresh_token, "refresh_token")
    except OauthGrantInvalid:
        return None
    if not granting.is_usable(grant, ctx.now):
        return None
    authorization = await queries.find_live(ctx.db, grant.subject_id, ctx.now)
    return None if authorization is None else (grant, authorization)


def _refresh_ends_at(
    ctx: Context, client: OauthApplication, authorization: OauthAuthorization
) -> datetime:
    until = ctx.now + timedelta(seconds=seconds_of(client, "refresh"))
    return min(until, authorization.created_at + LONGEST)


async def _tokens(
    ctx: Context,
    client: OauthApplication,
    authorization: OauthAuthorization,
    scopes: Sequence[str],
    refresh: str | None,
) -> AccountTokens:
    subject = Subject(authorization.user_id, authorization.organization_id, authorization.id)
    access = await account_minting.access_token(ctx, client, subject, scopes)
    identity = await account_minting.id_token(ctx, client, authorization, scopes, access.token)
    seconds = _refresh_ends_at(ctx, client, authorization) - ctx.now
    return AccountTokens(
        access_token=access.token,
        expires_in_seconds=int(
            (access.expires_at - ctx.now.replace(microsecond=0)).total_seconds()
        ),
        refresh_token=refresh,
        refresh_expires_in_seconds=None if refresh is None else int(seconds.total_seconds()),
        id_token=identity,
        scopes=tuple(scopes),
        authorization=authorization,
    )
