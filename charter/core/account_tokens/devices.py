"""Devices without a keyboard: one shows a code, its person types it elsewhere and decides.

The code is claimed by who typed it before anything is decided, so that nobody decides for
somebody else. Source: RFC 8628.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from charter.core.account_clients.model import DEVICE_CODE, REFRESH
from charter.core.account_tokens import proving, queries
from charter.core.account_tokens.giving import given
from charter.core.account_tokens.model import Asked, Credentials, Given, Waiting
from charter.core.grants import granting
from charter.core.grants import queries as grant_queries
from charter.core.grants.model import GRANT_ERRORS, Grant, Purpose
from charter.core.keys.lookup import instance_of
from charter.core.limits.limiting import FLOWS, TooManyAttempts, limit
from charter.core.limits.queries import count
from charter.core.oauth_applications import scopes as known
from charter.core.oauth_applications.model import OauthApplication
from charter.core.oauth_applications.queries import get_application
from charter.core.oauth_authorizations import logins
from charter.core.oauth_authorizations import queries as authorization_queries
from charter.core.oauth_authorizations.model import (
    OauthClientInvalid,
    OauthClientNotAllowed,
    OauthConsentGiven,
    OauthConsentRow,
    OauthGrantInvalid,
    OauthRequestInvalid,
    OauthScopeInvalid,
)
from charter.core.sessions import queries as session_queries
from charter.core.sessions.recent import refuse_impersonators
from charter.core.vocabulary import Permission
from charter.kernel.errors import DomainError, Kind
from charter.kernel.events import Event
from charter.kernel.operation import Context, operation
from charter.kernel.secrets import digest, new_secret

SECONDS = 900
INTERVAL_SECONDS = 5
SLOWER_SECONDS = 5
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no words come about; 8 of these hold 34 bits. Source: RFC 8628, 6.1."""
LENGTH = 8
GUESSES = 10
"""So many codes that are none may a person type within GUESSES_WITHIN."""
GUESSES_WITHIN = timedelta(minutes=15)
DEVICE_PREFIX = "odc_"
TYPED_AS = "device_user_code"
STARTING = (OauthClientInvalid, OauthClientNotAllowed, OauthRequestInvalid, OauthScopeInvalid)


@dataclass(frozen=True, slots=True)
class DeviceStarted:
    """What a device shows its person, and by what it asks what they decided."""

    device_code: str = field(repr=False)
    user_code: str = field(repr=False)
    expires_in_seconds: int
    interval_seconds: int


@dataclass(frozen=True, slots=True)
class DeviceAsks:
    """What a person is asked for a device."""

    application: OauthApplication
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What an event says of a device that waits: never its codes."""

    id: str
    application_id: str
    user_id: str | None


class DeviceCodeInvalid(DomainError):
    """No device waits for this code, or not for this person."""

    kind, code = Kind.NOT_FOUND, "device_code_invalid"
    message = "No device shows this code any more. Look at it again, or begin anew there."
    parameter = "user_code"


class DeviceStartedEvent(Event):
    """A device waits for its person."""

    name = "oauthDevice.started"


class DeviceDecided(Event):
    """A person let a device in, or not."""

    name = "oauthDevice.decided"


@operation("account_devices.start", permission=Permission.PUBLIC, raises=STARTING)
async def start(ctx: Context, credentials: Credentials, scope: str | None = None) -> DeviceStarted:
    """Give a device the codes by which it waits for its person, for 15 minutes.

    Raises: OauthClientInvalid; OauthClientNotAllowed; OauthScopeInvalid.
    Announces: DeviceStartedEvent.
    Source: Accounts API, device authorization; RFC 8628, section 3.1.
    """
    await ctx.allow()
    client = await proving.known(ctx, credentials)
    logins.check_usable(client, DEVICE_CODE)
    await limit(ctx, await instance_of(ctx), FLOWS)
    scopes = logins.scopes_of(client, known.split(scope or ""))
    expires_at = ctx.now + timedelta(seconds=SECONDS)
    device_id = ctx.new_id("dev_")
    facts = {
        "application_id": client.id,
        "scopes": list(scopes),
        "interval": INTERVAL_SECONDS,
        "polled_at": None,
        "user_id": None,
        "session_id": None,
        "decided": None,
    }
    issued = await granting.issue(
        ctx,
        Purpose.DEVICE_CODE,
        device_id,
        expires_at=expires_at,
        facts=facts,
        secret=new_secret(DEVICE_PREFIX),
    )
    user_code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    await granting.issue(
        ctx,
        Purpose.DEVICE_USER_CODE,
        device_id,
        expires_at=expires_at,
        facts={"grant_id": issued.id},
        secret=_typed(ctx, user_code),
    )
    ctx.announce(DeviceStartedEvent(DeviceFacts(device_id, client.id, None)))
    shown = f"{user_code[:4]}-{user_code[4:]}"
    return DeviceStarted(issued.secret, shown, SECONDS, INTERVAL_SECONDS)


@operation("account_devices.claim", permission=Permission.SELF, raises=(DeviceCodeInvalid,))
async def claim(ctx: Context, user_code: str) -> DeviceAsks:
    """Find the device whose code a person typed; from now on it is theirs to decide about.

    Raises: DeviceCodeInvalid, also for one that somebody else has claimed; TooManyAttempts, after
        10 codes in a quarter of an hour that were none.
    Source: RFC 8628, section 3.3.
    """
    await ctx.allow()
    refuse_impersonators(ctx)
    grant = await _waiting(ctx, user_code)
    owner = grant.facts["user_id"]
    if owner not in (None, ctx.user_id):
        raise DeviceCodeInvalid
    if owner is None:
        await queries.set_facts(ctx.db, grant.id, {**grant.facts, "user_id": ctx.user_id})
    client = await get_application(ctx.db, grant.facts["application_id"])
    return DeviceAsks(client, tuple(grant.facts["scopes"]))


@operation("account_devices.decide", permission=Permission.SELF, raises=(DeviceCodeInvalid,))
async def decide(ctx: Context, user_code: str, *, is_allowed: bool) -> None:
    """Let a device in, or not: for who has claimed its code, and once.

    Raises: DeviceCodeInvalid; TooManyAttempts.
    Announces: DeviceDecided; OauthConsentGiven.
    Source: RFC 8628, section 3.3.
    """
    await ctx.allow()
    refuse_impersonators(ctx)
    grant = await _waiting(ctx, user_code)
    if grant.facts["user_id"] != ctx.user_id or grant.facts["decided"] is not None:
        raise DeviceCodeInvalid
    client = await get_application(ctx.db, grant.facts["application_id"])
    if is_allowed and client.is_consent_screen_enabled:
        consent = await authorization_queries.give_consent(
            ctx.db,
            OauthConsentRow(
                id=ctx.new_id("oac_"),
                user_id=ctx.user_id,
                application_id=client.id,
                scopes=list(grant.facts["scopes"]),
                created_at=ctx.now,
                updated_at=ctx.now,
            ),
        )
        ctx.announce(OauthConsentGiven(consent))
    decided = {"decided": is_allowed, "session_id": ctx.actor.session_id}
    await queries.set_facts(ctx.db, grant.id, {**grant.facts, **decided})
    ctx.announce(DeviceDecided(DeviceFacts(grant.subject_id, client.id, ctx.user_id)))


async def trade(ctx: Context, client: OauthApplication, asked: Asked) -> Given | Waiting:
    """What a device gets that asks: tokens, or what it waits for.

    Who asks too often waits five seconds more each time; that is an answer and not an error,
    because an error would undo it.
    Raises: OauthRequestInvalid; OauthGrantInvalid. Source: RFC 8628, sections 3.4 and 3.5.
    """
    if not asked.device_code:
        raise OauthRequestInvalid("device_code", reason="device_code is required")
    grant = await queries.lock_grant(ctx.db, Purpose.DEVICE_CODE, digest(asked.device_code))
    if grant is None or grant.facts["application_id"] != client.id or grant.uses:
        raise OauthGrantInvalid("device_code")
    if not granting.is_usable(grant, ctx.now):
        return Waiting("expired_token")
    polled_at, interval = grant.facts["polled_at"], grant.facts["interval"]
    polled = {"polled_at": ctx.now.timestamp()}
    if polled_at is not None and ctx.now.timestamp() - polled_at < interval:
        slower = {**grant.facts, **polled, "interval": interval + SLOWER_SECONDS}
        await queries.set_facts(ctx.db, grant.id, slower)
        return Waiting("slow_down")
    await queries.set_facts(ctx.db, grant.id, {**grant.facts, **polled})
    if grant.facts["decided"] is None:
        return Waiting("authorization_pending")
    try:
        await granting.spend(ctx, Purpose.DEVICE_CODE, asked.device_code)
    except GRANT_ERRORS as unusable:
        raise OauthGrantInvalid("device_code") from unusable
    if not grant.facts["decided"]:
        return Waiting("access_denied")
    return await _given(ctx, client, grant.facts)


async def _given(ctx: Context, client: OauthApplication, facts: Mapping[str, Any]) -> Given:
    scopes = tuple(facts["scopes"])
    is_offline = known.OFFLINE_ACCESS in scopes and REFRESH in client.grant_types
    session_id, user_id = facts["session_id"], facts["user_id"]
    # What a session that waits or has ended allowed is worth nothing, for however short a while.
    if not await authorization_queries.session_stands(ctx.db, session_id, user_id, ctx.now):
        raise OauthGrantInvalid("device_code")
    session = await session_queries.get_session(ctx.db, session_id)
    tokens = await logins.log_in(
        ctx,
        client,
        session_id=None if is_offline else session.id,
        user_id=user_id,
        organization_id=session.last_active_organization_id,
        scopes=scopes,
        has_refresh=is_offline,
    )
    return given(tokens)


async def _waiting(ctx: Context, user_code: str) -> Grant:
    """The locked grant of the device that shows a code. Raises: DeviceCodeInvalid."""
    typed = "".join(each for each in user_code.upper() if each in LETTERS)
    secret = digest(_typed(ctx, typed))
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    found = None
    if len(typed) == LENGTH and len(user_code) <= 2 * LENGTH:
        found = await grant_queries.find_by_secret(reading, Purpose.DEVICE_USER_CODE, secret, None)
    if found is None or not granting.is_usable(found, ctx.now):
        await _count_guess(ctx)
        raise DeviceCodeInvalid
    grant = await queries.lock_grant_by_id(ctx.db, Purpose.DEVICE_CODE, found.facts["grant_id"])
    if grant is None or not granting.is_usable(grant, ctx.now):
        raise DeviceCodeInvalid
    return grant


async def _count_guess(ctx: Context) -> None:
    """Count a code that is none, on a connection of its own. Raises: TooManyAttempts."""
    reading = ctx.platform.database.reading(ctx.actor.instance_id)
    until: datetime = ctx.now + GUESSES_WITHIN
    window = await count(reading, "device_codes", digest(ctx.user_id), now=ctx.now, until=until)
    if window.count > GUESSES:
        left = int((window.ends_at - ctx.now).total_seconds()) + 1
        raise TooManyAttempts(retry_after_seconds=max(1, left))


def _typed(ctx: Context, user_code: str) -> str:
    """By what a short code is known again: whoever has the database alone cannot try them all."""
    return ctx.platform.vault.mark(user_code, TYPED_AS)
