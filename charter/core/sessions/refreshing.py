"""Gives a browser a fresh session token for an expired one, without a redirect.

Any doubt is an answer that sends the app to the handshake instead; none of it is an error of
the person's.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

from charter.core.grants import granting
from charter.core.grants.model import GRANT_ERRORS, Purpose
from charter.core.instances.model import Instance
from charter.core.keys.claimed import claimed_payload
from charter.core.keys.model import NoActiveSigningKey
from charter.core.sessions import queries
from charter.core.sessions.activity import ACTIVITY_ID, activity, user_agent_of
from charter.core.sessions.claims import ClaimsTooLarge, TokenSubject
from charter.core.sessions.cookies import session_cookies
from charter.core.sessions.minting import Token, instance_and_keys, mint
from charter.core.sessions.model import Session, SessionNotActive, SessionNotFound
from charter.core.sessions.reading import read_session_token
from charter.core.sessions.refusals import (
    ExpiredTokenConsumed,
    ExpiredTokenInvalid,
    ExpiredTokenTooOld,
    ExpiredTokenWithoutParty,
    ExpiredTokenWithoutSession,
    ExpiredTokenWithoutTime,
    InactiveSession,
    OriginInvalid,
    OriginMismatch,
    RefreshRefused,
    RefreshTokenNotFound,
    RefreshUserNotFound,
    SessionMismatch,
    SessionToRefreshNotFound,
    TokenIneligible,
)
from charter.core.sessions.subjects import get_whole_subject
from charter.core.vocabulary import Permission
from charter.kernel.operation import Context, operation
from charter.kernel.secrets import digest
from charter.kernel.tokens import LAST_SECOND, Reason, TokenRefused

OLDEST_TOKEN = timedelta(days=1)
"""How long ago a token may have been made that is still traded for a new one."""
LEEWAY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Cookies:
    """Complete Set-Cookie values."""

    cookies: tuple[str, ...]


async def issue_refresh_token(ctx: Context, session: Session) -> str:
    """A refresh token for a session, good until the session's end; the handshake hands it out.

    It holds 160 bits and only its digest is kept.
    """
    issued = await granting.issue(
        ctx, Purpose.SESSION_REFRESH, session.id, expires_at=session.expire_at, max_uses=None
    )
    return issued.secret


@dataclass(frozen=True, slots=True)
class RefreshInput:
    """What a browser's request brought.

    expired_token: taken once, and not when it was made more than a day ago.
    request_origin: the origin for which the expired token was made.
    request_headers, request_originating_ip: kept as the session's latest activity.
    format: `token` (also for None), or `cookie` for complete Set-Cookie values.
    suffixed_cookies: whether the app reads cookies whose names end with its suffix.
    """

    expired_token: str
    refresh_token: str
    request_origin: str
    request_headers: dict[str, Any] | None = None
    request_originating_ip: str | None = None
    format: Literal["token", "cookie"] | None = None
    suffixed_cookies: bool = False


@operation(
    "sessions.refresh",
    permission=Permission.SESSIONS_MANAGE,
    raises=(RefreshRefused, SessionNotActive, NoActiveSigningKey),
)
async def refresh(ctx: Context, session_id: str, given: RefreshInput) -> Token | Cookies:
    """Make a fresh session token for an expired one and a refresh token.

    Returns: Token or Cookies, as `given.format` says.
    Raises: a RefreshRefused, which tells the app to hand-shake.
    Source: Clerk BAPI 2025-11-10, RefreshSession.
    """
    await ctx.allow()
    instance, claims = await _claims_of(ctx, given.expired_token)
    _check_parties(claims, session_id, given.request_origin)
    _check_age(claims, ctx.now)
    subject = await _subject(ctx, session_id, claims)
    await _spend(ctx, session_id, given)
    try:
        jwt = await mint(ctx, subject, authorized_party=given.request_origin)
    except ClaimsTooLarge as too_large:
        raise RefreshRefused("session_id") from too_large
    user_agent = user_agent_of(given.request_headers)
    used = activity(ctx.new_id(ACTIVITY_ID), user_agent, given.request_originating_ip)
    await queries.update_activity(
        ctx.db,
        session_id,
        ctx.now,
        until=ctx.now + timedelta(seconds=instance.settings.session_inactivity_seconds),
        activity=used,
    )
    if given.format != "cookie":
        return Token(jwt)
    is_suffixed = given.suffixed_cookies
    return Cookies(
        session_cookies(instance, jwt, subject.expire_at, ctx.now, is_suffixed=is_suffixed)
    )


async def _spend(ctx: Context, session_id: str, given: RefreshInput) -> None:
    """Check the refresh token, and take the expired token this once."""
    try:
        grant = await granting.spend(ctx, Purpose.SESSION_REFRESH, given.refresh_token)
    except GRANT_ERRORS as unusable:
        raise RefreshTokenNotFound("refresh_token") from unusable
    if grant.subject_id != session_id:
        raise RefreshTokenNotFound("refresh_token")
    is_first = await queries.insert_refreshed(
        ctx.db,
        session_id,
        digest(given.expired_token),
        row_id=ctx.new_id("gra_"),
        now=ctx.now,
        until=ctx.now + OLDEST_TOKEN,
    )
    if not is_first:
        raise ExpiredTokenConsumed("expired_token")


async def _claims_of(ctx: Context, token: str) -> tuple[Instance, dict[str, Any]]:
    """The claims of a session token of ours, as if it were the moment before its end."""
    instance, keys = await instance_and_keys(ctx)
    expires = claimed_payload(token).get("exp")
    if type(expires) is not int or not 1 <= expires <= LAST_SECOND:
        raise ExpiredTokenInvalid("expired_token")
    before_end = datetime.fromtimestamp(expires - 1, UTC)
    try:
        claims = read_session_token(token, instance, keys, before_end)
    except TokenRefused as refused:
        if (refused.reason, refused.part) == (Reason.CLAIM_MISSING, "iat"):
            raise ExpiredTokenWithoutTime("expired_token") from refused
        raise ExpiredTokenInvalid("expired_token") from refused
    return instance, claims


def _check_parties(claims: dict[str, Any], session_id: str, request_origin: str) -> None:
    """Check that token, session and origin belong together."""
    if not is_origin(request_origin):
        raise OriginInvalid("request_origin")
    if "sid" not in claims:
        raise ExpiredTokenWithoutSession("expired_token")
    if "azp" not in claims:
        raise ExpiredTokenWithoutParty("expired_token")
    if claims["azp"] != request_origin:
        raise OriginMismatch("request_origin")
    if claims["sid"] != session_id:
        raise SessionMismatch("expired_token")


def _check_age(claims: dict[str, Any], now: datetime) -> None:
    """Check that the token has expired, and not long ago."""
    seconds = now.timestamp()
    if claims["exp"] > seconds + LEEWAY_SECONDS:
        raise TokenIneligible("expired_token")
    if claims["iat"] < seconds - OLDEST_TOKEN.total_seconds():
        raise ExpiredTokenTooOld("expired_token")


async def _subject(ctx: Context, session_id: str, claims: dict[str, Any]) -> TokenSubject:
    """The session, which has to be alive and the token's."""
    try:
        subject = await get_whole_subject(ctx, session_id)
    except SessionNotFound as missing:
        raise SessionToRefreshNotFound("session_id") from missing
    if subject.is_banned or subject.user_id != claims.get("sub"):
        raise RefreshUserNotFound("session_id")
    if not subject.status_at(ctx.now).is_alive:
        raise InactiveSession("session_id")
    return subject


def is_origin(text: str) -> bool:
    """Whether a text is an origin as browsers write it: scheme, host, and port if it is unusual.

    Source: RFC 6454 section 6.2.
    """
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname
    if parts.scheme not in ("http", "https") or not host or "\x00" in text:
        return False
    shown = f"[{host}]" if ":" in host else host
    return text == f"{parts.scheme}://{shown}" + ("" if port is None else f":{port}")
