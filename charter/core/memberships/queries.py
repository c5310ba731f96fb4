"""Every SQL statement about memberships."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    DateTime,
    Select,
    Text,
    any_,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from charter.core.aggregates import object_of
from charter.core.email_addresses.tables import email_addresses
from charter.core.memberships.held import (
    EVERYONE,
    further_role_keys,
    held_role_ids,
    permissions_held,
    permissions_of,
)
from charter.core.memberships.model import (
    STRANGER,
    AlreadyMember,
    EndedMembership,
    MemberNotFound,
    MemberProfile,
    Membership,
    MemberStanding,
    RoleInSet,
)
from charter.core.memberships.tables import memberships
from charter.core.organization_invitations.tables import organization_invitations
from charter.core.organizations import queries as organization_queries
from charter.core.organizations.model import Organization
from charter.core.organizations.tables import is_in_use, organizations
from charter.core.permissions.tables import permissions
from charter.core.phone_numbers.tables import phone_numbers
from charter.core.role_sets.tables import role_set_roles, role_sets
from charter.core.roles.tables import roles
from charter.core.sessions.tables import sessions
from charter.core.statements import NOW, columns, refers, word
from charter.core.users.model import UserNotFound
from charter.core.users.tables import users
from charter.kernel.db import INSTANCE, Db, Statement, inserting

_role_sets = role_sets.alias()


def _primary(table: Any, value: Any) -> Any:
    return (
        select(value)
        .where(
            table.c.instance_id == users.c.instance_id,
            table.c.user_id == users.c.id,
            table.c.is_primary,
        )
        .correlate(users)
        .scalar_subquery()
    )


def profile_column(name: str) -> Any:
    """A column of MemberProfile by name, over `users`."""
    if name == "user_id":
        return users.c.id
    if name == "email_address":
        return _primary(email_addresses, email_addresses.c.address)
    if name == "phone_number":
        return _primary(phone_numbers, phone_numbers.c.number)
    return users.c[name]


def organization_column(name: str) -> Any:
    """A column of Organization by name, over `organizations`, without counts."""
    if name == "role_set_key":
        # A subquery counts as dear, so that a list makes this object for the rows of its page
        # alone, and not for all that it sorts.
        return (
            select(_role_sets.c.key)
            .where(
                refers(organizations.c.role_set_id, _role_sets),
            )
            .correlate(organizations)
            .scalar_subquery()
        )
    return organization_queries.column(name, with_counts=False)


def _selecting(of: Any) -> Select[Any]:
    """Memberships of a table, with organization, roles and profile."""
    gained = {
        "role_key": roles.c.key,
        "role_name": roles.c.name,
        "is_creator_role": role_sets.c.creator_role_id == roles.c.id,
        "permissions": permissions_held(of),
        "organization": object_of(Organization, organization_column),
        "member": object_of(MemberProfile, profile_column),
        "further_role_keys": further_role_keys(of),
    }
    if "disabled_at" not in of.c:
        gained["disabled_at"] = literal_column("NULL::timestamptz", DateTime(timezone=True))
    return (
        select(*columns(Membership, of, **gained))
        .select_from(
            # One join object: a list that counts puts its columns aside, and has to keep it.
            of.join(organizations, refers(of.c.organization_id, organizations))
            .join(role_sets, refers(organizations.c.role_set_id, role_sets))
            .join(users, refers(of.c.user_id, users))
            .join(roles, refers(of.c.role_id, roles))
        )
        .where(of.c.instance_id == INSTANCE)
    )


SELECT = _selecting(memberships)
"""Memberships with organization, roles and profile; lists add to it."""
SELECT_EVERYONE = _selecting(EVERYONE)
"""The same of members and of those who are disabled."""

_of_user = (
    memberships.c.organization_id == bindparam("organization_id", type_=Text),
    memberships.c.user_id == bindparam("user_id", type_=Text),
)
MEMBER = Statement(SELECT.where(*_of_user), Membership)
USER_OF = Statement[Any](
    select(memberships.c.user_id).where(
        memberships.c.instance_id == INSTANCE,
        memberships.c.id == bindparam("membership_id", type_=Text),
    )
)
DISABLED = Statement(
    SELECT_EVERYONE.where(
        EVERYONE.c.organization_id == bindparam("organization_id", type_=Text),
        EVERYONE.c.user_id == bindparam("user_id", type_=Text),
        EVERYONE.c.disabled_at.is_not(None),
    ),
    Membership,
)

# In a suspended organization a role holds its reading permissions alone.
_holds = or_(
    is_in_use,
    permissions.c.key.like(word("%:read")),
)
STANDING = Statement(
    select(
        literal_column("true").label("is_member"),
        permissions_held(memberships, _holds).label("permissions"),
        roles.c.key.label("role_key"),
        (role_sets.c.creator_role_id == roles.c.id).label("is_creator_role"),
    )
    .select_from(memberships, roles, organizations, role_sets)
    .where(
        memberships.c.instance_id == INSTANCE,
        *_of_user,
        refers(memberships.c.role_id, roles),
        refers(memberships.c.organization_id, organizations),
        # A closed organization is for its members as if it were not there.
        organizations.c.status != word("closed"),
        refers(organizations.c.role_set_id, role_sets),
    ),
    MemberStanding,
)

COUNT_OWNERS = Statement[Any](
    select(func.count())
    .select_from(memberships, organizations, role_sets)
    .where(
        memberships.c.instance_id == INSTANCE,
        memberships.c.organization_id == bindparam("organization_id", type_=Text),
        refers(memberships.c.organization_id, organizations),
        refers(organizations.c.role_set_id, role_sets),
        memberships.c.role_id == role_sets.c.creator_role_id,
    )
)
DELETE = Statement[None](
    delete(memberships).where(
        memberships.c.instance_id == INSTANCE,
        memberships.c.id == bindparam("id", type_=Text),
    )
)


COUNT_HOLDERS = Statement[Any](
    select(
        func.count().label("members"),
        func.count()
        .filter(bindparam("role_id", type_=Text) == any_(held_role_ids(memberships)))
        .label("holders"),
    ).where(
        memberships.c.instance_id == INSTANCE,
        memberships.c.organization_id == bindparam("organization_id", type_=Text),
    )
)
SET_ROLE = Statement[None](
    update(memberships)
    .where(
        memberships.c.instance_id == INSTANCE,
        memberships.c.id == bindparam("member_id", type_=Text),
    )
    .values(role_id=bindparam("new_role_id", type_=Text), updated_at=NOW)
)
SET_METADATA = Statement[None](
    update(memberships)
    .where(
        memberships.c.instance_id == INSTANCE,
        memberships.c.id == bindparam("member_id", type_=Text),
    )
    .values(
        public_metadata=bindparam("public_metadata", type_=JSONB),
        private_metadata=bindparam("private_metadata", type_=JSONB),
        updated_at=NOW,
    )
)
LEAVE = Statement[None](
    update(sessions)
    .where(
        sessions.c.instance_id == INSTANCE,
        sessions.c.user_id == bindparam("user_id", type_=Text),
        sessions.c.last_active_organization_id == bindparam("organization_id", type_=Text),
    )
    .values(last_active_organization_id=None, updated_at=NOW)
)
LEAVE_ALL = Statement[None](
    update(sessions)
    .where(
        sessions.c.instance_id == INSTANCE,
        # Found by the users of the organization, for whom there is an index.
        sessions.c.user_id.in_(
            select(memberships.c.user_id).where(
                memberships.c.instance_id == INSTANCE,
                memberships.c.organization_id == bindparam("organization_id", type_=Text),
            )
        ),
        sessions.c.last_active_organization_id == bindparam("organization_id", type_=Text),
    )
    .values(last_active_organization_id=None, updated_at=NOW)
)
_roles_in_set = (
    select(
        roles.c.id,
        roles.c.key,
        roles.c.name,
        (role_sets.c.creator_role_id == roles.c.id).label("is_creator_role"),
        permissions_of(roles.c.id).label("permissions"),
    )
    .select_from(roles, role_sets, role_set_roles)
    .where(
        roles.c.instance_id == INSTANCE,
        role_sets.c.instance_id == INSTANCE,
        role_sets.c.id == bindparam("role_set_id", type_=Text),
        role_set_roles.c.instance_id == INSTANCE,
        role_set_roles.c.role_set_id == role_sets.c.id,
        role_set_roles.c.role_id == roles.c.id,
    )
)
ROLES_IN_SET = Statement(
    _roles_in_set.where(roles.c.key == any_(bindparam("role_keys", type_=ARRAY(Text)))), RoleInSet
)
DEFAULT_ROLE = Statement(_roles_in_set.where(roles.c.id == role_sets.c.default_role_id), RoleInSet)


def _seats(table: Any, *conditions: Any) -> Any:
    return (
        select(func.count())
        .select_from(table)
        .where(
            table.c.instance_id == INSTANCE,
            table.c.organization_id == bindparam("organization_id", type_=Text),
            *conditions,
        )
        .scalar_subquery()
    )


COUNT_SEATS = Statement[Any](
    select(
        _seats(memberships)
        + _seats(
            organization_invitations,
            organization_invitations.c.status == word("pending"),
            organization_invitations.c.expires_at > NOW,
        )
    )
)
INSERT = inserting(
    memberships,
    violates={
        "uq_memberships_user_id": AlreadyMember,
        "fk_memberships_instance_id_user_id": lambda: UserNotFound("user_id"),
    },
)


async def get_member(db: Db, organization_id: str, user_id: str) -> Membership:
    """The membership. Raises: MemberNotFound."""
    return await db.one(
        MEMBER,
        missing=MemberNotFound("user_id"),
        organization_id=organization_id,
        user_id=user_id,
    )


async def find_user_of(db: Db, membership_id: str) -> str | None:
    """The user of a membership."""
    found: str | None = await db.value(USER_OF, membership_id=membership_id)
    return found


async def lock_member(db: Db, organization_id: str, user_id: str) -> Membership:
    """The membership, with its organization locked until the transaction ends.

    Raises: OrganizationNotFound, MemberNotFound.
    """
    await organization_queries.lock_organization(db, organization_id)
    return await get_member(db, organization_id, user_id)


async def count_owners(db: Db, organization_id: str) -> int:
    """How many members hold the creator's role."""
    return int(await db.value(COUNT_OWNERS, organization_id=organization_id))


async def find_standing(db: Db, organization_id: str, user_id: str) -> MemberStanding:
    """What the user is in the organization; STRANGER if nothing."""
    found = await db.find(STANDING, organization_id=organization_id, user_id=user_id)
    return found or STRANGER


async def count_seats(db: Db, organization_id: str, now: datetime) -> int:
    """How many members and pending invitations an organization has."""
    return int(await db.value(COUNT_SEATS, organization_id=organization_id, now=now))


async def count_holders(db: Db, organization_id: str, role_id: str | None) -> tuple[int, int]:
    """How many members an organization has, and how many of them hold a role."""
    row = await db.find(COUNT_HOLDERS, organization_id=organization_id, role_id=role_id)
    return (row[0], row[1]) if row else (0, 0)


async def delete_member(db: Db, member: Membership, now: datetime) -> None:
    """Remove a membership; sessions in which the organization is active go on without it."""
    await db.run(DELETE, id=member.id)
    await db.run(LEAVE, user_id=member.user_id, organization_id=member.organization_id, now=now)


async def leave_all(db: Db, organization_id: str, now: datetime) -> None:
    """Take an organization out of its members' sessions."""
    await db.run(LEAVE_ALL, organization_id=organization_id, now=now)


DELETE_OF_USER = Statement(
    delete(memberships)
    .where(
        memberships.c.instance_id == INSTANCE,
        memberships.c.user_id == bindparam("user_id", type_=Text),
    )
    .returning(*columns(EndedMembership, memberships)),
    EndedMembership,
)


async def delete_members_of_user(db: Db, user_id: str) -> tuple[EndedMembership, ...]:
    """Remove all memberships of a user."""
    return await db.all(DELETE_OF_USER, user_id=user_id)
