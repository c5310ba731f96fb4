"""Every SQL statement about JWT templates."""

from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, delete, func, select, update

from charter.core.instances.queries import LOCK_SETTINGS
from charter.core.jwt_templates.model import (
    JwtTemplate,
    JwtTemplateNameTaken,
    JwtTemplateNotFound,
    JwtTemplateRow,
)
from charter.core.jwt_templates.tables import jwt_templates
from charter.core.memberships.tables import memberships
from charter.core.organizations.tables import organizations
from charter.core.roles.tables import roles
from charter.core.statements import NEWEST_FIRST, columns, refers, word
from charter.kernel.db import INSTANCE, Db, Statement, columns_of, inserting
from charter.kernel.filters.fields import Field, Fields
from charter.kernel.lists import Listing

VIOLATES = {"uq_jwt_templates_name": JwtTemplateNameTaken}

_own = jwt_templates.c.instance_id == INSTANCE
_by_id = (_own, jwt_templates.c.id == bindparam("template_id", type_=Text))
_shown = columns(
    JwtTemplate, jwt_templates, has_own_key=jwt_templates.c.sealed_signing_key.is_not(None)
)
_whole = columns(JwtTemplateRow, jwt_templates)

FIELDS: Fields = {
    "id": Field(jwt_templates.c.id, str),
    "created_at": Field(jwt_templates.c.created_at, datetime, sortable=True),
}
LISTING = Listing(
    select(*_shown).where(_own), JwtTemplate, FIELDS, jwt_templates.c.id, order=NEWEST_FIRST
)
TEMPLATE = Statement(select(*_shown).where(*_by_id), JwtTemplate)
NAMED = Statement(
    select(*_whole).where(_own, jwt_templates.c.name == bindparam("template_name", type_=Text)),
    JwtTemplateRow,
)
LOCK = Statement(select(*_whole).where(*_by_id).with_for_update(), JwtTemplateRow)
COUNT = Statement[Any](select(func.count()).select_from(jwt_templates).where(_own))
INSERT = inserting(jwt_templates, violates=VIOLATES)
UPDATE = Statement[None](
    update(jwt_templates)
    .where(*_by_id)
    .values(
        {
            column.name: bindparam(f"new_{column.name}", type_=column.type)
            for column in jwt_templates.columns
            if column.name not in ("instance_id", "id", "created_at")
        }
    ),
    violates=VIOLATES,
)
DELETE = Statement(delete(jwt_templates).where(*_by_id).returning(*_shown), JwtTemplate)
ROLES_OF_USER = Statement[Any](
    select(memberships.c.organization_id, roles.c.key)
    .select_from(memberships, organizations, roles)
    .where(
        memberships.c.instance_id == INSTANCE,
        memberships.c.user_id == bindparam("user_id", type_=Text),
        refers(memberships.c.organization_id, organizations),
        organizations.c.status != word("closed"),
        refers(memberships.c.role_id, roles),
    )
    .order_by(memberships.c.created_at, memberships.c.id)
    .limit(500)
)
"""The organizations of a user, the oldest membership first, and the role in each."""


async def get_template(db: Db, template_id: str) -> JwtTemplate:
    """The template. Raises: JwtTemplateNotFound."""
    missing = JwtTemplateNotFound("template_id")
    return await db.one(TEMPLATE, missing=missing, template_id=template_id)


async def find_named(db: Db, template_name: str) -> JwtTemplateRow | None:
    """The template of a name, with its sealed key; None if there is none."""
    return await db.find(NAMED, template_name=template_name)


async def lock_template(db: Db, template_id: str) -> JwtTemplateRow:
    """The template, locked until the transaction ends. Raises: JwtTemplateNotFound."""
    missing = JwtTemplateNotFound("template_id")
    return await db.one(LOCK, missing=missing, template_id=template_id)


async def lock_count(db: Db) -> int:
    """How many there are; nobody adds one until the transaction ends."""
    await db.value(LOCK_SETTINGS)
    return int(await db.value(COUNT))


async def update_template(db: Db, row: JwtTemplateRow) -> None:
    """Write a template that is locked. Raises: JwtTemplateNameTaken."""
    values = {
        f"new_{name}": value
        for name, value in columns_of(row).items()
        if name not in ("id", "created_at")
    }
    await db.run(UPDATE, template_id=row.id, **values)


async def delete_template(db: Db, template_id: str) -> JwtTemplate:
    """Delete a template; it as it was. Raises: JwtTemplateNotFound."""
    missing = JwtTemplateNotFound("template_id")
    return await db.one(DELETE, missing=missing, template_id=template_id)


async def roles_of_user(db: Db, user_id: str) -> dict[str, str]:
    """The keys of a user's roles by organization; at most 500."""
    return {row[0]: row[1] for row in await db.all(ROLES_OF_USER, user_id=user_id)}
