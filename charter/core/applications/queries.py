"""Every SQL statement about applications that organizations own.

Their table has no instance of its own: each statement names the owner's, or says why not.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Text, any_, bindparam, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.applications.model import OwnedApplication
from charter.core.applications.tables import applications
from charter.core.instances.tables import instances
from charter.core.organizations.tables import organizations
from charter.core.people.tables import former_users
from charter.core.statements import NEWEST_FIRST, NOW, columns
from charter.core.users.tables import users
from charter.kernel.db import INSTANCE, Db, Statement
from charter.kernel.errors import NotFound
from charter.kernel.filters.fields import Field
from charter.kernel.lists import Listing

_columns = columns(
    OwnedApplication,
    instances,
    organization_id=applications.c.owner_organization_id,
    name=applications.c.name,
)
_all = select(*_columns).join(applications, applications.c.id == instances.c.application_id)
_is_owned = applications.c.owner_instance_id == INSTANCE
_owned = _all.where(_is_owned)
_of_organization = applications.c.owner_organization_id == bindparam("organization_id", type_=Text)
_by_id = instances.c.id == bindparam("application_id", type_=Text)
_of_these = applications.c.owner_organization_id == any_(
    bindparam("organization_ids", type_=ARRAY(Text))
)

FIELDS = {
    "id": Field(instances.c.id, str, nullable=False),
    "name": Field(applications.c.name, str, sortable=True, nullable=False),
    "created_at": Field(instances.c.created_at, datetime, sortable=True, nullable=False),
    "updated_at": Field(instances.c.updated_at, datetime, sortable=True, nullable=False),
}
LISTING = Listing(
    _owned.where(_of_organization), OwnedApplication, FIELDS, instances.c.id, order=NEWEST_FIRST
)
OWNED = Statement(_owned.where(_by_id), OwnedApplication)
OWNED_OR_SELF = Statement(
    _all.where(_by_id, or_(_is_owned, instances.c.id == INSTANCE)), OwnedApplication
)
OWNED_BY_THESE = Statement(_owned.where(_of_these).order_by(instances.c.id), OwnedApplication)
OWNED_BY_INSTANCE = Statement(_owned.order_by(instances.c.id), OwnedApplication)
COUNT = Statement[Any](
    select(func.count()).select_from(applications).where(_is_owned, _of_organization)
)
APPLICATION_ID = Statement[Any](
    select(instances.c.application_id).where(instances.c.id == INSTANCE)
)
LOCK_INSTANCE = Statement[None](
    # More than a change of settings takes: nothing that refers to it is made meanwhile.
    select(instances.c.id).where(instances.c.id == INSTANCE).with_for_update()
)
HOLD_INSTANCE = Statement[None](
    select(instances.c.id)
    .where(instances.c.id == INSTANCE)
    .with_for_update(key_share=True, read=True)
)
HAS_ORGANIZATIONS = Statement[Any](select(exists().where(organizations.c.instance_id == INSTANCE)))
_user_id = bindparam("user_id", type_=Text)


def _is_there(table: Any, instance_id: Any) -> Any:
    return exists().where(table.c.instance_id == instance_id, table.c.id == _user_id)


IS_USER_HERE = Statement[Any](
    select(or_(_is_there(users, INSTANCE), _is_there(former_users, INSTANCE)))
)
INSTANCES_OF_USER = Statement[Any](
    select(instances.c.id)
    .join(applications, applications.c.id == instances.c.application_id)
    .where(
        _is_owned,
        or_(
            _is_there(users, instances.c.id).correlate(instances),
            _is_there(former_users, instances.c.id).correlate(instances),
        ),
    )
    .order_by(instances.c.id),
    across_instances="whoever owns applications may find their users",
)
RENAME = Statement[None](
    update(applications)
    .where(
        applications.c.id == instances.c.application_id,
        instances.c.id == INSTANCE,
    )
    .values(name=bindparam("new_name", type_=Text), updated_at=NOW)
)


async def get_owned(db: Db, application_id: str) -> OwnedApplication:
    """One that an organization of the instance owns. Raises: NotFound."""
    return await db.one(OWNED, missing=NotFound("application_id"), application_id=application_id)


async def get(db: Db, application_id: str) -> OwnedApplication:
    """One that an organization of the instance owns, or the instance's own.

    Raises: NotFound.
    """
    missing = NotFound("application_id")
    return await db.one(OWNED_OR_SELF, missing=missing, application_id=application_id)


async def owned_by(db: Db, organization_ids: Sequence[str]) -> tuple[OwnedApplication, ...]:
    """Those that these organizations own, in the order of their ids."""
    return await db.all(OWNED_BY_THESE, organization_ids=list(organization_ids))
