"""The users that a caller knows: all for an app's server; for a person, whom they share with.

A person knows themselves and the members of organizations whose members they may read.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, any_, bindparam, or_, select

from charter.core.email_addresses.tables import email_addresses
from charter.core.memberships.held import held_role_ids
from charter.core.memberships.tables import memberships
from charter.core.organizations.tables import organizations
from charter.core.permissions.tables import permissions
from charter.core.roles.tables import role_permissions
from charter.core.statements import NEWEST_FIRST, columns, refers, word
from charter.core.users.fields import ACCOUNT_STATUS
from charter.core.users.model import UserNotFound, UserStatus
from charter.core.users.tables import users
from charter.core.vocabulary import Permission
from charter.kernel.db import INSTANCE, Statement
from charter.kernel.filters.fields import Field
from charter.kernel.lists import Found, Listing, Search
from charter.kernel.operation import Context, operation


@dataclass(frozen=True, slots=True)
class KnownUser:
    """What others see of a user. `email_address` is the primary one."""

    id: str
    number: int
    username: str | None
    first_name: str | None
    last_name: str | None
    email_address: str | None
    status: UserStatus
    created_at: datetime
    updated_at: datetime


_email_address = (
    select(email_addresses.c.address)
    .where(
        email_addresses.c.instance_id == users.c.instance_id,
        email_addresses.c.user_id == users.c.id,
        email_addresses.c.is_primary,
    )
    .correlate(users)
    .scalar_subquery()
)
_caller = bindparam("caller_id", type_=Text)
_mine, _theirs = memberships.alias("mine"), memberships.alias("theirs")


def _shared() -> Any:
    """Everybody in the organizations whose members the caller may read."""
    return (
        select(_theirs.c.user_id)
        .select_from(_theirs, _mine, organizations, role_permissions, permissions)
        .where(
            _mine.c.instance_id == INSTANCE,
            _mine.c.user_id == _caller,
            _theirs.c.instance_id == INSTANCE,
            _theirs.c.organization_id == _mine.c.organization_id,
            refers(_mine.c.organization_id, organizations),
            organizations.c.status != word("closed"),
            role_permissions.c.instance_id == INSTANCE,
            role_permissions.c.role_id == any_(held_role_ids(_mine)),
            refers(role_permissions.c.permission_id, permissions),
            permissions.c.key == word(Permission.MEMBERS_READ.key),
        )
    )


FIELDS = {
    "number": Field(users.c.number, int, sortable=True),
    "username": Field(users.c.username, str, sortable=True),
    "first_name": Field(users.c.first_name, str, sortable=True),
    "last_name": Field(users.c.last_name, str, sortable=True),
    "email_address": Field(_email_address, str, sortable=True),
    "status": Field(ACCOUNT_STATUS, str, sortable=True, nullable=False),
    "created_at": Field(users.c.created_at, datetime, sortable=True),
    "updated_at": Field(users.c.updated_at, datetime, sortable=True),
}
_columns = columns(KnownUser, users, email_address=_email_address, status=ACCOUNT_STATUS)
_everybody = select(*_columns).where(users.c.instance_id == INSTANCE)
_known = _everybody.where(or_(users.c.id == _caller, users.c.id.in_(_shared())))
EVERYBODY = Listing(_everybody, KnownUser, FIELDS, users.c.id, order=NEWEST_FIRST)
KNOWN = Listing(_known, KnownUser, FIELDS, users.c.id, order=NEWEST_FIRST)
_one = users.c.id == bindparam("user_id", type_=Text)
ONE = Statement(_everybody.where(_one), KnownUser)
ONE_KNOWN = Statement(_known.where(_one), KnownUser)


@operation("users.search_known", permission=Permission.USERS_READ, writes=False)
async def search_known(ctx: Context, search: Search) -> Found[KnownUser]:
    """List the users that the caller knows, the newest first; all of them for an app's server.

    Source: Accounts API, users.
    """
    await ctx.allow(or_self=ctx.actor.user_id)
    if ctx.actor.kind.is_instance_wide:
        return await EVERYBODY.search(ctx.db, search)
    return await KNOWN.search(ctx.db, search, caller_id=ctx.user_id)


@operation(
    "users.get_known", permission=Permission.USERS_READ, raises=(UserNotFound,), writes=False
)
async def get_known(ctx: Context, user_id: str) -> KnownUser:
    """Read a user that the caller knows. Raises: UserNotFound. Source: Accounts API, users."""
    await ctx.allow(or_self=ctx.actor.user_id)
    missing = UserNotFound("user_id")
    if ctx.actor.kind.is_instance_wide:
        return await ctx.db.one(ONE, missing=missing, user_id=user_id)
    return await ctx.db.one(ONE_KNOWN, missing=missing, user_id=user_id, caller_id=ctx.user_id)
