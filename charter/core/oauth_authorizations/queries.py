"""Every SQL statement about what OAuth applications may do, and their tokens."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import (
    DateTime,
    LargeBinary,
    Text,
    bindparam,
    delete,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.memberships.tables import memberships
from charter.core.oauth_applications.tables import oauth_applications
from charter.core.oauth_authorizations.model import (
    ConnectedApplication,
    OauthAccessToken,
    OauthAccessTokenRow,
    OauthAuthorization,
    OauthAuthorizationRow,
    OauthConsent,
    OauthConsentRow,
    OrganizationShown,
)
from charter.core.oauth_authorizations.tables import (
    oauth_access_tokens,
    oauth_authorizations,
    oauth_consents,
)
from charter.core.organizations.tables import organizations
from charter.core.sessions.tables import sessions
from charter.core.statements import NOW, columns, inserting_new, refers, word
from charter.core.users.tables import users
from charter.kernel.db import INSTANCE, Db, Statement, inserting
from charter.kernel.errors import Overtaken

MOST_CONNECTED = 500

_user_id = bindparam("user_id", type_=Text)
_application_id = bindparam("application_id", type_=Text)
_digest = bindparam("digest", type_=LargeBinary)
_consent_columns = columns(OauthConsent, oauth_consents)
_columns = columns(OauthAuthorization, oauth_authorizations)
_of_both = (
    oauth_consents.c.instance_id == INSTANCE,
    oauth_consents.c.user_id == _user_id,
    oauth_consents.c.application_id == _application_id,
)
CONSENT = Statement(select(*_consent_columns).where(*_of_both), OauthConsent)
# Shared, so that of many exchanges none waits, and a withdrawal waits for all of them.
HELD_CONSENT = Statement(
    select(*_consent_columns).where(*_of_both).with_for_update(read=True), OauthConsent
)
LOCKED_CONSENT = Statement(
    select(*_consent_columns).where(*_of_both).with_for_update(), OauthConsent
)
INSERT_CONSENT = inserting_new(oauth_consents, "user_id", "application_id")
WIDEN_CONSENT = Statement(
    update(oauth_consents)
    .where(*_of_both)
    .values(scopes=bindparam("new_scopes", type_=ARRAY(Text)), updated_at=NOW)
    .returning(*_consent_columns),
    OauthConsent,
)
WITHDRAW = Statement(
    delete(oauth_consents).where(*_of_both).returning(*_consent_columns), OauthConsent
)
_since = bindparam("since", type_=DateTime(timezone=True))
WITHDRAW_SINCE = Statement(
    delete(oauth_consents)
    .where(
        oauth_consents.c.instance_id == INSTANCE,
        oauth_consents.c.user_id == _user_id,
        oauth_consents.c.created_at >= _since,
    )
    .returning(*_consent_columns),
    OauthConsent,
)
CONNECTED = Statement(
    select(
        *columns(
            ConnectedApplication,
            oauth_consents,
            name=oauth_applications.c.name,
            client_uri=oauth_applications.c.client_uri,
            image_key=oauth_applications.c.image_key,
        )
    )
    .join(oauth_applications, refers(oauth_consents.c.application_id, oauth_applications))
    .where(oauth_consents.c.instance_id == INSTANCE, oauth_consents.c.user_id == _user_id)
    .order_by(oauth_consents.c.created_at.desc(), oauth_consents.c.id)
    .limit(MOST_CONNECTED),
    ConnectedApplication,
)


def _active(of: Any) -> tuple[Any, ...]:
    """That a session is active."""
    return of.c.status == word("active"), of.c.expire_at > NOW, of.c.abandon_at > NOW


_of_login = sessions.alias()
STANDS = (
    users.c.is_banned.is_(False),
    oauth_authorizations.c.revoked_at.is_(None),
    or_(
        oauth_authorizations.c.session_id.is_(None),
        exists().where(refers(oauth_authorizations.c.session_id, _of_login), *_active(_of_login)),
    ),
)
"""That an authorization holds: of its user, of itself, and of the session it came from, if any."""
_by_id = (
    oauth_authorizations.c.instance_id == INSTANCE,
    oauth_authorizations.c.id == bindparam("authorization_id", type_=Text),
)
INSERT = inserting(oauth_authorizations)
INSERT_TOKEN = inserting(oauth_access_tokens)
REVOKE = Statement(
    update(oauth_authorizations)
    .where(*_by_id, oauth_authorizations.c.revoked_at.is_(None))
    .values(revoked_at=NOW, revocation_reason=bindparam("reason", type_=Text), updated_at=NOW)
    .returning(*_columns),
    OauthAuthorization,
)
MOVE = Statement(
    update(oauth_authorizations)
    .where(*_by_id, oauth_authorizations.c.revoked_at.is_(None))
    .values(organization_id=bindparam("organization_id", type_=Text), updated_at=NOW)
    .returning(*_columns),
    OauthAuthorization,
)
KEEP_SESSION = Statement[None](
    update(sessions)
    .where(
        sessions.c.instance_id == INSTANCE,
        sessions.c.id == bindparam("session_id", type_=Text),
        *_active(sessions),
    )
    .values(last_active_at=NOW, abandon_at=bindparam("until", type_=DateTime(timezone=True)))
)
REVOKE_OF_USER = Statement(
    update(oauth_authorizations)
    .where(
        oauth_authorizations.c.instance_id == INSTANCE,
        oauth_authorizations.c.user_id == _user_id,
        oauth_authorizations.c.application_id == _application_id,
        oauth_authorizations.c.revoked_at.is_(None),
    )
    .values(revoked_at=NOW, revocation_reason=bindparam("reason", type_=Text), updated_at=NOW)
    .returning(*_columns),
    OauthAuthorization,
)
REVOKE_SINCE = Statement(
    update(oauth_authorizations)
    .where(
        oauth_authorizations.c.instance_id == INSTANCE,
        oauth_authorizations.c.user_id == _user_id,
        oauth_authorizations.c.created_at >= _since,
        oauth_authorizations.c.revoked_at.is_(None),
    )
    .values(revoked_at=NOW, revocation_reason=bindparam("reason", type_=Text), updated_at=NOW)
    .returning(*_columns),
    OauthAuthorization,
)
_tokens = (
    select(
        *columns(
            OauthAccessToken,
            oauth_access_tokens,
            application_id=oauth_authorizations.c.application_id,
            client_id=oauth_applications.c.client_id,
            user_id=oauth_authorizations.c.user_id,
            organization_id=oauth_authorizations.c.organization_id,
        )
    )
    .join(
        oauth_authorizations,
        refers(oauth_access_tokens.c.authorization_id, oauth_authorizations),
    )
    .join(users, refers(oauth_authorizations.c.user_id, users))
    .join(
        oauth_applications,
        refers(oauth_authorizations.c.application_id, oauth_applications),
    )
    .where(oauth_access_tokens.c.instance_id == INSTANCE)
)
# Every check of a token is this one statement: what ended a moment ago ends it now.
TOKEN = Statement(_tokens.where(oauth_access_tokens.c.digest == _digest, *STANDS), OauthAccessToken)
# Also those that stand no more, so that whoever ends them twice hears the same.
ANY_TOKEN = Statement(_tokens.where(oauth_access_tokens.c.digest == _digest), OauthAccessToken)
AUTHORIZATION = Statement(
    select(*_columns)
    .join(users, refers(oauth_authorizations.c.user_id, users))
    .where(*_by_id, *STANDS),
    OauthAuthorization,
)
CLEAR_TOKENS = Statement[None](
    delete(oauth_access_tokens).where(
        oauth_access_tokens.c.expires_at < bindparam("before", type_=DateTime(timezone=True))
    ),
    across_instances="the worker clears the tokens of all instances",
)
CLEAR_REVOKED = Statement[None](
    delete(oauth_authorizations).where(
        oauth_authorizations.c.revoked_at < bindparam("before", type_=DateTime(timezone=True))
    ),
    across_instances="the worker clears what ended in all instances",
)
STANDING_SESSION = Statement[Any](
    select(sessions.c.id)
    .join(users, refers(sessions.c.user_id, users))
    .where(
        sessions.c.instance_id == INSTANCE,
        sessions.c.id == bindparam("session_id", type_=Text),
        sessions.c.user_id == _user_id,
        *_active(sessions),
        users.c.is_banned.is_(False),
    )
)
ORGANIZATION = Statement(
    select(organizations.c.id, organizations.c.name, organizations.c.slug)
    .join(memberships, refers(memberships.c.organization_id, organizations))
    .where(
        memberships.c.instance_id == INSTANCE,
        memberships.c.organization_id == bindparam("organization_id", type_=Text),
        memberships.c.user_id == _user_id,
    ),
    OrganizationShown,
)


async def find_consent(db: Db, user_id: str, application_id: str) -> OauthConsent | None:
    """What a person has let an application do."""
    return await db.find(CONSENT, user_id=user_id, application_id=application_id)


async def hold_consent(db: Db, user_id: str, application_id: str) -> OauthConsent | None:
    """The same; it cannot be withdrawn until the transaction ends."""
    return await db.find(HELD_CONSENT, user_id=user_id, application_id=application_id)


async def give_consent(db: Db, row: OauthConsentRow) -> OauthConsent:
    """Keep what a person lets an application do, beside what they have let it do before.

    Raises: Overtaken, where the first consent is given twice at once.
    """
    both = {"user_id": row.user_id, "application_id": row.application_id}
    before = await db.find(LOCKED_CONSENT, **both)
    if before is None:
        values = {each.name: getattr(row, each.name) for each in fields(row)}
        if await db.value(INSERT_CONSENT, **values) is None:
            raise Overtaken
        return OauthConsent(**{**values, "scopes": tuple(row.scopes)})
    scopes = [*before.scopes, *(each for each in row.scopes if each not in before.scopes)]
    return await db.one(
        WIDEN_CONSENT, missing=Overtaken(), new_scopes=scopes, now=row.updated_at, **both
    )


async def withdraw_consent(db: Db, user_id: str, application_id: str) -> OauthConsent | None:
    """Forget what a person has let an application do; what it was."""
    return await db.find(WITHDRAW, user_id=user_id, application_id=application_id)


async def withdraw_since(db: Db, user_id: str, since: datetime) -> tuple[OauthConsent, ...]:
    """Take back the consents of a person that are no older than this."""
    return await db.all(WITHDRAW_SINCE, user_id=user_id, since=since)


async def find_connected(db: Db, user_id: str) -> tuple[ConnectedApplication, ...]:
    """The applications that a person has let in, the newest first, 500 at most."""
    return await db.all(CONNECTED, user_id=user_id)


async def insert_authorization(db: Db, row: OauthAuthorizationRow) -> None:
    """Insert an authorization."""
    await db.insert(INSERT, row)


async def insert_token(db: Db, row: OauthAccessTokenRow) -> None:
    """Insert an access token."""
    await db.insert(INSERT_TOKEN, row)


async def find_live(db: Db, authorization_id: str, now: datetime) -> OauthAuthorization | None:
    """An authorization that stands."""
    return await db.find(AUTHORIZATION, authorization_id=authorization_id, now=now)


async def move(
    db: Db, authorization_id: str, organization_id: str, now: datetime
) -> OauthAuthorization | None:
    """Let an authorization be about another organization; None for one that ended."""
    return await db.find(
        MOVE, authorization_id=authorization_id, organization_id=organization_id, now=now
    )


async def keep_session(db: Db, session_id: str, until: datetime, now: datetime) -> None:
    """Note that a session was used by a token of its own, and when it is abandoned."""
    await db.run(KEEP_SESSION, session_id=session_id, until=until, now=now)


async def revoke(
    db: Db, authorization_id: str, reason: str, now: datetime
) -> OauthAuthorization | None:
    """End an authorization and all its tokens; None for one that ended before."""
    return await db.find(REVOKE, authorization_id=authorization_id, reason=reason, now=now)


async def revoke_of_user(
    db: Db, user_id: str, application_id: str, reason: str, now: datetime
) -> tuple[OauthAuthorization, ...]:
    """End all that an application may do for a person."""
    return await db.all(
        REVOKE_OF_USER, user_id=user_id, application_id=application_id, reason=reason, now=now
    )


async def revoke_since(
    db: Db, user_id: str, since: datetime, reason: str, now: datetime
) -> tuple[OauthAuthorization, ...]:
    """End what applications may do for a person, where it is no older than this."""
    return await db.all(REVOKE_SINCE, user_id=user_id, since=since, reason=reason, now=now)


async def find_token(db: Db, digest: bytes, now: datetime) -> OauthAccessToken | None:
    """The access token of this digest, if its authorization and its user stand."""
    return await db.find(TOKEN, digest=digest, now=now)


async def find_any_token(db: Db, digest: bytes) -> OauthAccessToken | None:
    """The access token of this digest, whether or not it stands."""
    return await db.find(ANY_TOKEN, digest=digest)


async def session_stands(db: Db, session_id: str, user_id: str, now: datetime) -> bool:
    """Whether a session of a user is active."""
    found = await db.value(STANDING_SESSION, session_id=session_id, user_id=user_id, now=now)
    return found is not None


async def find_organization(
    db: Db, organization_id: str | None, user_id: str
) -> OrganizationShown | None:
    """An organization, if the user is in it."""
    if organization_id is None:
        return None
    return await db.find(ORGANIZATION, organization_id=organization_id, user_id=user_id)
