"""Makes session tokens: one statement that reads, one signature."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    LargeBinary,
    Select,
    Text,
    and_,
    bindparam,
    case,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.clients.tables import clients
from charter.core.instances.model import Instance
from charter.core.keys.keeping import keep_until
from charter.core.keys.lookup import SigningKeys, instance_of, keys_of
from charter.core.keys.model import TOKEN_OVERLAP
from charter.core.memberships.tables import memberships
from charter.core.organizations.tables import organizations
from charter.core.permissions.tables import permissions
from charter.core.plans.in_force import in_force
from charter.core.plans.model import PayerType
from charter.core.roles.tables import role_permissions, roles
from charter.core.sessions.claims import LIFETIME_SECONDS, TokenSubject, session_claims
from charter.core.sessions.model import SessionNotActive, SessionNotFound
from charter.core.sessions.tables import sessions
from charter.core.statements import refers, word
from charter.core.users.tables import users
from charter.kernel.db import INSTANCE, Db, Statement
from charter.kernel.errors import InvalidInput
from charter.kernel.operation import Context
from charter.kernel.tokens import Category, sign

SESSION_HEADER = {"cat": Category.SESSION.value}
SHORTEST_SECONDS = 30
LONGEST_SECONDS = 315_360_000


@dataclass(frozen=True, slots=True)
class Token:
    """A signed token, to be handed on."""

    jwt: str


def check_lifetime(expires_in_seconds: int | None) -> int:
    """The life of a token that a caller asked for. Raises: InvalidInput."""
    if expires_in_seconds is None:
        return LIFETIME_SECONDS
    if not SHORTEST_SECONDS <= expires_in_seconds <= LONGEST_SECONDS:
        reason = f"it must be from {SHORTEST_SECONDS} to {LONGEST_SECONDS}"
        raise InvalidInput("expires_in_seconds", reason=reason)
    return expires_in_seconds


_custom_permissions = (
    select(func.array_agg(permissions.c.key, type_=ARRAY(Text)))
    .select_from(role_permissions, permissions)
    .where(
        role_permissions.c.instance_id == roles.c.instance_id,
        role_permissions.c.role_id == roles.c.id,
        refers(role_permissions.c.permission_id, permissions),
        permissions.c.type == word("user"),
    )
    .correlate(roles)
    .scalar_subquery()
)


def _subject(organization: ColumnElement[Any]) -> Select[Any]:
    """What a token of a session would say, active in an organization, if the user is in it."""
    rows = (
        sessions.join(users, refers(sessions.c.user_id, users))
        .outerjoin(
            memberships,
            and_(
                memberships.c.instance_id == sessions.c.instance_id,
                memberships.c.organization_id == organization,
                memberships.c.user_id == sessions.c.user_id,
            ),
        )
        .outerjoin(organizations, refers(memberships.c.organization_id, organizations))
        .outerjoin(roles, refers(memberships.c.role_id, roles))
    )
    of_user = in_force(rows, PayerType.USER, sessions.c.user_id)
    of_organization = in_force(of_user.rows, PayerType.ORGANIZATION, organizations.c.id)
    return (
        select(
            sessions.c.id,
            sessions.c.user_id,
            sessions.c.status,
            sessions.c.actor,
            sessions.c.first_factor_at,
            sessions.c.second_factor_at,
            sessions.c.expire_at,
            sessions.c.abandon_at,
            users.c.is_banned,
            organizations.c.id.label("organization_id"),
            organizations.c.slug.label("organization_slug"),
            roles.c.key.label("role_key"),
            _custom_permissions.label("permissions"),
            of_user.slug.label("user_plan"),
            of_user.features.label("user_features"),
            of_organization.slug.label("organization_plan"),
            of_organization.features.label("organization_features"),
        )
        .select_from(of_organization.rows)
        .where(
            sessions.c.instance_id == INSTANCE,
            sessions.c.id == bindparam("session_id", type_=Text),
        )
    )


SUBJECT = Statement(_subject(sessions.c.last_active_organization_id), TokenSubject)

_is_given = bindparam("has_organization", type_=Boolean)
_given = bindparam("organization_id", type_=Text)
SUBJECT_OF_BROWSER = Statement(
    _subject(case((_is_given, _given), else_=sessions.c.last_active_organization_id)).where(
        clients.c.instance_id == sessions.c.instance_id,
        clients.c.id == sessions.c.client_id,
        clients.c.digest == bindparam("digest", type_=LargeBinary),
    ),
    TokenSubject,
)
"""The same, for the browser that holds the session; the one statement of the hottest call."""


async def get_subject(db: Db, session_id: str) -> TokenSubject:
    """What a token of the session would say. Raises: SessionNotFound."""
    return await db.one(SUBJECT, missing=SessionNotFound("session_id"), session_id=session_id)


async def mint(
    ctx: Context,
    subject: TokenSubject,
    *,
    lifetime_seconds: int = LIFETIME_SECONDS,
    authorized_party: str | None = None,
) -> str:
    """Sign a session token.

    authorized_party: the origin for which it is made.
    Raises: SessionNotActive, when the session has ended or the user is banned;
        NoActiveSigningKey; Unavailable, when the key was withdrawn at this moment.
    """
    if not subject.gives_tokens_at(ctx.now):
        raise SessionNotActive("session_id")
    instance, keys = await instance_and_keys(ctx)
    if lifetime_seconds > TOKEN_OVERLAP.total_seconds():
        until = ctx.now + timedelta(seconds=lifetime_seconds)
        await keep_until(ctx, keys.active.kid, until)
    claims = session_claims(
        subject,
        issuer=instance.issuer,
        now=ctx.now,
        lifetime_seconds=lifetime_seconds,
        authorized_party=authorized_party,
    )
    return sign(keys.active, claims, header=SESSION_HEADER)


async def instance_and_keys(ctx: Context) -> tuple[Instance, SigningKeys]:
    """The caller's instance and its signing keys, from the caches of this process."""
    return await instance_of(ctx), await keys_of(ctx)
