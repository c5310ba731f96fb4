"""Finds the actor behind an access token of a client's: signed, and still to be looked up.

The look-up is one statement, made for every request: a client that was deleted, a login that was
revoked, a session that ended or a banned user is refused at once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Text, and_, bindparam, select

from charter.core.account_clients.model import CLIENT_CREDENTIALS
from charter.core.keys.claimed import claimed_header, claimed_payload
from charter.core.oauth_applications.tables import oauth_application_keys, oauth_applications
from charter.core.oauth_authorizations.account_ids import own, shown
from charter.core.oauth_authorizations.account_minting import issuer_of
from charter.core.oauth_authorizations.queries import STANDS
from charter.core.oauth_authorizations.tables import oauth_authorizations
from charter.core.organizations.tables import is_in_use, organizations
from charter.core.sessions.tables import sessions
from charter.core.statements import refers
from charter.core.users.tables import users
from charter.core.vocabulary import DEFAULT_ROLES, MEMBER_ROLE, Permission
from charter.kernel.actor import Access, Actor, ActorKind
from charter.kernel.db import INSTANCE, Statement
from charter.kernel.errors import NotPermitted, Unauthenticated
from charter.kernel.ids import is_id
from charter.kernel.platform import Platform
from charter.kernel.tokens import PublicKey, Reason, TokenRefused, Typ, verify

KEY_PREFIX = "key_"
INSTANCE_PREFIX = "ins_"
AUTHORIZATION_PREFIX = "oaz_"
PERMISSIONS_OF_CLIENTS = frozenset(
    {Permission.ORGANIZATION_VIEW.key, *DEFAULT_ROLES[MEMBER_ROLE][1]}
)
"""What a client of an organization may there by itself: what a member may, and tokens may."""


class AccountTokenExpired(Unauthenticated):
    """The access token was good, and its time is over."""

    code = "account_token_expired"
    message = "The access token has expired."


@dataclass(frozen=True, slots=True)
class Signed:
    """The client that a key is of, and how the login stands that a token names.

    stands: None where there is no such login of the client's.
    """

    instance_id: str
    public_pem: str
    client_id: str
    client_organization_id: str | None
    issuer: str | None
    grant_types: tuple[str, ...]
    is_consent_screen_enabled: bool
    is_organization_in_use: bool | None
    user_id: str | None
    session_id: str | None
    impersonator: str | None
    stands: bool | None


@dataclass(frozen=True, slots=True)
class AccountToken:
    """An access token that holds, as it was signed.

    user_id, authorization_id: None for the client itself. organization_id: what it is for, or
    where its person works. is_vouched: whether the app itself vouches for the client.
    """

    instance_id: str
    user_id: str | None
    authorization_id: str | None
    session_id: str | None
    impersonator: str | None
    organization_id: str | None
    client_organization_id: str | None
    is_vouched: bool
    access: Access
    claims: dict[str, Any]


_client = oauth_applications.c
SIGNED = Statement(
    select(
        _client.instance_id,
        oauth_application_keys.c.public_pem,
        _client.id.label("client_id"),
        _client.organization_id.label("client_organization_id"),
        _client.issuer,
        _client.grant_types,
        _client.is_consent_screen_enabled,
        is_in_use.label("is_organization_in_use"),
        oauth_authorizations.c.user_id,
        oauth_authorizations.c.session_id,
        sessions.c.actor["sub"].astext.label("impersonator"),
        and_(*STANDS).label("stands"),
    )
    .select_from(
        oauth_application_keys.join(
            oauth_applications, refers(oauth_application_keys.c.application_id, oauth_applications)
        )
        .outerjoin(organizations, refers(_client.organization_id, organizations))
        .outerjoin(
            oauth_authorizations,
            and_(
                oauth_authorizations.c.instance_id == _client.instance_id,
                oauth_authorizations.c.id == bindparam("authorization_id", type_=Text),
                oauth_authorizations.c.application_id == _client.id,
            ),
        )
        .outerjoin(users, refers(oauth_authorizations.c.user_id, users))
        .outerjoin(sessions, refers(oauth_authorizations.c.session_id, sessions))
    )
    .where(
        oauth_application_keys.c.instance_id == INSTANCE,
        oauth_application_keys.c.id == bindparam("kid", type_=Text),
    ),
    Signed,
)


def is_account_token(credential: str) -> bool:
    """Whether a credential says of itself that it is an access token of a client."""
    kid = claimed_header(credential).get("kid")
    return isinstance(kid, str) and kid.startswith(KEY_PREFIX)


def claimed_instance_of(token: str) -> str | None:
    """The instance that a token says it is of; None where it says of none. Never believed."""
    instance_id = own(str(claimed_payload(token).get("app")), INSTANCE_PREFIX)
    return instance_id if is_id(INSTANCE_PREFIX, instance_id) else None


async def account_token_actor(platform: Platform, token: str) -> Actor:
    """Who acts by an access token.

    A person, by a client that the app vouches for; confined to one organization by a token that
    was made for it, and by a client of it. Without a person the client itself: one of the app for
    the whole instance, one of an organization as far as a member's default role reaches.
    Raises: Unauthenticated; AccountTokenExpired; NotPermitted, for a person's token at a client
        that people let in to be told who they are, and no more.
    """
    found = await read_account_token(platform, token)
    confined_to = found.organization_id if found.access.is_derived else found.client_organization_id
    if found.user_id is not None:
        if not found.is_vouched and confined_to is None:
            raise NotPermitted("access_token")
        return Actor(
            ActorKind.USER,
            found.instance_id,
            id=found.authorization_id,
            user_id=found.user_id,
            session_id=found.session_id,
            impersonator=found.impersonator,
            organization_id=confined_to,
            access=found.access,
        )
    if confined_to is None:
        client_id = found.access.client_id
        return Actor(ActorKind.CLIENT, found.instance_id, id=client_id, access=found.access)
    return Actor(
        ActorKind.ORGANIZATION_CLIENT,
        found.instance_id,
        id=found.access.client_id,
        organization_id=confined_to,
        permissions=PERMISSIONS_OF_CLIENTS,
        access=found.access,
    )


async def read_account_token(platform: Platform, token: str) -> AccountToken:
    """Read an access token, if it holds now. Raises: Unauthenticated; AccountTokenExpired."""
    kid, sid = claimed_header(token).get("kid"), claimed_payload(token).get("sid")
    instance_id = claimed_instance_of(token)
    if instance_id is None or not isinstance(kid, str) or not is_id(KEY_PREFIX, kid):
        raise Unauthenticated("access_token")
    authorization_id = sid if isinstance(sid, str) and is_id(AUTHORIZATION_PREFIX, sid) else None
    now = platform.clock()
    signed = await platform.database.reading(instance_id).find(
        SIGNED, kid=kid, authorization_id=authorization_id, now=now
    )
    if signed is None:
        raise Unauthenticated("access_token")
    issuer = issuer_of(signed.issuer, platform.addresses)
    keys = {kid: _public_key(kid, signed.public_pem)}
    try:
        claims = verify(token, keys, typ=Typ.ACCESS, issuer=issuer, now=now)
    except TokenRefused as refused:
        if refused.reason is Reason.EXPIRED:
            raise AccountTokenExpired("access_token") from refused
        raise Unauthenticated("access_token") from refused
    return _checked(signed, claims)


def _checked(signed: Signed, claims: dict[str, Any]) -> AccountToken:
    """Hold what a token says against what is true now. Raises: Unauthenticated."""
    client_id, organization_id = signed.client_id, signed.client_organization_id
    is_bound = claims.get("cid") == shown(client_id)
    is_bound = is_bound and claims.get("app") == shown(signed.instance_id)
    if "uid" in claims:
        is_right = bool(signed.stands) and signed.user_id is not None
        is_right = is_right and claims["uid"] == claims["sub"] == shown(signed.user_id or "")
        if "acc" in claims:
            organization_id = own(str(claims["acc"]), "org_")
    else:
        is_right = CLIENT_CREDENTIALS in signed.grant_types and claims["sub"] == shown(client_id)
        # A client does not act for an organization that rests.
        is_right = is_right and "sid" not in claims and signed.is_organization_in_use is not False
    if not (is_bound and is_right):
        raise Unauthenticated("access_token")
    audience = claims.get("aud", [])
    return AccountToken(
        instance_id=signed.instance_id,
        user_id=signed.user_id if "uid" in claims else None,
        authorization_id=claims.get("sid"),
        session_id=signed.session_id,
        impersonator=signed.impersonator,
        organization_id=organization_id,
        client_organization_id=signed.client_organization_id,
        is_vouched=not signed.is_consent_screen_enabled,
        access=Access(
            client_id=client_id,
            scopes=tuple(str(claims.get("scope", "")).split()),
            audience=(audience,) if isinstance(audience, str) else tuple(audience),
            is_derived=claims.get("der") is True,
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
        ),
        claims=claims,
    )


@lru_cache(1024)
def _public_key(kid: str, pem: str) -> PublicKey:
    """A public key, read once: that costs a part of a millisecond."""
    return PublicKey.from_pem(kid, pem)
