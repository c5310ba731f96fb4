"""What initials are drawn from."""

from dataclasses import dataclass

from sqlalchemy import Text, bindparam, select

from charter.core.organizations.tables import organizations
from charter.core.users.tables import users
from charter.kernel.db import INSTANCE, Db, Statement

_id = bindparam("id", type_=Text)


@dataclass(frozen=True, slots=True)
class UserNames:
    """The names of a user."""

    first_name: str | None
    last_name: str | None


USER_NAMES = Statement(
    select(users.c.first_name, users.c.last_name).where(
        users.c.instance_id == INSTANCE, users.c.id == _id
    ),
    UserNames,
)
ORGANIZATION_NAME = Statement[None](
    select(organizations.c.name).where(
        organizations.c.instance_id == INSTANCE, organizations.c.id == _id
    )
)


async def find_user_names(db: Db, user_id: str) -> tuple[str, ...]:
    """First and last name, as far as they are known; none for a stranger."""
    row = await db.find(USER_NAMES, id=user_id)
    return () if row is None else tuple(filter(None, (row.first_name, row.last_name)))


async def find_organization_names(db: Db, organization_id: str) -> tuple[str, ...]:
    """The words of an organization's name; none for a stranger."""
    name = await db.value(ORGANIZATION_NAME, id=organization_id)
    return tuple(str(name).split()) if name else ()
