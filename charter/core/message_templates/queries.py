"""Every SQL statement about message templates."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Text, and_, bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from charter.core.applications.tables import applications
from charter.core.instance_domains.tables import instance_domains
from charter.core.instances.model import Environment, InstanceNotFound
from charter.core.instances.settings import InstanceSettings
from charter.core.instances.tables import instances
from charter.core.message_templates.model import MessageTemplateRow
from charter.core.message_templates.tables import message_templates
from charter.core.statements import columns
from charter.kernel.db import INSTANCE, Db, Statement, columns_of, inserting
from charter.kernel.errors import Overtaken


@dataclass(frozen=True, slots=True)
class Writing:
    """What a message is written by: its instance, and what the app has changed of its template.

    `is_delivered_here`: None where the app has changed nothing.
    """

    application_name: str
    environment: Environment
    frontend_host: str
    home_origin: str | None
    settings: InstanceSettings
    subject: str | None = field(repr=False)
    body: str | None = field(repr=False)
    from_name: str | None
    reply_to_name: str | None
    is_delivered_here: bool | None
    changed_at: datetime | None


_own = message_templates.c.instance_id == INSTANCE
_one = message_templates.c.id == bindparam("template_id", type_=Text)
_whole = columns(MessageTemplateRow, message_templates)
_kept = ("instance_id", "id", "created_at")

SEVERAL = Statement(
    select(*_whole).where(
        _own, message_templates.c.id == bindparam("template_ids", type_=ARRAY(Text)).any_()
    ),
    MessageTemplateRow,
)
ONE = Statement(select(*_whole).where(_own, _one), MessageTemplateRow)
LOCK = Statement(select(*_whole).where(_own, _one).with_for_update(), MessageTemplateRow)
INSERT = inserting(message_templates, violates={"pk_message_templates": Overtaken})
UPDATE = Statement[None](
    update(message_templates)
    .where(_own, _one)
    .values(
        {
            column.name: bindparam(f"new_{column.name}", type_=column.type)
            for column in message_templates.columns
            if column.name not in _kept
        }
    )
)
DELETE = Statement(
    delete(message_templates).where(_own, _one).returning(*_whole), MessageTemplateRow
)
WRITING = Statement(
    select(
        applications.c.name.label("application_name"),
        instances.c.environment,
        instances.c.frontend_host,
        instance_domains.c.home_origin,
        instances.c.settings,
        *(
            message_templates.c[name]
            for name in ("subject", "body", "from_name", "reply_to_name", "is_delivered_here")
        ),
        message_templates.c.updated_at.label("changed_at"),
    )
    .select_from(instances)
    .join(applications, applications.c.id == instances.c.application_id)
    .outerjoin(
        instance_domains,
        and_(
            instance_domains.c.instance_id == INSTANCE, instance_domains.c.is_satellite.is_(False)
        ),
    )
    .outerjoin(message_templates, and_(_own, _one))
    .where(instances.c.id == INSTANCE),
    Writing,
)
"""Everything that the writing of a message needs, in one statement and as it is at this moment."""


async def find_writing(db: Db, template_id: str) -> Writing:
    """What messages by a template are written by. Raises: InstanceNotFound."""
    missing = InstanceNotFound("instance_id")
    return await db.one(WRITING, missing=missing, template_id=template_id)


async def find_changed(db: Db, template_id: str) -> MessageTemplateRow | None:
    """What the app has changed of a template; None if nothing."""
    return await db.find(ONE, template_id=template_id)


async def search_changed(db: Db, template_ids: list[str]) -> dict[str, MessageTemplateRow]:
    """The same of several, by id."""
    rows = await db.all(SEVERAL, template_ids=template_ids)
    return {row.id: row for row in rows}


async def lock_changed(db: Db, template_id: str) -> MessageTemplateRow | None:
    """What the app has changed of a template, locked until the transaction ends."""
    return await db.find(LOCK, template_id=template_id)


async def save(db: Db, before: MessageTemplateRow | None, after: MessageTemplateRow) -> None:
    """Write what an app has changed. before: as it was locked; None, if there was nothing."""
    if before is None:
        await db.insert(INSERT, after)
        return
    values = {
        f"new_{name}": value for name, value in columns_of(after).items() if name not in _kept
    }
    await db.run(UPDATE, template_id=after.id, **values)


async def delete_changed(db: Db, template_id: str) -> MessageTemplateRow | None:
    """Forget what the app has changed; it as it was, None if there was nothing."""
    return await db.find(DELETE, template_id=template_id)
