"""Reads what a session token says of its session, in one statement whatever it says."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    LargeBinary,
    Select,
    Text,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal_column,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from charter.core.aggregates import object_of
from charter.core.clients.tables import clients
from charter.core.instances.model import Instance
from charter.core.jwt_templates.naming import ToldMember, known, values_of
from charter.core.keys.lookup import instance_of
from charter.core.memberships.held import held_role_ids, permissions_held
from charter.core.memberships.queries import organization_column
from charter.core.memberships.tables import memberships
from charter.core.organizations.model import Organization
from charter.core.organizations.tables import organizations
from charter.core.permissions.tables import permissions
from charter.core.plans.in_force import in_force
from charter.core.plans.model import PayerType
from charter.core.roles.tables import role_permissions, roles
from charter.core.sessions.claims import TokenSubject
from charter.core.sessions.custom_claims import names_in
from charter.core.sessions.model import SessionNotFound, SessionNotHere
from charter.core.sessions.tables import sessions
from charter.core.statements import refers, word
from charter.core.users.model import User
from charter.core.users.queries import USER_OBJECT
from charter.core.users.tables import users
from charter.kernel.db import INSTANCE, Db, Statement
from charter.kernel.operation import Context
from charter.kernel.patch import UNSET, Unset


@dataclass(frozen=True, slots=True)
class ToldSubject(TokenSubject):
    """The same with all that an app's own claims may tell, read at the same moment.

    member: as whom the user is active in an organization; roles: of the user, by organization.
    """

    user: User
    member: ToldMember | None
    roles: dict[str, str]

    def values(self, ctx: Context) -> dict[str, Any]:
        """What the names of a template stand for."""
        return known(ctx, self, self.user, self.member, self.roles)


# What two roles hold stands here twice: claims take the keys as a set.
_custom_permissions = (
    select(func.array_agg(permissions.c.key, type_=ARRAY(Text)))
    .select_from(role_permissions, permissions)
    .where(
        role_permissions.c.instance_id == memberships.c.instance_id,
        role_permissions.c.role_id == any_(held_role_ids(memberships)),
        refers(role_permissions.c.permission_id, permissions),
        permissions.c.type == word("user"),
    )
    .correlate(memberships)
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


_others = memberships.alias("others")
_roles = roles.alias("others_roles")
_organizations = organizations.alias("others_organizations")
_told = (
    select(_others.c.organization_id.label("organization_id"), _roles.c.key.label("role_key"))
    .select_from(_others, _roles, _organizations)
    .where(
        _others.c.instance_id == sessions.c.instance_id,
        _others.c.user_id == sessions.c.user_id,
        refers(_others.c.role_id, _roles),
        refers(_others.c.organization_id, _organizations),
        _organizations.c.status != word("closed"),
    )
    .order_by(_others.c.created_at, _others.c.id)
    .limit(500)
    .correlate(sessions)
    .subquery("told")
)
_roles_of_user = select(
    func.coalesce(
        func.jsonb_object_agg(_told.c.organization_id, _told.c.role_key, type_=JSONB),
        literal_column("'{}'::jsonb", JSONB),
    )
).scalar_subquery()

_member = {
    "role_key": roles.c.key,
    "permissions": permissions_held(memberships),
    "public_metadata": memberships.c.public_metadata,
    "organization": object_of(Organization, organization_column),
}


def _subject_told(organization: ColumnElement[Any]) -> Select[Any]:
    """The same with what an app's own claims may tell."""
    member = case(
        (organizations.c.id.is_not(None), object_of(ToldMember, _member.__getitem__)), else_=null()
    )
    return _subject(organization).add_columns(
        USER_OBJECT.label("user"), member.label("member"), _roles_of_user.label("roles")
    )


def _of_browser(subject: Select[Any]) -> Select[Any]:
    """Of sessions that the browser holds."""
    return subject.join(clients, refers(sessions.c.client_id, clients)).where(
        clients.c.digest == bindparam("digest", type_=LargeBinary)
    )


_active = sessions.c.last_active_organization_id
_chosen = case(
    (
        bindparam("has_organization", type_=Boolean),
        bindparam("organization_id", type_=Text),
    ),
    else_=_active,
)
SUBJECT = Statement(_subject(_active), TokenSubject)
SUBJECT_TOLD = Statement(_subject_told(_active), ToldSubject)
SUBJECT_OF_BROWSER = Statement(_of_browser(_subject(_chosen)), TokenSubject)
"""Of the browser that holds the session; the one statement of the hottest call."""
SUBJECT_OF_BROWSER_TOLD = Statement(_of_browser(_subject_told(_chosen)), ToldSubject)


async def get_subject(db: Db, session_id: str) -> TokenSubject:
    """What a token of the session would say by default. Raises: SessionNotFound."""
    return await db.one(SUBJECT, missing=SessionNotFound("session_id"), session_id=session_id)


async def get_whole_subject(ctx: Context, session_id: str) -> TokenSubject:
    """The same with what the instance's own claims tell, in one statement too.

    Raises: SessionNotFound.
    """
    statement: Statement[Any] = SUBJECT_TOLD if tells(await instance_of(ctx)) else SUBJECT
    found: TokenSubject = await ctx.db.one(
        statement, missing=SessionNotFound("session_id"), session_id=session_id
    )
    return found


async def get_subject_of_browser(
    ctx: Context, session_id: str, organization_id: str | Unset | None = UNSET
) -> TokenSubject:
    """What a token of a session of this browser says.

    organization_id: what it is active in; None: in nothing; left out: as the session is.
    Raises: SessionNotHere.
    """
    has_organization = not isinstance(organization_id, Unset)
    is_told = tells(await instance_of(ctx))
    statement: Statement[Any] = SUBJECT_OF_BROWSER_TOLD if is_told else SUBJECT_OF_BROWSER
    found: TokenSubject = await ctx.db.one(
        statement,
        missing=SessionNotHere("session_id"),
        session_id=session_id,
        digest=ctx.actor.client_digest,
        has_organization=has_organization,
        organization_id=organization_id if has_organization else None,
    )
    return found


def tells(instance: Instance) -> bool:
    """Whether the instance's own claims tell more than the session itself has."""
    template = instance.settings.session_token_template
    return bool(template) and any(not name.startswith("session.") for name in names_in(template))


async def values_for(
    ctx: Context, subject: TokenSubject, template: dict[str, Any]
) -> dict[str, Any]:
    """What the names of a template stand for: of what was read, or else read now.

    Raises: SessionNotFound, when its user was deleted at this moment.
    """
    if isinstance(subject, ToldSubject):
        return subject.values(ctx)
    return await values_of(ctx, subject, names_in(template))
