"""Finds the actor behind a credential that is not a secret key.

Each look-up is one statement, made for every request: a session that ended, a banned user or a
revoked token is refused at once.
"""

import dataclasses
import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import LargeBinary, Text, bindparam, select

from charter.core.api_keys.model import SECRET_PREFIX as API_KEY_PREFIX
from charter.core.api_keys.queries import use_api_key
from charter.core.clients.promises import is_promise
from charter.core.clients.tables import clients
from charter.core.instances.tables import instances
from charter.core.keys.claimed import claimed_instance
from charter.core.keys.lookup import lookup
from charter.core.keys.model import PUBLISHABLE_PREFIXES
from charter.core.organization_tokens.tables import organization_tokens
from charter.core.organizations.tables import is_in_use, organizations
from charter.core.sessions.reading import read_session_token
from charter.core.sessions.tables import sessions
from charter.core.statements import NOW, refers, word
from charter.core.users.tables import users
from charter.kernel.actor import Actor, ActorKind
from charter.kernel.db import INSTANCE, Statement
from charter.kernel.errors import Unauthenticated
from charter.kernel.platform import Platform
from charter.kernel.secrets import digest, well_formed
from charter.kernel.tokens import TokenRefused


@dataclass(frozen=True, slots=True)
class Live:
    """Whose a session that stands is, and who acts in it if it is somebody else."""

    user_id: str
    impersonator: str | None


_impersonator = sessions.c.actor["sub"].astext.label("impersonator")

LIVE_USER = Statement[None](
    select(users.c.id).where(
        users.c.instance_id == INSTANCE,
        users.c.id == bindparam("user_id", type_=Text),
        users.c.is_banned.is_(False),
    )
)
LIVE_SESSION = Statement(
    select(sessions.c.user_id, _impersonator)
    .join(
        users,
        refers(sessions.c.user_id, users),
    )
    .where(
        sessions.c.instance_id == INSTANCE,
        sessions.c.id == bindparam("session_id", type_=Text),
        sessions.c.user_id == bindparam("user_id", type_=Text),
        sessions.c.status == "active",
        sessions.c.expire_at > NOW,
        sessions.c.abandon_at > NOW,
        users.c.is_banned.is_(False),
    ),
    Live,
)


@dataclass(frozen=True, slots=True)
class TokenHolder:
    """Whom an organization's token stands for."""

    instance_id: str
    id: str
    organization_id: str
    permissions: frozenset[str]
    digest: bytes


TOKEN_HOLDER = Statement(
    select(
        organization_tokens.c.instance_id,
        organization_tokens.c.id,
        organization_tokens.c.organization_id,
        organization_tokens.c.permissions,
        organization_tokens.c.digest,
    )
    .join(instances, instances.c.id == organization_tokens.c.instance_id)
    .join(
        organizations,
        refers(organization_tokens.c.organization_id, organizations),
    )
    .where(
        organization_tokens.c.key == bindparam("key", type_=Text),
        organization_tokens.c.revoked_at.is_(None),
        # Tokens of an organization that is suspended or closed do not hold.
        is_in_use,
    ),
    TokenHolder,
    across_instances="the token's key tells which instance it is for",
)


async def acting_user(platform: Platform, holder: Actor, user_id: str) -> Actor:
    """A user for whom the holder of a secret key acts: with the user's rights, not the key's.

    Raises: Unauthenticated, when there is no such user or they are banned.
    """
    if "\x00" in user_id:
        raise Unauthenticated("acting_user")
    db = platform.database.reading(holder.instance_id)
    if await db.value(LIVE_USER, user_id=user_id) is None:
        raise Unauthenticated("acting_user")
    return dataclasses.replace(holder, kind=ActorKind.USER, user_id=user_id)


async def api_key_actor(platform: Platform, instance_id: str, secret: str) -> Actor:
    """The user whose API key this is; its use is noted.

    Raises: Unauthenticated, for an organization's key too: a user has to act.
    """
    found = None
    if well_formed(API_KEY_PREFIX, secret):
        reading = platform.database.reading(instance_id)
        found = await use_api_key(reading, digest(secret), platform.clock())
    if found is None or found.user_id is None:
        raise Unauthenticated("api_key")
    return Actor(ActorKind.USER, instance_id, id=found.id, user_id=found.user_id)


async def session_actor(platform: Platform, token: str) -> Actor:
    """The user behind a session token; the session has to be alive now.

    Raises: Unauthenticated.
    """
    if token.startswith(PUBLISHABLE_PREFIXES):
        raise Unauthenticated("publishable_key")
    instance_id = claimed_instance(token)
    if instance_id is None:
        raise Unauthenticated("session_token")
    keys = await lookup(platform).signing_keys(instance_id)
    if not keys.rows:
        raise Unauthenticated("session_token")
    instance = await lookup(platform).instance(instance_id)
    now = platform.clock()
    try:
        claims = read_session_token(token, instance, keys, now)
    except TokenRefused as refused:
        raise Unauthenticated("session_token") from refused
    user_id, session_id = str(claims.get("sub")), str(claims.get("sid"))
    live = await check_session(platform, instance_id, user_id, session_id, now)
    return Actor(
        ActorKind.USER,
        instance_id,
        id=session_id,
        user_id=user_id,
        session_id=session_id,
        impersonator=live.impersonator,
    )


LIVE_SESSION_OF_CLIENT = Statement(
    select(sessions.c.user_id, _impersonator)
    .join(clients, refers(sessions.c.client_id, clients))
    .join(users, refers(sessions.c.user_id, users))
    .where(
        sessions.c.instance_id == INSTANCE,
        sessions.c.id == bindparam("session_id", type_=Text),
        clients.c.digest == bindparam("digest", type_=LargeBinary),
        sessions.c.status.in_([word("active"), word("pending")]),
        sessions.c.expire_at > NOW,
        sessions.c.abandon_at > NOW,
        users.c.is_banned.is_(False),
    ),
    Live,
)


async def browser_actor(
    platform: Platform, instance_id: str, client_token: str | None, session_id: str | None
) -> Actor:
    """A browser with its client, and the user of the session that it names, if it is alive there.

    client_token: the token that it holds, whether or not a client has it.
    A session that is not leaves the browser, for whom operations of a user answer as to strangers.
    """
    if client_token is None:
        return Actor(ActorKind.BROWSER, instance_id)
    browser = Actor(
        ActorKind.BROWSER,
        instance_id,
        client_digest=digest(client_token),
        is_client_promised=is_promise(platform, instance_id, client_token),
        client_token=client_token,
    )
    if session_id is None:
        return browser
    live = await platform.database.reading(instance_id).find(
        LIVE_SESSION_OF_CLIENT,
        session_id=session_id,
        digest=browser.client_digest,
        now=platform.clock(),
    )
    if live is None:
        return browser
    return dataclasses.replace(
        browser,
        kind=ActorKind.USER,
        id=session_id,
        user_id=live.user_id,
        session_id=session_id,
        impersonator=live.impersonator,
    )


async def check_session(
    platform: Platform, instance_id: str, user_id: str, session_id: str, now: datetime
) -> Live:
    """The session, if it is alive. Raises: Unauthenticated."""
    db = platform.database.reading(instance_id)
    found = await db.find(LIVE_SESSION, session_id=session_id, user_id=user_id, now=now)
    if found is None:
        raise Unauthenticated("session_token")
    return found


async def organization_token_actor(platform: Platform, bearer: str) -> Actor:
    """The organization behind `<key>:<secret>`. Raises: Unauthenticated."""
    key, _, secret = bearer.partition(":")
    if not key.isascii() or "\x00" in bearer:
        raise Unauthenticated("token")
    holder = await platform.database.reading("").find(TOKEN_HOLDER, key=key)
    # Compared even when there is nothing to compare with, so that time tells nothing.
    expected = holder.digest if holder is not None else bytes(32)
    if not hmac.compare_digest(expected, digest(secret)) or holder is None:
        raise Unauthenticated("token")
    return Actor(
        ActorKind.ORGANIZATION_TOKEN,
        holder.instance_id,
        id=holder.id,
        organization_id=holder.organization_id,
        permissions=holder.permissions,
    )
