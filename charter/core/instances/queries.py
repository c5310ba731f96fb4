"""Every SQL statement about instances and applications."""

from typing import Any

from sqlalchemy import Text, bindparam, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from charter.core.applications.tables import applications
from charter.core.instances.model import Instance, InstanceExists
from charter.core.instances.tables import instances
from charter.core.plans.tables import plans
from charter.core.redirect_urls.tables import redirect_urls
from charter.core.statements import NOW
from charter.kernel.db import INSTANCE, Statement, inserting


def _instances(instance_id: Any) -> Any:
    """Instances with what belongs to them. instance_id: of the instance of a row."""
    listed = select(redirect_urls.c.href).where(redirect_urls.c.instance_id == instance_id)
    return select(
        instances.c.id,
        instances.c.application_id,
        instances.c.environment,
        instances.c.frontend_host,
        instances.c.settings,
        instances.c.created_at,
        instances.c.updated_at,
        applications.c.name.label("application_name"),
        func.array(listed.correlate(instances).scalar_subquery(), type_=ARRAY(Text)).label(
            "redirect_urls"
        ),
        exists().where(plans.c.instance_id == instance_id).correlate(instances).label("has_plans"),
    ).join(applications, applications.c.id == instances.c.application_id)


INSTANCE_BY_ID = Statement(_instances(INSTANCE).where(instances.c.id == INSTANCE), Instance)
ALL_INSTANCES = Statement(
    _instances(instances.c.id).order_by(instances.c.created_at, instances.c.id),
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
