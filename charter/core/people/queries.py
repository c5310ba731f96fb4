"""Every SQL statement about people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Text,
    and_,
    bindparam,
    case,
    exists,
    false,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from charter.core.aggregates import gathered
from charter.core.email_addresses.linked import address_column
from charter.core.email_addresses.model import EmailAddress
from charter.core.email_addresses.tables import email_addresses
from charter.core.memberships.tables import memberships
from charter.core.people.model import (
    Person,
    PersonStatus,
    ProfileRow,
    UserNameTaken,
)
from charter.core.people.tables import user_profiles
from charter.core.statements import NEWEST_FIRST, columns, word
from charter.core.users.tables import users
from charter.kernel.db import INSTANCE, Db, Statement
from charter.kernel.filters.fields import AnyField, Field, FreeText, Many
from charter.kernel.lists import Listing

_of_user = and_(
    email_addresses.c.instance_id == users.c.instance_id, email_addresses.c.user_id == users.c.id
)
_profile = and_(
    user_profiles.c.instance_id == users.c.instance_id, user_profiles.c.user_id == users.c.id
)
_user_id = bindparam("user_id", type_=Text)
_primary = (
    select(email_addresses.c.address)
    .where(_of_user, email_addresses.c.is_primary)
    .correlate(users)
    .scalar_subquery()
)
_user_name = func.coalesce(
    user_profiles.c.user_name, _primary, users.c.username, users.c.id, type_=Text
)
_is_deactivated = and_(users.c.is_banned, user_profiles.c.deactivated_at.is_not(None))
_status = case(
    (_is_deactivated, word(PersonStatus.DISABLED.value)),
    (users.c.is_banned, word(PersonStatus.SUSPENDED.value)),
    else_=word(PersonStatus.ACTIVE.value),
)
_preferred = (
    select(memberships.c.id)
    .where(
        memberships.c.instance_id == users.c.instance_id,
        memberships.c.user_id == users.c.id,
        memberships.c.id == user_profiles.c.preferred_membership_id,
    )
    .correlate(users, user_profiles)
    .scalar_subquery()
)
_types = func.coalesce(
    user_profiles.c.email_types, literal_column("'{}'::jsonb", JSONB), type_=JSONB
)
_columns = {
    "status": _status,
    "user_name": _user_name,
    "is_name_given": user_profiles.c.user_name.is_not(None),
    "display_name": user_profiles.c.display_name,
    "avatar_url": user_profiles.c.avatar_url,
    "preferred_language": user_profiles.c.preferred_language,
    "timezone": user_profiles.c.timezone,
    "preferred_membership_id": _preferred,
    "email_addresses": gathered(
        EmailAddress, email_addresses, _of_user, correlate=users, column=address_column
    ),
    "email_types": _types,
}
SELECT = (
    select(*columns(Person, users, **_columns))
    .select_from(users.outerjoin(user_profiles, _profile))
    .where(users.c.instance_id == INSTANCE)
)


def _text(column: Any, *, nullable: bool | None = None) -> Field:
    """A text that is compared without regard to case (RFC 7643, section 2.2)."""
    return Field(column, str, sortable=True, ignore_case=True, nullable=nullable)


_address = Field(email_addresses.c.address, str, ignore_case=True)
_type = func.coalesce(
    _types.op("->>", return_type=Text())(email_addresses.c.address_key), word("work"), type_=Text
)
FIELDS: dict[str, AnyField] = {
    "id": Field(users.c.id, str, sortable=True),
    "status": Field(_status, PersonStatus, sortable=True, nullable=False),
    "is_active": Field(
        func.coalesce(users.c.is_banned.is_(False), false(), type_=Boolean), bool, nullable=False
    ),
    "user_name": _text(_user_name, nullable=False),
    "external_id": Field(users.c.external_id, str, sortable=True),
    "first_name": _text(users.c.first_name),
    "last_name": _text(users.c.last_name),
    "display_name": _text(user_profiles.c.display_name),
    "preferred_language": _text(user_profiles.c.preferred_language),
    "locale": _text(users.c.locale),
    "timezone": _text(user_profiles.c.timezone),
    "primary_address": _text(_primary),
    "email_address": Many(
        email_addresses, _of_user, email_addresses.c.address, str, ignore_case=True
    ),
    "email": Many(
        email_addresses,
        _of_user,
        within={
            "value": _address,
            "type": Field(_type, str, ignore_case=True, nullable=False),
            "is_primary": Field(email_addresses.c.is_primary, bool),
        },
    ),
    "email_type": Many(email_addresses, _of_user, _type, str, ignore_case=True),
    "email_is_primary": Many(email_addresses, _of_user, email_addresses.c.is_primary, bool),
    "text": FreeText(users.c.search_text),
    # The same, and out of the index's reach.
    "short_text": FreeText(users.c.search_text + literal_column("''")),
    "created_at": Field(users.c.created_at, datetime, sortable=True),
    "updated_at": Field(users.c.updated_at, datetime, sortable=True),
}
PERSON = Statement(SELECT.where(users.c.id == _user_id), Person)
LISTING = Listing(SELECT, Person, FIELDS, users.c.id, order=NEWEST_FIRST)
_key = bindparam("user_name_key", type_=Text)
IS_NAMED = Statement[Any](
    # In two, of which each is served by an index: names that were given, and addresses of those
    # who have none.
    union_all(
        select(user_profiles.c.user_id).where(
            user_profiles.c.instance_id == INSTANCE,
            user_profiles.c.user_name_key == _key,
            user_profiles.c.user_id != _user_id,
        ),
        select(users.c.id)
        .join(email_addresses, _of_user)
        .outerjoin(user_profiles, _profile)
        .where(
            users.c.instance_id == INSTANCE,
            email_addresses.c.address_key == _key,
            email_addresses.c.is_primary,
            user_profiles.c.user_name_key.is_(None),
            users.c.id != _user_id,
        ),
    ).limit(1)
)
PROFILE = Statement(
    select(*columns(ProfileRow, user_profiles)).where(
        user_profiles.c.instance_id == INSTANCE, user_profiles.c.user_id == _user_id
    ),
    ProfileRow,
)
_given = {
    column.name: bindparam(column.name, type_=column.type)
    for column in user_profiles.c
    if column.name != "instance_id"
}
PUT_PROFILE = Statement[None](
    insert(user_profiles)
    .values(instance_id=INSTANCE, **_given)
    .on_conflict_do_update(
        index_elements=["instance_id", "user_id"],
        set_={name: value for name, value in _given.items() if name != "user_id"},
    ),
    violates={"uq_user_profiles_user_name_key": UserNameTaken},
)
ORGANIZATION_IDS = Statement[Any](
    select(memberships.c.organization_id)
    .where(memberships.c.instance_id == INSTANCE, memberships.c.user_id == _user_id)
    .order_by(memberships.c.organization_id)
)
HAS_MEMBERSHIP = Statement[Any](
    select(
        exists().where(
            memberships.c.instance_id == INSTANCE,
            memberships.c.user_id == _user_id,
            memberships.c.id == bindparam("membership_id", type_=Text),
        )
    )
)


def profile_of(user_id: str, values: Mapping[str, Any]) -> ProfileRow:
    """What is kept beside a user, of which nothing was kept before."""
    nothing: dict[str, Any] = {**dict.fromkeys(ProfileRow.__dataclass_fields__), "email_types": {}}
    return ProfileRow(**{**nothing, "user_id": user_id, **values})


async def find_profile(db: Db, user_id: str) -> ProfileRow:
    """What is kept beside a user; an empty row where nothing is."""
    return await db.find(PROFILE, user_id=user_id) or profile_of(user_id, {})


async def organization_ids(db: Db, user_id: str) -> tuple[str, ...]:
    """The organizations that a user is a member of, in the order of their ids."""
    return tuple(row[0] for row in await db.all(ORGANIZATION_IDS, user_id=user_id))
