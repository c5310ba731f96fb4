"""Every SQL statement about instances and applications."""

from sqlalchemy import Text, bindparam, or_, select, update
from sqlalchemy.dialects.postgresql import JSONB

from charter.core.applications.tables import applications
from charter.core.instances.model import Instance, InstanceExists
from charter.core.instances.tables import instances
from charter.core.statements import NOW
from charter.kernel.db import INSTANCE, Statement, inserting

_columns = select(
    instances.c.id,
    instances.c.application_id,
    instances.c.environment,
    instances.c.frontend_host,
    instances.c.settings,
    instances.c.created_at,
    instances.c.updated_at,
    applications.c.name.label("application_name"),
).join(applications, applications.c.id == instances.c.application_id)

INSTANCE_BY_ID = Statement(
    _columns.where(instances.c.id == bindparam("instance_id", type_=Text)), Instance
)
ALL_INSTANCES = Statement(
    _columns.order_by(instances.c.created_at, instances.c.id),
    Instance,
    across_instances="the operator lists all instances of the server",
)
LOCK_SETTINGS = Statement[None](
    select(instances.c.settings).where(instances.c.id == INSTANCE).with_for_update()
)
UPDATE_SETTINGS = Statement[None](
    update(instances)
    .where(instances.c.id == INSTANCE)
    .values(settings=bindparam("settings", type_=JSONB), updated_at=NOW)
)
INSERT_APPLICATION = inserting(applications)
INSERT_INSTANCE = inserting(
    instances,
    violates={
        "uq_instances_application_id": InstanceExists,
        "uq_instances_application_id_environment_frontend_host": InstanceExists,
    },
)
APPLICATION_BY_NAME = Statement[None](
    select(applications.c.id).where(applications.c.name == bindparam("name", type_=Text)),
    across_instances="applications stand above instances",
)
IDS_BY_HOST = Statement[None](
    select(instances.c.id)
    .where(
        or_(
            instances.c.frontend_host == bindparam("host", type_=Text),
            instances.c.frontend_host == bindparam("name", type_=Text),
        )
    )
    .limit(2),
    across_instances="the host tells which instance it is",
)
ID_BY_ID = Statement[None](
    select(instances.c.id).where(instances.c.id == bindparam("id", type_=Text)),
    across_instances="the path tells which instance it is",
)
ANY_TWO = Statement[None](
    select(instances.c.id).limit(2), across_instances="a server with one instance needs no name"
)
